"""Data of one role that is asked for by a flag of the other: `test_set = MNIST(root, train=True)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.labels.claims import ASSIGNED, Claim
from mlint.facts.pairs.labels.mixup import Mixup
from mlint.facts.pairs.names.roles import SPLITTING, Role, roles
from mlint.facts.pairs.names.words import split
from mlint.facts.pairs.reading.shapes import Part, Row

_FLAG = "train"
_TRAIN, _TEST = Role("split", 0), Role("split", 2)
_TWICE = re.compile(r"\btrain\s*=\s*True\b.*\btrain\s*=\s*True\b", re.DOTALL)


def may_have_flags(text: str) -> bool:
    """Whether the code asks for training data twice."""
    return text.count("True") > 1 and _TWICE.search(text) is not None


def wrong_flags(row: Row) -> Iterator[Mixup]:
    """The data sets for validation or test that are made with `train=True`, as those for training are beside them."""
    made = [each for part, node in row.of(ast.Assign) for each in _made(row, node, part)]
    models = [(target, call) for role, target, call, _ in made if role == _TRAIN]
    words = {word for atom in row.atoms if atom is not None for word in split(atom.text)}
    for role, target, call, flag in made:
        alike = [model for _, model in models if row.called(_call(model)) == row.called(_call(call))]
        if role == _TRAIN or not alike or not words.isdisjoint(SPLITTING):
            continue
        # A validation set with transformations of its own may share the files, and differ in what becomes of them.
        if role == _TEST or any(_texts(row, model) == _texts(row, call) for model in alike):
            yield _mixup(row, role, target, flag)


def _made(row: Row, node: ast.Assign, part: Part) -> Iterator[tuple[Role, Part, Part, Part]]:
    target = node.targets[0]
    label = row.last_of(target) if isinstance(target, (ast.Name, ast.Attribute)) else None
    said = [role for role in roles(split(label.text)) if role.family == "split"] if label is not None else []
    if len(said) != 1:
        return
    for call, inner in row.of(ast.Call):
        flags = [each for each in inner.keywords if each.arg == _FLAG and _is_true(each.value)]
        if part.start < call.start < part.end and flags:
            yield said[0], row.parts[target], call, row.parts[flags[0]]


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _call(part: Part) -> ast.Call:
    assert isinstance(part.node, ast.Call)
    return part.node


def _texts(row: Row, part: Part) -> list[str]:
    return [atom.text for atom in row.atoms_of(part)]


def _mixup(row: Row, role: Role, target: Part, flag: Part) -> Mixup:
    label, atom = list(row.atoms_of(target))[-1], next(row.atoms_of(flag))
    return Mixup(
        claim=Claim(ASSIGNED, label.text, label, flag, flag),
        atom=atom,
        expected=f"{_FLAG}=False",
        said=role,
        found=_TRAIN,
        word=_FLAG,
        local=False,
        seconded=True,
    )
