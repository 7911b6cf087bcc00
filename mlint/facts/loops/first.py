"""Loops that end with what they look for: by a `break`, or by a flag that the turn sets which has found it."""

from __future__ import annotations

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access
from mlint.facts.loops.turns import Turns


def is_left_early(turn: Turns) -> bool:
    """Whether a `break` can end the for loop, or the while loop ends by what is set to a constant beside the write."""
    loop = turn.accesses.function.loops[turn.loop]
    graph = turn.accesses.graph
    if loop.kind == "while":
        return _sets_flag(turn)
    inside = [block for block in turn.members if block != turn.head and block in graph.position]
    return any(loop.done in graph.blocks[block].successors for block in inside)


def _sets_flag(turn: Turns) -> bool:
    """`found = True` beside the write, where the loop goes on `while not found`."""
    accesses = turn.accesses
    heads = {turn.head, *accesses.graph.successors[turn.head]}
    ends = [accesses.function.blocks[block].end for block in heads]
    conditions = [end.condition for end in ends if isinstance(end, ir.Branch) and end.condition is not None]
    asked = {
        accesses.temporaries.path(each) for condition in conditions for each in accesses.temporaries.inputs(condition)
    }
    beside = [each for each in accesses.events if each.place.block == turn.write.place.block]
    flags = [each for each in beside if each.access is Access.WRITE and each.path in asked and each.path != turn.path]
    made = (accesses.temporaries.definitions.get(getattr(each.instruction, "value", -1)) for each in flags)
    return any(isinstance(each, ir.Const) and isinstance(each.value, bool) for each in made)
