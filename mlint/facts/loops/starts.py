"""What totals, counters and lists begin with: zero, an empty text or container, an array of zeros."""

from __future__ import annotations

from mlint.facts import ir
from mlint.facts.accesses import Accesses, Event
from mlint.facts.loops.turns import is_augmented, written_value

_ARRAYS = frozenset({"tensor", "array", "as_tensor", "asarray", "FloatTensor", "Tensor", "Variable", "Value"})
_NUMBERS = frozenset({"float", "int", "float32", "float64", "Decimal"})
_CONTAINERS = frozenset({"list", "dict", "set", "tuple", "str", "Counter", "deque", "OrderedDict"})
EMPTY = _NUMBERS | _CONTAINERS
"""What makes zero, or something empty, when it is called without an argument."""
_CONVERSIONS = frozenset(
    {"to", "cuda", "cpu", "float", "double", "type", "astype", "requires_grad_", "clone", "type_as", "half", "int"}
)


def is_zero(accesses: Accesses, write: Event) -> bool:
    """Whether the write assigns what a total begins with: 0, 0.0, an empty text or container, zeros."""
    value = written_value(accesses, write)
    return value is not None and not is_augmented(write) and is_zero_value(accesses, value)


def is_zero_value(accesses: Accesses, temporary: int) -> bool:
    """Whether the value is what a total begins with."""
    made = accesses.temporaries.definitions.get(accesses.temporaries.resolve(temporary))
    if isinstance(made, ir.Const):
        return not isinstance(made.value, bool) and made.value in (0, "", b"")
    if isinstance(made, ir.Collect):
        return not made.items
    if isinstance(made, ir.Mapping):
        return not made.values
    return isinstance(made, ir.Call) and _makes_zeros(accesses, made)


def _makes_zeros(accesses: Accesses, call: ir.Call) -> bool:
    callee = accesses.temporaries.definitions.get(call.callee)
    if not isinstance(callee, (ir.Attribute, ir.Global, ir.Load)):
        return False
    if isinstance(callee, ir.Attribute) and callee.name in _CONVERSIONS:
        return is_zero_value(accesses, callee.base)
    if callee.name.startswith(("zeros", "new_zeros")):
        return True
    if not call.arguments:
        return callee.name in EMPTY
    return callee.name in _ARRAYS | _NUMBERS and is_zero_value(
        accesses, call.arguments[-1 if callee.name == "Value" else 0].value
    )
