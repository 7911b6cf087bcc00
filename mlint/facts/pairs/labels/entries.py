"""Entries and keywords that have the value of another, where what they are named for was made: `rgb=rgb, depth=rgb`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.labels.claims import FREE_KEYWORDS, KEY, KEYWORD, Claim
from mlint.facts.pairs.labels.mixup import NAMED, Mixup
from mlint.facts.pairs.names.roles import Role, known_pair, reverses
from mlint.facts.pairs.names.words import changed
from mlint.facts.pairs.reading.calls import called
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.pairs.reading.shapes import STRING, Atom, Entry, Part, Row

_NAMED = re.compile(r"""\b(\w+)["']?\s*[:=]\s*(\w+)\s*(?=[,)}]|$)""")
# The one stands there thrice: as its own label, and as the value of both.
_LEAST = 2


def may_share(script: Script) -> bool:
    """Whether an entry or keyword has the value of another one, and something is named as it; cheap."""
    free = not FREE_KEYWORDS.isdisjoint(script.words)
    lines = script.statements if free else script.repeating
    return any(_shares(line, script.text, free and not FREE_KEYWORDS.isdisjoint(line.words)) for line in lines)


def _shares(line: Line, text: str, free: bool) -> bool:
    """`free`: what the line calls takes keywords of any name."""
    if not free and max(line.text.count("="), line.text.count(":")) < _LEAST:
        return False
    if not free and len(line.words) - len(set(line.words)) < _LEAST:
        return False
    named = _NAMED.findall(line.text)
    own = {label for label, value in named if label == value}
    return any(
        label != value and (free or value in own) and re.search(rf"\b{label}\b[\w, ]*= ", text)
        for label, value in named
    )


def shared_entries(row: Row, scope: Scope) -> Iterator[Mixup]:
    """The entries and keywords that have the value of another, where nothing reads what they are named for."""
    for group in row.groups:
        if group.kind not in ("entries", "arguments"):
            continue
        named = [each for part in group.parts if (each := _named(row, part)) is not None]
        own = {value.text for _, label, value in named if label.text == value.text}
        function = called(row, group) if group.kind == "arguments" else None
        free = function is not None and function.text in FREE_KEYWORDS
        for part, label, value in named:
            paired = free and any(known_pair(*words) for words in changed(label.text, value.text))
            shared = value.text in own or paired
            if shared and label.text not in own and _waits(row, scope, label.text, part.start):
                yield _mixup(row, part, label, value)


def _named(row: Row, part: Part) -> tuple[Part, Atom, Atom] | None:
    """The label and the name that an entry or keyword gives it."""
    node = part.node
    if not isinstance(node, (Entry, ast.keyword)) or not isinstance(node.value, ast.Name):
        return None
    atoms = list(row.atoms_of(part))
    if len(atoms) != 2 or (isinstance(node, Entry) and atoms[0].kind != STRING):
        return None
    return part, atoms[0], atoms[1]


def _waits(row: Row, scope: Scope, name: str, at: int) -> bool:
    around = row.statement_at(at)
    statement = at if around is None else around.start
    return scope.uses.is_assigned(name, statement) and scope.never_read(name, statement)


def _mixup(row: Row, part: Part, label: Atom, value: Atom) -> Mixup:
    how = KEYWORD if isinstance(part.node, ast.keyword) else KEY
    return Mixup(
        Claim(how, label.text, label, value.part, part),
        value,
        label.text,
        Role(NAMED, 1),
        Role(NAMED, 0),
        value.text,
        own=True,
        unread=True,
        reversing=reverses([label.text]),
    )
