"""Which files of a project hold a word: asked for every function and class that somebody may use from elsewhere."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence

_WORD_BYTES = frozenset((string.ascii_letters + string.digits + "_").encode()) | frozenset(range(0x80, 0x100))
_SPACED = bytes(byte if byte in _WORD_BYTES else ord(" ") for byte in range(0x100))


def words_of(data: bytes) -> set[bytes]:
    """The words in the bytes of a file, and its numbers."""
    return set(data.translate(_SPACED).split())


class WordIndex:
    """For each word the files that hold it, by their numbers; picklable."""

    __slots__ = ("_holders", "_size")

    def __init__(self, files: Iterable[set[bytes]]) -> None:
        # Most words occur in a single file: a bare number takes a tenth of the memory of a list.
        self._holders: dict[bytes, int | list[int]] = {}
        self._size = 0
        for found in files:
            self._add(found, self._size)
            self._size += 1

    def _add(self, found: set[bytes], number: int) -> None:
        holders = self._holders
        for word in found:
            before = holders.setdefault(word, number)
            if before is number:
                continue
            if isinstance(before, int):
                holders[word] = [before, number]
            else:
                before.append(number)

    def holders(self, word: str) -> Sequence[int]:
        """The numbers of the files that hold the word, ascending.

        All of them for a word that is not ASCII: how it is spelled in bytes depends on the file.
        """
        if not word.isascii():
            return range(self._size)
        found = self._holders.get(word.encode(), ())
        return (found,) if isinstance(found, int) else found
