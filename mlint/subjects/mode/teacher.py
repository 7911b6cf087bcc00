"""Models that a training only asks: trained before, their weights come from a file, and nothing trains them on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mlint.facts.domain.objects import root, stored
from mlint.facts.domain.values import Object, Value
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.subjects.mode.running import RUNS
from mlint.subjects.mode.weights import READS, loads_weights
from mlint.subjects.owners import Function

_LOADS = "load_state_dict"
_COPIES = "state_dict()"
"""How the weights of another model are written, which may be in training."""


def is_frozen_teacher(function: Function, call: CallFact, written: str, model: Value) -> bool:
    """Whether weights from a file were loaded into a model that is run with gradients off wherever the function, or the
    class, runs it, whose parameters nothing changes, and which is never put in train mode.

    `written` is the model as the call writes it.
    """
    if not {_LOADS, "pretrained", "weights"} & _words(function) or "." in written.removeprefix("self."):
        return False
    if call.state.gradients != "off" or _changes(function, written):
        return False
    places = list(_places(function, written, model))
    return any(_is_loaded(*each) for each in places) and all(_is_only_asked(*each) for each in places)


def _words(function: Function) -> frozenset[str]:
    return function.cls.words if function.cls is not None else function.words


def _changes(function: Function, written: str) -> bool:
    """Whether the parameters are handed on, to an optimizer or an average; freezing them only goes through them."""
    text = "\n".join(function.cls.lines if function.cls is not None else function.lines)
    name = rf"(?<![\w.]){re.escape(written)}"
    asked = re.findall(rf"{name}(?:\.module)?\.(?:named_)?parameters\(\)", text)
    frozen = re.findall(rf"\bin {name}(?:\.module)?\.(?:named_)?parameters\(\)\s*:", text)
    averaged = re.search(rf"\w\((?:[\w.]+, *{name}|{name}, *[\w.]+)(?![\w(\[]|\s*=)", text)
    return len(asked) > len(frozen) or averaged is not None


def _places(function: Function, written: str, model: Value) -> Iterator[tuple[Function, Facts, frozenset[Object]]]:
    """The functions that may run it, with what it is there: this one, or the methods of the class that name it."""
    if not written.startswith("self.") or function.cls is None:
        yield function, function.facts, model.objects
        return
    name = written.removeprefix("self.")
    for each in function.cls.methods.values():
        if name in each.words and each.unit.me is not None:
            yield (
                each,
                each.facts,
                stored(each.facts.end, frozenset({each.unit.me}), name) | {("attribute", each.unit.me, name)},
            )


def _is_loaded(function: Function, facts: Facts, objects: frozenset[Object]) -> bool:
    made = {root(each) for each in objects}
    for site, fact in facts.calls.items():
        if not any(loads_weights(fact, site, each) for each in (*made, *objects) if len(each) == 3):
            continue
        if fact.name != _LOADS or (not READS.isdisjoint(function.words) and not _is_copied(function, site)):
            return True
    return False


def _is_copied(function: Function, site: int) -> bool:
    """Whether the weights are those of another model: `state_dict()` as it is, or by way of a variable."""
    op = function.instructions[site]
    passed = [each.value for each in op.arguments[:1]] if isinstance(op, ir.Call) else []
    return any(_COPIES in function.code(each) for value in passed for each in _written(function, value))


def _written(function: Function, value: int) -> Iterable[int]:
    made = function.instructions.get(value)
    if not isinstance(made, ir.Load):
        return (value,)
    return [
        each.value for each in function.instructions.values() if isinstance(each, ir.Store) and each.name == made.name
    ]


def _is_only_asked(function: Function, facts: Facts, objects: frozenset[Object]) -> bool:
    """Whether it is run with gradients off only, and not put in train mode."""
    for fact in facts.calls.values():
        called = not fact.callee.objects.isdisjoint(objects)
        mine = fact.receiver is not None and not fact.receiver.objects.isdisjoint(objects)
        if (called or (mine and fact.name in RUNS)) and fact.state.gradients != "off":
            return False
        if mine and fact.name == "train" and all(each.const is not False for each in fact.positional):
            return False
    return True
