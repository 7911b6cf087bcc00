"""What a condition hangs on: the mode, what the caller passed, how the object was built, or the data."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping

from mlint.facts import ir
from mlint.facts.values import Kind, Value

Instructions = Mapping[int, ir.Instruction]
Values = Mapping[int, Value]
_SCRIPTING = frozenset(("is_scripting", "is_tracing", "is_exporting", "is_compiling", "is_in_onnx_export"))


class Origin(enum.Enum):
    """What decides."""

    MODE = "the mode"
    CALLER = "what the caller passed"
    BUILD = "how the module was built"
    TRACER = "whether the model is being traced"
    DATA = "the data"


def origins(condition: int, instructions: Instructions, values: Values) -> frozenset[Origin]:
    """Everything that a condition hangs on; DATA where nothing else is seen."""
    found = frozenset(_origins(condition, instructions, values))
    return found or frozenset({Origin.DATA})


def _origins(condition: int, instructions: Instructions, values: Values) -> Iterator[Origin]:
    waiting = [condition]
    while waiting:
        temporary = waiting.pop()
        op = instructions.get(temporary)
        if isinstance(op, ir.Attribute):
            yield from _of_attribute(op, values)
        elif isinstance(op, ir.Call):
            yield _of_call(op, instructions)
        elif isinstance(op, ir.Load):
            yield Origin.CALLER if values.get(temporary, Value()).parameters else Origin.DATA
        elif isinstance(op, (ir.Compare, ir.Binary)):
            waiting += [each for each in (op.left, op.right) if not isinstance(instructions.get(each), ir.Const)]
        elif isinstance(op, ir.Unary):
            waiting.append(op.operand)
        elif isinstance(op, (ir.Global, ir.Const)):
            yield Origin.BUILD
        else:
            yield Origin.DATA


def _of_attribute(op: ir.Attribute, values: Values) -> Iterator[Origin]:
    base = values.get(op.base, Value())
    if op.name == "training":
        yield Origin.MODE
    elif base.kind in (Kind.MODULE, Kind.OBJECT) or _is_settings(base):
        yield Origin.BUILD
    else:
        yield Origin.DATA


def _is_settings(base: Value) -> bool:
    """An attribute of an attribute: `self.config.use_aux`."""
    return any(owner[0] == "attribute" for owner in base.objects)


def _of_call(op: ir.Call, instructions: Instructions) -> Origin:
    callee = instructions.get(op.callee)
    name = callee.name if isinstance(callee, (ir.Attribute, ir.Load, ir.Global)) else ""
    if name in _SCRIPTING:
        return Origin.TRACER
    return Origin.CALLER if name in ("isinstance", "hasattr", "callable") else Origin.DATA
