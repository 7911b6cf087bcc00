"""Numbers of one side of a picture that stand with the other: steps of rows along `x`, `x2` below `height`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from mlint.facts.pairs.claims import Claim
from mlint.facts.pairs.exchanged import Exchange
from mlint.facts.pairs.roles import Role, counterparts, is_size, roles
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.shapes import ATTRIBUTE, NAME, Atom, Part, Row
from mlint.facts.pairs.words import listed, replaced, split

STEP, LIMIT = "step to", "limit of"
# The second and third argument go along one side: `range(start, stop, step)`, `x.unfold(dim, size, step)`.
_STEPPING = frozenset({"range", "arange", "unfold"})
_STEP = 2
_LIMITING = listed("clip clamp clamp_ min max minimum maximum")
_THIRD = 2


@dataclass(frozen=True, slots=True)
class _Side:
    """What a part of the code says of a side: by which name and word; `plain` is a name and nothing else."""

    pole: int
    atom: Atom
    word: str
    part: Part
    plain: bool


def sides_mixed(row: Row, scope: Scope) -> Iterator[Exchange]:
    """The steps and limits of a row that are those of the other side."""
    for part in row.by_kind.get(cst.Call, ()):
        assert isinstance(part.node, cst.Call)
        function = row.atoms[row.parts[part.node.func].end - 1]
        positional = [arg.value for arg in part.node.args if arg.keyword is None and not arg.star]
        if function is None:
            continue
        if function.text in _STEPPING and len(positional) == _STEP + 1:
            yield from _stepped(row, scope, part, positional)
        elif function.text in _LIMITING:
            receiver = [part.node.func.value] if isinstance(part.node.func, cst.Attribute) else []
            yield from _limited(row, scope, part, [*receiver, *positional])
    for part in row.by_kind.get(cst.Comparison, ()):
        assert isinstance(part.node, cst.Comparison)
        compared = [part.node.left, *(each.comparator for each in part.node.comparisons)]
        if not any(isinstance(each.operator, (cst.Equal, cst.NotEqual)) for each in part.node.comparisons):
            yield from _limited(row, scope, part, compared)


def _stepped(row: Row, scope: Scope, part: Part, values: Sequence[cst.BaseExpression]) -> Iterator[Exchange]:
    stop, step = (_side(row, row.parts[value]) for value in values[1:])
    if stop is not None and step is not None:
        yield from _told(row, scope, STEP, part, stop, step)


def _limited(row: Row, scope: Scope, part: Part, values: Sequence[cst.BaseExpression]) -> Iterator[Exchange]:
    sides = [side for value in values if (side := _side(row, row.parts[value])) is not None]
    # A single letter may count rows by `x`.
    limited = [side for side in sides if side.plain and not is_size(side.word) and len(side.atom.text) > 1]
    limits = [side for side in sides if is_size(side.word)]
    if len(limited) == 1 and len(limits) == 1 and len(sides) == len(values) - _numbers(values):
        yield from _told(row, scope, LIMIT, part, limited[0], limits[0])


def _numbers(values: Sequence[cst.BaseExpression]) -> int:
    return sum(isinstance(value, (cst.Integer, cst.Float, cst.UnaryOperation)) for value in values)


def _told(row: Row, scope: Scope, how: str, part: Part, one: _Side, other: _Side) -> Iterator[Exchange]:
    if one.pole == other.pole:
        return
    for word in counterparts(other.word, Role("axis", one.pole)):
        expected = replaced(other.atom.text, other.word, word)
        if scope.knows(other.atom, expected, part.start):
            claim = Claim(how, one.atom.text, one.atom.node, other.part, part)
            crossed = Claim(how, other.atom.text, other.atom.node, one.part, part)
            yield Exchange(claim, other.atom, crossed, expected, whole=False, either_way=False)
            return


def _side(row: Row, part: Part) -> _Side | None:
    """The side that a part speaks of; None where it says none, both, or the third."""
    found: dict[int, _Side] = {}
    for atom in row.atoms_of(part):
        if atom.kind in (NAME, ATTRIBUTE) and not atom.called:
            for role, word in roles(split(atom.text)).items():
                if role.family == "axis":
                    plain = isinstance(part.node, (cst.Name, cst.Attribute))
                    found[role.pole] = _Side(role.pole, atom, word, part, plain)
    return next(iter(found.values())) if len(found) == 1 and _THIRD not in found else None
