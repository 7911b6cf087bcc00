"""Calls, as rules see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlint.facts.domain.values import Value
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.subjects.owners import Function
from mlint.subjects.placed import Placed


class Call(Placed):
    """A call that control may reach."""

    def __init__(self, function: Function, op: ir.Call, fact: CallFact) -> None:
        super().__init__(function, op.target)
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
