"""Two same calls in one sum or list, of which the second is of the partner: `loss(q1, y) + loss(q1, y)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.copies.twice import says_size
from mlint.facts.pairs.names.roles import family, known_pair, partner_names, partners
from mlint.facts.pairs.names.words import changed, split
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Group, Part, Row

_SUM = re.compile(r"(?<![\w.*])(\w{2,})\s*\+\s*\1(?![\w.(\[])")
_PAIR = re.compile(r"([\w.]+)\((\w+)[^()]*\)\s*,\s*\1\(\2\b")
_SAME = re.compile(r"(?<![\w.*])(\*?[\w.]+\([^()]*\)(?:\.\w+\([^()]*\))*)\s*[+,]\s*\1(?!\w)")
_AFTER_CALL = re.compile(r"\)\s*[+,]")
_TWO = 2


def may_be_same_parts(line: str, repeated: Iterable[str]) -> bool:
    """Whether a call of what has a partner, or a name, stands in a line twice, side by side; cheap.

    `repeated`: the words that the line has twice.
    """
    if "+" in line and _SUM.search(line) is not None:
        return True
    if _AFTER_CALL.search(line) is None:
        return False
    have_partners = any(len(word) > 1 and any(map(partners, split(word))) for word in repeated)
    return have_partners and any(pattern.search(line) for pattern in (_SAME, _PAIR))


def same_parts(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second of two same operands of a sum, or elements, of which one should be of the partner."""
    for group in row.groups:
        if len(group.parts) != _TWO or group.kind not in ("operands", "elements"):
            continue
        first, second = group.parts
        if group.kind == "elements":
            yield from _for_both(row, scope, first, second)
        if not row.are_same(first, second):
            continue
        if group.kind == "elements" and all(map(says_size, row.texts(second))):
            continue  # `(resolution, resolution)`
        if group.kind == "elements" or row.tags[second.start - 1] == "Add":
            yield from _of_partner(row, scope, group, first, second)
            yield from _beside(row, scope, first, second)


def _for_both(row: Row, scope: Scope, first: Part, second: Part) -> Iterator[Slip]:
    """Data that two calls of one list get, where nothing asks for what is held out: `make(train), make(train)`."""
    if not (isinstance(first.node, ast.Call) and isinstance(second.node, ast.Call)):
        return
    if row.last_of(first.node.func) is None or row.called(first.node) != row.called(second.node):
        return
    used = {atom.text for atom in row.atoms_of(first)}
    for atom in row.atoms_of(second):
        is_data = atom.kind == NAME and not atom.called and atom.text in used
        for old, new, expected in partner_names(atom.text) if is_data else ():
            if family(old, new) == "split" and _waits(row, scope, expected, second):
                yield _slip(atom, expected, second, first, (old, new))
                return


def _beside(row: Row, scope: Scope, first: Part, second: Part) -> Iterator[Slip]:
    """A name that is added to itself, where the statement below the one that binds it binds one that nothing reads."""
    atoms = list(row.atoms_of(second))
    if len(atoms) != 1 or atoms[0].kind != NAME:
        return
    blocks = (group.parts for group in row.groups if group.kind == "block" and group.parts[0].start < second.start)
    for above, below in (each for parts in blocks for each in pairwise(parts)):
        name, other = _bound(above), _bound(below)
        if name != atoms[0].text or not other or other == name or row.shape(above) != row.shape(below):
            continue
        renaming = changed(name, other)
        # `step + step` is two steps, whatever else is there for nothing.
        together = len(split(name)) > 1 or (len(renaming) == 1 and known_pair(*renaming[0]))
        if together and len(renaming) == 1 and _waits(row, scope, other, second):
            yield _slip(atoms[0], other, second, first, renaming[0])
            return


def _bound(part: Part) -> str | None:
    """The one name that a statement binds to a value."""
    node = part.node
    target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    return target.id if isinstance(target, ast.Name) else None


def _waits(row: Row, scope: Scope, name: str, part: Part) -> bool:
    """Whether the name is bound before the statement, and neither that nor another reads it."""
    statement = row.statement_at(part.start) or part
    own = name in row.texts(statement)
    return not own and scope.never_read(name, statement.start)


def _slip(atom: Atom, expected: str, suspect: Part, model: Part, renaming: tuple[str, str]) -> Slip:
    return Slip.of_pair(atom, expected, suspect, model, renaming, unread=True, telling=True, double=True)


def _of_partner(row: Row, scope: Scope, group: Group, first: Part, second: Part) -> Iterator[Slip]:
    statement = row.statement_at(second.start) or second
    atoms = list(row.atoms_of(second))
    if not any(atom.called for atom in atoms):
        return
    present = {*row.texts(statement)}
    for atom in atoms:
        for old, new, expected in partner_names(atom.text):
            if expected not in present and _can_be_meant(scope, group, second, atom, expected, statement.start):
                yield _slip(atom, expected, second, first, (old, new))
                return


def _can_be_meant(scope: Scope, group: Group, part: Part, atom: Atom, expected: str, at: int) -> bool:
    """Whether the partner is a name that nothing reads after, or a part of the object of which all is listed."""
    if atom.kind == NAME and not atom.called:
        return len(atom.text) > 1 and scope.never_read(expected, at)
    listed = group.kind == "operands" or isinstance(part.node, ast.Starred)
    return atom.kind == ATTRIBUTE and atom.path.startswith("self.") and listed and scope.knows(atom, expected, at)
