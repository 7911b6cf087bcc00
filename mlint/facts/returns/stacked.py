"""The calls of modules that are kept in a `ModuleList`, one class in each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlint.facts.domain.values import UNKNOWN, Kind
from mlint.facts.flow import ir
from mlint.facts.flow.paths import Path, Temporaries
from mlint.facts.flow.recorded import Facts
from mlint.facts.members.held import added, held
from mlint.facts.project.units import Unit
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_LIST = "torch.nn.ModuleList"
_DEPTH = 1


def stacked_calls(engine: Engine, unit: Unit, key: str) -> Iterator[int]:
    """The calls of what a loop takes from a list of modules, `for block in self.blocks`, where the constructor puts
    nothing but modules of the class that the key names into it."""
    lists = _lists(engine, unit, key)
    temporaries = Temporaries(unit.lowered.function)
    taken: set[str] = set()
    for op in temporaries.definitions.values():
        made = temporaries.definitions.get(op.value) if isinstance(op, ir.Store) else None
        if isinstance(op, ir.Store) and temporaries.path(_iterated(temporaries, made)) in lists:
            taken.add(op.name)
    stores = [op.name for op in temporaries.definitions.values() if isinstance(op, ir.Store)]
    for op in temporaries.definitions.values():
        callee = temporaries.definitions.get(op.callee) if isinstance(op, ir.Call) else None
        if isinstance(callee, ir.Load) and callee.name in taken and stores.count(callee.name) == 1:
            yield op.target


def _iterated(temporaries: Temporaries, made: ir.Instruction | None) -> int:
    """What a loop goes through that makes this its item, by way of `enumerate`, too; -1 where that is not so."""
    counted = isinstance(made, ir.Element) and made.index == 1
    if isinstance(made, ir.Element):
        made = temporaries.definitions.get(made.source)
    if not isinstance(made, ir.Next):
        return -1
    call = temporaries.definitions.get(made.iterable)
    if isinstance(call, ir.Call):
        is_count = temporaries.callee_name(call) == "enumerate" and len(call.arguments) == 1
        return call.arguments[0].value if counted and is_count else -1
    return -1 if counted else made.iterable


def _lists(engine: Engine, unit: Unit, key: str) -> frozenset[Path]:
    """The paths of the lists that the constructor of the method's class fills with modules of one class."""
    cls = engine.class_of(unit)
    made = engine.unit(cls.path, f"{cls.qualname}.__init__") if cls is not None and cls.path is not None else None
    if made is None:
        return frozenset()
    try:
        facts, temporaries = engine.facts(made, _DEPTH), Temporaries(made.lowered.function)
    except Unreadable:
        return frozenset()
    found = {
        path
        for op in temporaries.definitions.values()
        if isinstance(op, ir.StoreAttribute) and facts.values.get(op.value, UNKNOWN).symbol == _LIST
        if (path := temporaries.written(op)) is not None and _holds_only(facts, temporaries, op.value, path, key)
    }
    return frozenset(found)


def _holds_only(facts: Facts, temporaries: Temporaries, made: int, path: Path, key: str) -> bool:
    fact = facts.calls.get(made)
    if fact is None or fact.starred:
        return False
    inside = [each for value in fact.positional for each in held(value, 1)] + list(added(temporaries, facts, path))
    return bool(inside) and all(each.kind is Kind.MODULE and each.symbol == key for each in inside)
