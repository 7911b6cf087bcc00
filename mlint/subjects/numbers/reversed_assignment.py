"""Assignments whose spacing says that their operator was turned round: `total =+ x`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses
from mlint.facts.flow.paths import Path, Place
from mlint.facts.loops.turns import is_augmented
from mlint.facts.lower.places import text_of
from mlint.facts.syntax.tree import leading
from mlint.finding import Confidence
from mlint.outline.parsing import parsed
from mlint.rule import Report
from mlint.subjects.owners import File, Function

# Cheap, before anything is parsed: a sign right after a single equals sign, or a plus before a name. What stands before
# the equals sign is asked last: so only the equals signs of a text are looked at.
_SUSPECT = re.compile(r"=(?<![=!<>+\-*/%&|^@:~]=)(?:[+\-]| \+[^\W\d])")
_SIGNS = ("+", "-")


@dataclass(frozen=True)
class ReversedAssignment:
    """An assignment `target =+ operand`, with no space between the equals sign and the sign; or `target = +operand`,
    where the plus does nothing.

    `is_spaced`: a space stands before the equals sign and after the sign, or something else is added to the target or
    taken from it beside a plus that does nothing. `is_bound`: the target may have a value already, so that it could be
    added to.
    """

    function: Function
    temporary: int
    sign: str
    target: str
    operand: str
    is_spaced: bool
    is_bound: bool

    scope: ClassVar[str] = "file"

    @classmethod
    def of(cls, owner: File) -> Iterator[ReversedAssignment]:
        """Those of a file, function by function."""
        if not _SUSPECT.search(owner.source.text):
            return
        lines = [number for number, line in enumerate(owner.source.lines, 1) if _may_assign(line)]
        for function in owner.functions:
            sketch = function.unit.sketch if _holds(function, lines) else None
            if sketch is not None and sketch.may_be_reversed:
                for body in function.bodies:
                    yield from _found(function, body)

    def report(self, *, confidence: Confidence, **values: object) -> Report:
        """A report at the assignment."""
        advice = f"write `{self.target} {self.sign}= {self.operand}`"
        return self.function.report(self.temporary, confidence=confidence, advice=advice, because=(), **values)


def _may_assign(line: str) -> bool:
    """Whether an equals sign with a sign behind it may be that of an assignment: no bracket of the line is open there,
    as around a keyword (`f(dim=-1)`)."""
    return "=" in line and any(_is_open(line[: found.start()]) for found in _SUSPECT.finditer(line))


def _is_open(before: str) -> bool:
    if '"' in before or "'" in before:  # brackets in a text open nothing
        return True
    return sum(map(before.count, "([{")) <= sum(map(before.count, ")]}"))


def _holds(function: Function, lines: list[int]) -> bool:
    outline = function.outline
    if outline is None:
        extents = function.file.outline.extents()
        return any(not any(first <= line <= last for first, last in extents) for line in lines)
    return any(outline.first_line <= line <= outline.end_line for line in lines)


def _found(function: Function, body: ir.FunctionIR) -> Iterator[ReversedAssignment]:
    accesses: Accesses | None = None
    for block in body.blocks:
        for position, made in enumerate(block.instructions):
            if not isinstance(made, (ir.Store, ir.StoreAttribute, ir.StoreItem)):
                continue
            value = _first(function, made.value)
            if value is None:
                continue
            written = _written(function.unit.code(made.target))
            if written is None:
                continue
            accesses = accesses or Accesses(body)
            target, operand, is_spaced = written
            path = accesses.temporaries.written(made)
            if is_spaced is None:
                if value.op != "+" or not _is_added_to(accesses, path):
                    continue
                is_spaced = True
            is_bound = _is_bound(accesses, Place(block.index, position), path)
            yield ReversedAssignment(function, made.target, value.op, target, operand, is_spaced, is_bound)


def _first(function: Function, assigned: int) -> ir.Unary | None:
    """The sign that what is assigned begins with: of a sum or a product that of its first operand."""
    value = function.instructions.get(assigned)
    while isinstance(value, ir.Binary):
        value = function.instructions.get(value.left)
    return value if isinstance(value, ir.Unary) and value.op in _SIGNS else None


def _is_added_to(accesses: Accesses, path: Path | None) -> bool:
    """Whether an augmented assignment adds to a path elsewhere, or takes from it."""
    writes = [] if path is None else accesses.all(path, Access.WRITE)
    return any(map(is_augmented, writes))


def _written(code: str) -> tuple[str, str, bool | None] | None:
    """The last target of an assignment and what follows its sign as they are written, and whether spaces stand before
    the equals sign and behind the sign (None where a space stands between them); None where it is no assignment, or
    the operand is a literal that a space sets off."""
    statement = parsed(code).body[0]
    if not isinstance(statement, ast.Assign):
        return None
    value = leading(statement.value)
    if not isinstance(value, ast.UnaryOp):
        return None
    lines = code.split("\n")
    line = lines[value.lineno - 1].encode()
    before, behind = line[: value.col_offset].decode(), line[value.col_offset + 1 :].decode()
    is_spaced = before[-2:-1].isspace() and behind[:1].isspace() if before.endswith("=") else None
    whole = value is statement.value
    if is_spaced is None and (not whole or isinstance(value.operand, (ast.Constant, ast.UnaryOp))):
        return None
    operand = value.operand if whole else statement.value
    text = text_of(operand, lines)
    return text_of(statement.targets[-1], lines), text if whole else text[1:].lstrip(), is_spaced


def _is_bound(accesses: Accesses, place: Place, path: Path | None) -> bool:
    if path is None or len(path) > 1:
        return True
    parameters = {parameter.name for parameter in accesses.function.parameters}
    return path[0] in parameters or bool(accesses.reaching(place, path))
