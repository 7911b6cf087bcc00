"""Where a move goes: which argument of `x.to(...)`, `x.cuda(...)`, `x.type_as(...)` says it."""

from __future__ import annotations

from mlint.facts.domain import devices, promotion
from mlint.facts.domain.values import UNKNOWN, Kind
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.recorded import Facts
from mlint.facts.placement.shown import Shown, shown

_KEYWORDS = ("device", "other", "tensor")


class Destinations:
    """The answers about the calls of one function."""

    def __init__(self, accesses: Accesses, facts: Facts) -> None:
        self._accesses = accesses
        self._definitions = accesses.temporaries.definitions
        self._values = facts.values
        self._calls = facts.calls

    def argument(self, name: str, call: ir.Call) -> ir.Argument | None:
        """The argument that says where to, of a call of the method `name`; None where none does: `x.to(dtype)`."""
        for each in call.arguments:
            if each.stars == 0 and each.name in (None, *_KEYWORDS) and self._names_device(name, each):
                return each
        return None

    def is_other(self, name: str, argument: ir.Argument) -> bool:
        """Whether the argument is a tensor, whose device and dtype are meant."""
        value = self._values.get(argument.value, UNKNOWN)
        if name == "type_as" or value.kind is Kind.TENSOR:
            return True
        op = self._definitions.get(argument.value)
        # Of a parameter that nothing else is known of: `x.to(other)`, but not `x.to(dtype)`.
        named = op.name if isinstance(op, ir.Load) else "dtype"
        is_given = value.kind is Kind.UNKNOWN and value.device == f"of:{named}"
        return is_given and "type" not in named and not devices.is_device_name(named)

    def is_data(self, argument: ir.Argument) -> bool:
        """Whether the argument is `x.device` of a variable that holds a tensor, as far as is known.

        Of a variable that other lines use as a module, or as a setting (`state.rank`), it is not.
        """
        op = self._definitions.get(argument.value)
        base = self._definitions.get(op.base) if isinstance(op, ir.Attribute) and op.name == "device" else None
        if base is None or isinstance(base, ir.Attribute):
            return False
        return self._is_data(base.target)

    def holds_data(self, name: str) -> bool:
        """Whether a variable holds a tensor, as far as is known where it is read."""
        reads = [each.target for each in self._definitions.values() if isinstance(each, ir.Load) and each.name == name]
        return all(map(self._is_data, reads))

    def _is_data(self, temporary: int) -> bool:
        kind = self._values.get(temporary, UNKNOWN).kind
        if kind is Kind.UNKNOWN:
            return shown(self._accesses, temporary, self._calls) not in (Shown.MODULE, Shown.OBJECT)
        return kind is Kind.TENSOR

    def _names_device(self, name: str, argument: ir.Argument) -> bool:
        value = self._values.get(argument.value, UNKNOWN)
        if name == "type_as" or argument.name in _KEYWORDS:
            return value.kind is not Kind.NONE
        if isinstance(value.const, str):
            return promotion.canonical(value.const) is None
        if name == "cuda":
            return value.kind not in (Kind.NONE, Kind.NUMBER) or value.dtype != "bool"
        if value.kind in (Kind.DEVICE, Kind.TENSOR) or (value.kind is Kind.TEXT and value.device is not None):
            return True
        op = self._definitions.get(argument.value)
        named = op.name if isinstance(op, (ir.Attribute, ir.Load, ir.Global)) else ""
        is_named = devices.is_device_name(named) or self.is_other(name, argument)
        return value.kind in (Kind.UNKNOWN, Kind.TEXT) and is_named
