"""Stretches of a file's text: the module level alone, and the words of any stretch."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from mlint.outline.shapes import Outline
from mlint.source import Source

_WORD = re.compile(r"[^\W\d]\w*")
_ASCII_WORD = re.compile(_WORD.pattern, re.ASCII)


def words(text: str) -> list[str]:
    """The words of a text in order: identifiers, and those in strings and comments."""
    if text.isascii():
        return _ASCII_WORD.findall(text)
    # Python reads identifiers in this normal form.
    return _WORD.findall(unicodedata.normalize("NFKC", text))


def gaps(first: int, last: int, extents: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The stretches (first and last line) of `first` to `last` outside of all `extents`, which are in order."""
    start = first
    for begin, end in extents:
        if begin > start:
            yield start, begin - 1
        start = max(start, end + 1)
    if start <= last:
        yield start, last


def module_slice(source: Source, outline: Outline) -> str:
    """The text of the file with `pass` in place of every function and class at module level.

    Lines and columns of all else are unchanged: the result is Python that can be parsed alone.
    """
    lines = list(source.lines)
    for first, last in outline.extents():
        head = lines[first - 1]
        indent = head[: len(head) - len(head.lstrip())]
        lines[first - 1 : last] = [f"{indent}pass", *[""] * (last - first)]
    return "\n".join(lines)
