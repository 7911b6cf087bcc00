"""Maps that windows add up in, one of which is assigned where its sibling is added to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlint.facts import ir
from mlint.facts.accesses import Access, Accesses, Event
from mlint.facts.consumers import Consumer, Role, consumers
from mlint.facts.loops.starts import is_zero
from mlint.facts.loops.turns import before, is_augmented
from mlint.facts.paths import Place


@dataclass(frozen=True, slots=True)
class Window:
    """An assignment into a window of a map, where `sibling` adds to the same window of another map, and both are
    divided by one another after the loop."""

    loop: int
    write: Event
    sibling: Event
    division: Consumer


def overwritten_windows(accesses: Accesses) -> Iterator[Window]:
    """Every map that begins at zero and is assigned window by window beside one that is added to."""
    changes = [
        event for event in accesses.events if event.access is Access.CHANGE and _key(accesses, event) is not None
    ]
    for write in changes:
        loops = accesses.graph.blocks[write.place.block].loops
        if not loops or is_augmented(write) or not _begins_at_zero(accesses, write, loops):
            continue
        for sibling in changes:
            if _is_sibling(accesses, write, sibling):
                division = _division(accesses, write, sibling)
                if division is not None:
                    yield Window(loops[-1], write, sibling, division)
                    break


def _key(accesses: Accesses, event: Event) -> str | None:
    made = event.instruction
    if not isinstance(made, ir.StoreItem):
        return None
    parts = accesses.temporaries.inputs(made.index)
    slices = any(isinstance(accesses.temporaries.definitions[each], ir.Slice) for each in parts)
    return accesses.temporaries.text(made.index) if slices else None


def _begins_at_zero(accesses: Accesses, write: Event, loops: tuple[int, ...]) -> bool:
    for loop in loops:
        starts = list(before(accesses, write.path, loop))
        if starts:
            return all(start.path == write.path and is_zero(accesses, start) for start in starts)
    return False


def _is_sibling(accesses: Accesses, write: Event, other: Event) -> bool:
    same_place = other.place.block == write.place.block and other.path != write.path
    return same_place and is_augmented(other) and _key(accesses, other) == _key(accesses, write)


def _division(accesses: Accesses, write: Event, sibling: Event) -> Consumer | None:
    """Where one map is divided by the other after the write."""
    start = Place(write.place.block, write.place.position + 1)
    for path, other in ((write.path, sibling.path), (sibling.path, write.path)):
        for read in accesses.reads_from([start], path):
            for end in consumers(accesses, read.target):
                if end.role is Role.DIVIDED and end.other is not None:
                    inputs = accesses.temporaries.inputs(end.other)
                    if any(accesses.temporaries.path(each) == other for each in inputs):
                        return end
    return None
