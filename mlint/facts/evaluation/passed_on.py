"""What a constructor that is not followed keeps of its arguments as they come: `self.model = model`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from mlint.facts.domain.objects import State
from mlint.facts.domain.values import Object, Value
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine


def with_kept(engine: Engine, state: State, init: str, fact: CallFact, made: Value) -> State:
    """The state after a constructor of the project that was not followed: its object holds what it was passed."""
    symbol = engine.symbol(init)
    unit = engine.unit(symbol.path, symbol.qualname) if symbol is not None and symbol.path is not None else None
    if unit is None:
        return state
    arguments = {name: each for name, each in engine.arguments(unit, fact, made).items() if each.objects}
    try:
        function = unit.lowered.function if arguments else None
    except Unreadable:
        return state
    owners: frozenset[Object] = made.objects
    found = _kept(function, arguments) if function is not None else ()
    return state.with_fields([(owners, name, each) for name, each in found])


def _kept(function: ir.FunctionIR, arguments: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    me = function.parameters[0].name if function.parameters else ""
    made = {op.target: op for block in function.blocks for op in block.instructions}
    given = arguments.keys() - {op.name for op in made.values() if isinstance(op, ir.Store)} - {me}
    for op in made.values():
        base, value = (made.get(op.base), made.get(op.value)) if isinstance(op, ir.StoreAttribute) else (None, None)
        if isinstance(base, ir.Load) and base.name == me and isinstance(value, ir.Load) and value.name in given:
            assert isinstance(op, ir.StoreAttribute)
            yield op.name, arguments[value.name]
