"""Hooks: what a framework promises of the methods that it calls."""

from __future__ import annotations

from collections.abc import Collection

from mlint.facts.domain.objects import EVAL, TRAIN, Context, Mode, State
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import Kind, Trace
from mlint.facts.project.units import Unit

_CONTEXTS = ("no_grad", "inference_mode", "enable_grad")


def called(unit: Unit, state: State, words: Collection[str]) -> State:
    """The entry state of a method that a framework calls as the words say: `eval no_grad`."""
    opened = tuple(Context(word, -1) for word in words if word in _CONTEXTS)
    state = replace(state, contexts=(*state.contexts, *opened))
    if "eval" in words:
        # of a callback, the module that it is given
        objects = frozenset(each for value in state.names.values() for each in value.objects)
        return state.with_mode(objects, Mode(frozenset({EVAL})))
    return _trained(unit, state) if "train" in words else state


def _trained(unit: Unit, state: State) -> State:
    """In a hook of the training the module is in train mode: `self`, or what a callback gets after the trainer."""
    names = [each.name for each in unit.lowered.function.parameters]
    module = names[0] if state.names[names[0]].kind is Kind.MODULE else "".join(names[2:3])
    first = unit.lowered.function.blocks[0].instructions[:1]
    if module not in state.names or not first:
        return state
    step = Trace("the framework puts it in train mode before it calls this", first[0].target, unit.where)
    return state.with_mode(state.names[module].objects, Mode(frozenset({TRAIN}), (step,)))
