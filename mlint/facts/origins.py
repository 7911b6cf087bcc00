"""What a condition hangs on: the mode, what the caller passed, how the object was built, or the data."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence, Set

from mlint.facts import ir
from mlint.facts.values import Kind, Value

Instructions = Mapping[int, ir.Instruction]
Values = Mapping[int, Value]
Stores = Mapping[str, Sequence[int]]
_SCRIPTING = frozenset(("is_scripting", "is_tracing", "is_exporting", "is_compiling", "is_in_onnx_export"))


class Origin(enum.Enum):
    """What decides."""

    MODE = "the mode"
    CALLER = "what the caller passed"
    BUILD = "how the module was built"
    TRACER = "whether the model is being traced"
    DATA = "the data"


def origins(
    condition: int, instructions: Instructions, values: Values, stores: Stores, questions: Set[int] = frozenset()
) -> frozenset[Origin]:
    """Everything that a condition hangs on; DATA where nothing else is seen.

    `stores`: what each variable is given. `questions`: the calls that only ask whether their argument is None.
    """
    found = frozenset(_origins(condition, instructions, values, stores, questions))
    return found or frozenset({Origin.DATA})


def _origins(
    condition: int, instructions: Instructions, values: Values, stores: Stores, questions: Set[int]
) -> Iterator[Origin]:
    waiting, seen = [condition], set[str]()
    while waiting:
        temporary = waiting.pop()
        op = instructions.get(temporary)
        if isinstance(op, ir.Attribute):
            yield from _of_attribute(op, values)
        elif isinstance(op, ir.Call):
            inner = (
                [each.value for each in op.arguments] if temporary in questions else _asked(op, instructions, values)
            )
            waiting += inner
            yield from () if inner else (_of_call(op, instructions),)
        elif isinstance(op, ir.Load):
            passed = bool(values.get(temporary, Value()).parameters)
            given = () if passed or op.name in seen else stores.get(op.name, ())
            if not given:
                yield Origin.CALLER if passed else Origin.DATA
            waiting += given
            seen.add(op.name)
        elif isinstance(op, (ir.Compare, ir.Binary)):
            waiting += [each for each in (op.left, op.right) if not isinstance(instructions.get(each), ir.Const)]
        elif isinstance(op, (ir.Unary, ir.Matches)):
            waiting.append(op.operand if isinstance(op, ir.Unary) else op.subject)
        elif isinstance(op, (ir.Global, ir.Const)):
            yield Origin.BUILD
        else:
            yield Origin.DATA


def _asked(op: ir.Call, instructions: Instructions, values: Values) -> list[int]:
    """The attributes of `self` that a call asks about: `exists(self.head)`, `len(self.heads)`; else nothing."""
    callee = instructions.get(op.callee)
    passed = [each.value for each in op.arguments if not isinstance(instructions.get(each.value), ir.Const)]
    if not isinstance(callee, ir.Global) or not all(_is_setting(each, instructions, values) for each in passed):
        return []
    return passed


def _is_setting(temporary: int, instructions: Instructions, values: Values) -> bool:
    op = instructions.get(temporary)
    return isinstance(op, ir.Attribute) and set(_of_attribute(op, values)) == {Origin.BUILD}


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
    if name == "is_grad_enabled":
        return Origin.MODE
    return Origin.CALLER if name in ("isinstance", "hasattr", "callable", "type") else Origin.DATA


def is_none_test(function: ir.FunctionIR) -> bool:
    """Whether all that a function does is to compare its parameter with None."""
    made = [op for block in function.blocks for op in block.instructions]
    compared = [op for op in made if isinstance(op, ir.Compare) and op.op in ("is", "is not", "==", "!=")]
    plain = (ir.Compare, ir.Const, ir.Load, ir.Return, ir.Unary, ir.Discard)
    return len(compared) == 1 and all(isinstance(op, plain) for op in made)
