"""Two names that are given the same value at once: `image, mask = out["image"], out["image"]`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import implied, is_size, known_pair, partner_names
from mlint.facts.pairs.names.words import changed, is_one_of, replaced, split
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, STRING, Atom, Part, Row
from mlint.facts.pairs.reading.unify import Renaming

_TWO = 2
_TARGETS = re.compile(r"^[^(:=\n]*,[^(:=\n]* = ", re.MULTILINE)
_VALUES = (ast.Call, ast.Subscript, ast.Name, ast.Attribute, ast.BinOp)


def may_be_at_once(script: Script) -> bool:
    """Whether a line gives two targets two same values; cheap."""
    return _TARGETS.search(script.code) is not None and any(_gives_twice(line.text) for line in script.repeating)


def _gives_twice(line: str) -> bool:
    found = _TARGETS.match(line)
    if found is None:
        return False
    value = line[found.end() :]
    return value[: len(value) // _TWO - 1] == value[len(value) // _TWO + 1 :]


def bound_at_once(row: Row, scope: Scope) -> Iterator[Slip]:
    """The name in the second of two same values that should be the partner, as their targets say."""
    for part, node in row.of(ast.Assign):
        target, value = node.targets[0], node.value
        if not (isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)):
            continue
        if len(node.targets) != 1 or not len(target.elts) == len(value.elts) == _TWO:
            continue
        if not all(isinstance(each, _VALUES) for each in value.elts):
            continue
        first, second = (row.parts[each] for each in value.elts)
        if row.are_same(first, second):
            labels = [atom for each in target.elts if (atom := row.last_of(each)) is not None]
            if len(labels) == _TWO and not all(_goes_on(row, each) for each in labels):
                yield from _meant(row, scope, part, (labels[0].text, labels[1].text), (first, second))


def _goes_on(row: Row, target: Atom) -> bool:
    """Whether a target only begins with its value, and goes on of itself: `x, y = zero, zero`, `x = x + dx`."""
    for _, step in row.of(ast.AugAssign):
        if isinstance(step.target, ast.Name) and step.target.id == target.text:
            return True
    return any(
        isinstance(made.targets[0], ast.Name)
        and made.targets[0].id == target.text
        and target.text in row.texts(row.parts[made.value])
        for _, made in row.of(ast.Assign)
    )


def _meant(row: Row, scope: Scope, part: Part, labels: Renaming, values: tuple[Part, Part]) -> Iterator[Slip]:
    for atom in row.atoms_of(values[1]):
        for renaming, expected in _expected(labels, atom):
            if expected not in row.texts(values[1]) and _is_there(scope, atom, expected, part, labels):
                yield Slip.of_pair(
                    atom,
                    expected,
                    values[1],
                    values[0],
                    renaming,
                    kind=Kind.AT_ONCE if len(atom.text) > 1 else Kind.INDEX_AT_ONCE,
                )
                return


def _expected(labels: Renaming, atom: Atom) -> Iterator[tuple[Renaming, str]]:
    """What the atom may become as the labels do: by the same words, or by its partner that they are short for."""
    asked = changed(*labels)
    for renaming in asked if len(asked) == 1 else ():
        for old, new in (renaming, *implied(*renaming)):
            expected = replaced(atom.text, old, new)
            if expected != atom.text and new not in split(atom.text):
                yield (old, new), expected
    for old, new, expected in partner_names(atom.text):
        if all(name.startswith(label) for name, label in zip((old, new), labels, strict=True)):
            yield (old, new), expected


def _is_there(scope: Scope, atom: Atom, expected: str, part: Part, labels: Renaming) -> bool:
    if atom.kind == NAME:
        # Of two sides of a picture the target says by itself which is meant: that is for the other rule.
        if any(is_size(word) for word in split(atom.text)) and any(is_size(word) for word in split(labels[1])):
            return False
        return scope.uses.bound_before(expected, part.start) and not scope.is_builtin(atom)
    if atom.kind == ATTRIBUTE:
        return scope.knows(atom, expected, part.start)
    if atom.kind != STRING:
        return False
    named = is_one_of(atom.text, labels[0]) and is_one_of(expected, labels[1])
    return (named and known_pair(*labels)) or scope.has_text(expected)
