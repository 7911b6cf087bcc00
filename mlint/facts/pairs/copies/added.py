"""Names of which one has a word more than the other: `x.transform = transform`, `x.target_transform = transform`.

Or in any two statements that differ in nothing else: `x.obs[i].copy_(obs)`, `x.next_obs[i].copy_(obs)`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache, partial

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.names.words import split
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Part, Row
from mlint.facts.pairs.reading.uses import asked_for, is_under

_ASSIGNMENT = re.compile(r"\w[\w.]*\.(\w+) = (\w+)$")


def may_be_added(script: Script) -> bool:
    """Whether a line gives an attribute what is called by a part of its name, and another one gives that its own."""
    given = [found.groups() for line in script.statements if (found := _ASSIGNMENT.match(line.text)) is not None]
    return any(label != value and (value, value) in given and _has_more(label, value) for label, value in given)


def may_add_a_word(before: Line, line: Line) -> bool:
    """Whether two lines differ in one name, which has a word more in the one, and the shorter one stands in both."""
    changes = [(one, other) for one, other in zip(before.words, line.words, strict=True) if one != other]
    if len(set(changes)) != 1:
        return False
    (one, other) = changes[0]
    return any(
        _has_more(*both) and both[1] in before.words and both[1] in line.words for both in ((one, other), (other, one))
    )


def left_short(row: Row, scope: Scope) -> Iterator[Slip]:
    """Each shorter name that stands where the longer one is there for it: nothing else reads that, or the statement is
    only come to where there is one."""
    found = [(part, *pair) for part in row.statements for pair in _longer_beside(row, part)]
    statements = {(row.shape(part), *row.texts(part)): part for part in row.statements} if found else {}
    for part, label, value in found:
        model = statements.get((row.shape(part), *_with(row, part, label.text, value.text)))
        if model is None or (label.kind == NAME and label.stored and not _are_beside(row, model, part)):
            continue
        if _is_for(row, scope, part, label) and not _is_anew(scope, value, model, part):
            renaming = (value.text, label.text)
            yield Slip.of_pair(value, label.text, part, model, renaming, confirmed=True)


def _longer_beside(row: Row, part: Part) -> Iterator[tuple[Atom, Atom]]:
    """The names of a statement that have a word more than another name there, which is read; each with that."""
    atoms = [*row.atoms_of(part)]
    longer = [atom for atom in atoms if atom.labels or atom.kind == ATTRIBUTE]
    ends = frozenset[tuple[str, ...]]().union(*(_ends(label.text) for label in longer))
    for value in atoms if ends else ():
        if value.kind == NAME and not (value.labels or value.called) and split(value.text) in ends:
            yield from ((label, value) for label in longer if _has_more(label.text, value.text))


def _with(row: Row, part: Part, name: str, other: str) -> list[str]:
    return [other if text == name else text for text in row.texts(part)]


def _are_beside(row: Row, one: Part, other: Part) -> bool:
    """Whether two statements stand in one block: whoever comes to the one comes to the other."""
    starts = {one.start, other.start}
    return any(group.kind == "block" and starts <= {part.start for part in group.parts} for group in row.groups)


def _is_anew(scope: Scope, value: Atom, model: Part, part: Part) -> bool:
    """Whether the shorter name has got another value between the two statements."""
    first, second = sorted((model, part), key=lambda each: each.start)
    return scope.uses.bound_between(value.text, first.end, second.start)


def _is_for(row: Row, scope: Scope, part: Part, label: Atom) -> bool:
    """Whether the name of a label is bound above the statement, and no other one has it."""
    name, uses = label.text, scope.uses
    if not uses.bound_before(name, part.start) or uses.is_empty(name, part.start):
        return False
    if label.kind == NAME and label.stored:
        return uses.unread_until(name, part.start) and not uses.is_assigned(name, part.start)
    return not uses.is_read(name) or is_under(row, part.start, partial(_asks_for, name))


def _has_more(label: str, value: str) -> bool:
    return split(value) in _ends(label)


@lru_cache(maxsize=1 << 14)
def _ends(name: str) -> frozenset[tuple[str, ...]]:
    """The words that a name of several begins or ends with, but not all of them."""
    words = split(name)
    return frozenset(each for count in range(1, len(words)) for each in (words[:count], words[-count:]))


def _asks_for(name: str, test: ast.expr) -> bool:
    return asked_for(test) == name
