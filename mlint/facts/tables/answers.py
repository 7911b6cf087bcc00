"""What the arguments of a call say of a dtype or a device, by the texts of the library tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mlint.facts.domain import devices, promotion
from mlint.facts.domain.values import MISSING, UNKNOWN, Kind, Value, join_all
from mlint.facts.tables.expressions import Argument, Expression, Transfer, Word, alternatives
from mlint.facts.tables.table_dtypes import DTYPES_BY_NAME, FAMILIES

Bound = Mapping[str, Value]
"""The arguments of a call by the names of parameters."""

CONTAINERS = (Kind.TUPLE, Kind.LIST, Kind.SET, Kind.ITERATOR)
_MOST_NESTED = 6
_DEVICE_PARAMETERS = frozenset({"device", "map_location"})


class Absent:
    """Nothing was passed, or nothing that says anything here: the next alternative decides."""


ABSENT = Absent()
Answer = str | Absent | None


def argument(name: str, bound: Bound) -> Value | None:
    """What was passed, or its default; None where nothing (or None) was."""
    value = bound.get(name)
    return None if value is None or value.kind is Kind.NONE else value


def first_argument(expression: Expression) -> str:
    """The first parameter that an expression reads; empty where there is none."""
    if isinstance(expression, Argument):
        return expression.name
    if isinstance(expression, Transfer):
        return next(filter(None, map(first_argument, expression.arguments)), "")
    return ""


def data(value: Value, depth: int = 0) -> Value:
    """What the numbers inside a value have in common: of a list the join of its items, of others the value itself."""
    if value.kind not in CONTAINERS or depth > _MOST_NESTED:
        return value
    if value.items:
        return join_all(data(item, depth + 1) for item in value.items)
    return data(value.element, depth + 1) if value.element is not None else UNKNOWN


def dtype(text: str, bound: Bound) -> str | None:
    """The dtype that a text comes to; None where it is not known."""
    found = _first_of(text, bound, _dtype_by)
    return found if isinstance(found, str) and found in FAMILIES else None


def target(text: str, bound: Bound) -> Answer:
    """The dtype that a cast asks for; ABSENT where none is asked for."""
    return _first_of(text, bound, _dtype_by)


def device(text: str, bound: Bound) -> str | None:
    """The device that a text comes to; None where it is not known."""
    found = _first_of(text, bound, _device_by)
    return None if isinstance(found, Absent) else found


def is_device(value: Value) -> bool:
    """Whether it is a device, or comes from a parameter that is named after one."""
    return value.kind is Kind.DEVICE or any("device" in name.lower() for name in value.parameters)


def _first_of(text: str, bound: Bound, of: Callable[[Expression, Bound], Answer]) -> Answer:
    """The answer of the first alternative that has one."""
    for (expression,) in alternatives(text):
        found = of(expression, bound)
        if not isinstance(found, Absent):
            return found
    return ABSENT


def _dtype_by(expression: Expression, bound: Bound) -> Answer:
    if isinstance(expression, Word):
        return expression.text
    if isinstance(expression, Argument):
        return _dtype_of(argument(expression.name, bound))
    if expression.name == "to":
        return _first_named(expression, bound, _target_dtype)
    operands = [value for inner in expression.arguments for value in _operands(inner, bound)]
    return DTYPES_BY_NAME[expression.name](*operands) if operands else ABSENT


def _operands(expression: Expression, bound: Bound) -> list[Value]:
    if not isinstance(expression, Argument):
        found = _dtype_by(expression, bound)
        return [] if isinstance(found, Absent) else [Value(Kind.ARRAY, found)]
    value = argument(expression.name, bound)
    if value is None:
        return []
    return [data(item) for item in (value.items if value.kind in CONTAINERS and value.items else (value,))]


def _dtype_of(value: Value | None) -> Answer:
    if value is None or value.kind is Kind.DEVICE:
        return ABSENT
    if isinstance(value.const, str):
        return promotion.canonical(value.const)
    return data(value).dtype


def _first_named(expression: Transfer, bound: Bound, of: Callable[[Value], Answer]) -> Answer:
    """The first answer among what was passed, each item of a `*target` by itself."""
    for inner in expression.arguments:
        value = argument(first_argument(inner), bound)
        if value is None:
            continue
        for item in value.items if value.kind is Kind.TUPLE and value.items is not None else (value,):
            found = of(item)
            if not isinstance(found, Absent):
                return found
    return ABSENT


def _target_dtype(value: Value) -> Answer:
    """The dtype that an argument of `.to(...)` asks for."""
    if isinstance(value.const, str):
        return promotion.canonical(value.const) or ABSENT
    if value.kind in (Kind.DTYPE, Kind.CLASS, Kind.TENSOR):
        return value.dtype
    return None if value.kind is Kind.UNKNOWN and not is_device(value) else ABSENT


def _target_device(value: Value) -> Answer:
    """The device that an argument of `.to(...)` asks for."""
    if value.kind in (Kind.DTYPE, Kind.CLASS) or value.const is True or value.const is False:
        return ABSENT
    if isinstance(value.const, str) and promotion.canonical(value.const):
        return ABSENT
    return _device_of(value)


def _device_by(expression: Expression, bound: Bound) -> Answer:
    if isinstance(expression, Word):
        return expression.text
    if isinstance(expression, Argument):
        value = argument(expression.name, bound)
        return ABSENT if value is None else _device_of(value, expression.name in _DEVICE_PARAMETERS)
    if expression.name == "to":
        return _first_named(expression, bound, _target_device)
    return _common_device([argument(first_argument(inner), bound) for inner in expression.arguments])


def _common_device(values: Sequence[Value | None]) -> str | None:
    """Where the result of an operation on these lies: numbers on the CPU may meet tensors elsewhere."""
    found = {data(value).device for value in values if value is not None and value.kind is not Kind.NUMBER}
    return devices.together(found)


def _device_of(value: Value, named: bool = True) -> Answer:
    """Where a value is, or what device it names where it stands for one."""
    if named and isinstance(value.const, str):
        return value.const
    if value.kind is Kind.NUMBER:
        is_index = named and isinstance(value.const, int) and not isinstance(value.const, bool)
        if named and value.const is MISSING and value.dtype != "bool":
            return None  # `x.get_device()`
        return f"cuda:{value.const}" if is_index else ABSENT
    if value.kind in (Kind.DTYPE, Kind.CLASS) or (value.kind is Kind.TEXT and not named):
        return value.device or ABSENT
    return data(value).device
