"""Parts of one shape that stand beside each other: statements, branches, entries, elements, arguments, operands."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mlint.facts.pairs.reading.runs import runs
from mlint.facts.pairs.reading.shapes import Group, Part, Row
from mlint.facts.pairs.reading.unify import Unified, unify

# How far apart siblings may stand among those of their shape, and how many of these are looked at.
_WINDOW = 4
_RUN = 12
# The tokens of `x = y`; less than that has nothing to compare.
_SMALLEST = 3
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(slots=True, unsafe_hash=True)
class Comparison:
    """Two siblings place by place, and the others of their shape in the group."""

    unified: Unified
    group: Group
    others: Sequence[Part]


def comparisons(row: Row, *, together: bool = False) -> Iterator[Comparison]:
    """Every two siblings of a row that have one shape and stand near each other, in the order of the text.

    `together`: also several statements at once.
    """
    yield from row.once(_of_groups)
    if together:
        yield from _within(row, runs(row))


def _of_groups(row: Row) -> list[Comparison]:
    return list(_within(row, row.groups))


def _within(row: Row, groups: Iterable[Group]) -> Iterator[Comparison]:
    for group in groups:
        for alike in siblings(row, group):
            for number, right in enumerate(alike):
                for left in alike[max(0, number - _WINDOW) : number]:
                    unified = unify(row, left, right)
                    if unified is not None:
                        others = [part for part in alike[:_RUN] if part is not left and part is not right]
                        yield Comparison(unified, group, others)


def siblings(row: Row, group: Group) -> Iterator[list[Part]]:
    """The parts of a group that have one shape, in the order of the text: two or more."""
    found: dict[tuple[str, ...], list[Part]] = {}
    for part in group.parts:
        if part.end - part.start >= _SMALLEST and not isinstance(part.node, _DEFINITIONS):
            found.setdefault(row.shape(part), []).append(part)
    return (parts for parts in found.values() if len(parts) > 1)
