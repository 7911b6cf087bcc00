"""Samples of one set of data together with the labels of another: `score(train_x, test_y)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from mlint.facts.pairs.labels.claims import Claim
from mlint.facts.pairs.labels.mixup import Mixup
from mlint.facts.pairs.names.roles import Role, family, partner_names, roles
from mlint.facts.pairs.names.words import changed, listed, replaced, split
from mlint.facts.pairs.reading.calls import is_symmetric
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.pairs.reading.shapes import Atom, Part, Row

BESIDE = "call with"
_SAMPLES = frozenset(
    {
        ("x", "y"),
        ("images", "labels"),
        ("features", "labels"),
        ("data", "labels"),
        ("data", "target"),
        ("data", "targets"),
        ("inputs", "targets"),
        ("inputs", "labels"),
        ("imgs", "labels"),
        ("feats", "labels"),
        ("texts", "labels"),
        ("features", "targets"),
        ("images", "targets"),
    }
)
# What these do with two sets is not to learn from them.
_JOINING = listed("concatenate concat cat stack vstack hstack append extend zip array_equal isin len print shape tuple")
_BOTH = 2
_TWO = re.compile(r"\(\s*(\w+)\s*,\s*(\w+)\s*[,)]")


def may_cross(line: str) -> bool:
    """Whether a call begins with two names that differ in the set of data and in what they are of it; cheap."""
    return any(_crossing(one, other) is not None for one, other in _TWO.findall(line))


def _crossing(one: str, other: str) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """By which words the names differ: the sets of data, and samples and labels."""
    if one == other:
        return None
    pairs = changed(one, other)
    if len(pairs) != 2:
        return None
    sets = [pair for pair in pairs if family(*pair) == "split"]
    kinds = [pair for pair in pairs if pair in _SAMPLES]
    return (sets[0], kinds[0]) if len(sets) == len(kinds) == 1 else None


def crossed_data(row: Row, scope: Scope) -> Iterator[Mixup]:
    """The labels that a call gets beside the samples of another set of data, where those that belong to it exist."""
    for part, call in row.of(ast.Call):
        if len(call.args) < 2:
            continue
        one, other = (row.last_of(arg) if isinstance(arg, ast.Name) else None for arg in call.args[:2])
        function = row.last_of(call.func)
        if one is None or other is None or function is None or function.text in _JOINING or is_symmetric(function.text):
            continue
        found = _crossing(one.text, other.text)
        if found is not None:
            yield from _told(row, scope, part, (one, other), found[0])


def may_lack_labels(script: Script) -> bool:
    """Whether the labels of one set of data stand there at least twice, and those of the other may be read nowhere."""
    return any(
        family(old, new) == "split" and other in script.words and not script.is_idle(other)
        for name in script.idle_names
        for old, new, other in partner_names(name)
    )


def compared_with_other(row: Row, scope: Scope) -> Iterator[Mixup]:
    """The labels that are compared with what was made of another set of data, whose own labels nothing reads.

    `pred = model(x_test)`, `(pred - y_train).mean()`.
    """
    for part, one, other in _compared(row):
        if _crossing(one.text, other.text) is not None:
            continue
        for atom, beside in ((one, other), (other, one)):
            for old, new, expected in partner_names(atom.text):
                if family(old, new) == "split" and expected in scope.idle(part.start):
                    own = _roles_in([atom])
                    role = next((each for each in roles(split(expected)) if each.family == "split"), None)
                    if role is not None and own and _roles_of(row, scope, beside) == {role}:
                        yield Mixup(
                            Claim(BESIDE, beside.text, beside, atom.part, part),
                            atom,
                            expected,
                            role,
                            _role(atom.text),
                            old,
                            unread=True,
                        )
                        break


def _compared(row: Row) -> Iterator[tuple[Part, Atom, Atom]]:
    """Two names that an operator or a call takes together: a difference, a comparison, the two first arguments."""
    taken: list[tuple[Part, Sequence[ast.expr]]] = [(part, node.args[:2]) for part, node in row.of(ast.Call)]
    taken += [(part, (node.left, node.right)) for part, node in row.of(ast.BinOp)]
    taken += [(part, (node.left, node.comparators[0])) for part, node in row.of(ast.Compare)]
    for part, both in taken:
        named = [row.last_of(each) for each in both if isinstance(each, ast.Name)]
        if len(named) == _BOTH and named[0] is not None and named[1] is not None:
            yield part, named[0], named[1]


def _roles_of(row: Row, scope: Scope, atom: Atom) -> set[Role]:
    """What data a name is of: by its own words, or by those of what it was made of."""
    own = _roles_in([atom])
    places = scope.uses.bindings(atom.text, atom.at)
    made = row.statement_at(places[-1]) if places and not own else None
    return own or (_roles_in(row.atoms_of(made)) if made is not None else set())


def _roles_in(atoms: Iterable[Atom]) -> set[Role]:
    return {role for atom in atoms for role in roles(split(atom.text)) if role.family == "split"}


def _told(row: Row, scope: Scope, call: Part, both: tuple[Atom, Atom], sets: tuple[str, str]) -> Iterator[Mixup]:
    one, other = both
    first, second = replaced(one.text, *sets), replaced(other.text, *sets[::-1])
    texts = {atom.text for atom in row.atoms_of(call)}
    if not texts.isdisjoint((first, second)):
        return  # `fit(train_x, test_y, train_y, test_x)` has all four
    if not (scope.knows(one, first, call.start) and scope.knows(other, second, call.start)):
        return
    # What nothing reads was made for this.
    at_first = scope.unused(one, first, call.start) and not scope.unused(other, second, call.start)
    atom, expected, beside, word = (one, first, other, sets[0]) if at_first else (other, second, one, sets[1])
    said, has = (_role(name.text) for name in (beside, atom))
    yield Mixup(
        Claim(BESIDE, beside.text, beside, atom.part, call),
        atom,
        expected,
        said,
        has,
        word,
    )


def _role(name: str) -> Role:
    return next(role for role in roles(split(name)) if role.family == "split")
