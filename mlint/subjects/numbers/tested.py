"""Where parameters lie at a place by the tests around it, whatever was computed with them before the tests."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

from mlint.facts.domain.intervals import Interval
from mlint.facts.domain.polynomials import Term
from mlint.facts.flow import ir
from mlint.facts.flow.cfg import Graph
from mlint.subjects.owners import Function

_BELOW, _ABOVE = ("<", "<="), (">", ">=")


def tested(function: Function, at: int, parameters: Collection[Term]) -> dict[Term, Interval]:
    """Those of the parameters that lie between two numbers where an instruction stands: `if 0 < factor < 1:`."""
    ends: dict[Term, list[float]] = {}
    for op in _holding(function, at) if parameters else ():
        for side, other, above in ((op.left, op.right, _ABOVE), (op.right, op.left, _BELOW)):
            whole, number = function.value(side).term, function.value(other).const
            if (
                whole in parameters
                and whole is not None
                and isinstance(number, (int, float))
                and op.op in _BELOW + _ABOVE
            ):
                low, high = ends.setdefault(whole, [-math.inf, math.inf])
                ends[whole] = [max(low, number), high] if op.op in above else [low, min(high, number)]
    found = {each: Interval(low, high) for each, (low, high) in ends.items() if low <= high}
    return {each: reach for each, reach in found.items() if reach.bounded}


def _holding(function: Function, at: int) -> Iterator[ir.Compare]:
    """The comparisons that hold wherever control comes to the instruction."""
    blocks = function.ir.blocks
    place = next((each.index for each in blocks if any(op.target == at for op in each.instructions)), None)
    graph = Graph(blocks, function.ir.loops) if place is not None else None
    for block in blocks if graph is not None else ():
        end = block.end
        if graph is None or place is None or not isinstance(end, ir.Branch) or end.condition is None:
            continue
        made = function.instructions.get(end.condition)
        if isinstance(made, ir.Compare) and end.then != end.orelse and graph.dominates(end.then, place):
            yield made
