"""Names of which one has a word more than the other: `x.transform = transform`, `x.target_transform = transform`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import partial

from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.script import Line
from mlint.facts.pairs.shapes import ATTRIBUTE, NAME, Atom, Part, Row
from mlint.facts.pairs.slip import Slip
from mlint.facts.pairs.uses import asked_for, is_under
from mlint.facts.pairs.words import split

_ASSIGNMENT = re.compile(r"\w[\w.]*\.(\w+) = (\w+)$")


def may_be_added(lines: Sequence[Line]) -> bool:
    """Whether a line gives an attribute what is called by a part of its name, and another one gives that its own."""
    given = [found.groups() for line in lines if (found := _ASSIGNMENT.match(line.text)) is not None]
    return any(_has_more(label, value) and (value, value) in given for label, value in given)


def left_short(row: Row, scope: Scope) -> Iterator[Slip]:
    """Each attribute that gets the shorter name where the longer one is there for it: nothing else reads that, or the
    assignment is only come to where there is one."""
    given = [each for part, node in row.of(ast.Assign) if (each := _given(row, node, part)) is not None]
    models = {(_owner(label), value.text): part for label, value, part in given if label.text == value.text}
    for label, value, part in given:
        model = models.get((_owner(label), value.text))
        if (
            model is None
            or not _has_more(label.text, value.text)
            or not scope.uses.bound_before(label.text, part.start)
        ):
            continue
        if not scope.uses.is_read(label.text) or is_under(row, part.start, partial(_asks_for, label.text)):
            renaming = (value.text, label.text)
            yield Slip.of_pair(value, label.text, part, model, renaming, confirmed=True)


def _given(row: Row, node: ast.Assign, part: Part) -> tuple[Atom, Atom, Part] | None:
    label, value = row.last_of(node.targets[0]), row.last_of(node.value)
    if not (isinstance(node.value, ast.Name) and isinstance(node.targets[0], ast.Attribute)) or len(node.targets) > 1:
        return None
    if label is None or value is None or label.kind != ATTRIBUTE or value.kind != NAME or not label.path:
        return None
    return label, value, part


def _owner(label: Atom) -> str:
    return label.path.rpartition(".")[0]


def _has_more(label: str, value: str) -> bool:
    longer, shorter = split(label), split(value)
    count = len(shorter)
    return 0 < count < len(longer) and shorter in (longer[:count], longer[-count:])


def _asks_for(name: str, test: ast.expr) -> bool:
    return asked_for(test) == name
