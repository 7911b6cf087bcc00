"""Totals that a loop sets to zero again inside the turns that they should add up over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlint.facts.accesses import Accesses, Event
from mlint.facts.consumers import Consumer, Role, consumers
from mlint.facts.counts import is_count
from mlint.facts.loops.starts import is_zero
from mlint.facts.loops.turns import Turns, is_augmented, iterated, turns
from mlint.facts.paths import Path


@dataclass(frozen=True, slots=True)
class Reset:
    """A path that each turn sets to zero and adds to, and that is divided after the loop as the total of all turns."""

    turns: Turns
    addition: Event
    division: Consumer


def resets(accesses: Accesses) -> Iterator[Reset]:
    """Every total that its loop sets to zero again."""
    for turn in turns(accesses):
        if not is_zero(accesses, turn.write) or turn.carried or turn.own or not turn.every_turn or not turn.additions:
            continue
        for read in turn.after:
            division = next((end for end in consumers(accesses, read.target) if _divides(turn, end)), None)
            if division is not None:
                yield Reset(turn, turn.additions[0], division)
                break


def _divides(turn: Turns, end: Consumer) -> bool:
    if end.role is not Role.DIVIDED or end.other is None or not is_count(turn.accesses, end.other):
        return False
    blocks = turn.accesses.graph.blocks
    depth = max(len(blocks[addition.place.block].loops) for addition in turn.additions)
    return depth == len(blocks[turn.write.place.block].loops) or _counts_turns(turn, end.other)


def _counts_turns(turn: Turns, divisor: int) -> bool:
    """Whether the divisor is the length of what the loop goes through, or is counted by it."""
    accesses = turn.accesses
    through = set(iterated(accesses, turn.loop))
    for each in accesses.temporaries.inputs(divisor):
        path = accesses.temporaries.path(each)
        if path is not None and (path in through or _is_counted(turn, path)):
            return True
    return False


def _is_counted(turn: Turns, path: Path) -> bool:
    events = [event for events in turn.accesses.of(path).values() for event in events]
    return any(is_augmented(event) and event.place.block in turn.members for event in events) and not any(
        is_zero(turn.accesses, event) and event.place.block in turn.members for event in events
    )
