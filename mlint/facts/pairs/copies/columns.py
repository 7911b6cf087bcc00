"""Columns of an array that are treated by the same side of a picture: `xy[:, 0] / width` and `xy[:, 1] / width`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlint.facts.pairs.copies.siblings import Comparison, comparisons
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.names.roles import counterparts, is_size, roles
from mlint.facts.pairs.names.words import replaced, split
from mlint.facts.pairs.reading.apart import selects
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, NUMBER, Atom, Row, subscripts
from mlint.facts.pairs.reading.unify import Site

# The columns are those of `x, y` and of `x1, y1, x2, y2`: even ones are along the width.
_COLUMNS = {("0", "1"): 0, ("1", "0"): 1, ("2", "3"): 0, ("3", "2"): 1}


def columns(row: Row, scope: Scope) -> Iterator[Slip]:
    """The sides that stand for the other one, in siblings that differ in the column alone."""
    for comparison in comparisons(row):
        unified = comparison.unified
        changed = [site for site in unified.sites if not site.kept]
        if not changed or any(site.left.kind != NUMBER for site in changed):
            continue
        first = {_COLUMNS.get((site.left.text, site.right.text)) for site in changed if _is_column(row, site)}
        sides = [site for _, site in unified.kept() if site.left.kind in (NAME, ATTRIBUTE) and _side(site.left)]
        sides = [site for site in sides if not selects(row, site.left, unified.left)]  # `boxes[rows, 0]`
        if first in ({0}, {1}) and len(sides) == 1 and sides[0].left.kind == NAME:
            yield from _slip(row, scope, comparison, sides[0], 0 in first)


def _is_column(row: Row, site: Site) -> bool:
    """Whether the number stands in the last of several parts of a subscript, as no step of a slice."""
    at = site.left.at
    statement = row.statement_at(at)
    subscripted = row.of(ast.Subscript) if statement is None else row.within(ast.Subscript, statement.start, at)
    around = [(part.start, node) for part, node in subscripted if part.start < at < part.end]
    if not around:
        return False
    listed = subscripts(max(around)[1])
    last = row.parts[listed[-1]]
    return len(listed) > 1 and last.start <= at < last.end


def _side(atom: Atom) -> bool:
    return any(is_size(word) for word in split(atom.text))


def _slip(row: Row, scope: Scope, comparison: Comparison, site: Site, in_order: bool) -> Iterator[Slip]:
    """The slip of a side that both have: `width` belongs to the even column, `height` to the odd one."""
    unified = comparison.unified
    said = [(role, word) for role, word in roles(split(site.left.text)).items() if role.family == "axis"]
    if len(said) != 1 or said[0][0].pole > 1:
        return
    role, word = said[0]
    right = (role.pole == 0) == in_order
    atom, suspect, model = (
        (site.right, unified.right, unified.left) if right else (site.left, unified.left, unified.right)
    )
    for other in counterparts(word, type(role)(role.family, 1 - role.pole)):
        expected = replaced(atom.text, word, other)
        if scope.knows(atom, expected, suspect.start):
            unread = scope.unused(atom, expected, suspect.start)
            shown = any(each.text == expected for part in comparison.others for each in row.atoms_of(part))
            yield Slip.of_pair(
                atom, expected, suspect, model, ("0", "1"), (word, other), unread=unread, confirmed=shown
            )
            return
