"""ML401: a forward that returns several values by position."""

from __future__ import annotations

from mlint import Confidence, Forward, Reports, rule


@rule(
    "ML401",
    "tuple-returning-forward",
    "`{cls}.forward` returns {count} values by position ({names}): callers must know the order",
    words=("forward",),
)
def tuple_returning_forward(forward: Forward, *, max_values: int = 1) -> Reports:
    """A forward that returns several values as a tuple: positions get mixed up, one more output breaks callers."""
    for each in forward.returns:
        names = forward.names(each)
        if names is None or len(names) <= max(max_values, 1):
            continue
        convention = forward.convention(each, names)
        if each.site in forward.inconsistent:
            convention = "other returns have another number of values (ML402)"
        if convention is not None:
            yield forward.function.silence(each.site, convention)
            continue
        are_distinct = all(names) and len(set(names)) == len(names)
        yield forward.function.report(
            each.site,
            confidence=Confidence.LIKELY if len(names) > 2 and are_distinct else Confidence.POSSIBLE,
            advice=f"return a dict, or a NamedTuple with the fields {', '.join(filter(None, names))}",
            cls=forward.cls.name,
            count=len(names),
            names=", ".join(name or "?" for name in names),
        )
        return
