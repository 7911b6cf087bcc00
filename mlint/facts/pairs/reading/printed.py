"""What a text says of the values that are written into it: `"val loss %.3f" % loss`, `print("val loss", loss)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, repeat

from mlint.facts.pairs.names.words import split
from mlint.facts.syntax.tree import names_in

_CONVERSION = re.compile(r"%(?:[-+ #0]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]|[%(*])")
_FIELD = re.compile(r"\{(?:[:!][^{}]*)?\}|[{}]")
_MARK = re.compile(r"[;|]|[,&]\s*$|\s/\s+$")
# A text that names several values, where several follow: `print("x, y", x, y)`.
_LISTING = re.compile(r"\w\s*(?:[,/&]|\band\b)\s*\w+\W*$")
_UNIT = re.compile(r"^[A-Za-z]{1,2}(?![A-Za-z])")
_OTHER = frozenset(("%%", "%(", "%*", "{", "}"))
"""What is no conversion that takes the next value; where one of these stands, nothing is told."""


def may_be_printed(line: str) -> bool:
    """Whether a line of code may write values into a text by their place."""
    return "print(" in line or ".format(" in line or ("%" in line and ('"' in line or "'" in line))


def written(node: ast.BinOp | ast.Call) -> Iterator[tuple[ast.Constant, str, ast.expr]]:
    """The values that are written into a text, each with the text and what of it stands before the value."""
    if isinstance(node, ast.BinOp):
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        yield from _placed(node.left, values, _CONVERSION) if isinstance(node.op, ast.Mod) else ()
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        yield from _placed(node.func.value, node.args, _FIELD)
    elif node.args and "%" in _text(node.args[0]):
        yield from _placed(node.args[0], node.args[1:], _CONVERSION)
    elif isinstance(node.func, ast.Name) and node.func.id == "print":
        for at, (before, after) in enumerate(pairwise(node.args)):
            listed = len(node.args) > at + 2 and not _text(node.args[at + 2]) and _LISTING.search(_text(before))
            told = isinstance(before, ast.Constant) and _text(before) and not isinstance(after, ast.Constant)
            if isinstance(before, ast.Constant) and told and not listed:
                yield before, _text(before), after


def _placed(
    text: ast.expr, values: Sequence[ast.expr], conversion: re.Pattern[str]
) -> Iterator[tuple[ast.Constant, str, ast.expr]]:
    found = list(conversion.finditer(_text(text)))
    told = len(found) == len(values) > 0 and not any(each[0] in _OTHER for each in found)
    if not isinstance(text, ast.Constant) or not told or any(isinstance(each, ast.Starred) for each in values):
        return
    ends = [0, *(at for each in found for at in each.span()), len(_text(text))]
    said = [_text(text)[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True)]
    if not names_behind(said, values):
        yield from zip(repeat(text), [said[0], *map(said_after, said[1:])], values, strict=False)


def said_after(text: str) -> str:
    """What a text behind a value says of the next one: not the letter or two that it begins with, as in
    `{y_start}y_{x_start}x_`, nor what stands before a mark: `with %d train / %d test`."""
    return _MARK.split(_UNIT.sub("", text))[-1]


def names_behind(texts: Sequence[str], values: Sequence[ast.expr]) -> bool:
    """Whether texts, of which one stands before each value and one behind the last, say of each behind it what it is:
    `{} train samples and {} test samples`, or by the words of most, `read {len(train)} train, {len(val)} val`."""
    if not texts[0].strip("([{ ") and any(map(str.isalpha, texts[-1])):
        return True
    words, names = [set(split(text)) for text in texts], [_names(value) for value in values]
    behind = sum(not said.isdisjoint(has) for said, has in zip(words[1:], names, strict=True))
    return behind > sum(not said.isdisjoint(has) for said, has in zip(words, names, strict=False))


def _names(value: ast.expr) -> set[str]:
    """The words of the names in a value."""
    return {word for name in names_in(value) for word in split(name)}


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
