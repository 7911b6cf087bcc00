"""The end of a step in a loop that goes past the end: `for i in range(0, n, k): stop = max(i + k, n)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.reading.script import Script
from mlint.facts.pairs.reading.shapes import Part, Row

_LATER = frozenset({"max", "maximum"})
_SUM = re.compile(r"\bmax(?:imum)?\((?:[^()]|\([^()]*\))*\+")


def may_go_past_the_end(script: Script) -> bool:
    """Whether a loop may go in steps, and the later of two ends be taken, one of them a sum; cheap."""
    return "range(" in script.code and "max" in script.code and _SUM.search(script.code) is not None


def past_the_end(row: Row) -> Iterator[Slip]:
    """The `max` of where a step ends and where all ends, which is past the end but in the first step of all."""
    for part, call in row.of(ast.Call):
        atom = row.last_of(call.func)
        if atom is None or atom.text not in _LATER or len(call.args) != 2 or call.keywords:
            continue
        for step, end in (call.args, call.args[::-1]):
            given = _range_of(row, part, step)
            if given is not None and row.are_same(row.parts[given], row.parts[end]):
                expected = {"max": "min", "maximum": "minimum"}[atom.text]
                renaming = (atom.text, expected)
                yield Slip.of_pair(
                    atom, expected, part, row.parts[given], renaming, telling=True, kind=Kind.PAST_THE_END
                )


def _range_of(row: Row, inside: Part, step: ast.expr) -> ast.expr | None:
    """The end of the range whose variable a step is added to, in the loop over it."""
    if not isinstance(step, ast.BinOp) or not isinstance(step.op, ast.Add):
        return None
    for start, size in ((step.left, step.right), (step.right, step.left)):
        for part, loop in row.of(ast.For):
            match loop.target, loop.iter, start:
                case ast.Name(name), ast.Call(ast.Name("range"), [_, end, by]), ast.Name(other) if name == other:
                    if part.start < inside.start < part.end and row.are_same(row.parts[by], row.parts[size]):
                        return end
    return None
