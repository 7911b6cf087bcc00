"""Long numbers that have much in common, as JSON keeps them: cut to pieces, each of which stands there once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_DIGITS = 256
_IDLE = 1.1
"""By so much there may be more pieces than are used before all numbers are cut anew."""


class Pieces:
    """Pieces by their places. Of a number the lowest comes first."""

    def __init__(self, pieces: Iterable[str] = ()) -> None:
        self.texts = list(pieces)
        self._places = {text: place for place, text in enumerate(self.texts)}
        self._cut: dict[int, Sequence[int]] = {}

    def cut(self, number: int) -> Sequence[int]:
        """The places of the pieces of a number; pieces that are new are added."""
        if number not in self._cut:
            text = f"{number:x}"
            text = text.zfill(-(-len(text) // _DIGITS) * _DIGITS)
            ends = range(len(text), 0, -_DIGITS)
            self._cut[number] = [self._place(text[end - _DIGITS : end]) for end in ends]
        return self._cut[number]

    def _place(self, text: str) -> int:
        place = self._places.setdefault(text, len(self.texts))
        if place == len(self.texts):
            self.texts.append(text)
        return place

    def number(self, places: Sequence[int]) -> int:
        """The number. Raises IndexError, TypeError or ValueError where there are no such pieces."""
        number = int("".join([self.texts[place] for place in reversed(places)]), 16)
        self._cut[number] = places
        return number

    def are_idle(self, used: Iterable[Sequence[int]]) -> bool:
        """Whether too many of the pieces stand in none of the numbers any more, whose places these are."""
        return len(self.texts) > _IDLE * len(set().union(*used))
