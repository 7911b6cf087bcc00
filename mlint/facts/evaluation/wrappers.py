"""Decorators of the project: what they do around the functions that they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlint.facts.domain.values import Value
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine


def around(engine: Engine, decorator: Value, depth: int) -> tuple[str | None, bool]:
    """What a decorator of the project switches on where it calls what it is given, and whether it sets modes there."""
    symbol = engine.symbol(decorator.symbol) if decorator.symbol is not None else None
    unit = engine.unit(symbol.path, symbol.qualname) if symbol is not None and symbol.path is not None else None
    given = unit.me if unit is not None else None
    if unit is None or given is None or depth < 1:
        return None, False
    try:
        calls = engine.facts(unit, depth - 1).calls.values()
    except Unreadable:
        return None, False
    states = [fact.state for fact in calls if given in fact.callee.objects]
    off = bool(states) and all(state.gradients == "off" for state in states)
    return "no_grad" if off else None, any(state.modes for state in states)
