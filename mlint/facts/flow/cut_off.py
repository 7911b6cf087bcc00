"""Ends of a function that control never comes to: a function of the project that is called before always raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlint.facts.flow import ir
from mlint.facts.flow.cfg import Graph
from mlint.facts.flow.recorded import Facts
from mlint.outline import FunctionOutline
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_MOST_BLOCKS = 20


def is_cut_off(engine: Engine, function: ir.FunctionIR, facts: Facts, block: int) -> bool:
    """Whether every way to the end of a block leads through a call that never comes back: `self.fail(x)`."""
    before: dict[int, list[int]] = {}
    for index in Graph(function.blocks).order:
        for other in function.blocks[index].successors:
            before.setdefault(other, []).append(index)
    pending, seen = [block], {block}
    while pending:
        current = pending.pop()
        if any(_never_comes_back(engine, facts, op) for op in function.blocks[current].instructions):
            continue
        ways = before.get(current, [])
        if not ways or len(seen) > _MOST_BLOCKS:
            return False
        pending += [each for each in ways if each not in seen]
        seen.update(ways)
    return True


def _never_comes_back(engine: Engine, facts: Facts, op: ir.Instruction) -> bool:
    """Whether it calls a function whose end is not reached and that returns nothing; one that is there to be
    overridden may be another."""
    fact = facts.calls.get(op.target) if isinstance(op, ir.Call) else None
    symbol = engine.symbol(fact.callee.symbol) if fact is not None and fact.callee.symbol is not None else None
    outline = symbol.outline if symbol is not None else None
    if symbol is None or symbol.path is None or not isinstance(outline, FunctionOutline):
        return False
    if outline.is_async or outline.decorators or "raise" not in outline.words or "NotImplementedError" in outline.words:
        return False
    unit = engine.unit(symbol.path, symbol.qualname)
    try:
        return unit is not None and not unit.lowered.function.is_generator and not engine.facts(unit, 1).returns
    except Unreadable:
        return False
