"""Calls that make a tensor on the CPU, because they are not told where."""

from __future__ import annotations

from dataclasses import dataclass

from mlint.facts.entries import Entry
from mlint.facts.recorded import CallFact
from mlint.facts.values import Kind


@dataclass(frozen=True, slots=True)
class Making:
    """A call that makes a tensor on the CPU because no `device` is passed.

    `kind`: `fill` (zeros, arange ...), `random`, or `data` for one that copies what it is given.
    """

    temporary: int
    kind: str
    entry: Entry
    fact: CallFact

    @property
    def is_literal(self) -> bool:
        """Whether the data are numbers that the code writes out, or that are Python's."""
        inside = [item for each in self.fact.positional[:1] for item in (each.items or (each,))]
        return bool(inside) and all(item.kind is Kind.NUMBER for item in inside)


def makes(entry: Entry) -> str | None:
    """`fill`, `random` or `data` for a function that makes a tensor, on the CPU unless told otherwise."""
    if not entry.name.startswith("torch.") or entry.host or "cpu" not in (entry.result.device or ""):
        return None
    if entry.parameter("device") is None or entry.name.startswith("torch.Tensor."):
        return None
    if "random" in entry.result.traits:
        return "random"
    parameters = entry.parameters or ()
    return "data" if parameters and parameters[0].name in ("data", "obj", "s") else "fill"
