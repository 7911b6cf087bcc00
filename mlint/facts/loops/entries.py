"""The entries of a container: where they are assigned, gone through, or looked up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.loops.turns import Turns


def assigned_items(accesses: Accesses) -> Iterator[tuple[Event, ir.StoreItem, tuple[int, ...]]]:
    """The plain assignments to an item inside a loop, each with the loops around it, the outermost first."""
    for event in accesses.events:
        made = event.instruction
        loops = accesses.graph.blocks[event.place.block].loops
        if event.access is Access.CHANGE and isinstance(made, ir.StoreItem) and not made.augmented and loops:
            yield event, made, loops


def entries(accesses: Accesses, container: int) -> Iterator[int]:
    """The values that are taken out of a container that is read: `for name, value in totals.items()`, `totals[name]`,
    `for hit, n in zip(hits, counts)`.

    What a constant looks up is a path of its own, and none of these.
    """
    temporaries = accesses.temporaries
    for user in temporaries.users[container]:
        if isinstance(user, ir.Item) and not isinstance(temporaries.definitions[user.index], ir.Const):
            yield user.target
        elif isinstance(user, ir.Call) and temporaries.callee_name(user) == "zip":
            yield from _zipped(accesses, user, container)
        elif isinstance(user, ir.Attribute) and user.name in ("items", "values"):
            calls = [each for each in temporaries.users[user.target] if isinstance(each, ir.Call)]
            for each in (turn for call in calls for turn in temporaries.users[call.target]):
                if isinstance(each, ir.Next):
                    yield from _value_of(accesses, each, is_pair=user.name == "items")


def _zipped(accesses: Accesses, call: ir.Call, container: int) -> Iterator[int]:
    """The values that a loop takes out of a container beside those of others: `for hit, n in zip(hits, counts)`."""
    places = [index for index, each in enumerate(call.arguments) if each.value == container]
    for turn in accesses.temporaries.users[call.target]:
        parts = accesses.temporaries.users[turn.target] if isinstance(turn, ir.Next) else ()
        yield from (each.target for each in parts if isinstance(each, ir.Element) and each.index in places)


def _value_of(accesses: Accesses, turn: ir.Next, is_pair: bool) -> Iterator[int]:
    parts = [each for each in accesses.temporaries.users[turn.target] if isinstance(each, ir.Element)]
    yield from [each.target for each in parts if each.index == 1] if is_pair else [turn.target]


def _has_one(call: ir.Instruction | None) -> TypeGuard[ir.Call]:
    return isinstance(call, ir.Call) and len(call.arguments) == 1


def is_length_by_key(turn: Turns, value: int) -> bool:
    """Whether the value is the length of the entry that a container has by the loop's key: `len(batch[key])`, where the
    entries of one batch are as long as one another. Of `len(batches[i])` with a number they are not."""
    definitions, temporaries = turn.accesses.temporaries.definitions, turn.accesses.temporaries
    call = definitions.get(value)
    entry = definitions.get(turn.origin(call.arguments[0].value)) if _has_one(call) else None
    if isinstance(entry, ir.Element):  # `low, high = bounds[key]`
        entry = definitions.get(turn.origin(entry.source))
    if not isinstance(entry, ir.Item) or not isinstance(call, ir.Call) or temporaries.callee_name(call) != "len":
        return False
    key = definitions.get(turn.origin(entry.index))
    through = {temporaries.path(key.iterable)} if isinstance(key, ir.Next) else {None}
    return None not in through and temporaries.path(entry.base) not in {None, *through}
