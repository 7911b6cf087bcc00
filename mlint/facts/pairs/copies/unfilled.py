"""A list or meter that is never filled, where its twin is filled twice: `losses.add(loss)`, `losses.add(acc)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import known_pair
from mlint.facts.pairs.names.words import changed, stems
from mlint.facts.pairs.reading.collected import COLLECTING, collects
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.pairs.reading.shapes import NAME, Atom, Part, Row

_MADE = re.compile(r"(\w+(?:, \w+)*) = (\[\]|\{\}|[\w.]+\([^()]*\))(?:, |$)")
_FILLED = re.compile(rf"(\w+)\.(?:{'|'.join(sorted(COLLECTING))})\(")
_TWICE = 2


def may_be_unfilled(script: Script) -> bool:
    """Whether of the lists and meters that are made one may be filled twice, and one not at all; cheap."""
    fills: dict[str, list[Line]] = {}
    for line in script.statements if not COLLECTING.isdisjoint(script.words) else ():
        if (found := _FILLED.match(line.text)) is not None:
            fills.setdefault(found[1], []).append(line)
    twice = {name: lines for name, lines in fills.items() if len(lines) >= _TWICE}
    if not twice:
        return False
    bound = [each for each in (_MADE.match(line.text) for line in script.statements) if each is not None]
    made = {name: each[2] for each in bound for name in each[1].split(", ")}
    return any(
        made.get(name) == value and other not in fills and _is_meant(other, name, lines)
        for name, lines in twice.items()
        for other, value in made.items()
    )


def _is_meant(name: str, twin: str, lines: Sequence[Line]) -> bool:
    """Whether one of the lines that fill the twin may say the words of the name."""
    own = stems(name) - stems(twin)
    told = bool(own) and any(own <= frozenset[str]().union(*map(stems, line.words)) for line in lines)
    return told or (len(lines) == _TWICE and _are_partners(twin, name))


def _are_partners(one: str, other: str) -> bool:
    words = changed(one, other)
    return len(words) == 1 and known_pair(*words[0])


def unfilled(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second of two things that are filled, by what another is for that nothing fills."""
    made = dict(_made(row))
    fills = {name: [atom for atom in scope.uses.reads(name) if collects(row, atom)] for name in made}
    read = {name: [atom for atom in scope.uses.reads(name) if not _is_asked(row, atom)] for name in made}
    left = [name for name in made if not fills[name] and all(_is_returned(row, atom) for atom in read[name])]
    # Of several that nothing fills, what was to be in them is kept elsewhere by now.
    for name in left if len(left) == 1 else ():
        value = made[name]
        for twin, its in made.items():
            if twin == name or not row.are_same(value, its) or len(fills[twin]) < _TWICE:
                continue
            if read[name] and not _are_partners(twin, name):
                continue  # nothing can be a result, too
            own = stems(name) - stems(twin)
            told = [(atom, part) for atom in fills[twin] if (part := row.statement_at(atom.at)) is not None]
            meant = [(atom, part) for atom, part in told if own and own <= _said(row, part, twin)]
            others = [part for atom, part in told if not own & _said(row, part, twin)]
            if not meant and _are_partners(twin, name) and _are_put_at_once(row, [part for _, part in told]):
                meant, others = told[1:], others[:1]
            if len(meant) == 1 and others:
                atom, part = meant[0]
                yield Slip.of_pair(atom, name, part, others[0], (twin, name), unread=True, kind=Kind.UNFILLED)


def _are_put_at_once(row: Row, parts: Sequence[Part]) -> bool:
    """Whether two statements, right below one another, put something else into one thing."""
    beside = any(
        any(one is parts[0] and other is parts[1] for one, other in pairwise(group.parts))
        for group in row.groups
        if group.kind == "block" and len(parts) == _TWICE
    )
    return beside and not row.are_same(*parts)


def _made(row: Row) -> Iterator[tuple[str, Part]]:
    """The names that are given something empty once: `[]`, `Meter()`; with what they are given."""
    for _, node in row.of(ast.Assign):
        target, value = node.targets[0], node.value
        both = 1 < len(_elements(target)) == len(_elements(value))
        pairs = zip(_elements(target), _elements(value), strict=True) if both else [(target, value)]
        for name, given in pairs:
            if isinstance(name, ast.Name) and _is_empty(given):
                yield name.id, row.parts[given]


def _elements(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else []


def _is_empty(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Dict)):
        return not (node.elts if isinstance(node, ast.List) else node.keys)
    return isinstance(node, ast.Call) and all(isinstance(each, (ast.Name, ast.Constant)) for each in node.args)


def _is_asked(row: Row, atom: Atom) -> bool:
    """Whether something is asked of what the atom names, so that nothing is put into it there."""
    after = row.atoms[atom.at + 1] if atom.at + 1 < len(row.atoms) else None
    return after is not None and after.path == f"{atom.text}.{after.text}" and not after.stated


def _is_returned(row: Row, atom: Atom) -> bool:
    given = row.statement_at(atom.at)
    return given is not None and isinstance(given.node, ast.Return)


def _said(row: Row, part: Part, name: str) -> frozenset[str]:
    """The words of what a statement puts into a name."""
    put = (each for each in row.atoms_of(part) if each.text != name and not (each.called and each.kind == NAME))
    return frozenset[str]().union(*(stems(each.text) for each in put))
