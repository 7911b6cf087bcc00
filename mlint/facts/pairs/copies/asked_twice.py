"""A question that is asked twice at once: `w > n and w > n`, `if i == 0: ... elif i == 0: ...`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice
from typing import NamedTuple

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import partner_names
from mlint.facts.pairs.names.words import changed, listed, split
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.pairs.reading.shapes import NAME, STRING, Atom, Part, Row
from mlint.facts.syntax.tree import names_in

_BOTH = (ast.BitAnd, ast.BitOr)
_CHOOSING = listed("logical_and logical_or")
# These answer the same each time.
_ASKING = listed("isinstance issubclass hasattr callable len")
# Of a thing these are no numbers of it, none of which equals itself where it is no number.
_MEASURING = listed("ndim shape dim size dtype len")
_TWICE = re.compile(r"(?<![\w.)\]])([\w.]+(?: [<>=!]=? [\w.]+)?)\)* [&|] \(*\1(?![\w.(\[])")
_GIVEN = re.compile(rf"\b(?:{'|'.join(sorted(_CHOOSING))})\((.+), \1[,)]")
_MEASURED = re.compile(r"([\w.]+\.(?:ndim|shape\[[^\]]*\])) [=!]= \1(?![\w.(\[])")


def may_be_asked_twice(script: Script) -> bool:
    """Whether a question may stand twice in a line, or in the tests of one choice; cheap."""
    tests: set[str] = set()
    for line in script.statements:
        text = line.text
        if text.startswith("elif "):
            if text[2:] in tests:
                return True
            tests.add(text[2:])
        elif text.startswith("if "):
            tests.add(text)
        if (" & " in text or " | " in text) and _TWICE.search(text) is not None:
            return True
        if not _CHOOSING.isdisjoint(line.words) and _GIVEN.search(text) is not None:
            return True
        if " == " in text and (".ndim" in text or ".shape[" in text) and _MEASURED.search(text) is not None:
            return True
    return False


def asked_twice(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second of two same questions, of which neither does anything, where another name may be meant in it.

    Where other branches ask for all that may be meant, nothing is expected: the name is "".
    """
    for first, second in (*_operands(row), *_given(row), *_measured(row)):
        for atom, expected in islice(_meant(row, scope, second), 1):
            yield _slip(Kind.ASKED_TWICE, first, second, atom, expected)
    for first, second, branch in _chosen(row):
        meant = [*_said_in(branch, row.atoms_of(second)), *_meant(row, scope, second)]
        asked = {atom.text for test in branch.others for atom in row.atoms_of(row.parts[test])}
        free = [each for each in meant if each[1] not in asked]
        for atom, expected in (free or [(atom, "") for atom, _ in meant])[:1]:
            yield _slip(Kind.ASKED_BEFORE, first, second, atom, expected)


def _slip(kind: Kind, first: Part, second: Part, atom: Atom, expected: str) -> Slip:
    renaming = (changed(atom.text, expected) or ((atom.text, expected),))[0]
    return Slip.of_pair(atom, expected, second, first, renaming, telling=True, double=True, kind=kind)


def _operands(row: Row) -> Iterator[tuple[Part, Part]]:
    """Two sides of `&` or `|`."""
    for _, node in row.of(ast.BinOp):
        if isinstance(node.op, _BOTH):
            left = node.left
            while isinstance(left, ast.BinOp) and type(left.op) is type(node.op):
                yield from row.both_if_same(left.right, node.right)
                left = left.left
            yield from row.both_if_same(left, node.right)


def _given(row: Row) -> Iterator[tuple[Part, Part]]:
    """Two arguments of a function that tells whether both, or either, hold."""
    for _, call in row.of(ast.Call):
        atom = row.last_of(call.func)
        if atom is not None and atom.text in _CHOOSING and len(call.args) > 1:
            yield from row.both_if_same(call.args[0], call.args[1])


def _measured(row: Row) -> Iterator[tuple[Part, Part]]:
    """A size that is compared with itself and then with another: `a.ndim == a.ndim == 2`."""
    for _, node in row.of(ast.Compare):
        one, other = node.left, node.comparators[0]
        measured = any(atom.text in _MEASURING for atom in row.atoms_of(row.parts[one]))
        made = any(atom.called and atom.text not in _MEASURING for atom in row.atoms_of(row.parts[one]))
        if isinstance(node.ops[0], ast.Eq) and measured and not (made or isinstance(one, ast.Name)):
            yield from row.both_if_same(one, other)


class _Branch(NamedTuple):
    """A branch of a choice: what it does, and the tests of the choice."""

    body: Sequence[ast.stmt]
    others: Sequence[ast.expr]


def _chosen(row: Row) -> Iterator[tuple[Part, Part, _Branch]]:
    """Two tests of one choice, and the branch of the second, which is never come to."""
    inner: set[int] = set()
    for _, node in row.of(ast.If):
        branches = [] if id(node) in inner else [node]
        while branches and len(branches[-1].orelse) == 1 and isinstance(rest := branches[-1].orelse[0], ast.If):
            branches.append(rest)
        inner.update(map(id, branches))
        tests = [each.test for each in branches]
        for first, second in combinations(branches, 2):
            if not isinstance(second.test, ast.Constant) and _is_question(row, row.parts[second.test]):
                for one, other in row.both_if_same(first.test, second.test):
                    yield one, other, _Branch(second.body, tests)


def _said_in(branch: _Branch, atoms: Iterable[Atom]) -> Iterator[tuple[Atom, str]]:
    """A text of a question, with a name of its branch that differs from it in a word."""
    names = dict.fromkeys(names_in(*branch.body))
    for atom in atoms:
        if atom.kind == STRING:
            yield from ((atom, name) for name in names if _differ_in_a_word(atom.text, name))


def _is_question(row: Row, part: Part) -> bool:
    """Whether a test does nothing, so that it answers the same twice."""
    stepping = (ast.NamedExpr, ast.Await, ast.Yield)
    if not isinstance(part.node, ast.expr) or any(isinstance(each, stepping) for each in ast.walk(part.node)):
        return False
    return all(atom.text in _ASKING for atom in row.atoms_of(part) if atom.called)


def _meant(row: Row, scope: Scope, part: Part) -> Iterator[tuple[Atom, str]]:
    """A name of the question, with another of which it may be meant to ask: first what is asked the same elsewhere."""
    atoms = [atom for atom in row.atoms_of(part) if not (atom.called or atom.stored or atom.text in _MEASURING)]
    names = {atom.text for atom in atoms}
    for atom in atoms:
        yield from ((atom, name) for name in _asked_elsewhere(row, part, atom) if name not in names)
    for atom in atoms:
        for _, _, name in partner_names(atom.text):
            if name not in names and scope.knows(atom, name, part.start):
                yield atom, name
    for atom in atoms:
        for name in scope.uses.bound_names if atom.kind == NAME else ():
            near = _differ_in_a_word(atom.text, name) or _are_neighbours(atom.text, name)
            if near and name not in names and scope.uses.bound_before(name, part.start):
                yield atom, name


def _asked_elsewhere(row: Row, part: Part, atom: Atom) -> Iterator[str]:
    """What stands in the place of the atom where the same is asked of something else."""
    shape, texts, at = row.shape(part), row.texts(part), [*row.atoms_of(part)].index(atom)
    for other, _ in row.of(type(part.node)) if isinstance(part.node, ast.AST) else ():
        if other.end - other.start == part.end - part.start and row.shape(other) == shape:
            found = row.texts(other)
            if found != texts and [*found[:at], texts[at], *found[at + 1 :]] == texts and found[at].isidentifier():
                yield found[at]


def _differ_in_a_word(one: str, other: str) -> bool:
    """Whether two names of several words differ in one of them."""
    return len(changed(one, other)) == 1 and not set(split(one)).isdisjoint(split(other))


def _are_neighbours(one: str, other: str) -> bool:
    """Whether two letters follow each other: `i` and `j`."""
    return len(one) == len(other) == 1 and abs(ord(one) - ord(other)) == 1
