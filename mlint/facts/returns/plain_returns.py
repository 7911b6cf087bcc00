"""What a function returns where its text alone tells: tuples of so many names, and nothing else."""

from __future__ import annotations

from mlint.facts.domain.values import UNKNOWN, Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.cfg import Graph
from mlint.facts.flow.paths import Temporaries
from mlint.facts.flow.recorded import Facts
from mlint.facts.returns.returns import falling_off


def plain_facts(function: ir.FunctionIR) -> Facts | None:
    """The facts about the returns of a function that need no evaluation: each gives a tuple that is written out, of as
    many variables or attributes under different names, and no path comes to the end without one. None otherwise."""
    reached = Graph(function.blocks).position
    ends = [block.instructions[-1] for block in function.blocks if block.index in reached and block.instructions]
    returns = [each for each in ends if isinstance(each, ir.Return)]
    temporaries = Temporaries(function)
    written = [_tuple(temporaries, each) for each in returns]
    if None in written or len({len(each) for each in written if each is not None}) != 1:
        return None
    if next(falling_off(function), None) is not None:
        return None
    found = Facts()
    for end, items in zip(returns, written, strict=True):
        value = Value(Kind.TUPLE, items=(UNKNOWN,) * len(items or ()))
        found.returns[end.target] = value
        if end.value is not None:
            found.values[end.value] = value
    return found


def _tuple(temporaries: Temporaries, end: ir.Return) -> tuple[str, ...] | None:
    """The names of the items of a tuple that is written behind a `return`."""
    op = temporaries.definitions.get(end.value) if end.value is not None else None
    if not isinstance(op, ir.Collect) or op.kind != "tuple" or op.starred or len(op.items) < 2:
        return None
    items = [temporaries.definitions.get(each) for each in op.items]
    names = tuple(each.name for each in items if isinstance(each, (ir.Load, ir.Attribute)) and "@" not in each.name)
    return names if len(set(names)) == len(items) else None
