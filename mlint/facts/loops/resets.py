"""Totals that a loop sets to zero again inside the turns that they should add up over, or at the wrong time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.consumers import Consumer, Role, consumers
from mlint.facts.flow.counts import is_count
from mlint.facts.flow.paths import Path
from mlint.facts.loops.ordinals import is_step
from mlint.facts.loops.starts import is_zero
from mlint.facts.loops.turns import Turns, is_augmented, iterated, written_value


@dataclass(frozen=True, slots=True)
class Reset:
    """A path that each turn sets to zero and adds to, and that is divided after the loop as the total of all turns.

    `division` is None of a counter that is set to zero before the loop, too: it never gets beyond its first step.
    """

    turns: Turns
    addition: Event
    division: Consumer | None


def resets(every: Iterable[Turns]) -> Iterator[Reset]:
    """Every total that its loop sets to zero again."""
    for turn in every:
        accesses = turn.accesses
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


@dataclass(frozen=True, slots=True)
class Idle:
    """A variable that begins at zero, and is set to nothing but zero in its loop and elsewhere, though it is used."""

    turns: Turns
    use: Event


def idle_counters(every: Iterable[Turns]) -> Iterator[Idle]:
    """Every number that a loop sets to the zero that it is, and that nothing ever counts."""
    for turn in every:
        accesses = turn.accesses
        if len(turn.path) == 1 and _is_number_zero(accesses, turn.write) and turn.after:
            writes = accesses.all(turn.path, Access.WRITE)
            if len(writes) > 1 and all(_is_number_zero(accesses, each) for each in writes) and turn.starts:
                yield Idle(turn, turn.after[0])


def _is_number_zero(accesses: Accesses, write: Event) -> bool:
    value = None if is_augmented(write) else written_value(accesses, write)
    made = accesses.temporaries.definitions.get(value) if value is not None else None
    return isinstance(made, ir.Const) and type(made.value) in (int, float) and made.value == 0


@dataclass(frozen=True, slots=True)
class Lost:
    """A total of which each turn computes the mean so far (`division`), that some turns set back to zero (`reset`,
    which nobody reads), and that every turn overwrites where it should add."""

    turns: Turns
    reset: Event
    division: Consumer


def lost_totals(every: Iterable[Turns]) -> Iterator[Lost]:
    """Every running total that is overwritten, its reset with it."""
    for turn in every:
        accesses = turn.accesses
        resets = [each for each in turn.others if _is_number_zero(accesses, each)]
        if not resets or turn.value is None or _is_number_zero(accesses, turn.write):
            continue
        if not turn.carried or not turn.every_turn:
            continue
        if any(accesses.temporaries.path(each) == turn.path for each in turn.inputs(turn.value)):
            continue
        unread = [each for each in resets if not accesses.reached_by(each, turn.path)]
        ends = [end for read in turn.carried for end in consumers(accesses, read.target)]
        means = [end for end in ends if end.role is Role.DIVIDED and end.other and is_count(accesses, end.other)]
        if unread and means and len(turn.others) == len(resets):
            yield Lost(turn, unread[0], means[0])


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
    if end.role is Role.DIVISOR and end.other is not None:  # of what all turns have added up
        paths = map(turn.accesses.temporaries.path, turn.accesses.temporaries.inputs(end.other))
        return any(path is not None and path != turn.path and _is_counted(turn, path) for path in paths)
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
