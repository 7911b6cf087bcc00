"""Numbers of one side of a picture that stand with the other: steps of rows along `x`, `x2` below `height`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mlint.facts.domain.records import replace
from mlint.facts.pairs.labels.claims import Claim
from mlint.facts.pairs.labels.exchanged import Exchange
from mlint.facts.pairs.names.roles import Role, counterparts, is_size, roles
from mlint.facts.pairs.names.words import listed, replaced, split
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Part, Row

STEP, LIMIT, SIZE, BOUND = "step to", "limit of", "size beside", "bound beside"
# The second and third argument go along one side: `range(start, stop, step)`, `x.unfold(dim, size, step)`.
_STEPPING = frozenset({"range", "arange", "unfold"})
_STEP = 2
_LIMITING = listed("clip clamp clamp_ min max minimum maximum")
_THIRD = 2
# Which of the sides of an array, and not how far along it.
_NUMBERED = listed("idx index dim axis")
# Words of a place along a side; `left` may well be the margin of rows.
_PLACES = frozenset({"x", "y", "xs", "ys"})


@dataclass(frozen=True, slots=True)
class _Side:
    """What a part of the code says of a side: by which name and word; `plain` is a name and nothing else."""

    pole: int
    atom: Atom
    word: str
    part: Part
    plain: bool


def sides_mixed(row: Row, scope: Scope) -> Iterator[Exchange]:
    """The steps and limits of a row that are those of the other side.

    Where `x` ends with the rows and `y` with the columns, `x` counts rows.
    """
    found = [*_sides_mixed(row, scope), *_sizes_mixed(row, scope), *_bounds_mixed(row, scope)]
    sides = {role for each in found if each.claim.how == LIMIT for role in roles(split(each.claim.label))}
    both = len({role.pole for role in sides if role.family == "axis"}) > 1
    return iter([replace(each, either_way=True) if both and each.claim.how == LIMIT else each for each in found])


def _sides_mixed(row: Row, scope: Scope) -> Iterator[Exchange]:
    for part, call in row.of(ast.Call):
        function = row.last_of(call.func)
        positional = [arg for arg in call.args if not isinstance(arg, ast.Starred)]
        if function is None:
            continue
        if function.text in _STEPPING and len(positional) == _STEP + 1:
            yield from _stepped(row, scope, part, positional)
        elif function.text in _LIMITING:
            receiver = [call.func.value] if isinstance(call.func, ast.Attribute) else []
            yield from _limited(row, scope, part, [*receiver, *positional])
    for part, compared in row.of(ast.Compare):
        if not any(isinstance(each, (ast.Eq, ast.NotEq)) for each in compared.ops):
            yield from _limited(row, scope, part, [compared.left, *compared.comparators])


def _sizes_mixed(row: Row, scope: Scope) -> Iterator[Exchange]:
    """The size that is compared with, or taken from, that of another thing along the other side, where the sizes of the
    two are put together along each side elsewhere: `height < crop_height`, `width < crop_height`."""
    along: dict[int, list[tuple[Part, _Side, _Side]]] = {}
    mixed = []
    for part, one, other in _put_together(row):
        sides = [_side(row, each) for each in (one, other)]
        if sides[0] is None or sides[1] is None or not all(each.plain and is_size(each.word) for each in sides if each):
            continue
        if sides[0].pole == sides[1].pole:
            along.setdefault(sides[0].pole, []).append((part, sides[0], sides[1]))
        else:
            mixed.append((part, sides[0], sides[1]))
    if len(mixed) != 1 or not along:
        return
    part, one_side, other_side = mixed[0]
    if _is_tried_both_ways(row, part, one_side, along):
        return
    kept = [{each.atom.text for each in pair[1:]} for pair in along.get(one_side.pole, ())]
    told = [*_told(row, scope, SIZE, part, one_side, other_side)]
    if any({one_side.atom.text, each.expected} in kept for each in told):
        yield from told


def _is_tried_both_ways(
    row: Row, part: Part, side: _Side, along: Mapping[int, Sequence[tuple[Part, _Side, _Side]]]
) -> bool:
    """Whether it is compared which side of something that may be turned is meant: `abs(w - a.w) < abs(w - a.h)`."""
    return any(
        around.start <= part.start < around.end
        and around.start <= straight.start < around.end
        and side.atom.path in (one.atom.path, other.atom.path)
        for around, _ in row.of(ast.Compare)
        for straight, one, other in along.get(side.pole, ())
    )


def _bounds_mixed(row: Row, scope: Scope) -> Iterator[Exchange]:
    """The bounds of a slice of which one is along the other side: `image[top : left + width]`."""
    for part, bounds in row.of(ast.Slice):
        if bounds.lower is None or bounds.upper is None:
            continue
        lower, upper = (_side(row, row.parts[each]) for each in (bounds.lower, bounds.upper))
        if lower is None or upper is None or len(lower.atom.text) == 1:
            continue
        numbered = all(scope.uses.is_literal(each.atom.text, part.start) for each in (lower, upper))
        # `shape[h_idx:w_idx]` takes the sizes between.
        if _NUMBERED.isdisjoint(split(lower.atom.text)) and not numbered:
            yield from _told(row, scope, BOUND, part, upper, lower)


def _put_together(row: Row) -> Iterator[tuple[Part, Part, Part]]:
    """What is compared with each other, or taken from each other."""
    for part, compared in row.of(ast.Compare):
        if len(compared.ops) == 1 and not isinstance(compared.ops[0], (ast.In, ast.NotIn, ast.Is, ast.IsNot)):
            yield part, row.parts[compared.left], row.parts[compared.comparators[0]]
    for part, taken in row.of(ast.BinOp):
        if isinstance(taken.op, ast.Sub):
            yield part, row.parts[taken.left], row.parts[taken.right]


def _stepped(row: Row, scope: Scope, part: Part, values: Sequence[ast.expr]) -> Iterator[Exchange]:
    stop, step = (_side(row, row.parts[value]) for value in values[1:])
    if stop is not None and step is not None and not _is_made_of(row, scope, step.atom, stop.atom):
        yield from _told(row, scope, STEP, part, stop, step)


def _is_made_of(row: Row, scope: Scope, atom: Atom, other: Atom) -> bool:
    """Whether a name is bound to what is computed of the other, whatever it is called: `xp = height // 9`."""
    places = scope.uses.bindings(atom.text, atom.at)
    statement = row.statement_at(places[-1]) if places else None
    made = None if statement is None else statement.node
    if statement is None or not isinstance(made, ast.Assign) or not isinstance(made.targets[0], ast.Name):
        return False
    return other.text in row.texts(statement)


def _limited(row: Row, scope: Scope, part: Part, values: Sequence[ast.expr]) -> Iterator[Exchange]:
    sides = [side for value in values if (side := _side(row, row.parts[value])) is not None]
    # A single letter may count rows by `x`.
    limited = [side for side in sides if side.plain and side.word in _PLACES and len(side.atom.text) > 1]
    limits = [side for side in sides if is_size(side.word)]
    if len(limited) == 1 and len(limits) == 1 and len(sides) == len(values) - _numbers(values):
        yield from _told(row, scope, LIMIT, part, limited[0], limits[0])


def _numbers(values: Sequence[ast.expr]) -> int:
    return sum(
        isinstance(value, ast.UnaryOp) or (isinstance(value, ast.Constant) and isinstance(value.value, (int, float)))
        for value in values
    )


def _told(row: Row, scope: Scope, how: str, part: Part, one: _Side, other: _Side) -> Iterator[Exchange]:
    if one.pole == other.pole:
        return
    for word in counterparts(other.word, Role("axis", one.pole)):
        expected = replaced(other.atom.text, other.word, word)
        if scope.knows(other.atom, expected, part.start):
            claim = Claim(how, one.atom.text, one.atom, other.part, part)
            crossed = Claim(how, other.atom.text, other.atom, one.part, part)
            yield Exchange(claim, other.atom, crossed, expected, whole=False, either_way=False)
            return


def _side(row: Row, part: Part) -> _Side | None:
    """The side that a part speaks of; None where it says none, both, or the third."""
    found: dict[int, _Side] = {}
    owners = {atom.path.rpartition(".")[0] for atom in row.atoms_of(part) if atom.kind == ATTRIBUTE}
    for atom in row.atoms_of(part):
        if atom.kind in (NAME, ATTRIBUTE) and not atom.called and atom.path not in owners:  # `x.shape` is no place
            for role, word in roles(split(atom.text)).items():
                if role.family == "axis":
                    plain = isinstance(part.node, (ast.Name, ast.Attribute))
                    found[role.pole] = _Side(role.pole, atom, word, part, plain)
    return next(iter(found.values())) if len(found) == 1 and _THIRD not in found else None
