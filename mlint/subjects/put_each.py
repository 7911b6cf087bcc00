"""Models that come together under one name, each put in eval mode on the branch that chooses it."""

from __future__ import annotations

from mlint.facts.values import Object, Value
from mlint.subjects.owners import Function


def is_each_put_in_eval(function: Function, model: Value) -> bool:
    """Whether it may be one of several models, and the function puts each of them in eval mode by itself, and none in
    train mode: what it is was put in eval mode where it was chosen, whatever mode the others were left in."""
    if len(model.objects) < 2:
        return False
    alone: set[Object] = set()
    for fact in function.facts.calls.values():
        objects = fact.receiver.objects if fact.receiver is not None else frozenset()
        if fact.name == "train" and not objects.isdisjoint(model.objects):
            return False
        if fact.name == "eval" and len(objects) == 1:
            alone |= objects
    return model.objects <= alone
