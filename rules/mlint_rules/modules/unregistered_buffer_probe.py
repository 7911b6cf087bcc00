"""Tries ML404: does the tensor stay behind when the module moves, or get lost when it is saved?"""

from __future__ import annotations

import contextlib
from typing import Any

from mlint import Inconclusive, Trial, Verdict, confirmed, probe, refuted


@probe("ML404")
def unregistered_buffer(trial: Trial) -> Verdict:
    """The model is run on a second device, with every other tensor moved along: with this one left, and with it moved.

    What raises with it left and runs with it moved is its fault. The traced graph says whether forward uses it.
    """
    name = trial.attribute()
    model = trial.own_model()
    if name not in model.plain:
        what = "is a parameter or buffer" if model.is_registered(name) else "holds no tensor"
        if model.is_registered(name):
            return refuted(f"`self.{name}` {what}", model=model.made)
        raise Inconclusive(f"`self.{name}` {what} with the arguments that were tried")
    others = [each for each in model.plain if each != name]
    left = model.run_on_device(along=others)
    used = _use(model, name)
    if left.devices_differ:
        if model.run_on_device(along=[*others, name]).error is not None:
            raise Inconclusive(f"on another device it raises whether or not this tensor is moved: {left.error}")
        return confirmed(
            f"with the model on another device it raises {left.error}",
            model=model.made,
            device=left.device,
            operator=left.operator,
            line=left.error_row or "",
            constant_of_the_graph=used or "",
        )
    if left.error is not None:
        raise Inconclusive(f"on another device it raises, at line {left.error_row}: {left.error}")
    if _is_random(trial, model, name):
        return confirmed("it is drawn at random and not saved: a model that is loaded has another", model=model.made)
    if used is None:
        raise Inconclusive("the model can't be traced: whether it computes with this tensor is not seen")
    if not used:
        raise Inconclusive("with the inputs that were tried the model does not compute with it")
    return refuted("with the model on another device it runs", model=model.made, device=left.device)


def _use(model: Any, name: str) -> str | None:
    """Where the graph holds the tensor as a constant; empty if it does not, None where the model can't be traced."""
    unclear = None
    for mode in ("eval", "train"):
        with contextlib.suppress(Inconclusive):
            graph = model.graph(mode)
            found = next((each for each in graph.constants if each.name == name), None)
            if found is not None:
                return f"self.{name}, first at {found.line} ({graph.tracer})" if found.line else f"self.{name}"
            unclear = ""
    return unclear


def _is_random(trial: Trial, model: Any, name: str) -> bool:
    """Whether another seed makes other numbers."""
    mine, other = model.numbers(name), trial.own_model(seed=1).numbers(name)
    return any(a.shape == b.shape and bool((a != b).any()) for a, b in zip(mine, other, strict=False))
