"""Places where code says itself which GPU is to be used: `x.cuda()`, `device="cuda:1"`, `torch.load(path)`."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mlint.facts.domain import devices
from mlint.facts.domain.values import MISSING, Kind
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.guards import names
from mlint.facts.flow.recorded import CallFact, Facts

_GPU = re.compile(r"cuda(:\d+)?$")
_KEYWORDS = frozenset(("device", "map_location", "device_map"))
_SETS = frozenset(("torch.cuda.set_device", "torch.set_default_device", "torch.set_default_tensor_type"))
_LOADS = frozenset(("torch.load", "torch.jit.load"))
_DECLARES = frozenset(("add_argument", "add_option", "option", "Option", "field", "Field", "get", "getenv", "pop"))
_MOVED = (Kind.TENSOR, Kind.MODULE, Kind.UNKNOWN, Kind.OBJECT)


class Way(enum.Enum):
    """How a GPU is named."""

    MOVE = "moves to"
    MAKE = "makes on"
    NAME = "names"
    SET = "sets"
    LOAD = "loads to where it was"


@dataclass(frozen=True, slots=True)
class Named:
    """A place that names a GPU, `device` as it is written there; empty for the one that is current."""

    temporary: int
    block: int
    way: Way
    device: str = ""


def named(accesses: Accesses, facts: Facts) -> Iterator[Named]:
    """The places of one function, nested ones aside."""
    given = [each.default for each in accesses.function.parameters if each.default is not None]
    defaults = {each for default in given for each in accesses.temporaries.inputs(default)}
    for index in sorted(accesses.graph.order):
        for op in accesses.function.blocks[index].instructions:
            found = _of(accesses, facts, op)
            if found is not None and op.target not in defaults:  # a default is the caller's to change
                yield Named(op.target, index, *found)


_Found = tuple[Way, str]


def _of(accesses: Accesses, facts: Facts, op: ir.Instruction) -> _Found | None:
    if isinstance(op, ir.Call):
        fact = facts.calls.get(op.target)
        return None if fact is None else _of_call(accesses, op, fact)
    if isinstance(op, ir.StoreAttribute) and op.name.isupper():
        return None  # `_C.MODEL.DEVICE = "cuda"` is what a configuration begins with
    if isinstance(op, (ir.Store, ir.StoreAttribute)) and devices.is_device_name(op.name):
        const = accesses.temporaries.definitions.get(op.value)
        return _named(Way.NAME, const.value) if isinstance(const, ir.Const) else None
    if isinstance(op, ir.Attribute) and op.name.endswith("Tensor"):
        base = facts.values.get(op.base)
        is_passed = any(isinstance(each, ir.Call) for each in accesses.temporaries.users[op.target])
        tests = any(accesses.temporaries.callee_name(each) == "isinstance" for each in _calls(accesses, op))
        return (Way.MAKE, "") if base is not None and base.symbol == "torch.cuda" and is_passed and not tests else None
    return None


def _calls(accesses: Accesses, op: ir.Instruction) -> list[ir.Call]:
    return [each for each in accesses.temporaries.users[op.target] if isinstance(each, ir.Call)]


def _of_call(accesses: Accesses, op: ir.Call, fact: CallFact) -> _Found | None:
    callee = accesses.temporaries.definitions.get(op.callee)
    symbol = fact.callee.symbol or ""
    if symbol in _LOADS:
        plain = len(op.arguments) == 1 or (op.arguments[1:] and all(each.name for each in op.arguments[1:]))
        told = any(each.stars or each.name == "map_location" for each in op.arguments)
        own = op.arguments and "__file__" in names(accesses, op.arguments[0].value)
        if plain and not told and not own and not _is_buffer(accesses, op):  # a file of the package itself is known
            return Way.LOAD, ""
    first = _constant(accesses, op.arguments[0]) if op.arguments else MISSING
    if symbol in _SETS:
        return _set(symbol, first)
    if symbol == "torch.device":
        return _named(Way.NAME, first) if len(op.arguments) == 1 and not _is_compared(accesses, op) else None
    if isinstance(callee, ir.Attribute) and fact.receiver is not None and fact.receiver.kind in _MOVED:
        moved = _moved(accesses, op, callee.name)
        if moved is not None:
            return moved
    return _passed(accesses, op, fact)


def _is_buffer(accesses: Accesses, op: ir.Call) -> bool:
    """Whether what is loaded was written to memory here: `torch.save(net, buffer); torch.load(buffer)`."""
    definitions = accesses.temporaries.definitions
    load = definitions.get(op.arguments[0].value) if op.arguments else None
    stores = (each for each in definitions.values() if isinstance(each, ir.Store) and isinstance(load, ir.Load))
    made = [definitions.get(each.value) for each in stores if isinstance(load, ir.Load) and each.name == load.name]
    return any(isinstance(each, ir.Call) and accesses.temporaries.callee_name(each) == "BytesIO" for each in made)


def _is_compared(accesses: Accesses, op: ir.Call) -> bool:
    """Whether it stands there only to ask for the like: `device.type == torch.device("cuda").type`."""
    users = accesses.temporaries.users[op.target]
    asks = (each for each in users if not isinstance(each, ir.Compare))
    return bool(users) and all(isinstance(each, ir.Attribute) and each.name == "type" for each in asks)


def _moved(accesses: Accesses, op: ir.Call, name: str) -> _Found | None:
    told = [each for each in op.arguments if each.name not in ("non_blocking", "memory_format")]
    if name == "cuda":
        if not told:
            return Way.MOVE, ""
        const = _constant(accesses, told[0])
        return (Way.MOVE, f"cuda:{const}") if type(const) is int else _named(Way.MOVE, const)
    if name == "to" and told and told[0].name in (None, "device"):
        const = _constant(accesses, told[0])
        return (Way.MOVE, f"cuda:{const}") if type(const) is int else _named(Way.MOVE, const)
    return None


def _passed(accesses: Accesses, op: ir.Call, fact: CallFact) -> _Found | None:
    """`device="cuda"` of any call that does not merely declare a setting."""
    if fact.name in _DECLARES:
        return None
    for each in op.arguments:
        found = _named(Way.MAKE, _constant(accesses, each)) if each.name in _KEYWORDS else None
        if found is not None:
            return found
    is_generator = fact.callee.symbol == "torch.Generator" and op.arguments
    return _named(Way.MAKE, _constant(accesses, op.arguments[0])) if is_generator else None


def _set(symbol: str, const: object) -> _Found | None:
    if type(const) is int and symbol == "torch.cuda.set_device":
        return Way.SET, f"cuda:{const}"
    if const == "torch.cuda.FloatTensor":
        return Way.SET, "cuda"
    return _named(Way.SET, const)


def _named(way: Way, const: object) -> _Found | None:
    return (way, const) if isinstance(const, str) and _GPU.match(const) else None


def _constant(accesses: Accesses, argument: ir.Argument) -> object:
    made = accesses.temporaries.definitions.get(argument.value)
    return made.value if isinstance(made, ir.Const) and not argument.stars else MISSING
