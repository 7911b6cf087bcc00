"""Two same calls in one sum or list, of which the second is of the partner: `loss(q1, y) + loss(q1, y)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.roles import partners
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.shapes import ATTRIBUTE, NAME, Atom, Group, Part, Row
from mlint.facts.pairs.slip import Slip
from mlint.facts.pairs.words import replaced, split

_SAME = re.compile(r"(?<![\w.*])(\*?[\w.]+\([^()]*\)(?:\.\w+\([^()]*\))*)\s*[+,]\s*\1(?!\w)")
_TWO = 2


def may_be_same_parts(line: str) -> bool:
    """Whether a call stands in a line twice, side by side; cheap."""
    return _SAME.search(line) is not None


def same_parts(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second of two same operands of a sum, or elements, of which one should be of the partner."""
    for group in row.groups:
        if len(group.parts) != _TWO or group.kind not in ("operands", "elements"):
            continue
        first, second = group.parts
        if row.texts(first) != row.texts(second) or row.shape(first) != row.shape(second):
            continue
        if group.kind == "elements" or row.tags[second.start - 1] == "Add":
            yield from _of_partner(row, scope, group, first, second)


def _of_partner(row: Row, scope: Scope, group: Group, first: Part, second: Part) -> Iterator[Slip]:
    statement = next((each for each in row.statements if each.start <= second.start < each.end), second)
    atoms = list(row.atoms_of(second))
    if not any(atom.called for atom in atoms):
        return
    present = {*row.texts(statement)}
    for atom in atoms:
        for old in split(atom.text):
            for new in partners(old):
                expected = replaced(atom.text, old, new)
                if expected not in present and _can_be_meant(scope, group, second, atom, expected, statement.start):
                    renaming = (old, new)
                    yield Slip.of_pair(
                        atom, expected, second, first, renaming, renaming, unread=True, telling=True, double=True
                    )
                    return


def _can_be_meant(scope: Scope, group: Group, part: Part, atom: Atom, expected: str, at: int) -> bool:
    """Whether the partner is a name that nothing reads after, or a part of the object of which all is listed."""
    if atom.kind == NAME and not atom.called:
        return len(atom.text) > 1 and scope.uses.bound_before(expected, at) and scope.never_read(expected, at)
    listed = group.kind == "operands" or isinstance(part.node, ast.Starred)
    return atom.kind == ATTRIBUTE and atom.path.startswith("self.") and listed and scope.knows(atom, expected, at)
