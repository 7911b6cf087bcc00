"""What becomes of a value: divided by a count, returned, shown, stored, tested, used as an index."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event


class Role(enum.Enum):
    """What a consumer does with a value."""

    DIVIDED = "divided"
    DIVISOR = "divisor"
    RETURNED = "returned"
    SHOWN = "shown"
    PASSED = "passed"
    STORED = "stored"
    TESTED = "tested"
    ORDERED = "ordered"
    EQUATED = "equated"
    INDEX = "index"
    BOUND = "bound"
    ADDED = "added"
    MULTIPLIED = "multiplied"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Consumer:
    """One end of a value's way: `other` is what it is divided by, divides, is compared with or is added to."""

    role: Role
    instruction: ir.Instruction
    other: int | None = None
    label: str = ""


_KEEP_METHODS = frozenset(
    {"item", "cpu", "detach", "numpy", "float", "double", "int", "long", "clone", "tolist", "to", "mean", "squeeze"}
    | {"diag", "diagonal", "trace"}
)
_KEEP_CALLS = frozenset(
    {"float", "int", "round", "abs", "tensor", "array", "asarray", "as_tensor", "mean", "sqrt", "all_reduce", "gather"}
    | {"sum", "nansum", "diag", "diagonal", "trace"}
)
_SHOWERS = frozenset({"print", "info", "debug", "warning", "log", "write", "format", "set_postfix", "set_description"})
_AT_LEAST = frozenset({"max", "maximum", "clamp", "clamp_min", "clip"})
"""What keeps a divisor from being zero, given a number: `max(total, 1)`, `total.clamp(min=1)`."""
_ARITHMETIC = {"+": Role.ADDED, "-": Role.ADDED, "*": Role.MULTIPLIED, "%": Role.MULTIPLIED, "**": Role.MULTIPLIED}
_ORDERING = frozenset({"<", "<=", ">", ">=", "in", "not in"})
_HOPS = 12


def consumers(accesses: Accesses, temporary: int) -> Iterator[Consumer]:
    """Every end of the ways that the value goes, through conversions, arithmetic and plain names."""
    pending = [(temporary, _HOPS)]
    seen: set[int] = set()
    while pending:
        value, hops = pending.pop()
        if value in seen or hops == 0:
            continue
        seen.add(value)
        if value in accesses.temporaries.conditions:
            yield Consumer(Role.TESTED, accesses.temporaries.definitions[value])
        for user in accesses.temporaries.users[value]:
            found, onward = _use(accesses, value, user)
            if found is not None:
                yield found
            pending += [(following, hops - 1) for following in onward]


_Use = tuple["Consumer | None", list[int]]


def _use(accesses: Accesses, value: int, user: ir.Instruction) -> _Use:
    if isinstance(user, ir.Binary):
        return _binary(value, user)
    if isinstance(user, ir.Call):
        return _call(accesses, value, user)
    if isinstance(user, ir.Attribute):
        return _attribute(accesses, user)
    if isinstance(user, (ir.Store, ir.StoreAttribute, ir.StoreItem)):
        return _store(accesses, value, user)
    if isinstance(user, ir.Compare):
        other = user.right if user.left == value else user.left
        return Consumer(Role.ORDERED if user.op in _ORDERING else Role.EQUATED, user, other), []
    if isinstance(user, (ir.Collect, ir.Unary, ir.Await)):
        negated = isinstance(user, ir.Unary) and user.op == "not"
        return (Consumer(Role.TESTED, user), []) if negated else (None, [user.target])
    return _end(accesses, value, user), []


def _end(accesses: Accesses, value: int, user: ir.Instruction) -> Consumer:
    if isinstance(user, (ir.Return, ir.Yield)):
        return Consumer(Role.RETURNED, user)
    if isinstance(user, ir.Text):
        return Consumer(Role.SHOWN, user)
    if isinstance(user, ir.Item) and user.index == value:
        return Consumer(Role.INDEX, user)
    if isinstance(user, ir.Slice):
        return Consumer(Role.BOUND, user)
    if isinstance(user, ir.Mapping):
        keys = [key for key, held in zip(user.keys, user.values, strict=True) if held == value]
        return Consumer(Role.STORED, user, label=_text(accesses, keys[0] if keys else None))
    return Consumer(Role.OTHER, user)


def _text(accesses: Accesses, temporary: int | None) -> str:
    made = accesses.temporaries.definitions.get(temporary) if temporary is not None else None
    return made.value if isinstance(made, ir.Const) and isinstance(made.value, str) else ""


def _binary(value: int, user: ir.Binary) -> _Use:
    other = user.right if user.left == value else user.left
    if user.op in ("/", "//"):
        # A total stays one when it is divided: `correct / n * 100`.
        if user.left == value:
            return Consumer(Role.DIVIDED, user, other), [user.target]
        return Consumer(Role.DIVISOR, user, other), []
    role = _ARITHMETIC.get(user.op, Role.OTHER)
    return Consumer(role, user, other), [user.target] if role is not Role.OTHER else []


def callee_name(accesses: Accesses, call: ir.Call) -> str:
    """The last name of what is called: `item` of `total.item()`; empty where it has none."""
    return accesses.temporaries.callee_name(call)


def _call(accesses: Accesses, value: int, user: ir.Call) -> _Use:
    name = callee_name(accesses, user)
    if user.callee == value:
        return Consumer(Role.OTHER, user), []
    if name in ("divide", "div", "true_divide") and user.arguments[0].value == value and len(user.arguments) > 1:
        return Consumer(Role.DIVIDED, user, user.arguments[1].value), [user.target]
    if name in _KEEP_CALLS or (name in _AT_LEAST and _is_at_least(accesses, value, user)):
        return None, [user.target]
    label = next((argument.name or "" for argument in user.arguments if argument.value == value), "")
    return Consumer(Role.SHOWN if name in _SHOWERS else Role.PASSED, user, label=label or name), []


def _is_at_least(accesses: Accesses, value: int, user: ir.Call) -> bool:
    """Whether all else that the call is given are numbers written out."""
    others = [each.value for each in user.arguments if each.value != value]
    return bool(others) and all(isinstance(accesses.temporaries.definitions.get(each), ir.Const) for each in others)


def _attribute(accesses: Accesses, user: ir.Attribute) -> _Use:
    calls = [call for call in accesses.temporaries.users[user.target] if isinstance(call, ir.Call)]
    if user.name in _KEEP_METHODS or (
        user.name in _AT_LEAST and calls and _is_at_least(accesses, user.target, calls[0])
    ):
        return None, [call.target for call in calls if call.callee == user.target]
    if user.name in ("div", "div_", "divide", "true_divide") and calls and calls[0].arguments:
        return Consumer(Role.DIVIDED, calls[0], calls[0].arguments[0].value), [calls[0].target]
    return Consumer(Role.OTHER, user), []


def _store(accesses: Accesses, value: int, user: ir.Store | ir.StoreAttribute | ir.StoreItem) -> _Use:
    if isinstance(user, ir.StoreItem) and user.index == value:
        return Consumer(Role.INDEX, user), []
    path = accesses.temporaries.written(user)
    label = path[-1] if path else ""
    stored = Consumer(Role.STORED, user, label=label)
    if path is None or not isinstance(user, ir.Store):
        return stored, []
    event = Event(Access.WRITE, path, accesses.temporaries.places[user.target], user)
    return stored, [read.target for read in accesses.reached_by(event, path)]
