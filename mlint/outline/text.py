"""The source text of syntax nodes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

_KEPT = 4000
"""An expression longer than this is data: nobody evaluates it from an outline, and it would fill the cache."""


class Text:
    """The lines of a file, from which the text of nodes is cut (their columns count UTF-8 bytes)."""

    __slots__ = ("_lines",)

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def of(self, node: ast.expr) -> str:
        """The text of an expression as it is written, over several lines where it is."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        start, end = node.col_offset, node.end_col_offset
        if first == last:
            return _cut(self._lines[first], start, end)
        inner = self._lines[first + 1 : last]
        return "\n".join([_cut(self._lines[first], start, None), *inner, _cut(self._lines[last], 0, end)])

    def of_any(self, node: ast.expr | None) -> str | None:
        """The text of an expression, or None for none."""
        return None if node is None else self.of(node)

    def of_short(self, node: ast.expr) -> str | None:
        """The text of an expression, or None if it is very long."""
        if (node.end_lineno or node.lineno) - node.lineno > _KEPT:
            return None
        text = self.of(node)
        return text if len(text) <= _KEPT else None

    def between(self, first: int, last: int) -> str:
        """The lines `first` to `last`, both counted from 1 and included."""
        return "\n".join(self._lines[first - 1 : last])

    def decorator_line(self, decorator: ast.expr) -> int:
        """The line of the `@`: a decorator in brackets may begin on a later one."""
        line = decorator.lineno
        while line > 1 and not self._lines[line - 1].lstrip().startswith("@"):
            line -= 1
        return line

    def last_line(self, node: ast.stmt) -> int:
        """The line that a statement ends at: the empty one behind a backslash, without which it can't be read alone."""
        end = node.end_lineno or node.lineno
        goes_on = self._lines[end - 1].endswith("\\") and end < len(self._lines) and not self._lines[end].strip()
        return end + goes_on


def _cut(line: str, start: int, end: int | None) -> str:
    if line.isascii():
        return line[start:end]
    return line.encode()[start:end].decode()
