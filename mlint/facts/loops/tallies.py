"""Tables of counts that are set to one where they should count: `confusion[truth, predicted] = 1`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses, Event
from mlint.facts.flow.consumers import Consumer, Role, consumers
from mlint.facts.loops.entries import assigned_items
from mlint.facts.loops.windows import begins_with_zeros, comes_again


@dataclass(frozen=True, slots=True)
class Tally:
    """A table that begins at zero, whose elements are set to one, and that is divided by its own sum."""

    write: Event
    division: Consumer


def overwritten_tallies(accesses: Accesses) -> Iterator[Tally]:
    """Every table that the data say where to count in, and that never counts beyond one."""
    for event, made, loops in assigned_items(accesses):
        value = accesses.temporaries.definitions.get(made.value)
        if not isinstance(value, ir.Const) or value.value != 1 or isinstance(value.value, bool):
            continue
        if _by_data(accesses, event, made) and begins_with_zeros(accesses, event, loops):
            division = _share(accesses, event)
            if division is not None:
                yield Tally(event, division)


def _by_data(accesses: Accesses, event: Event, made: ir.StoreItem) -> bool:
    index = accesses.temporaries.definitions[made.index]
    parts = index.items if isinstance(index, ir.Collect) else (made.index,)
    return all(comes_again(accesses, event, part) for part in parts)


def _share(accesses: Accesses, event: Event) -> Consumer | None:
    """Where the table is divided by its sum after the write."""
    for read in accesses.reached_by(event, event.path):
        for end in consumers(accesses, read.target):
            if end.role is Role.DIVIDED and end.other is not None:
                inputs = list(accesses.temporaries.inputs(end.other))
                calls = [accesses.temporaries.definitions[each] for each in inputs]
                sums = any(isinstance(c, ir.Call) and accesses.temporaries.callee_name(c) == "sum" for c in calls)
                if sums and any(accesses.temporaries.path(each) == event.path for each in inputs):
                    return end
    return None
