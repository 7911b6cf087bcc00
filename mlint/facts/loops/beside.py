"""Totals beside an assignment: those that add the same value, or another part of the same result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.consumers import Consumer
from mlint.facts.flow.paths import Path
from mlint.facts.loops.turns import Turns


def parts_of_one(turn: Turns, value: int, totals: Iterable[Event]) -> Iterator[Event]:
    """The totals to which the turn adds another part of the tuple that the value is a part of."""
    source = _unpacked(turn, value)
    for each in totals:
        added = addend(turn.accesses, each)
        if source is None or added is None or turn.accesses.temporaries.path(added) == turn.path:
            continue  # `total += part` adds up what this is, turn by turn
        if _unpacked(turn, added) == source:
            yield each


def looked_up_beside(turn: Turns, value: int, totals: Iterable[Event]) -> Iterator[Event]:
    """The totals to which the turn adds another item or attribute of what the value is one of: `n += part["n"]`."""
    source = _holder(turn, value)
    for each in totals:
        added = addend(turn.accesses, each)
        if source is not None and added is not None and _holder(turn, added) == source:
            yield each


def _holder(turn: Turns, value: int) -> Path | None:
    """What the turn takes up that the value is an item or attribute of."""
    path = turn.accesses.temporaries.path(value)
    if path is None or len(path) < 2:
        return None
    events = (event for found in turn.accesses.of(path[:1]).values() for event in found)
    is_new = any(each.access is Access.WRITE and each.place.block in turn.all_members for each in events)
    return path[:-1] if is_new else None


def same_value(accesses: Accesses, value: int, totals: Iterable[Event]) -> Iterator[Event]:
    """The totals to which the same expression is added."""
    text = accesses.temporaries.text(value)
    for each in totals:
        added = addend(accesses, each)
        if text is not None and added is not None and accesses.temporaries.text(added) == text:
            yield each


def counts_beside(turn: Turns, division: Consumer, totals: Iterable[Event]) -> bool:
    """Whether all turns that add to what the division divides come to the write: `wrong += ...; words = len(line)`."""
    temporaries = turn.accesses.temporaries
    inputs = temporaries.inputs(division.other) if division.other is not None else ()
    divided = {temporaries.path(each) for each in inputs}
    return any(each.path in divided and each.place.block == turn.write.place.block for each in totals)


def _unpacked(turn: Turns, value: int) -> int | None:
    """The tuple that the value is a part of, where it is."""
    found = turn.accesses.temporaries.definitions[turn.origin(value)]
    return found.source if isinstance(found, ir.Element) else None


def addend(accesses: Accesses, addition: Event) -> int | None:
    """What an augmented assignment adds."""
    value = getattr(addition.instruction, "value", None)
    made = None if value is None else accesses.temporaries.definitions.get(value)
    return made.right if isinstance(made, ir.Binary) and made.inplace else value
