"""Models that come together under one name, each put in eval mode on the branch that chooses it; and one model under
several names, put in a mode by another one."""

from __future__ import annotations

from collections.abc import Iterator

from mlint.facts.domain.objects import EVAL, Mode, State, is_inside, parent, root
from mlint.facts.domain.values import Kind, Object, Value
from mlint.facts.project.units import Unit
from mlint.subjects.owners import Function

_SEEN = 2
"""How deep calls are followed where a class is asked what it keeps."""


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


def has_parts_in_eval(state: State, model: Value) -> bool:
    """Whether more than one part of a model was put in eval mode by itself, and none in train mode."""
    kept = {each for (owner, _), value in state.fields.items() if owner in model.objects for each in value.objects}
    parts = [
        mode.modes
        for each, mode in state.modes.items()
        if each in kept or any(is_inside(each, owner) for owner in model.objects)
    ]
    return len(parts) > 1 and all(each == {EVAL} for each in parts)


def put_as_others(function: Function, state: State, model: Value) -> Iterator[Mode]:
    """The modes in which the function has put other attributes of `self` that hold the same model."""
    engine = function.file.engine
    cls = engine.class_of(function.unit)
    pairs = ((mine, *put) for mine in model.objects for put in state.modes.items())
    for mine, other, mode in pairs if cls is not None else ():
        held = mine[0] == other[0] == "attribute" and mine[1] == other[1]
        if held and cls is not None and engine.classes.are_one(cls, str(mine[2]), str(other[2]), _SEEN):
            yield mode


def runs_one_part(function: Function, method: Unit | None) -> bool:
    """Whether a method runs a single part of its module, and no other method of it."""
    facts = None if method is None else function.file.engine.callers.facts(method)
    if method is None or facts is None:
        return False
    given = (fact.callee if fact.callee.kind is Kind.MODULE else fact.receiver for fact in facts.calls.values())
    run = [each for value in given if value is not None for each in value.objects]
    return method.me not in run and len({_top(each, method.me) for each in run if root(each) == method.me}) == 1


def _top(part: Object, whole: Object | None) -> Object:
    """The part of the whole that a part belongs to: of `self.net.head` it is `self.net`."""
    holder = parent(part)
    return part if holder is None or holder == whole else _top(holder, whole)
