"""What was read lately and is dear to read, but dearer to keep: trees, mostly."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

Read = TypeVar("Read")


class Recent:
    """Keeps what stands for so many lines of code together; what was not asked for the longest goes first.

    What went is read again, and is the same: answers never depend on it.
    """

    def __init__(self, lines: int) -> None:
        self._least = self._room = lines
        self._kept: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._lines = 0

    def make_room(self, lines: int) -> None:
        """From now on have room for a file of so many lines, whose functions are gone through again and again."""
        self._room = max(self._least, 2 * lines)

    def get(self, key: Hashable, lines: int, read: Callable[[], Read]) -> Read:
        """What `read` gives, unless it is kept: it stands for so many lines. Raises what `read` raises."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][0]  # type: ignore[return-value] # one kind a key
        found = read()
        self._kept[key] = found, lines
        self._lines += lines
        while self._lines > self._room and len(self._kept) > 1:
            self._lines -= self._kept.popitem(last=False)[1][1]
        return found
