"""What a text says of the values that are written into it: `"val loss %.3f" % loss`, `print("val loss", loss)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mlint.facts.pairs.names.words import split

_CONVERSION = re.compile(r"%(?:[-+ #0]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]|[%(*])")
_FIELD = re.compile(r"\{(?:[:!][^{}]*)?\}|[{}]")
_MARK = re.compile(r"[;|]|[,&]\s*$|\s/\s+$")
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
        for before, after in pairwise(node.args):
            if isinstance(before, ast.Constant) and _text(before) and not isinstance(after, ast.Constant):
                yield before, _text(before), after


def _placed(
    text: ast.expr, values: Sequence[ast.expr], conversion: re.Pattern[str]
) -> Iterator[tuple[ast.Constant, str, ast.expr]]:
    found = list(conversion.finditer(_text(text)))
    told = len(found) == len(values) and not any(each[0] in _OTHER for each in found)
    if not isinstance(text, ast.Constant) or not told or any(isinstance(each, ast.Starred) for each in values):
        return
    if found and names_behind((_text(text)[: found[0].start()], _text(text)[found[-1].end() :]), values):
        return
    starts = [0, *(each.end() for each in found)]
    for start, each, value in zip(starts, found, values, strict=False):
        # `%d words/s; %d lines/s`, `with %d train / %d test`: what stands before the mark is of the value before.
        before = _text(text)[start : each.start()]
        yield text, _MARK.split(without_unit(before) if start else before)[-1], value


def without_unit(text: str) -> str:
    """A text that stands behind a value without the letter or two that it begins with, which are said of what stands
    before: `{y_start}y_{x_start}x_{size}`."""
    return _UNIT.sub("", text)


def names_behind(ends: tuple[str, str], values: Sequence[ast.expr]) -> bool:
    """Whether a text that begins and ends so says of each value behind it what it is: `{} train samples and {} test
    samples`, or `read {len(train)} train and {len(val)} val`, by the words of the first value and the last."""
    before, after = ends
    if not before.strip("([{ ") and any(map(str.isalpha, after)):
        return True
    return not _names(values[-1]).isdisjoint(split(after)) and _names(values[0]).isdisjoint(split(before))


def _names(value: ast.expr) -> set[str]:
    """The words of the names in a value."""
    names = [
        each.id if isinstance(each, ast.Name) else each.attr
        for each in ast.walk(value)
        if isinstance(each, (ast.Name, ast.Attribute))
    ]
    return {word for name in names for word in split(name)}


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
