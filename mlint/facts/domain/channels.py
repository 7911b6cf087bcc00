"""What is known of single parts of an array: after `hsv[..., 1] *= 1.6` one channel has another range than the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mlint.facts.domain.intervals import Basis, Interval
from mlint.facts.domain.polynomials import Term
from mlint.facts.domain.records import replace

# More parts than these are no channels.
_MOST = 8


@dataclass(slots=True, unsafe_hash=True)
class Channels:
    """The ranges of the parts that were stored one by one, by the text of their index, and of the `rest`.

    They hold of the array with that `whole` range and `term`; another value was made of it, or something was written.
    """

    whole: Interval
    term: Term | None
    rest: Interval
    parts: tuple[tuple[str, Interval], ...]

    def range_of(self, key: str) -> Interval:
        """The range of the part."""
        return dict(self.parts).get(key, self.rest)

    def has(self, key: str) -> bool:
        """Whether something was stored in just that part."""
        return any(name == key for name, _ in self.parts)

    def is_of(self, whole: Interval | None, term: Term | None) -> bool:
        """Whether they hold of an array with that range and term."""
        return self.whole == whole and self.term == term

    def with_some_part(self, stored: Interval) -> Channels:
        """After something was stored in a part that is another on each turn: if it narrows that, then all in turn."""
        rest = self.whole.join(stored)
        rest = rest.resting_on(Basis.HULL) if narrows(stored, self.whole) else rest
        return Channels(rest, None, rest, ())

    def with_part(self, key: str, stored: Interval) -> Channels | None:
        """After something with that range was stored in the part; None where there are too many."""
        rest = self.rest
        if narrows(stored, self.range_of(key)):
            rest = rest.resting_on(Basis.HULL)  # who narrows one part may narrow all of them, one by one
        others = [
            (name, each if _are_apart(name, key) else each.resting_on(Basis.HULL))
            for name, each in self.parts
            if name != key
        ]
        parts = (*others, (key, stored))
        whole = joined((rest, *(each for _, each in parts)))
        return Channels(whole, None, rest, parts) if len(parts) <= _MOST else None


def joined(ranges: Iterable[Interval]) -> Interval:
    """The hull of all, of which there is at least one."""
    first, *others = ranges
    for each in others:
        first = first.join(each)
    return first


def join_channels(left: Channels, right: Channels, term: Term | None) -> Channels | None:
    """What is known of the parts of an array that is one or the other.

    Where one side doubts its rest, the loop that narrows the parts one by one may have had no turns: so does the join.
    """
    if (left.rest.low, left.rest.high) == (right.rest.low, right.rest.high):
        doubt = min(left.rest.basis, right.rest.basis)
        left, right = (replace(each, rest=each.rest.resting_on(doubt)) for each in (left, right))
    names = dict.fromkeys(name for side in (left, right) for name, _ in side.parts)
    parts = tuple((name, left.range_of(name).join(right.range_of(name))) for name in names)
    rest = left.rest.join(right.rest)
    whole = joined((rest, *(each for _, each in parts)))
    return Channels(whole, term, rest, parts) if len(parts) <= _MOST else None


def narrows(stored: Interval, before: Interval) -> bool:
    """Whether what is stored in a part bounds what stood there, and is no constant that is painted over it."""
    return stored != before and not stored.is_point and before.low <= stored.low and stored.high <= before.high


def _are_apart(one: str, other: str) -> bool:
    """Whether two indices are of different channels: `:,:,1` and `:,:,2`."""
    front, _, last = one.rpartition(",")
    others, _, number = other.rpartition(",")
    return front == others and last.isdigit() and number.isdigit() and last != number
