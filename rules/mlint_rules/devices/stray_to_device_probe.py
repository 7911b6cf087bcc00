"""Tries ML501: does the move move anything, on every call?"""

from __future__ import annotations

import contextlib
from typing import Any

from mlint import Inconclusive, Trial, Verdict, confirmed, probe, refuted


@probe("ML501")
def stray_to_device(trial: Trial) -> Verdict:
    """The model is run on a second device, and every move is noted."""
    model, span, message = trial.own_model(), trial.finding.span, trial.finding.message
    run = model.run_on_device()
    here = [each for each in run.moves if span.line <= each.row <= span.end_line]
    moves = [each for each in here if each.source]
    if not moves:
        raise Inconclusive(f"the move is not reached{f': {run.error}' if run.error else ''}")
    if any(each.operator in ("tensor", "as_tensor") and not each.source and each.target != "cpu" for each in here):
        raise Inconclusive("what it is made of was a tensor, with the arguments that were tried")
    traced = _in_graph(model, span.line, span.end_line)
    first = moves[0]
    evidence = {"device": run.device, "model": model.made, "moves": len(moves), "in_the_graph": traced}
    stays = all(each.source == each.target for each in moves)
    if "does nothing" in message:
        if stays:
            return confirmed(f"what is moved is on {first.target} already", **evidence)
        return refuted(f"it moves from {first.source} to {first.target}", **evidence)
    if "on the CPU and copies it" in message or "copies a constant" in message:
        if any(each.source == "cpu" and each.target != "cpu" for each in moves):
            return confirmed(f"on every call it is copied from {first.source} to {first.target}", **evidence)
        return refuted(f"nothing is copied: it is on {first.target} already", **evidence)
    raise Inconclusive("what it moves takes a whole training to see")


def _in_graph(model: Any, first: int, last: int) -> str:
    """What makes and moves tensors here in the traced graph; empty where the model can't be traced."""
    with contextlib.suppress(Inconclusive):
        graph = model.graph("eval")
        here = [each for each in graph.operators if each.device and first <= each.row <= last]
        listed = ", ".join(
            dict.fromkeys(f"aten::{each.name}(device={each.device}) at {each.line}" for each in here[:4])
        )
        return f"{listed} ({graph.tracer})" if here else ""
    return ""
