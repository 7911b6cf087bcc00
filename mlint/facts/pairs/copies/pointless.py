"""One thing twice where that has no point: bounds that are one, a mix of a thing with itself, both of two choices."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import partner_names
from mlint.facts.pairs.reading.scope import Scope, is_library_twin
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Part, Row

_BOUNDING = frozenset({"clip", "clip_", "clamp", "clamp_", "clip_by_value", "set_xlim", "set_ylim", "linspace"})
_BOUNDED = re.compile(r"\b(?:clip|clamp|set_[xy]lim|linspace)\w*\(.*?([\w.]+(?:\([^()]*\))?), (?:\w+=)?\1[,)]")
_RANGE = re.compile(
    r"([\w.]+) [<>]=? ([\w.]+)\)? (?:&|and) \(?\1 [<>]=? \2(?![\w.(\[])"
    r"|([\w.]+) [<>]=? [\w.]+ [<>]=? \3(?![\w.(\[])"
)
_MIXED = re.compile(r"\(1(?:\.0*)? - ")
_COMPARED = re.compile(r"(\blen\([\w.]+\)|[\w.]+\.shape(?:\[[^\]]*\])?) [=!]= \1")
_CHOSEN = re.compile(r"([\w.]+(?:\([^()]*\)|\[[^\]]*\])?) if .+? else \1(?![\w.(\[])")
_TWO = 2
# These are never no number.
_SIZES = frozenset({"len", "size", "numel", "dim"})
# Which way a comparison leads.
_ORDER: dict[type[ast.cmpop], int] = {ast.Lt: 1, ast.LtE: 1, ast.Gt: -1, ast.GtE: -1}


def may_be_pointless(script: Script) -> bool:
    """Whether a line has the same bound twice, mixes two things, or compares a size with itself; cheap."""
    lines = script.repeating_with("clip", "clamp", "lim(", "linspace", " <", " >", "(1", "= len(", ".shape")
    return any(map(_is_pointless, lines))


def _is_pointless(line: Line) -> bool:
    text = line.text
    bounds = "clip" in text or "clamp" in text or "lim(" in text or "linspace" in text
    if bounds and _BOUNDED.search(text) is not None:
        return True
    if (" <" in text or " >" in text) and _RANGE.search(text) is not None:
        return True
    if " + " in text and "(1" in text and _MIXED.search(text) is not None:
        return True
    if " else " in text and _CHOSEN.search(text) is not None:
        return True
    return ("= len(" in text or ".shape" in text) and _COMPARED.search(text) is not None


def pointless(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second of two same bounds, mixed things or measured ones, where its partner is there."""
    chosen = [*_chosen(row)]
    for first, second in (*_bounds(row), *_mixed(row), *_compared(row), *_ranges(row), *chosen):
        for atom in row.atoms_of(second):
            names = partner_names(atom.text) if atom.kind in (NAME, ATTRIBUTE) else ()
            known = [
                each
                for each in names
                # A choice between the same may just have lost its point.
                if scope.unused(atom, each[2], second.start)
                or ((first, second) not in chosen and _is_known(scope, atom, each[2], second))
            ]
            if known:
                old, new, expected = known[0]
                yield Slip.of_pair(
                    atom, expected, second, first, (old, new), telling=True, double=True, kind=Kind.POINTLESS
                )
                break


def _is_known(scope: Scope, atom: Atom, expected: str, part: Part) -> bool:
    """Whether there is what may be meant in the place of a name in a part."""
    return is_library_twin(atom.text, expected) or (not atom.called and scope.knows(atom, expected, part.start))


def _bounds(row: Row) -> Iterator[tuple[Part, Part]]:
    """The bounds of a clip that are the same: all becomes that."""
    for _, node in row.of(ast.Call):
        function = row.last_of(node.func)
        if function is not None and function.text in _BOUNDING:
            given = [*node.args, *(each.value for each in node.keywords)]
            # `linspace(1, n, n)` has as many places as its end says.
            given = given[:_TWO] if function.text == "linspace" else given[-_TWO:]
            parts = [row.parts[each] for each in given if not isinstance(each, ast.Starred)]
            if len(parts) == _TWO and row.are_same(*parts):
                yield parts[0], parts[1]


def _ranges(row: Row) -> Iterator[tuple[Part, Part]]:
    """The ends of a range that are the same: `low <= x < low`, `(x >= low) & (x < low)`."""
    for _, node in row.of(ast.Compare):
        if len(node.ops) == _TWO and type(node.ops[0]) in _ORDER:
            yield from row.both_if_same(node.left, node.comparators[1])
    both = [(node.left, node.right) for _, node in row.of(ast.BinOp) if isinstance(node.op, ast.BitAnd)]
    both += [(node.values[0], node.values[1]) for _, node in row.of(ast.BoolOp) if isinstance(node.op, ast.And)]
    for one, other in both:
        if isinstance(one, ast.Compare) and isinstance(other, ast.Compare) and len(one.ops) == len(other.ops) == 1:
            turned = _ORDER.get(type(one.ops[0])) == _ORDER.get(type(other.ops[0]), 0)
            if not turned and type(one.ops[0]) in _ORDER and row.are_same(row.parts[one.left], row.parts[other.left]):
                yield from row.both_if_same(one.comparators[0], other.comparators[0])


def _mixed(row: Row) -> Iterator[tuple[Part, Part]]:
    """The same thing with a weight and with the rest of it, as in `a * t + a * (1 - t)`: that is `a`."""
    for _, node in row.of(ast.BinOp):
        if not isinstance(node.op, ast.Add):
            continue
        for first, weight in _factors(row, node.left):
            for second, rest in _factors(row, node.right):
                if row.are_same(first, second) and (_leaves(row, rest, weight) or _leaves(row, weight, rest)):
                    yield first, second


def _factors(row: Row, node: ast.expr) -> Iterator[tuple[Part, Part]]:
    """The two factors of a product, either way round."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        parts = row.parts[node.left], row.parts[node.right]
        yield from (parts, parts[::-1])


def _chosen(row: Row) -> Iterator[tuple[Part, Part]]:
    """What a condition chooses from, where that is the same twice: `train(x) if training else train(x)`."""
    for _, node in row.of(ast.IfExp):
        yield from row.both_if_same(node.body, node.orelse)


def _leaves(row: Row, rest: Part, weight: Part) -> bool:
    """Whether the one is what the other leaves of 1."""
    match rest.node:
        case ast.BinOp(ast.Constant(1), ast.Sub(), taken):
            return row.are_same(row.parts[taken], weight)
    return False


def _compared(row: Row) -> Iterator[tuple[Part, Part]]:
    """A size that is compared with itself: `len(names) == len(names)`. Of other things `x[0] != x[0]` asks for NaN, or
    makes a mask of nothing."""
    for _, node in row.of(ast.Compare):
        if isinstance(node.ops[0], (ast.Eq, ast.NotEq)) and not isinstance(node.left, (ast.Name, ast.Attribute)):
            parts = row.parts[node.left], row.parts[node.comparators[0]]
            # `x.mean() != x.mean()` asks for NaN, too.
            asked = isinstance(node.ops[0], ast.Eq)
            measured = any(
                (atom.called and (asked or atom.text in _SIZES)) or atom.text == "shape"
                for atom in row.atoms_of(parts[0])
            )
            if measured and len(node.ops) == 1 and row.are_same(*parts):
                yield parts
