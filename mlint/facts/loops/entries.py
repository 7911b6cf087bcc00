"""The entries of a container: where what it holds is gone through, or looked up."""

from __future__ import annotations

from collections.abc import Iterator

from mlint.facts import ir
from mlint.facts.accesses import Accesses


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
