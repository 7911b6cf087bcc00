"""What an operator makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.truth.code import Edit, Function

Lines = tuple[int, int]


@dataclass(frozen=True)
class Seed:
    """A way to break a function: the edits, and the lines (of the unbroken file) where a report would be right."""

    edits: tuple[Edit, ...]
    places: tuple[Lines, ...]

    @property
    def start(self) -> int:
        """Where the first edit is."""
        return min(each.start for each in self.edits)

    def applied(self, data: bytes) -> bytes:
        """The file with the edits."""
        for edit in sorted(self.edits, key=lambda each: -each.start):
            data = data[: edit.start] + edit.text.encode() + data[edit.end :]
        return data

    def moved_places(self, data: bytes) -> tuple[Lines, ...]:
        """The places in the file with the edits."""
        return tuple((self.moved(first, data), self.moved(end, data)) for first, end in self.places)

    def moved(self, line: int, data: bytes) -> int:
        """A line of the unbroken file in the one with the edits."""
        start = 0
        for _ in range(line - 1):
            start = data.index(b"\n", start) + 1
        before = (each for each in self.edits if each.end <= start)
        return line + sum(each.text.count("\n") - data.count(b"\n", each.start, each.end) for each in before)


@dataclass(frozen=True)
class Operator:
    """One way to make a mistake: the rule that it is about, and how to find places that are right."""

    name: str
    rule: str
    find: Callable[[Function], Iterator[Seed]]
