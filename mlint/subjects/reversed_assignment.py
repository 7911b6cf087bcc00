"""Assignments whose spacing says that their operator was turned round: `total =+ x`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import libcst as cst

from mlint.facts import ir
from mlint.facts.accesses import Accesses
from mlint.facts.paths import Path, Place
from mlint.finding import Confidence
from mlint.rule import Report
from mlint.subjects.owners import File, Function

# Cheap, before anything is parsed: a sign right after a single equals sign.
_SUSPECT = re.compile(r"(?<![=!<>+\-*/%&|^@:~])=[+\-]")
_SIGNS: dict[type[cst.BaseUnaryOp], str] = {cst.Plus: "+", cst.Minus: "-"}


@dataclass(frozen=True)
class ReversedAssignment:
    """An assignment `target =+ operand`, with no space between the equals sign and the sign.

    `is_spaced`: a space stands before the equals sign and after the sign. `is_bound`: the target may have a value
    already, so that it could be added to.
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
        lines = [number for number, line in enumerate(owner.source.lines, 1) if _SUSPECT.search(line)]
        for function in owner.functions:
            sketch = function.unit.sketch if _holds(function, lines) else None
            if sketch is not None and sketch.may_be_reversed:
                for body in function.bodies:
                    yield from _found(function, body)

    def report(self, *, confidence: Confidence, **values: object) -> Report:
        """A report at the assignment."""
        advice = f"write `{self.target} {self.sign}= {self.operand}`"
        return self.function.report(self.temporary, confidence=confidence, advice=advice, because=(), **values)


def _holds(function: Function, lines: list[int]) -> bool:
    outline = function.outline
    return outline is None or any(outline.first_line <= line <= outline.end_line for line in lines)


def _found(function: Function, body: ir.FunctionIR) -> Iterator[ReversedAssignment]:
    accesses: Accesses | None = None
    for block in body.blocks:
        for position, made in enumerate(block.instructions):
            if not isinstance(made, (ir.Store, ir.StoreAttribute, ir.StoreItem)):
                continue
            node = function.unit.lowered.nodes[made.target]
            sign = _sign(node)
            if sign is None or not isinstance(node, cst.Assign) or not isinstance(node.value, cst.UnaryOperation):
                continue
            accesses = accesses or Accesses(body)
            yield ReversedAssignment(
                function,
                made.target,
                sign,
                function.body.code(node.targets[-1].target),
                function.body.code(node.value.expression),
                _is_spaced(node, node.value),
                _is_bound(accesses, Place(block.index, position), accesses.temporaries.written(made)),
            )


def _sign(node: cst.CSTNode | None) -> str | None:
    if not isinstance(node, cst.Assign) or not isinstance(node.value, cst.UnaryOperation) or node.value.lpar:
        return None
    last = node.targets[-1]
    return _SIGNS.get(type(node.value.operator)) if last.whitespace_after_equal.empty else None


def _is_spaced(node: cst.Assign, value: cst.UnaryOperation) -> bool:
    return not node.targets[-1].whitespace_before_equal.empty and not value.operator.whitespace_after.empty


def _is_bound(accesses: Accesses, place: Place, path: Path | None) -> bool:
    if path is None or len(path) > 1:
        return True
    parameters = {parameter.name for parameter in accesses.function.parameters}
    return path[0] in parameters or bool(accesses.reaching(place, path))
