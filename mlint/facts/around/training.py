"""Where a function trains: the calls that compute gradients or step an optimizer, and the loops around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.facts.project.reads import Memo
from mlint.facts.project.units import Unit
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

STEPS = frozenset(("backward", "manual_backward", "backward_step", "optimizer_step", "training_step", "train_step"))
"""Methods and functions that compute gradients, or step an optimizer, by their names."""
_OPTIMIZER = re.compile(r"opt|solver|scaler|engine|trainer", re.IGNORECASE)
_GRADIENTS = ("torch.autograd.grad", "torch.autograd.backward")
_DEPTH = 2
_ITSELF = 999
"""The number of a nested function among its own loops."""


@dataclass(frozen=True, slots=True)
class Training:
    """The loops (indices, outermost first) around each call that trains; an empty tuple is straight-line code.

    `targets` are the temporaries of these calls, in the same order.
    """

    loops: tuple[tuple[int, ...], ...]
    targets: tuple[int, ...]

    def is_ahead(self, loops: tuple[int, ...], target: int) -> bool:
        """Whether the same turn of a call's loops goes on to a training, in a loop further inside."""
        found = zip(self.loops, self.targets, strict=True)
        return bool(loops) and any(set(loops) < set(each) and target < other for each, other in found)

    def shares(self, loops: tuple[int, ...]) -> bool:
        """Whether code with these loops around it runs once or more for each step of a training.

        A loop over validation data beside the one over training data does not, nor does what follows that one.
        """
        return any(set(each) <= set(loops) for each in self.loops)


class Trainings:
    """Answers about the functions of one project."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: Memo[tuple[tuple[str, str], int], Training] = Memo(engine.project.reads)

    def of(self, unit: Unit, depth: int = _DEPTH) -> Training:
        """Where a function trains, by itself or by calling one that does so without a loop of its own."""
        return self._known.get((unit.where, depth), lambda: self._found(unit, depth))

    def _found(self, unit: Unit, depth: int) -> Training:
        found = list(self._steps(unit, depth))
        return Training(tuple(loops for loops, _ in found), tuple(target for _, target in found))

    def _steps(self, unit: Unit, depth: int) -> Iterator[tuple[tuple[int, ...], int]]:
        if not self._engine.nominal.may_train(unit):
            return
        try:
            facts = self._engine.facts(unit)
        except Unreadable:
            return
        for loops, op, names in calls(unit.lowered.function, apart=True):
            fact = facts.calls.get(op.target)
            if fact is not None and (_trains(op, fact, names) or self._calls_training(fact, depth)):
                yield loops, op.target

    def _calls_training(self, fact: CallFact, depth: int) -> bool:
        symbol = fact.callee.symbol if fact.callee.kind is Kind.FUNCTION else None
        found = self._engine.symbol(symbol) if symbol is not None else None
        if found is None or found.path is None or depth < 1:
            return False
        unit = self._engine.unit(found.path, found.qualname)
        return unit is not None and () in self.of(unit, depth - 1).loops


def calls(
    function: ir.FunctionIR, apart: bool = False
) -> Iterator[tuple[tuple[int, ...], ir.Call, Mapping[int, ir.Instruction]]]:
    """The calls of a function and of those nested in it, with the loops around them and the instructions beside them.

    Loops of a nested function are told apart from those around it by negative numbers. `apart`: each nested function
    counts as a loop itself, since what stands beside it doesn't run as often.
    """
    waiting = [(function, 0)]
    while waiting:
        each, level = waiting.pop()
        waiting += [(inner, level + 1 + index) for index, inner in enumerate(each.nested)]
        names = {op.target: op for block in each.blocks for op in block.instructions}
        for block in each.blocks:
            loops = block.loops if not level else tuple(-1000 * level - loop for loop in block.loops)
            if level and apart:
                loops = (-1000 * level - _ITSELF, *loops)
            for op in block.instructions:
                if isinstance(op, ir.Call):
                    yield loops, op, names


def _trains(op: ir.Call, fact: CallFact, names: Mapping[int, ir.Instruction]) -> bool:
    if fact.name in STEPS or (fact.callee.symbol or "") in _GRADIENTS:
        return True
    if fact.name != "step" or fact.receiver is None:
        return False
    return fact.receiver.kind is Kind.OPTIMIZER or _OPTIMIZER.search(_written(op, names)) is not None


def _written(op: ir.Call, names: Mapping[int, ir.Instruction]) -> str:
    """The last name of the receiver: `opt` of `self.opt.step()`."""
    callee = names.get(op.callee)
    base = names.get(callee.base) if isinstance(callee, ir.Attribute) else None
    while isinstance(base, ir.Item):
        base = names.get(base.base)
    return base.name if isinstance(base, (ir.Load, ir.Global, ir.Attribute)) else ""


def loops_around(function: ir.FunctionIR, target: int) -> tuple[int, ...]:
    """The loops around a call, as in `Training.loops`."""
    for loops, op, _ in calls(function, apart=True):
        if op.target == target:
            return loops
    return ()


def in_lambda(function: ir.FunctionIR, target: int) -> bool:
    """Whether a call stands in a lambda inside of a function."""
    inside = [each for each in function.nested if any(op.target == target for _, op, _ in calls(each))]
    return any(each.name == "<lambda>" or in_lambda(each, target) for each in inside)
