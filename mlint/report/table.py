"""Rows of text in aligned columns."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TextIO

from mlint.report.cells import columns, visible
from mlint.report.paint import Line, write_lines

GAP = "  "
_LEAST_ROOM = 20  # columns: in fewer the words of a sentence do not read as one


class Column(NamedTuple):
    """A column of a table: its heading, the style of its cells, and on which side they are aligned."""

    heading: str
    style: str = ""
    right: bool = False


def write_table(shape: Sequence[Column], rows: Sequence[Sequence[str]], out: TextIO) -> None:
    """Write the headings and the rows, each as wide as its widest cell; nothing if there are no rows.

    On a terminal that is too narrow for a row its last cell goes on below.
    """
    if rows:
        shown: list[Sequence[str]] = [[visible(cell) for cell in row] for row in rows]
        if out.isatty():
            shown = [each for row in shown for each in _folded(row, _room(shape, shown))]
        write_lines(_lines(shape, shown), out)


def _room(shape: Sequence[Column], rows: Sequence[Sequence[str]]) -> int:
    """How wide the last column may be on this terminal."""
    others = zip([column.heading for column in shape][:-1], *(row[:-1] for row in rows), strict=True)
    return shutil.get_terminal_size().columns - sum(max(map(columns, cells)) + len(GAP) for cells in others)


def _folded(row: Sequence[str], room: int) -> Iterator[Sequence[str]]:
    parts = textwrap.wrap(row[-1], room) if room >= _LEAST_ROOM else []
    yield [*row[:-1], parts[0] if parts else row[-1]]
    yield from ([""] * (len(row) - 1) + [part] for part in parts[1:])


def _lines(shape: Sequence[Column], rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    headings = [column.heading for column in shape]
    widths = [max(map(columns, cells)) for cells in zip(headings, *rows, strict=True)]
    widths[-1] = 0 if not shape[-1].right else widths[-1]  # nothing comes behind it
    yield [(_padded(cell, width, column), "bold") for cell, width, column in zip(headings, widths, shape, strict=True)]
    for row in rows:
        yield [(_padded(*cell), cell[2].style) for cell in zip(row, widths, shape, strict=True)]


def _padded(cell: str, width: int, column: Column) -> str:
    space = " " * (width - columns(cell))
    return (space + cell if column.right else cell + space) + GAP
