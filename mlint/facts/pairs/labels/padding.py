"""The order in which torch takes paddings: those of the last dimension first, which is the width."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from mlint.facts.pairs.labels.claims import Claim
from mlint.facts.pairs.labels.exchanged import Exchange
from mlint.facts.pairs.labels.placed import sides_are_misnamed
from mlint.facts.pairs.names.roles import Role, counterparts, roles
from mlint.facts.pairs.names.words import replaced, split
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Row

ITEM = "item"
_PAD = "torch.nn.functional.pad"
_WIDTH, _HEIGHT = 0, 1
# The first and the second of whatever is counted.
_LETTERS = frozenset({"x", "y"})
_TWO_SIDES = 4

Sided = tuple[int, Atom, str]


def paddings(row: Row, means: Callable[[str], str | None]) -> Iterator[Exchange]:
    """The paddings of a row that begin with the height; `means`: the full name of what a dotted name calls."""
    for part, call in row.of(ast.Call):
        function = row.last_of(call.func)
        if function is None or function.text != "pad" or means(function.path) != _PAD:
            continue
        sides = [side for element in _listed(row, call, part.start) for side in _side(row, element)]
        wide = next((index for index, side in enumerate(sides) if side[0] == _WIDTH), None)
        if (
            wide is None
            or sides[0][0] != _HEIGHT
            or sides_are_misnamed(row)
            or _is_misnamed(row, sides[0][1], part.start)
        ):
            continue
        if not _same(row, sides[0][1], sides[wide][1], part.start):
            _, atom, word = sides[0]
            other = sides[wide][1]
            expected = next((replaced(atom.text, word, new) for new in counterparts(word, Role("axis", _WIDTH))), "")
            claim = Claim(ITEM, "width", atom, atom.part, part)
            crossed = Claim(ITEM, "height", other, other.part, part)
            yield Exchange(claim, atom, crossed, expected or other.text, whole=True, either_way=word in _LETTERS)


def _listed(row: Row, call: ast.Call, at: int) -> Sequence[ast.expr]:
    """The paddings that are written out in the call, or in what its argument was bound to."""
    value = next((each.value for each in call.keywords if each.arg == "pad"), None)
    if value is None and len(call.args) > 1:
        value = call.args[1]
    if isinstance(value, ast.Name):
        value = _bound(row, value.id, at)
    listed = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
    return listed if len(listed) >= _TWO_SIDES else []


def _is_misnamed(row: Row, atom: Atom, before: int) -> bool:
    """Whether the name was bound to something of the width alone, and only its name is wrong."""
    value = _bound(row, atom.text, before)
    return value is not None and {side[0] for side in _side(row, value)} == {_WIDTH}


def _same(row: Row, one: Atom, other: Atom, before: int) -> bool:
    """Whether two names were bound to the same value."""
    values = [_bound(row, atom.text, before) for atom in (one, other)]
    return values[0] is not None and values[1] is not None and ast.dump(values[0]) == ast.dump(values[1])


def _bound(row: Row, name: str, before: int) -> ast.expr | None:
    """What is assigned to a name for the last time above a place."""
    found: ast.expr | None = None
    assigned = [(part, node.targets[0], node.value) for part, node in row.of(ast.Assign)]
    annotated = [(part, node.target, node.value) for part, node in row.of(ast.AnnAssign)]
    for part, target, value in (*assigned, *annotated):
        if part.start < before and isinstance(target, ast.Name) and target.id == name:
            found = value
    return found


def _side(row: Row, element: ast.expr) -> Iterator[Sided]:
    """Which side an element speaks of, where that is one: `pad_h // 2`; nothing where it says none or both."""
    found: dict[int, Sided] = {}
    for atom in row.atoms_of(row.parts[element]):
        if atom.kind in (NAME, ATTRIBUTE):
            for role, word in roles(split(atom.text)).items():
                if role.family == "axis" and role.pole in (_WIDTH, _HEIGHT):
                    found[role.pole] = (role.pole, atom, word)
    if len(found) == 1:
        yield from found.values()
