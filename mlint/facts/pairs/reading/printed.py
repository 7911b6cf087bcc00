"""What a text says of the values that are written into it: `"val loss %.3f" % loss`, `print("val loss", loss)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_CONVERSION = re.compile(r"%(?:[-+ #0]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]|[%(*])")
_FIELD = re.compile(r"\{(?:[:!][^{}]*)?\}|[{}]")
_MARK = re.compile(r"[;|]|[,&]\s*$|\s/\s+$")
# A text that names several values, where several follow: `print("x, y", x, y)`.
_LISTING = re.compile(r"\w\s*(?:[,/&]|\band\b)\s*\w+\W*$")
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
    told = len(found) == len(values) and not any(each[0] in _OTHER for each in found)
    if not isinstance(text, ast.Constant) or not told or any(isinstance(each, ast.Starred) for each in values):
        return
    if found and names_behind(_text(text)[: found[0].start()], _text(text)[found[-1].end() :]):
        return
    starts = [0, *(each.end() for each in found)]
    for start, each, value in zip(starts, found, values, strict=False):
        # `%d words/s; %d lines/s`, `with %d train / %d test`: what stands before the mark is of the value before.
        yield text, _MARK.split(_text(text)[start : each.start()])[-1], value


def names_behind(before: str, after: str) -> bool:
    """Whether a text with these before the first value and after the last says of each behind it what it is:
    `{} train samples and {} test samples`."""
    return not before.strip("([{ ") and any(map(str.isalpha, after))


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
