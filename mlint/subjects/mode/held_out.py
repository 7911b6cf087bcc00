"""Data that is held out from the training, as far as names tell: what is run on it is an evaluation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_HELD_OUT = frozenset("eval evaluation validation val valid test testing dev".split())
_DATA = frozenset("loader loaders dataloader dataloaders batches iter iterator dl dataset data set".split())


def words_in(name: str) -> list[str]:
    """The words of a name in their order, in small letters: `val_loader`, `ValLoader`."""
    return _WORD.findall(name.lower()) if name.islower() else [word.lower() for word in _WORD.findall(name)]


def is_held_out(names: Iterable[str]) -> bool:
    """Whether one of the names is that of held-out data: `val_loader`."""
    return any(map(_is_held_out, names))


@lru_cache(maxsize=1 << 14)
def _is_held_out(name: str) -> bool:
    words = words_in(name)
    return not _HELD_OUT.isdisjoint(words) and not _DATA.isdisjoint(words)
