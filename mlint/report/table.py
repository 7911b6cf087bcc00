"""Rows of text in aligned columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TextIO

from mlint.report.cells import columns, visible
from mlint.report.paint import Line, write_lines

GAP = "  "


class Column(NamedTuple):
    """A column of a table: its heading, the style of its cells, and on which side they are aligned."""

    heading: str
    style: str = ""
    right: bool = False


def write_table(shape: Sequence[Column], rows: Sequence[Sequence[str]], out: TextIO) -> None:
    """Write the headings and the rows, each as wide as its widest cell; nothing if there are no rows."""
    if rows:
        write_lines(_lines(shape, [[visible(cell) for cell in row] for row in rows]), out)


def _lines(shape: Sequence[Column], rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    headings = [column.heading for column in shape]
    widths = [max(map(columns, cells)) for cells in zip(headings, *rows, strict=True)]
    yield [(_padded(cell, width, column), "bold") for cell, width, column in zip(headings, widths, shape, strict=True)]
    for row in rows:
        yield [(_padded(*cell), cell[2].style) for cell in zip(row, widths, shape, strict=True)]


def _padded(cell: str, width: int, column: Column) -> str:
    space = " " * (width - columns(cell))
    return (space + cell if column.right else cell + space) + GAP
