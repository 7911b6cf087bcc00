"""Assignments of what belongs to the best turn so far: `if score > best: best = score; kept = model`."""

from __future__ import annotations

from mlint.facts import ir
from mlint.facts.accesses import Access
from mlint.facts.loops.turns import Turns, is_augmented

_ORDERING = frozenset({"<", "<=", ">", ">="})


def is_of_best(turn: Turns) -> bool:
    """Whether a comparison with what the same turn then replaces decides that the write is come to."""
    accesses = turn.accesses
    replaced = {
        event.path
        for event in accesses.events
        if event.access is Access.WRITE and event.place.block == turn.write.place.block and not is_augmented(event)
    }
    ends = [accesses.function.blocks[each].end for each in accesses.graph.predecessors[turn.write.place.block]]
    right_above = [each.condition for each in ends if isinstance(each, ir.Branch) and each.condition is not None]
    for condition in (*turn.deciding, *right_above):
        made = accesses.temporaries.definitions[condition]
        if isinstance(made, ir.Compare) and made.op in _ORDERING:
            sides = (accesses.temporaries.path(made.left), accesses.temporaries.path(made.right))
            if not replaced.isdisjoint(sides):
                return True
    return False
