"""Normalisations with the wrong one of two: `(x - max) / (max - min)`, `(x - std) / mean`, `x * mean + std`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.claims import Claim
from mlint.facts.pairs.exchanged import Exchange
from mlint.facts.pairs.shapes import Part, Row
from mlint.facts.pairs.words import changed

OFFSET = "offset beside"
_RANGE = re.compile(r"max.*max.*min|hi.*hi.*lo|upper.*upper.*lower|std.*mean|sigma.*mu|var.*mean", re.IGNORECASE)
_EXTREME = frozenset({("max", "min"), ("hi", "lo"), ("high", "low"), ("maximum", "minimum"), ("upper", "lower")})
_MOMENTS = frozenset({("std", "mean"), ("sigma", "mu"), ("var", "mean"), ("stds", "means")})


def may_be_normalised(line: str) -> bool:
    """Whether the line can have such a normalisation; cheap."""
    return "-" in line and "/" in line and _RANGE.search(line) is not None


def normalised_by_other(row: Row) -> Iterator[Exchange]:
    """The offsets of normalisations that are the other end, or the spread.

    Where both ends are subtracted in turn, it is the way to each of them that is told.
    """
    divided = [
        (part, node, shifted)
        for part, node in row.of(ast.BinOp)
        if isinstance(node.op, ast.Div) and (shifted := _difference(node.left)) is not None
    ]
    offsets = [row.texts(row.parts[shifted.right]) for _, _, shifted in divided]
    for part, node, shifted in divided:
        offset = row.parts[shifted.right]
        reach = _difference(node.right)
        if reach is not None and row.texts(offset) == row.texts(row.parts[reach.left]):
            if row.texts(row.parts[reach.right]) in offsets:
                continue
            yield from _told(row, part, offset, row.parts[reach.right], _EXTREME)
        else:
            yield from _told(row, part, offset, row.parts[_plain(node.right)], _MOMENTS)


def _plain(node: ast.expr) -> ast.expr:
    """What a small number was added to: `std + 1e-8`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and isinstance(node.right, ast.Constant):
        return node.left
    return node


def _difference(node: ast.expr) -> ast.BinOp | None:
    """The difference that an expression is, or is a multiple of, or that a small number was added to."""
    node = _plain(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        node = node.right if isinstance(node.left, ast.Constant) else node.left
    return node if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) else None


def _told(row: Row, whole: Part, one: Part, other: Part, pairs: frozenset[tuple[str, str]]) -> Iterator[Exchange]:
    if row.shape(one) != row.shape(other):
        return
    changes = [(a, b) for a, b in zip(row.atoms_of(one), row.atoms_of(other), strict=True) if a.text != b.text]
    if len(changes) != 1:
        return
    atom, expected = changes[0]
    words = changed(atom.text, expected.text)
    if len(words) == 1 and words[0] in pairs:
        yield Exchange(
            Claim(OFFSET, expected.text, atom, one, whole),
            atom,
            Claim("divisor beside", atom.text, expected, other, whole),
            expected.text,
            whole=True,
            either_way=False,
        )
