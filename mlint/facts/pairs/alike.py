"""Two names for one value, where something that only the other needs is read nowhere.

`new = policy(x)` and `old = policy(x)`, in a function that is given `old_policy`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.measures import asks_for_kind
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.script import Line
from mlint.facts.pairs.shapes import NAME, Atom, Part, Row
from mlint.facts.pairs.slip import Slip
from mlint.facts.pairs.unify import Renaming
from mlint.facts.pairs.words import changed, replaced, split

_ASSIGNMENT = re.compile(r"(\w+) = (.*[(.].*)$")
_MOST = 200


def may_be_alike(lines: Sequence[Line]) -> bool:
    """Whether two names that differ in a word are given the same value; cheap."""
    given: dict[str, str] = {}
    for line in lines:
        found = _ASSIGNMENT.match(line.text)
        if found is not None and len(changed(given.setdefault(found[2], found[1]), found[1])) == 1:
            return True
    return False


def bound_alike(row: Row, scope: Scope) -> Iterator[Slip]:
    """The name in the one of two same values that an unread name of the function is there for."""
    given: dict[tuple[str, ...], tuple[Part, Atom, Part]] = {}
    for part, node in row.of(ast.Assign):
        label = row.last_of(node.targets[0]) if isinstance(node.targets[0], ast.Name) else None
        value = row.parts.get(node.value)
        if label is None or value is None or len(node.targets) != 1 or value.end - value.start > _MOST:
            continue
        key = (*row.shape(value), *row.texts(value))
        model, other, its_value = given.setdefault(key, (part, label, value))
        words = changed(other.text, label.text)
        if len(words) != 1 or _is_bound_between(row, scope, value, model.end, part.start):
            continue
        yield from _told(row, scope, (model, its_value), (part, value), words[0])


def _is_bound_between(row: Row, scope: Scope, value: Part, start: int, end: int) -> bool:
    return any(atom.kind == NAME and scope.uses.bound_between(atom.text, start, end) for atom in row.atoms_of(value))


def _told(row: Row, scope: Scope, one: tuple[Part, Part], other: tuple[Part, Part], words: Renaming) -> Iterator[Slip]:
    for (model, _), (suspect, value), renaming in ((one, other, words), (other, one, words[::-1])):
        for atom in row.atoms_of(value):
            asked = atom.kind == NAME and not asks_for_kind(row, atom)
            expected = _waiting(scope, atom, renaming, suspect.start) if asked else None
            if expected is not None and expected not in row.texts(suspect):
                yield Slip.of_pair(atom, expected, suspect, model, renaming, unread=True, telling=True)
                return


def _waiting(scope: Scope, atom: Atom, renaming: Renaming, at: int) -> str | None:
    """The unread name that is the atom's with the word of the suspect, put in or instead of that of the model."""
    wanted = {*split(atom.text), renaming[1]}
    for name in scope.idle(at):
        words = split(name)
        longer = len(words) == len(split(atom.text)) + 1 and set(words) == wanted
        if (longer or replaced(atom.text, *renaming) == name) and name != atom.text:
            return name
    return None
