"""Tries ML402: does forward return different structures?"""

from __future__ import annotations

from collections.abc import Iterator

from mlint import Inconclusive, Span, Trial, Verdict, confirmed, probe, refuted


@probe("ML402")
def inconsistent_forward_arity(trial: Trial) -> Verdict:
    """The model is run in both modes, and with each flag of forward turned round."""
    model = trial.own_model()
    found: dict[int | None, str] = {}
    lines: set[int] = set()
    for how, mode, flags in _ways(model.flags):
        try:
            run = model.run(mode, **flags)
        except Inconclusive:
            if not flags and not found:
                raise
            continue
        lines |= run.lines
        found.setdefault(run.count, f"{run.structure} {how}")
        if len(found) > 1:
            one, other = found.values()
            return confirmed(f"forward returns {one}, and {other}", model=model.made)
    places = [trial.finding.span, *(step.span for step in trial.finding.related if step.path == trial.finding.path)]
    if len(places) > 1 and all(_reached(each, lines) for each in places):
        return refuted(f"both returns were reached, and each gave {next(iter(found.values()))}", model=model.made)
    raise Inconclusive(f"with the inputs that were tried forward returns {next(iter(found.values()))} throughout")


def _ways(flags: tuple[str, ...]) -> Iterator[tuple[str, str, dict[str, bool]]]:
    for mode in ("train", "eval"):
        yield f"in {mode} mode", mode, {}
    for flag in flags:
        for value in (True, False):
            yield f"with {flag}={value}", "eval", {flag: value}


def _reached(place: Span, lines: set[int]) -> bool:
    return any(place.line <= line <= place.end_line for line in lines)
