"""Conditions that decide whether control comes to a place: those of the branches around it, and of early ways out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.paths import Temporaries, operands

_HOPS = 3


def conditions(accesses: Accesses, block: int) -> Iterator[int]:
    """The conditions of branches of which only one way leads to the block.

    `if c: here`, `a if c else b`, and `if c: return` above it.
    """
    graph = accesses.graph
    for each in graph.order:
        end = accesses.function.blocks[each].end
        if not isinstance(end, ir.Branch) or end.condition is None or each == block:
            continue
        ways = [graph.reachable([way], frozenset({each})) for way in accesses.function.blocks[each].successors]
        if any(block in way for way in ways) and not all(block in way for way in ways):
            yield end.condition


def holding(accesses: Accesses, block: int) -> Iterator[int]:
    """The conditions that hold in the block: those of branches of which only the one way leads there."""
    graph = accesses.graph
    for each in graph.order:
        end = accesses.function.blocks[each].end
        if not isinstance(end, ir.Branch) or end.condition is None or each == block:
            continue
        then, orelse = (graph.reachable([way], frozenset({each})) for way in (end.then, end.orelse))
        if block in then and block not in orelse:
            yield end.condition


def names(accesses: Accesses, temporary: int, hops: int = _HOPS) -> Iterator[str]:
    """The names and texts in an expression, and in what its variables were assigned; not those that only say where
    something is made, or goes: `torch.full((3,), size, device=device)`, `x.to(device)`."""
    temporaries = accesses.temporaries
    for each in _inputs(temporaries, temporary):
        op = temporaries.definitions[each]
        if isinstance(op, (ir.Load, ir.Global, ir.Attribute)):
            yield op.name
        if isinstance(op, ir.Const) and isinstance(op.value, str):
            yield op.value
        if isinstance(op, ir.Load) and hops:
            for write in accesses.reaching(temporaries.places[each], (op.name,)):
                if isinstance(write.instruction, ir.Store):
                    yield from names(accesses, write.instruction.value, hops - 1)


def _inputs(temporaries: Temporaries, temporary: int) -> Iterator[int]:
    pending = [temporary]
    while pending:
        current = pending.pop()
        op = temporaries.definitions.get(current)
        if op is None:
            continue
        yield current
        if isinstance(op, ir.Call):
            is_move = temporaries.callee_name(op) == "to"
            pending += [op.callee, *(each.value for each in op.arguments if not is_move and each.name != "device")]
        else:
            pending += operands(op)


def is_guarded(accesses: Accesses, block: int, by: re.Pattern[str]) -> bool:
    """Whether a condition that decides about the block has a name that the pattern matches."""
    return any(by.search(name) for each in conditions(accesses, block) for name in names(accesses, each))
