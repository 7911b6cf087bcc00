"""What totals, counters and lists begin with: zero, an empty text or container, an array of zeros."""

from __future__ import annotations

from collections.abc import Iterable

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses, Event
from mlint.facts.flow.paths import Path
from mlint.facts.loops.turns import is_augmented, written_value

_ARRAYS = frozenset({"tensor", "array", "as_tensor", "asarray", "FloatTensor", "Tensor", "Variable", "Value"})
_NUMBERS = frozenset({"float", "int", "float32", "float64", "Decimal"})
_CONTAINERS = frozenset({"list", "dict", "set", "tuple", "str", "Counter", "deque", "OrderedDict"})
EMPTY = _NUMBERS | _CONTAINERS
"""What makes zero, or something empty, when it is called without an argument."""
CONVERSIONS = frozenset(
    {"to", "cuda", "cpu", "float", "double", "type", "astype", "requires_grad_", "clone", "type_as", "half", "int"}
)
"""Methods that give what they are called on in another form."""


def is_zero(accesses: Accesses, write: Event) -> bool:
    """Whether the write assigns what a total begins with: 0, 0.0, an empty text or container, zeros."""
    value = written_value(accesses, write)
    return value is not None and not is_augmented(write) and is_zero_value(accesses, value)


def begin_as_text(accesses: Accesses, writes: Iterable[Event]) -> bool:
    """Whether each of the writes, of which there are some, assigns the empty text."""
    values = [written_value(accesses, each) for each in writes]
    made = [accesses.temporaries.definitions.get(each) for each in values if each is not None]
    return bool(made) and all(isinstance(each, ir.Const) and each.value == "" for each in made)


def begin_as_dict(accesses: Accesses, writes: Iterable[Event]) -> bool:
    """Whether each of the writes, of which there are some, assigns an empty dict: nothing is added to one by `+=`."""
    values = [written_value(accesses, each) for each in writes]
    made = [accesses.temporaries.definitions.get(each) for each in values if each is not None]
    return bool(made) and all(
        (isinstance(each, ir.Mapping) and not each.values)
        or (isinstance(each, ir.Call) and accesses.temporaries.callee_name(each) == "dict" and not each.arguments)
        for each in made
    )


def begins_at_zero(accesses: Accesses, write: Event, path: Path) -> bool:
    """Whether the path begins at zero by this write of it, or of the container whose entry it is."""
    if write.path == path:
        return is_zero(accesses, write)
    value = written_value(accesses, write)
    if value is None or is_augmented(write) or write.path != path[:-1] or not path[-1].startswith("["):
        return False
    made = accesses.temporaries.definitions.get(accesses.temporaries.resolve(value))
    entry = _entry(accesses, made, path[-1][1:-1])
    return entry is not None and is_zero_value(accesses, entry)


def _entry(accesses: Accesses, made: ir.Instruction | None, key: str) -> int | None:
    """The value that a container which is made here holds by that key, spelled as Python would."""
    definitions = accesses.temporaries.definitions
    if isinstance(made, ir.Mapping):
        for name, value in zip(made.keys, made.values, strict=True):
            found = definitions.get(name) if name is not None else None
            if isinstance(found, ir.Const) and repr(found.value) == key:
                return value
    if isinstance(made, ir.Call):
        called = accesses.temporaries.callee_name(made)
        if called == "dict":
            return next((each.value for each in made.arguments if repr(each.name) == key), None)
        if called == "fromkeys" and len(made.arguments) == 2:
            return made.arguments[1].value
    if isinstance(made, ir.Comprehension) and made.kind == "dict":
        pair = definitions.get(made.element)
        return pair.items[1] if isinstance(pair, ir.Collect) and len(pair.items) == 2 else None
    return None


def is_zero_value(accesses: Accesses, temporary: int) -> bool:
    """Whether the value is what a total begins with."""
    made = accesses.temporaries.definitions.get(accesses.temporaries.resolve(temporary))
    if isinstance(made, ir.Const):
        return not isinstance(made.value, bool) and made.value in (0, "", b"")
    if isinstance(made, ir.Collect):
        return not made.items
    if isinstance(made, ir.Mapping):
        return not made.values
    if isinstance(made, ir.Binary) and made.op == "*":  # [0] * n
        items = accesses.temporaries.definitions.get(made.left)
        return isinstance(items, ir.Collect) and all(is_zero_value(accesses, each) for each in items.items)
    return isinstance(made, ir.Call) and _makes_zeros(accesses, made)


def _makes_zeros(accesses: Accesses, call: ir.Call) -> bool:
    callee = accesses.temporaries.definitions.get(call.callee)
    if not isinstance(callee, (ir.Attribute, ir.Global, ir.Load)):
        return False
    if isinstance(callee, ir.Attribute) and callee.name in CONVERSIONS:
        return is_zero_value(accesses, callee.base)
    if callee.name.startswith(("zeros", "new_zeros")) or callee.name == "zero_":
        return True
    if not call.arguments:
        return callee.name in EMPTY
    return callee.name in _ARRAYS | _NUMBERS and is_zero_value(
        accesses, call.arguments[-1 if callee.name == "Value" else 0].value
    )
