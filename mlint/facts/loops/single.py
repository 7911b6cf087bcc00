"""Loops of which a test says that they turn once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.counts import is_count
from mlint.facts.flow.guards import conditions
from mlint.facts.loops.turns import Turns, iterated


def is_of_single_turn(turn: Turns) -> bool:
    """Whether a test decides that there is one turn: `if n == 1` in `range(n)`, or `if len(names) == 1` around it."""
    accesses = turn.accesses
    if any(is_count(accesses, each) for each in _ones(accesses, conditions(accesses, turn.head))):
        return True
    through = set(iterated(accesses, turn.loop))
    inside = _ones(accesses, (each for each in turn.deciding if each not in turn.unless))
    return any(accesses.temporaries.path(each) in through for each in inside)


def _ones(accesses: Accesses, asked: Iterable[int]) -> Iterator[int]:
    """What the conditions compare with one."""
    definitions = accesses.temporaries.definitions
    for each in asked:
        made = definitions[each]
        if isinstance(made, ir.Compare) and made.op == "==":
            other = definitions[made.right]
            if isinstance(other, ir.Const) and other.value == 1:
                yield made.left
