"""Limits in the wrong order: `clip(x, high, low)`, `range(end, start)`, `x[end:start]`, which is always empty."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.labels.claims import Claim
from mlint.facts.pairs.labels.exchanged import Exchange
from mlint.facts.pairs.names.roles import family, precedes, roles
from mlint.facts.pairs.names.words import changed, listed, split
from mlint.facts.pairs.reading.script import Line
from mlint.facts.pairs.reading.shapes import Atom, Part, Row
from mlint.facts.pairs.reading.uses import is_compared

BOUND = "lower end of"
_STEPPING = frozenset({"range", "arange"})
_CLIPPING = listed("clip clip_ clamp clamp_")
_UPWARDS = listed("row rows y lat")
_BOUNDING = _STEPPING | _CLIPPING
_PAIRED = re.compile(r"(?<![\w.])([\w.]+)\s*(?:,|:)\s*([\w.]+)\s*[)\]]")
_MOST = 3
_TWO = 2
# `min` keeps a number below its upper end.
_END_OF = {"min": "upper", "minimum": "upper", "max": "lower", "maximum": "lower"}
_NESTING = frozenset({"min", "minimum"})
_CALLING = r"\b(min|max)(?:imum)?\(\s*"
_OUTSIDE = re.compile(rf"{_CALLING}([\w.]+)\s*,\s*(?:\w+\.)?{_CALLING}([\w.]+)\s*,\s*([\w.]+)\s*\)")
_INSIDE = re.compile(rf"{_CALLING}(?:\w+\.)?{_CALLING}([\w.]+)\s*,\s*([\w.]+)\s*\)\s*,\s*([\w.]+)\s*\)")


def may_be_backwards(line: Line) -> bool:
    """Whether the last two arguments of a call or the bounds of a slice are an end and a start; cheap."""
    text = line.text
    if not ("[" in text and ":" in text) and _BOUNDING.isdisjoint(line.words):
        return False
    return any(_are_backwards(*(each.rpartition(".")[2] for each in pair)) for pair in _PAIRED.findall(text))


def may_be_clamped_backwards(line: Line) -> bool:
    """Whether a line may keep a number between two ends by `min` and `max`, and take the one for the other; cheap."""
    if _NESTING.isdisjoint(line.words):
        return False
    found = [(each[0], each[1], each[3:]) for each in _OUTSIDE.findall(line.text)]
    found += [(each[0], each[4], each[2:4]) for each in _INSIDE.findall(line.text)]
    for outer, bound, inner in found:
        for other in inner:
            pair = (other, bound) if outer == "min" else (bound, other)
            if _are_backwards(*(each.rpartition(".")[2] for each in pair)) or _are_numbers_backwards(*pair):
                return True
    return False


def _are_numbers_backwards(lower: str, upper: str) -> bool:
    """Whether of two numbers that are written out the lower end is the higher."""
    return lower.isdigit() and upper.isdigit() and int(lower) > int(upper)


def _are_backwards(lower: str, upper: str) -> bool:
    """Whether the first of two names is that of the upper end, and the second that of the lower one."""
    if lower == upper:
        return False
    pairs = changed(lower, upper)
    if len(pairs) != 1 or precedes(*pairs[0]):
        return False
    if family(*pairs[0]) in ("ends", "extreme"):
        return True
    # `y2` and `y1`.
    numbered = pairs[0] == ("2", "1") and len(split(lower)) == 2
    return numbered and any(role.family == "axis" for role in roles(split(lower)))


def backwards(row: Row) -> Iterator[Exchange]:
    """The bounds of a row of which the upper one stands first."""
    for part, node in row.of(ast.Slice):
        if node.lower is not None and node.upper is not None and node.step is None:
            yield from _told(row, part, node.lower, node.upper)
    for part, call in row.of(ast.Call):
        function = row.last_of(call.func)
        if function is None or not 2 <= len(call.args) <= _MOST or any(isinstance(x, ast.Starred) for x in call.args):
            continue
        steps = function.text in _STEPPING and len(call.args) == 2
        if steps or (function.text in _CLIPPING and not call.keywords):
            yield from _told(row, part, *call.args[-2:])

    for part, call in row.of(ast.Call):
        yield from _nested(row, part, call)


def _nested(row: Row, part: Part, call: ast.Call) -> Iterator[Exchange]:
    """What is between two ends by `min` of the upper and `max` of the lower one, the other way round."""
    outer = _END_OF.get(row.called(call).rpartition(".")[2])
    for at, inner in enumerate(call.args) if outer and len(call.args) == _TWO and not call.keywords else ():
        if not isinstance(inner, ast.Call) or len(inner.args) != _TWO or inner.keywords:
            continue
        if _END_OF.get(row.called(inner).rpartition(".")[2]) in (None, outer):
            continue
        bound = call.args[1 - at]
        for other in inner.args:
            lower, upper = (other, bound) if outer == "upper" else (bound, other)
            one, other_end = (row.last_of(each) if isinstance(each, ast.Constant) else None for each in (lower, upper))
            if one is not None and other_end is not None and _are_numbers_backwards(one.text, other_end.text):
                yield _exchange(row, part, (lower, one), (upper, other_end), either_way=False)
            yield from _told(row, part, lower, upper)


def _told(row: Row, whole: Part, lower: ast.expr, upper: ast.expr) -> Iterator[Exchange]:
    one, other = _name(row, lower), _name(row, upper)
    # `xs[end : part.start]` and `xs[before.end : after.start]` lie between two things.
    if one is not None and other is not None and one.path.rpartition(".")[0] != other.path.rpartition(".")[0]:
        return
    if one is None or other is None or is_compared(row, whole.start, {one.text, other.text}):
        return
    if _are_backwards(one.text, other.text):
        # On a map the first row is the last of the picture.
        upwards = not _UPWARDS.isdisjoint(split(one.text)) and not split(one.text)[-1].isalpha()
        yield _exchange(row, whole, (lower, one), (upper, other), either_way=upwards)


def _exchange(
    row: Row, whole: Part, lower: tuple[ast.expr, Atom], upper: tuple[ast.expr, Atom], *, either_way: bool
) -> Exchange:
    (code, one), (above, other) = lower, upper
    return Exchange(
        Claim(BOUND, _what(whole), one, row.parts[code], whole),
        one,
        Claim("upper end of", _what(whole), other, row.parts[above], whole),
        other.text,
        whole=True,
        either_way=either_way,
    )


def _what(whole: Part) -> str:
    return "slice" if isinstance(whole.node, ast.Slice) else "call"


def _name(row: Row, node: ast.expr) -> Atom | None:
    return row.last_of(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
