"""Long numbers that have much in common, as JSON keeps them: cut to pieces, each of which stands there once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_DIGITS = 256


class Pieces:
    """Pieces by their places. Of a number the lowest comes first."""

    def __init__(self, pieces: Iterable[str] = ()) -> None:
        self.texts = list(pieces)
        self._places = {text: place for place, text in enumerate(self.texts)}

    def cut(self, number: int) -> list[int]:
        """The places of the pieces of a number; pieces that are new are added."""
        text = f"{number:x}"
        text = text.zfill(-(-len(text) // _DIGITS) * _DIGITS)
        return [self._place(text[at : at + _DIGITS]) for at in range(len(text) - _DIGITS, -1, -_DIGITS)]

    def _place(self, text: str) -> int:
        place = self._places.setdefault(text, len(self.texts))
        if place == len(self.texts):
            self.texts.append(text)
        return place

    def number(self, places: Sequence[int]) -> int:
        """The number. Raises IndexError, TypeError or ValueError where there are no such pieces."""
        return int("".join(self.texts[place] for place in reversed(places)), 16)
