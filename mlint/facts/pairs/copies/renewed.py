"""Things that are each made anew of their old value, but one: `x = f(x)`, `y = f(y)`, `z = f(y)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.pairs.reading.shapes import Part, Row

_FEWEST = 3
_TARGET = re.compile(r"^([\w.]+(?:\[[^\]]*\])?)(?: *:[^=\[]*)? = (.*)$")


class _Made(NamedTuple):
    """A statement that gives one thing a value, with the place and the texts of that thing."""

    statement: Part
    target: Part
    texts: Sequence[str]


def may_be_made_of_another(script: Script) -> bool:
    """Whether two lines may make something anew of itself, and the next of the same signs of another; cheap."""
    own: list[str] = []
    signs = ""
    for line in script.statements:
        found = _TARGET.match(line.text)
        if found is None or (own and line.signs != signs):
            own = []
        if found is None:
            continue
        signs = line.signs
        if _has(found[2], found[1]):
            own.append(found[1])
        elif len(own) + 1 >= _FEWEST and any(_has(found[2], name) for name in own):
            return True
        else:
            own = []
    return False


def _has(text: str, name: str) -> bool:
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not (_is_of_name(before) or before == "." or _is_of_name(after)):
            return True
        at = text.find(name, at + 1)
    return False


def _is_of_name(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def made_of_another(row: Row, scope: Scope) -> Iterator[Slip]:
    """What the last of several statements is made of, where each of the others makes a thing anew of that itself."""
    for group in row.groups:
        if group.kind != "block":
            continue
        run: list[_Made] = []
        for part in group.parts:
            made = _made(row, part)
            if made is None or (run and row.shape(part) != row.shape(run[0].statement)):
                run = []
            if made is None:
                continue
            if len(run) + 1 >= _FEWEST:
                yield from _told(row, scope, run, made)
            run.append(made)


def _made(row: Row, part: Part) -> _Made | None:
    match part.node:
        case ast.Assign([target], _) if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
            return _Made(part, row.parts[target], row.texts(row.parts[target]))
    return None


def _told(row: Row, scope: Scope, run: Sequence[_Made], last: _Made) -> Iterator[Slip]:
    before = run[-1]
    if any(made.texts == last.texts for made in run):
        return
    for apart in _places(row, before):
        if not all(_texts_at(row, made, apart) == made.texts for made in run):
            continue
        if _texts_at(row, last, apart) != before.texts or not _had_a_value(row, scope, last):
            continue
        start = last.statement.start + apart
        atoms = [*row.atoms_of(Part(last.statement.node, start, start + last.target.end - last.target.start))]
        for atom, expected in zip(atoms, last.texts, strict=True):
            if atom.text != expected:
                yield Slip.of_pair(
                    atom,
                    expected,
                    last.statement,
                    before.statement,
                    (atom.text, expected),
                    telling=True,
                    kind=Kind.MADE_OF_ANOTHER,
                )
                return


def _places(row: Row, made: _Made) -> Iterator[int]:
    """How far from the start of a statement what it assigns to stands in its value."""
    size = made.target.end - made.target.start
    for part in row.parts.values():
        inside = made.target.end <= part.start < made.statement.end and part.end - part.start == size
        if inside and row.texts(part) == made.texts:
            yield part.start - made.statement.start


def _texts_at(row: Row, made: _Made, apart: int) -> Sequence[str]:
    start = made.statement.start + apart
    return row.texts(Part(made.statement.node, start, start + made.target.end - made.target.start))


def _had_a_value(row: Row, scope: Scope, made: _Made) -> bool:
    """Whether what is assigned to had another value, which nothing has read: so an element has one."""
    if not isinstance(made.target.node, ast.Name):
        return isinstance(made.target.node, ast.Subscript)
    name, at = made.target.node.id, made.statement.start
    return scope.uses.bound_before(name, at) and scope.uses.unread_until(name, at)
