"""Several statements that were copied together: `opt_a.zero_grad(); loss_a.backward()`, and the same of b below."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.reading.shapes import Block, Group, Part, Row

RUNS = "runs"
# As many statements are copied together, and as many parts are compared.
_LONGEST = 8
_MOST = 200


def runs(row: Row) -> Iterator[Group]:
    """The stretches of a block that are repeated below it in the same shape, one after another."""
    for group in row.groups:
        if group.kind == "block" and 4 <= len(group.parts) <= _MOST:
            shapes = _numbered(row, group.parts)
            for length in range(2, min(_LONGEST, len(shapes) // 2) + 1):
                yield from _repeated(group.parts, shapes, length)


def _numbered(row: Row, parts: Sequence[Part]) -> list[int]:
    """A number for each part, the same for parts of one shape."""
    numbers: dict[tuple[str, ...], int] = {}
    return [numbers.setdefault(row.shape(part), len(numbers)) for part in parts]


def _repeated(parts: Sequence[Part], shapes: Sequence[int], length: int) -> Iterator[Group]:
    """The stretches of so many parts, of several shapes, that stand below one another."""
    at = 0
    while at + 2 * length <= len(shapes):
        model = shapes[at : at + length]
        end = at + length
        while shapes[end : end + length] == model:
            end += length
        if end > at + length and len(set(model)) > 1:
            yield Group(RUNS, [_together(parts[start : start + length]) for start in range(at, end, length)])
            at = end - length
        at += 1


def _together(parts: Sequence[Part]) -> Part:
    statements = [part.node for part in parts if isinstance(part.node, ast.stmt)]
    return Part(Block(statements), parts[0].start, parts[-1].end)
