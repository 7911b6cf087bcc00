"""ML101: of two statements or entries of one shape, one name is not renamed.

A place stays where the second differs from the first by one pair of words in two names or more, one of them bound or
labelled, and the pair is a known one or occurs three times.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.truth.code import File, Function, words_of
from benchmarks.truth.seeds.pairs import PARTNERS, SHARED, Leaf, crosses_on_purpose
from benchmarks.truth.seeds.seed import Operator, Seed

_FURTHEST = 3
"""How many statements a copied run has at most."""


def statement_renamed_back(function: Function) -> Iterator[Seed]:
    """One name of the second of two like statements back to that of the first."""
    if crosses_on_purpose(function):
        return
    for block in _blocks(function):
        for index, second in enumerate(block):
            for first in block[max(0, index - _FURTHEST) : index]:
                if isinstance(second, (ast.Assign, ast.AugAssign, ast.AnnAssign)) and type(first) is type(second):
                    yield from _renamed_back(function, [first], [second])


def entry_renamed_back(function: Function) -> Iterator[Seed]:
    """The same of two keyword arguments of a call, or two entries of a dict."""
    if crosses_on_purpose(function):
        return
    for entries in _entries(function):
        for index, second in enumerate(entries[1:], start=1):
            yield from _renamed_back(function, entries[index - 1], second)


def _blocks(function: Function) -> Iterator[Sequence[ast.stmt]]:
    yield function.node.body
    for node in function.nodes:
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                yield block


def _entries(function: Function) -> Iterator[list[list[ast.AST]]]:
    for node in function.nodes:
        if isinstance(node, ast.Call):
            yield [[each] for each in node.keywords if each.arg]
        elif isinstance(node, ast.Dict):
            yield [[key, value] for key, value in zip(node.keys, node.values, strict=True) if key is not None]


# --- comparing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sign:
    """A name, keyword or text of an entry; `leaf` where it can be replaced."""

    text: str
    leaf: Leaf | None = None


def _signs(file: File, nodes: Sequence[ast.AST]) -> tuple[str, list[_Sign], int]:
    """The shape of nodes without names, texts and numbers; the names and texts; and on which line they start."""
    shape, signs, line = [], [], 0
    for node in nodes:
        line = line or getattr(node, "lineno", 0)
        for each in ast.walk(node):
            shape.append(_shape(each))
            if isinstance(each, ast.Name):
                leaf = Leaf(each.id, file.start(each), file.end(each), isinstance(each.ctx, ast.Load))
                signs.append(_Sign(each.id, leaf))
            elif isinstance(each, ast.Attribute):
                end = file.end(each)
                start = end - len(each.attr.encode())
                signs.append(_Sign(each.attr, Leaf(each.attr, start, end, isinstance(each.ctx, ast.Load))))
            elif isinstance(each, ast.keyword) and each.arg:
                signs.append(_Sign(each.arg))
            elif isinstance(each, ast.Constant) and isinstance(each.value, str):
                signs.append(_Sign(each.value))
    return " ".join(shape), signs, line


def _shape(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return type(node.value).__name__ if isinstance(node.value, (str, int, float)) else repr(node.value)
    if isinstance(node, ast.keyword) and node.arg is None:
        return "**"
    return type(node).__name__


def _renamed_back(function: Function, first: Sequence[ast.AST], second: Sequence[ast.AST]) -> Iterator[Seed]:
    shape, before, _ = _signs(function.file, first)
    other_shape, after, line = _signs(function.file, second)
    if shape != other_shape:
        return
    renamed = [(one, other) for one, other in zip(before, after, strict=True) if one.text != other.text]
    pairs = {_pair(one.text, other.text) for one, other in renamed}
    if len(renamed) < 2 or len(pairs) != 1 or all(other.leaf and other.leaf.reads for _, other in renamed):
        return
    pair = pairs.pop()
    if pair is None or not (pair[1] in PARTNERS.get(pair[0], ()) or len(renamed) > 2):
        return
    values = [
        (one, other.leaf)
        for one, other in renamed
        if other.leaf and other.leaf.reads and not SHARED.intersection(words_of(other.text))
    ]
    end = max(getattr(each, "end_lineno", line) for each in second)
    for one, leaf in values:
        yield Seed((leaf.replaced(one.text),), ((line, end), _lines_of(first)))


def _lines_of(nodes: Sequence[ast.AST]) -> tuple[int, int]:
    return getattr(nodes[0], "lineno", 0), getattr(nodes[-1], "end_lineno", 0)


def _pair(one: str, other: str) -> tuple[str, str] | None:
    """The two words in which two names differ; None where they differ otherwise."""
    ones, others = words_of(one), words_of(other)
    if len(ones) != len(others):
        return None
    different = {(a, b) for a, b in zip(ones, others, strict=True) if a != b}
    return different.pop() if len(different) == 1 else None


SIBLINGS = (
    Operator("rename-back", "ML101", statement_renamed_back),
    Operator("rename-back-entry", "ML101", entry_renamed_back),
)
