"""Calls, as rules see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from mlint.facts.domain.values import Value
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.finding import Confidence, Span
from mlint.rule import Report, Step
from mlint.subjects.owners import Function


class Call:
    """A call that control may reach."""

    scope: ClassVar[str] = "function"

    def __init__(self, function: Function, op: ir.Call, fact: CallFact) -> None:
        self.function = function
        self.op = op
        self.fact = fact

    @classmethod
    def of(cls, owner: Function) -> Iterator[Call]:
        """The calls of a function, in the order of the text."""
        calls = owner.facts.calls
        for temporary, op in owner.instructions.items():
            if isinstance(op, ir.Call) and temporary in calls:
                yield cls(owner, op, calls[temporary])

    @property
    def symbol(self) -> str | None:
        """The qualified name of what is called: `torch.nn.functional.dropout`, `torch.Tensor.clamp`, if known."""
        return self.fact.callee.symbol

    @property
    def name(self) -> str:
        """The last name that the callee is written with."""
        return self.fact.name

    @property
    def receiver(self) -> Value | None:
        """The object of a method call."""
        return self.fact.receiver

    @property
    def positional(self) -> tuple[Value, ...]:
        """The values of the positional arguments."""
        return self.fact.positional

    @property
    def keywords(self) -> Mapping[str, Value]:
        """The values of the keyword arguments."""
        return self.fact.keywords

    @property
    def value(self) -> Value:
        """What the call gives."""
        return self.function.value(self.op.target)

    @property
    def code(self) -> str:
        """The source text, on one line."""
        return self.function.code(self.op.target)

    @property
    def span(self) -> Span:
        """Where the call stands."""
        return self.function.span(self.op.target)

    def report(
        self,
        *,
        confidence: Confidence = Confidence.LIKELY,
        advice: str = "",
        because: Iterable[Step] = (),
        **values: object,
    ) -> Report:
        """A report at the call."""
        return self.function.report(self.op.target, confidence=confidence, advice=advice, because=because, **values)
