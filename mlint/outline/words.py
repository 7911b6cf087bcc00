"""The words of a stretch of text as a set, kept as one text: a tenth of what a set of them takes.

It is asked for single words far more often than for all of them, and a file has as many of these sets as functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set


class Words(Set[str]):
    """Some words. What they are combined with by `&`, `|` and `-` gives plain sets."""

    __slots__ = ("_spaced",)

    def __init__(self, found: Iterable[str] = ()) -> None:
        self._spaced = f" {' '.join(sorted(set(found)))} "

    @classmethod
    def told(cls, text: str) -> Words:
        """The words that `text` told."""
        words = cls.__new__(cls)
        words._spaced = f" {text} "
        return words

    @property
    def text(self) -> str:
        """All of them, sorted, with spaces between."""
        return self._spaced[1:-1]

    @classmethod
    def _from_iterable(cls, it: Iterable[str]) -> frozenset[str]:  # type: ignore[override] # what operators give
        return frozenset(it)

    def __contains__(self, word: object) -> bool:
        return f" {word} " in self._spaced

    def __iter__(self) -> Iterator[str]:
        return iter(self._spaced.split())

    def __len__(self) -> int:
        return len(self._spaced.split())

    def isdisjoint(self, other: Iterable[str]) -> bool:
        """Whether it holds none of these."""
        return not any(f" {word} " in self._spaced for word in other)

    def issuperset(self, other: Iterable[str]) -> bool:
        """Whether it holds all of these."""
        return all(f" {word} " in self._spaced for word in other)

    def __repr__(self) -> str:
        return f"Words({self.text!r})"
