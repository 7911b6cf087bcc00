"""Assignments of what belongs to the best turn so far, `if score > best: best = score; kept = model`, or to the last
match of a pattern."""

from __future__ import annotations

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access
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


def is_of_matches(turn: Turns) -> bool:
    """Whether the loop goes through what a pattern finds in a text, of which the last may be what holds:
    `for match in re.finditer(pattern, text): width = int(match[1])`."""
    end = turn.accesses.graph.blocks[turn.head].end
    made = turn.accesses.temporaries.definitions.get(end.iterable) if isinstance(end, ir.ForEach) else None
    return isinstance(made, ir.Call) and turn.accesses.temporaries.callee_name(made) in ("finditer", "findall")
