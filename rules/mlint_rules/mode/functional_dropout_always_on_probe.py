"""Tries ML203: are values dropped in eval mode?"""

from __future__ import annotations

import contextlib
from typing import Any

from mlint import Inconclusive, Trial, Verdict, confirmed, probe, refuted

_SEEDS = 8


@probe("ML203")
def functional_dropout_always_on(trial: Trial) -> Verdict:
    """The model is run in eval mode, again with other random numbers, and the operators at the line are looked at.

    Of few values at a low rate two runs may drop the same, so that several are made.
    """
    model, finding = trial.own_model(dropping=True), trial.finding
    spans = [finding.span, *(each.span for each in finding.related)]  # of the rate, and of the call around it
    span = min(spans, key=lambda each: each.line)
    evaluated, train = model.run("eval"), model.run("train")
    dropping = [each for each in evaluated.acted if span.line <= each.row <= span.end_line]
    if dropping:
        others = (evaluated.difference(model.run("eval", seed=seed)) for seed in range(1, _SEEDS))
        difference = next((each for each in others if each is not None), None)
        if difference is None:
            raise Inconclusive("values are dropped in eval mode, but what the model returns does not hang on them")
        return confirmed(
            f"in eval mode two runs on the same inputs differ: {difference}",
            model=model.made,
            drops=f"{dropping[0].operator} ({dropping[0].line})",
            in_the_graph=_in_graph(model, span.line, span.end_line),
        )
    lines = range(span.line, span.end_line + 1)
    if not train.lines.isdisjoint(lines) and evaluated.lines.isdisjoint(lines):
        return refuted("the line is reached in train mode only", model=model.made)
    if evaluated.lines.isdisjoint(lines):
        raise Inconclusive("the line is not reached with the inputs that were tried")
    if any(span.line <= each.row <= span.end_line for each in train.acted):
        return refuted("values are dropped in train mode, and none in eval mode", model=model.made)
    raise Inconclusive("nothing is dropped here in either mode, with the arguments that were tried")


def _in_graph(model: Any, first: int, last: int) -> str:
    """What stands in the traced graph in eval mode; empty where the model can't be traced."""
    with contextlib.suppress(Inconclusive):
        graph = model.graph("eval")
        here = [each for each in graph.acted if first <= each.row <= last]
        return f"{here[0].name} that trains, at {here[0].line} ({graph.tracer})" if here else ""
    return ""
