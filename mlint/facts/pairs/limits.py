"""Limits in the wrong order: `clip(x, high, low)`, `range(end, start)`, `x[end:start]`, which is always empty."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.claims import Claim
from mlint.facts.pairs.exchanged import Exchange
from mlint.facts.pairs.roles import family, precedes, roles
from mlint.facts.pairs.script import Line
from mlint.facts.pairs.shapes import Atom, Part, Row
from mlint.facts.pairs.uses import is_compared
from mlint.facts.pairs.words import changed, listed, split

BOUND = "lower end of"
_STEPPING = frozenset({"range", "arange"})
_CLIPPING = listed("clip clip_ clamp clamp_")
_UPWARDS = listed("row rows y lat")
_BOUNDING = _STEPPING | _CLIPPING
_PAIRED = re.compile(r"(?<![\w.])([\w.]+)\s*(?:,|:)\s*([\w.]+)\s*[)\]]")
_MOST = 3


def may_be_backwards(line: Line) -> bool:
    """Whether the last two arguments of a call or the bounds of a slice are an end and a start; cheap."""
    text = line.text
    if not ("[" in text and ":" in text) and _BOUNDING.isdisjoint(line.words):
        return False
    return any(_are_backwards(*(each.rpartition(".")[2] for each in pair)) for pair in _PAIRED.findall(text))


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


def _told(row: Row, whole: Part, lower: ast.expr, upper: ast.expr) -> Iterator[Exchange]:
    one, other = _name(row, lower), _name(row, upper)
    # `xs[end : part.start]` and `xs[before.end : after.start]` lie between two things.
    if one is not None and other is not None and one.path.rpartition(".")[0] != other.path.rpartition(".")[0]:
        return
    if one is None or other is None or is_compared(row, whole.start, {one.text, other.text}):
        return
    if _are_backwards(one.text, other.text):
        text = row.parts[lower]
        yield Exchange(
            Claim(BOUND, _what(whole), one, text, whole),
            one,
            Claim("upper end of", _what(whole), other, row.parts[upper], whole),
            other.text,
            whole=True,
            # On a map the first row is the last of the picture.
            either_way=not _UPWARDS.isdisjoint(split(one.text)) and not split(one.text)[-1].isalpha(),
        )


def _what(whole: Part) -> str:
    return "slice" if isinstance(whole.node, ast.Slice) else "call"


def _name(row: Row, node: ast.expr) -> Atom | None:
    return row.last_of(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
