"""Where the nodes of temporaries stand: four small numbers for each, in place of the trees."""

from __future__ import annotations

import ast
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from mlint.facts.syntax.code import cut
from mlint.finding import Span


class Placed(Protocol):
    """What has a position as `ast` gives it: lines from 1, columns in bytes of UTF-8 from 0, the end exclusive."""

    @property
    def lineno(self) -> int: ...
    @property
    def col_offset(self) -> int: ...
    @property
    def end_lineno(self) -> int | None: ...
    @property
    def end_col_offset(self) -> int | None: ...


@dataclass(slots=True)
class Stretch:
    """From one node to another, where `ast` has no position for what these make up (`for x in xs`, `open(x) as y`)."""

    lineno: int
    col_offset: int
    end_lineno: int | None
    end_col_offset: int | None

    @classmethod
    def between(cls, first: Placed, last: Placed) -> Stretch:
        """From the begin of one to the end of the other."""
        return cls(first.lineno, first.col_offset, last.end_lineno, last.end_col_offset)

    @classmethod
    def of_name(cls, node: Placed, name: str, lines: Sequence[str]) -> Stretch:
        """The name that a statement binds on its first line (`def name`, `class name`, `as name`), else that line."""
        line = lines[node.lineno - 1].encode()
        found = re.compile(rb"\b(?:def|class|as)\s+(%s)\b" % re.escape(name.encode())).search(line, node.col_offset)
        start, end = found.span(1) if found is not None else (node.col_offset, len(line))
        return cls(node.lineno, start, node.lineno, end)

    @classmethod
    def of_clause(cls, clause: ast.comprehension, lines: Sequence[str]) -> Stretch:
        """`for x in xs if x` in a comprehension."""
        found = cls.between(clause.target, [clause.iter, *clause.ifs][-1])
        # What stands in an f-string may claim to stand anywhere.
        before = "".join(lines[found.lineno - 1 : found.lineno]).encode()[: found.col_offset]
        opened = re.search(rb"(?:\basync\s+)?\bfor[\s(]*$", before)
        return replace(found, col_offset=opened.start()) if opened is not None else found


class Places:
    """The places of all temporaries of a slice, as they are numbered.

    `formatted` are the stretches of temporaries inside of f-strings, of which the place is that of the whole string:
    what `ast` says of them depends on the version of Python, and is wrong before 3.12. `above`: how many of the lines
    that the nodes count precede the slice.
    """

    def __init__(self, nodes: Iterable[Placed], formatted: Sequence[tuple[range, Placed]], above: int) -> None:
        self.formatted = tuple(inside for inside, _ in formatted)
        found = list(nodes)
        for inside, whole in formatted:  # the outer ones come last
            found[inside.start : inside.stop] = [whole] * len(inside)
        self._numbers = _packed(found, above)

    def is_formatted(self, temporary: int) -> bool:
        """Whether the temporary is one inside of an f-string."""
        return any(temporary in inside for inside in self.formatted)

    def span(self, temporary: int, lines: Sequence[str], above: int) -> Span:
        """Where a temporary's node stands in a file of these lines, of which so many precede the slice."""
        first, start, last, end = self._numbers[4 * temporary : 4 * temporary + 4]
        return span_of(Stretch(first, start, last, end), lines, above)


def _packed(nodes: Iterable[Placed], above: int) -> array[int]:
    numbers = [
        number
        for node in nodes
        for number in (
            node.lineno - above,
            node.col_offset,
            (node.end_lineno or node.lineno) - above,
            node.end_col_offset or 0,
        )
    ]
    return array("H" if max(numbers, default=0) < 1 << 16 else "L", numbers)


def _column(line: str, offset: int) -> int:
    """A column as findings count it: in characters, from 1."""
    return (offset if line.isascii() else len(line.encode()[:offset].decode())) + 1


def span_of(node: Placed, lines: Sequence[str], above: int = 0) -> Span:
    """Where a node stands in a file of these lines; so many of them precede the first that the node counts."""
    first, last = node.lineno + above, (node.end_lineno or node.lineno) + above
    start, end = _column(lines[first - 1], node.col_offset), _column(lines[last - 1], node.end_col_offset or 0)
    return Span(first, start, last, end)


def text_of(node: ast.expr, lines: Sequence[str]) -> str:
    """The text of a node whose position counts in these lines."""
    return cut(span_of(node, lines), lines)
