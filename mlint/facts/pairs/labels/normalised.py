"""Normalisations with the wrong one of two: `(x - max) / (max - min)`, `(x - std) / mean`, `x * mean + std`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.labels.claims import Claim
from mlint.facts.pairs.labels.exchanged import Exchange
from mlint.facts.pairs.names.words import changed
from mlint.facts.pairs.reading.shapes import Part, Row

OFFSET = "offset beside"
_RANGE = re.compile(r"max.*max.*min|hi.*hi.*lo|upper.*upper.*lower|std.*mean|sigma.*mu|var.*mean", re.IGNORECASE)
_BY_NORM = re.compile(r"([\w.]+) / [\w.]*\bnorm\(([\w.]+)")
_EXTREME = frozenset({("max", "min"), ("hi", "lo"), ("high", "low"), ("maximum", "minimum"), ("upper", "lower")})
_MOMENTS = frozenset({("std", "mean"), ("sigma", "mu"), ("var", "mean"), ("stds", "means")})


def may_be_normalised(line: str) -> bool:
    """Whether the line can have such a normalisation; cheap."""
    if "norm(" in line and " / " in line:
        return any(one != other for one, other in _BY_NORM.findall(line))
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

    yield from _by_norm(row)


def _by_norm(row: Row) -> Iterator[Exchange]:
    """What is divided by the norm of another, where that other or it is divided by its own: `a / norm(b)`."""
    found: list[tuple[Part, Part, Part]] = []
    for part, node in row.of(ast.BinOp):
        call = node.right
        given = call.args if isinstance(call, ast.Call) and row.called(call).rpartition(".")[2] == "norm" else []
        if isinstance(node.op, ast.Div) and given:
            found.append((part, row.parts[node.left], row.parts[given[0]]))
    whole = [(row.texts(one), row.texts(other)) for _, one, other in found]
    for part, one, other in found:
        texts = row.texts(one)
        if texts != row.texts(other) and (texts, texts) in whole:
            yield from _told(row, part, one, other, None)


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


def _told(
    row: Row, whole: Part, one: Part, other: Part, pairs: frozenset[tuple[str, str]] | None
) -> Iterator[Exchange]:
    if row.shape(one) != row.shape(other):
        return
    changes = [(a, b) for a, b in zip(row.atoms_of(one), row.atoms_of(other), strict=True) if a.text != b.text]
    if len(changes) != 1:
        return
    atom, expected = changes[0]
    words = changed(atom.text, expected.text)
    if len(words) == 1 and (pairs is None or words[0] in pairs):
        yield Exchange(
            Claim(OFFSET, expected.text, atom, one, whole),
            atom,
            Claim("divisor beside", atom.text, expected, other, whole),
            expected.text,
            whole=True,
            either_way=False,
        )
