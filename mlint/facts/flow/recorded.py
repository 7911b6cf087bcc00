"""What an evaluation records: the value of each temporary, each call, what is returned, and the state at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlint.facts.domain.objects import State
from mlint.facts.domain.values import UNKNOWN, Value, join_all
from mlint.facts.tables.entries import Entry

FELL_OFF, YIELDED = -1, -2
"""Keys of `Facts.returns` that are no temporaries: the end was reached without a return; an item was yielded."""


@dataclass(slots=True)
class CallFact:
    """A call as the evaluator saw it.

    `callee` is what is called (of a method the function, where known), `receiver` the object of a method, `name` the
    last name that the callee is written with. `positional` and `keywords` are the arguments (`**x` left out, `*x` cut
    off, which `starred` tells). `entry` is what the tables say of the callee. `state` is what held before the call.
    """

    callee: Value
    receiver: Value | None
    name: str
    positional: tuple[Value, ...]
    keywords: Mapping[str, Value]
    state: State
    starred: bool = False
    entry: Entry | None = None


@dataclass(slots=True)
class Facts:
    """What is known of a function with all that is nested in it.

    `values` lacks the temporaries that control never reaches. `returns` are the returned values by the temporary of
    the `return`. `end` joins the states in which the function returns, `paused` those in which it yields. `complete`
    is False where the evaluation was given up: then nothing is known. `cost` counts the instructions evaluated, those
    of called functions included.
    """

    values: dict[int, Value] = field(default_factory=dict)
    calls: dict[int, CallFact] = field(default_factory=dict)
    returns: dict[int, Value] = field(default_factory=dict)
    end: State = field(default_factory=State)
    paused: State | None = None
    complete: bool = True
    cost: int = 0

    @property
    def returned(self) -> Value:
        """What a call gives: the join over all returns; unknown where it always raises. Of a generator, its items."""
        if YIELDED in self.returns:
            return self.returns[YIELDED]
        return join_all(self.returns.values()) if self.returns else UNKNOWN
