"""Two names for one value, where something that only the other needs is read nowhere.

`new = policy(x)` and `old = policy(x)`, in a function that is given `old_policy`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.names.roles import family, partner_names, speaks_of
from mlint.facts.pairs.names.words import changed, replaced, split, stems
from mlint.facts.pairs.reading.measures import asks_for_kind, is_measured_by_call
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Part, Row
from mlint.facts.pairs.reading.unify import Renaming

_ASSIGNMENT = re.compile(r"([^=({]+) = (.*[(.].*)$")
_MOST = 200


def may_be_alike(script: Script, knows: Callable[[str], bool]) -> bool:
    """Whether two targets are given the same value, and a name may be made for nothing that is meant in the one; cheap.

    `knows`: whether a name that the lines do not have can be meant in them.
    """
    given: dict[str, str] = {}
    for line in script.statements:
        found = _ASSIGNMENT.match(line.text)
        if found is None or (first := given.setdefault(found[2], found[1])) == found[1]:
            continue
        if found[1].isidentifier() and len(changed(first, found[1])) == 1:
            return True
        if _may_lack(line, script.idle_names) or any(_may_wait(word, script, knows, first) for word in line.words):
            return True
    return False


def _may_lack(line: Line, idle: Iterable[str]) -> bool:
    """Whether an idle name differs from one of the line in a word, or is told by the words of the line."""
    said = frozenset[str]().union(*map(stems, line.words)) if idle else frozenset()
    return any(stems(name) <= said or any(_differs(word, name) for word in line.words) for name in idle)


def _differs(word: str, name: str) -> bool:
    return len(changed(word, name)) == 1 or (len(split(name)) == len(split(word)) + 1 and stems(word) < stems(name))


def _may_wait(word: str, script: Script, knows: Callable[[str], bool], first: str) -> bool:
    """Whether a partner of a word may be read nowhere that the first of the two targets does not say."""
    named = ((name, new) for old, new, name in partner_names(word) if family(old, new) != "order")
    return any(name not in script.words and new not in split(first) and knows(name) for name, new in named)


def bound_alike(row: Row, scope: Scope) -> Iterator[Slip]:
    """The name in the one of two same values that an unread name of the function is there for."""
    given: dict[tuple[object, ...], tuple[Part, Part, Part]] = {}
    for part, node in row.of(ast.Assign):
        label, value = row.parts[node.targets[0]], row.parts.get(node.value)
        if value is None or len(node.targets) != 1 or value.end - value.start > _MOST:
            continue
        model, other, its_value = given.setdefault(row.spelled(value), (part, label, value))
        if _share_name(row, other, label) or _is_bound_between(row, scope, value, model.end, part.start):
            continue  # two ways to one thing: `h, z = net(x)` in the one branch, `h = net(x)` in the other
        words = [changed(*each) for each in zip(row.texts(other), row.texts(label), strict=False) if each[0] != each[1]]
        found: list[Slip] = []
        if isinstance(label.node, ast.Name) and len(words) == 1 and len(words[0]) == 1:
            found = [*_told(row, scope, (model, its_value), (part, value), words[0][0])]
        yield from found or _left_over(row, scope, (model, other), (part, label), value)


def _share_name(row: Row, one: Part, other: Part) -> bool:
    """Whether two targets are the same, or have one in common."""
    names = [{each.path for each in row.atoms_of(label) if each.stored} for label in (one, other)]
    return row.are_same(one, other) or not names[0].isdisjoint(names[1])


def _left_over(row: Row, scope: Scope, one: tuple[Part, Part], other: tuple[Part, Part], value: Part) -> Iterator[Slip]:
    """The name in the second of two same values whose partner nothing reads, or that the second is named for."""
    model, suspect = one[0], other[0]
    said, its = (frozenset[str]().union(*map(stems, row.texts(label))) for _, label in (other, one))
    for atom in row.atoms_of(value):
        if atom.kind not in (NAME, ATTRIBUTE) or asks_for_kind(row, atom) or is_measured_by_call(row, atom):
            continue
        if _is_size(atom):
            continue
        partners = [
            each
            for each in partner_names(atom.text)
            if each[1] not in its
            and (each[1] in said or (family(*each[:2]) == "axis" and speaks_of(said, each[1], each[0])))
        ]
        named = [
            name for name in scope.idle(suspect.start) if stems(name) <= said - its and _given_together(row, atom, name)
        ]
        known = [each for each in partners if scope.unused(atom, each[2], suspect.start)]
        known += [(atom.text, name, name) for name in named]
        if len(known) == 1 and known[0][2] not in row.texts(suspect):
            old, new, expected = known[0]
            if scope.uses.made_of(expected, atom.text, suspect.start):
                continue  # `val_options = options`: another name for it
            yield Slip.of_pair(atom, expected, suspect, model, (old, new), unread=True, telling=True)
            return


def _is_size(atom: Atom) -> bool:
    """Whether the name is one great letter, such as the height `H` that each of a state `h` and `c` has."""
    return len(atom.text) == 1 and atom.text.isupper()


def _given_together(row: Row, atom: Atom, name: str) -> bool:
    """Whether both are parameters of one function, side by side."""
    for _, node in row.of(ast.arguments):
        names = [each.arg for each in (*node.posonlyargs, *node.args, *node.kwonlyargs)]
        if any({atom.text, name} == {*pair} for pair in pairwise(names)):
            return True
    return False


def _is_bound_between(row: Row, scope: Scope, value: Part, start: int, end: int) -> bool:
    return any(atom.kind == NAME and scope.uses.bound_between(atom.text, start, end) for atom in row.atoms_of(value))


def _told(row: Row, scope: Scope, one: tuple[Part, Part], other: tuple[Part, Part], words: Renaming) -> Iterator[Slip]:
    for (model, _), (suspect, value), renaming in ((one, other, words), (other, one, words[::-1])):
        for atom in row.atoms_of(value):
            asked = atom.kind == NAME and not (asks_for_kind(row, atom) or _is_size(atom))
            expected = _waiting(scope, atom, renaming, suspect.start) if asked else None
            if expected is None or scope.uses.made_of(expected, atom.text, suspect.start):
                continue
            if scope.uses.bound_between(expected, suspect.end, len(row.atoms)):
                continue  # it gets its value below, and is no part of this one
            if expected not in row.texts(suspect):
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
