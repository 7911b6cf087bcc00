"""ML401: a forward that returns several values by position."""

from __future__ import annotations

from collections.abc import Sequence

from mlint import Confidence, Forward, Report, Reports, rule

_PAIR = 2


@rule(
    "ML401",
    "tuple-returning-forward",
    "`{cls}.{method}` returns {count} values by position ({names}): callers must know the order",
    words=("forward", "__call__"),
)
def tuple_returning_forward(forward: Forward, *, max_values: int = 1) -> Reports:
    """A forward that returns several values as a tuple: positions get mixed up, one more output breaks callers."""
    if not forward.is_own:
        return
    unusual: list[tuple[int, tuple[str, ...]]] = []
    known: set[int] = set()
    for each in forward.returns:
        names = forward.names(each)
        if names is None or len(names) <= max(max_values, 1):
            continue
        convention = forward.convention(each, names)
        if each.site in forward.inconsistent:
            convention = "other returns have another number of values (ML402)"
        if convention is not None and not (len(names) == _PAIR and forward.misused):
            known.add(len(names))
            yield forward.function.silence(each.site, convention)
        else:
            unusual.append((each.site, names))
    # Callers that unpack as many values may well mean the returns that follow a convention.
    reports = [_report(forward, site, names, len(names) not in known) for site, names in unusual]
    yield from sorted(reports, key=lambda report: -report.confidence)[:1]


def _report(forward: Forward, site: int, names: Sequence[str], is_alone: bool) -> Report:
    are_distinct = len(set(filter(None, names))) > 2  # what the others are called may be open
    are_distinct = are_distinct and not (forward.is_for_export or forward.is_customary(names))
    misread = (forward.misread(names) or forward.misused) if len(names) == _PAIR and is_alone else ()
    sure = (are_distinct and is_alone) or bool(misread)
    return forward.function.report(
        site,
        confidence=Confidence.LIKELY if sure else Confidence.POSSIBLE,
        advice=f"return a dict, or a NamedTuple with the fields {', '.join(filter(None, names))}",
        because=misread,
        cls=forward.cls.name,
        method=forward.function.name,
        count=len(names),
        names=", ".join(name or "?" for name in names),
    )
