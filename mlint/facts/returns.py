"""What a function returns on each path, and which conditions choose between returns of different shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mlint.facts import ir
from mlint.facts.cfg import Graph
from mlint.facts.recorded import FELL_OFF, Facts
from mlint.facts.values import UNKNOWN, Kind, Value, constant

NOTHING, ONE = 0, 1
"""Shapes: None (or no return at all), and one value; a tuple of n has the shape n, at least 2. None is unknown."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A return that control may reach: its block, the temporary of the statement (FELL_OFF where there is none), what
    is returned, and the temporary of that."""

    block: int
    site: int
    value: Value
    operand: int | None

    @property
    def shape(self) -> int | None:
        """How many values; None where that is not known."""
        return shape(self.value)


def shape(value: Value) -> int | None:
    """How many values a returned value stands for."""
    if value.kind is Kind.NONE:
        return NOTHING
    if value.kind is Kind.TUPLE:
        return len(value.items) if value.items is not None and len(value.items) != 1 else None
    return ONE if value.kind is not Kind.UNKNOWN else None


def returned(function: ir.FunctionIR, facts: Facts) -> list[Returned]:
    """The returns of a function, in the order of the text; last the end that is reached without one."""
    found = [
        Returned(block.index, last.target, facts.returns.get(last.target, UNKNOWN), last.value)
        for block in function.blocks
        for last in block.instructions[-1:]
        if isinstance(last, ir.Return) and last.target in facts.returns
    ]
    found.sort(key=lambda each: each.site)
    if FELL_OFF in facts.returns:
        found += [Returned(block, FELL_OFF, constant(None), None) for block in _falling_off(function)]
    return found


def _falling_off(function: ir.FunctionIR) -> Iterator[int]:
    reachable = Graph(function.blocks).position
    for block in function.blocks:
        last = block.instructions[-1] if block.instructions else None
        ends = isinstance(block.end, ir.Leave) and not block.end.raises
        if block.index in reachable and ends and not isinstance(last, ir.Return):
            yield block.index


@dataclass(frozen=True, slots=True)
class Choice:
    """A condition that chooses between shapes: where it holds only `then` is returned, else only `orelse`."""

    condition: int | None
    then: tuple[Returned, ...]
    orelse: tuple[Returned, ...]


def choices(function: ir.FunctionIR, returns: Sequence[Returned]) -> list[Choice]:
    """The branches after which the shapes of what can still be returned have nothing in common."""
    graph = Graph(function.blocks)
    by_block: Mapping[int, Returned] = {each.block: each for each in returns}
    found: list[Choice] = []
    for index in graph.order:
        end = function.blocks[index].end
        if isinstance(end, ir.Branch):
            then, orelse = (_reached(graph, by_block, way) for way in (end.then, end.orelse))
            if _differ(then, orelse):
                found.append(Choice(end.condition, then, orelse))
    return found


def _reached(graph: Graph, by_block: Mapping[int, Returned], start: int) -> tuple[Returned, ...]:
    return tuple(by_block[block] for block in sorted(graph.reachable([start])) if block in by_block)


def _differ(then: Sequence[Returned], orelse: Sequence[Returned]) -> bool:
    shapes = [{each.shape for each in way} for way in (then, orelse)]
    return bool(then and orelse) and None not in shapes[0] | shapes[1] and not shapes[0] & shapes[1]
