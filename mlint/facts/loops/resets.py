"""Totals that a loop sets to zero again inside the turns that they should add up over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlint.facts.accesses import Accesses, Event
from mlint.facts.consumers import Consumer, Role, consumers
from mlint.facts.counts import is_count
from mlint.facts.loops.ordinals import is_step
from mlint.facts.loops.starts import is_zero
from mlint.facts.loops.turns import Turns, is_augmented, iterated, turns
from mlint.facts.paths import Path


@dataclass(frozen=True, slots=True)
class Reset:
    """A path that each turn sets to zero and adds to, and that is divided after the loop as the total of all turns.

    `division` is None of a counter that is set to zero before the loop, too: it never gets beyond its first step.
    """

    turns: Turns
    addition: Event
    division: Consumer | None


def resets(accesses: Accesses) -> Iterator[Reset]:
    """Every total that its loop sets to zero again."""
    for turn in turns(accesses):
        if not is_zero(accesses, turn.write) or turn.carried or not turn.every_turn:
            continue
        step = _only_step(turn)
        if step is not None:
            yield Reset(turn, step, None)
            continue
        for read in turn.after if turn.additions and not turn.own else ():
            division = next((end for end in consumers(accesses, read.target) if _divides(turn, end)), None)
            if division is not None:
                yield Reset(turn, turn.additions[0], division)
                break


def _only_step(turn: Turns) -> Event | None:
    """The step by a constant that every turn takes once, and nothing else, where the count begins before the loop."""
    blocks, starts = turn.accesses.graph.blocks, turn.starts
    if (
        len(turn.others) != 1
        or not starts
        or not all(s.path == turn.path and is_zero(turn.accesses, s) for s in starts)
    ):
        return None
    (step,) = turn.others
    if blocks[step.place.block].loops != blocks[turn.write.place.block].loops or not is_step(turn.accesses, step):
        return None
    return step if Turns(turn.accesses, turn.path, turn.loop, step).every_turn else None


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
