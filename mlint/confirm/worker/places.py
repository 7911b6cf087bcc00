"""Places in the user's code: which of the files that run are theirs, and at which of their lines something happens."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeAlias

Trace: TypeAlias = Callable[[FrameType, str, Any], Any]
Place: TypeAlias = "tuple[str, int]"

_FOREIGN = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


class Places:
    """Knows the file that is tried, and the project around it."""

    def __init__(self, path: str, root: str) -> None:
        self._path, self._root = path, os.path.join(root, "")

    def is_ours(self, path: str) -> bool:
        """Whether the code in the file belongs to the project (or is the file itself)."""
        if path == self._path:
            return True
        inside = path.startswith(self._root)
        return inside and not any(each in path.removeprefix(self._root.rstrip(os.sep)) for each in _FOREIGN)

    @contextmanager
    def lines_run(self, lines: set[int]) -> Iterator[None]:
        """Collect the lines of the file that is tried as they are run."""

        def enter(frame: FrameType, event: str, given: object) -> Trace | None:
            return at_line if frame.f_code.co_filename == self._path else None

        def at_line(frame: FrameType, event: str, given: object) -> Trace:
            lines.add(frame.f_lineno)
            return at_line

        before = sys.gettrace()
        sys.settrace(enter)
        try:
            yield
        finally:
            sys.settrace(before)

    def here(self, depth: int = 1) -> Place | None:
        """The innermost line of theirs that is running now."""
        frame: FrameType | None = sys._getframe(depth)
        while frame is not None and not self.is_ours(frame.f_code.co_filename):
            frame = frame.f_back
        return (frame.f_code.co_filename, frame.f_lineno) if frame is not None else None

    def of_error(self, error: BaseException) -> Place | None:
        """The innermost line of theirs that an exception came through."""
        found, trace = None, error.__traceback__
        while trace is not None:
            if self.is_ours(trace.tb_frame.f_code.co_filename):
                found = trace.tb_frame.f_code.co_filename, trace.tb_lineno
            trace = trace.tb_next
        return found


def line_of(place: Place | None) -> str:
    """`net.py:12`; empty for no place."""
    return f"{os.path.basename(place[0])}:{place[1]}" if place else ""
