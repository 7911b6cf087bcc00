"""The entries of a container: where they are assigned, gone through, or looked up."""

from __future__ import annotations

from collections.abc import Iterator

from mlint.facts import ir
from mlint.facts.accesses import Access, Accesses, Event


def assigned_items(accesses: Accesses) -> Iterator[tuple[Event, ir.StoreItem, tuple[int, ...]]]:
    """The plain assignments to an item inside a loop, each with the loops around it, the outermost first."""
    for event in accesses.events:
        made = event.instruction
        loops = accesses.graph.blocks[event.place.block].loops
        if event.access is Access.CHANGE and isinstance(made, ir.StoreItem) and not made.augmented and loops:
            yield event, made, loops


def entries(accesses: Accesses, container: int) -> Iterator[int]:
    """The values that are taken out of a container that is read: `for name, value in totals.items()`, `totals[name]`.

    What a constant looks up is a path of its own, and none of these.
    """
    temporaries = accesses.temporaries
    for user in temporaries.users[container]:
        if isinstance(user, ir.Item) and not isinstance(temporaries.definitions[user.index], ir.Const):
            yield user.target
        elif isinstance(user, ir.Attribute) and user.name in ("items", "values"):
            calls = [each for each in temporaries.users[user.target] if isinstance(each, ir.Call)]
            for each in (turn for call in calls for turn in temporaries.users[call.target]):
                if isinstance(each, ir.Next):
                    yield from _value_of(accesses, each, is_pair=user.name == "items")


def _value_of(accesses: Accesses, turn: ir.Next, is_pair: bool) -> Iterator[int]:
    parts = [each for each in accesses.temporaries.users[turn.target] if isinstance(each, ir.Element)]
    yield from [each.target for each in parts if each.index == 1] if is_pair else [turn.target]
