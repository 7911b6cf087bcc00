"""What the branch for one kind of data puts into what is for the other: `else: train_losses.append(loss)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.labels.claims import Claim, collector
from mlint.facts.pairs.labels.mixup import Mixup
from mlint.facts.pairs.names.roles import Role, counterparts, roles
from mlint.facts.pairs.names.words import replaced, split
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import NAME, STRING, Atom, Block, Part, Row

BRANCH = "branch of"
_TESTED = re.compile(r"""\bif .*==\s*["'](?:train|training|val|valid|validation|test|eval)["']\s*:""")


def may_branch(text: str) -> bool:
    """Whether the code does one thing with the data of one kind, and another with the rest; cheap."""
    if "else" not in text or "==" not in text:
        return False
    return _TESTED.search(text) is not None and re.search(r"\belse\s*:", text) is not None


def in_other_branch(row: Row, scope: Scope) -> Iterator[Mixup]:
    """What is put into the list of the tested kind of data where the test has failed, as it is where it holds."""
    for _, node in row.of(ast.If):
        tested = _tested(row, node.test)
        if tested is None or not node.orelse or isinstance(node.orelse[0], ast.If):
            continue
        role, text = tested
        here, there = _put(row, node.body, role), _put(row, node.orelse, role)
        for statement, atom, word in there:
            if any(atom.text == other.text for _, other, _ in here):
                yield from _mixup(
                    row, scope, Claim(BRANCH, f"not {text.text}", text, statement, statement), atom, role, word
                )


def _tested(row: Row, test: ast.expr) -> tuple[Role, Atom] | None:
    """The kind of data that a test asks for: `phase == "train"`."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return None
    atom = row.last_of(test.comparators[0])
    if atom is None or atom.kind != STRING or len(split(atom.text)) != 1:
        return None
    said = [role for role in roles(split(atom.text)) if role.family == "split"]
    return (said[0], atom) if len(said) == 1 else None


def _put(row: Row, body: Sequence[ast.stmt], role: Role) -> list[tuple[Part, Atom, str]]:
    """What the statements of a branch put something into that is named for the role, with its word."""
    block = row.parts[Block(body)]
    found = []
    for part, statement in row.of(ast.Expr):
        if block.start <= part.start < block.end and isinstance(statement.value, ast.Call):
            label = collector(row, statement.value)
            word = roles(split(label.text)).get(role) if label is not None and label.kind == NAME else None
            if label is not None and word is not None:
                found.append((part, label, word))
    return found


def _mixup(row: Row, scope: Scope, claim: Claim, atom: Atom, role: Role, word: str) -> Iterator[Mixup]:
    for pole in (1, 2, 0):
        for new in counterparts(word, Role(role.family, pole)) if pole != role.pole else ():
            expected = replaced(atom.text, word, new)
            if scope.knows(atom, expected, claim.whole.start) and not _filled(row, expected):
                yield Mixup(
                    claim,
                    atom,
                    expected,
                    Role(role.family, pole),
                    role,
                    word,
                    seconded=True,
                )
                return


def _filled(row: Row, name: str) -> bool:
    """Whether something is put into what has the name."""
    calls = (node.value for _, node in row.of(ast.Expr) if isinstance(node.value, ast.Call))
    return any((label := collector(row, call)) is not None and label.text == name for call in calls)
