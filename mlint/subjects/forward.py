"""The forward of a module: what it takes and what it returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import ClassVar

from mlint.facts import ir
from mlint.facts.interfaces import is_attention, is_loss, is_recurrent, is_series, passes_through
from mlint.facts.origins import Origin, origins
from mlint.facts.recorded import Facts
from mlint.facts.returns import Choice, Returned, choices, returned
from mlint.facts.values import UNKNOWN, Kind
from mlint.finding import Span
from mlint.rule import Step
from mlint.subjects.owners import Class, Function

_NO_RECEIVERS = (Kind.NAMESPACE, Kind.CLASS, Kind.MODULE)
"""What stands before the dot of a call that is no method on the data: `F.relu(x)`, `self.drop(x)`."""


class Forward:
    """The `forward` of a class that is a `torch.nn.Module`."""

    scope: ClassVar[str] = "function"

    def __init__(self, function: Function, cls: Class) -> None:
        self.function = function
        self.cls = cls

    @classmethod
    def of(cls, owner: Function) -> Iterator[Forward]:
        """The function, if it is the forward of a module."""
        if owner.name != "forward" or owner.cls is None:
            return
        if owner.unit.sketch is None or owner.unit.sketch.may_return_several:
            symbol = owner.project.symbol(owner.path, owner.cls.outline)
            if owner.file.engine.classes.kind(symbol) is Kind.MODULE and not owner.ir.is_generator:
                yield cls(owner, owner.cls)

    @cached_property
    def facts(self) -> Facts:
        """What is known in it when calls are followed one deep: enough to count what they return."""
        return self.function.file.engine.facts(self.function.unit, 1)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters, without `self`."""
        return tuple(each.name for each in self.function.ir.parameters[1:])

    @cached_property
    def returns(self) -> list[Returned]:
        """What it returns, in the order of the text."""
        return returned(self.function.ir, self.facts)

    @cached_property
    def choices(self) -> list[Choice]:
        """The conditions that choose between returns of different shape."""
        return choices(self.function.ir, self.returns)

    def names(self, each: Returned) -> tuple[str, ...] | None:
        """What the items of a returned tuple are called; None where it is not written out as a tuple."""
        op = self.function.instructions.get(each.operand) if each.operand is not None else None
        if not isinstance(op, ir.Collect) or op.kind != "tuple" or op.starred:
            return None
        return tuple(self._name(item) for item in op.items)

    def _name(self, temporary: int) -> str:
        """What a value is called where it is written out: `attn` in `self.drop(attn)[0].float()`; `""` if nothing."""
        instructions, values = self.function.instructions, self.facts.values
        op = instructions.get(temporary)
        while op is not None:
            if isinstance(op, (ir.Load, ir.Global)):
                return op.name
            if isinstance(op, ir.Attribute):
                return op.name
            if isinstance(op, ir.Call):
                callee = instructions.get(op.callee)
                is_method = (
                    isinstance(callee, ir.Attribute) and values.get(callee.base, UNKNOWN).kind not in _NO_RECEIVERS
                )
                if is_method and isinstance(callee, ir.Attribute):
                    op = instructions.get(callee.base)
                else:
                    op = instructions.get(op.arguments[0].value) if op.arguments else callee
            elif isinstance(op, ir.Item):
                op = instructions.get(op.base)
            else:
                return ""
        return ""

    @cached_property
    def overridden(self) -> Function | None:
        """The forward of the base class that this one overrides, where it is seen."""
        project = self.function.project
        symbol = project.symbol(self.function.path, self.cls.outline)
        for base in project.bases(symbol):
            found = project.method(base, "forward") if base.kind == "class" else None
            unit = self.function.file.engine.unit(found.path, found.qualname) if found and found.path else None
            if unit is not None:
                return Function(self.function.file, unit)
        return None

    def convention(self, each: Returned, names: Sequence[str]) -> str | None:
        """Why values of these names may well go by position; None where nothing speaks for it."""
        if is_recurrent(names):
            return "an output and the state that goes into the next call"
        if is_attention(names):
            return "an output and its attention weights"
        if is_loss(self.cls.name, names):
            return "a loss and its parts"
        if is_series(names):
            return "one kind of value in numbered order"
        if passes_through(names, self.parameters):
            return "the values that went in, changed"
        base = self.overridden
        if base is None:
            return None
        returned = base.file.engine.facts(base.unit, 1).returns.values()
        if any(value.kind is Kind.TUPLE for value in returned):
            return f"the forward that it overrides, `{base.qualname}`, returns a tuple, too"
        return None

    def line(self, each: Returned) -> int:
        """The line of a return; of the end that is reached without one, the last line of the function."""
        return self.span(each).line

    def span(self, each: Returned) -> Span:
        """Where a return stands."""
        if each.site >= 0:
            return self.function.span(each.site)
        outline = self.function.outline
        last = outline.end_line if outline is not None else 1
        return Span(last, 1, last, 1)

    def step(self, each: Returned) -> Step:
        """A return as a step of an explanation."""
        if each.site < 0:
            return Step("the end is reached here without a return: None", self.span(each))
        return Step(f"`{self.function.code(each.site)}`", self.span(each))

    @cached_property
    def inconsistent(self) -> frozenset[int]:
        """The returns whose number of values another return does not have, by the mode or the data."""
        surprising = {Origin.MODE, Origin.DATA}
        return frozenset(
            each.site
            for choice in self.choices
            if self.origins(choice) & surprising
            for each in (*choice.then, *choice.orelse)
        )

    def origins(self, choice: Choice) -> frozenset[Origin]:
        """What the condition of a choice hangs on."""
        if choice.condition is None:
            return frozenset({Origin.DATA})
        return origins(choice.condition, self.function.instructions, self.facts.values)
