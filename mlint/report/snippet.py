"""A span of a file as rows of source with a mark under what the span covers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from mlint.finding import Span
from mlint.report.cells import cells, columns

CUT = "..."
MOST_LINES = 4


class Row(NamedTuple):
    """A source line and the marks under it; `number` is None where lines are left out."""

    number: int | None
    code: str
    marks: str


def snippet(lines: Sequence[str], span: Span, mark: str, limit: int) -> list[Row]:
    """The rows that show a span, each at most `limit` columns wide (a single wider character is shown whole).

    Of a span over many lines, the first and the last are shown. A span outside the file (it may have changed since)
    gives no rows.
    """
    last = _last_line(span)
    if not 1 <= span.line <= last <= len(lines):
        return []
    return [_row(lines, span, number, mark, limit) for number in _shown_lines(span.line, last)]


def _last_line(span: Span) -> int:
    """The last line that holds some of the span: an exclusive end in column 1 lies on the line before."""
    return span.end_line - 1 if span.end_column <= 1 and span.end_line > span.line else span.end_line


def _shown_lines(first: int, last: int) -> Iterator[int | None]:
    if last - first < MOST_LINES:
        yield from range(first, last + 1)
    else:
        yield from (first, first + 1, None, last)


def _row(lines: Sequence[str], span: Span, number: int | None, mark: str, limit: int) -> Row:
    if number is None:
        return Row(None, CUT, "")
    line = lines[number - 1]
    if not line.strip() and span.line != span.end_line:
        return Row(number, "", "")
    start = span.column - 1 if number == span.line else len(line) - len(line.lstrip())
    end = span.end_column - 1 if number == span.end_line else len(line.rstrip())
    start = min(start, len(line))
    return _marked(number, cells(line), start, max(start, min(end, len(line))), mark, limit)


def _marked(number: int, line: list[str], start: int, end: int, mark: str, limit: int) -> Row:
    first, last = _window(line, start, end, limit)
    before, after = CUT if first else "", CUT if last < len(line) else ""
    code = before + "".join(line[first:last]).rstrip() + after
    indent = len(before) + columns("".join(line[first:start]))
    width = columns("".join(line[start : min(end, last)]))
    return Row(number, code, " " * indent + mark * max(1, width))


def _window(line: list[str], start: int, end: int, limit: int) -> tuple[int, int]:
    """The part of a long line to show: from its beginning if the span fits in then, else from a little before it."""
    offsets = list(accumulate(map(columns, line), initial=0))
    if offsets[-1] <= limit:
        return 0, len(line)
    limit -= 2 * len(CUT)
    left = 0 if offsets[end] <= limit else max(0, offsets[start] - limit // 4)
    first = bisect_left(offsets, left)
    return first, max(bisect_right(offsets, left + limit) - 1, min(start + 1, len(line)))
