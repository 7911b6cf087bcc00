"""What a condition hangs on: the mode, what the caller passed, how the object was built, or the data."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence, Set

from mlint.facts.domain.values import Kind, Value
from mlint.facts.flow import ir

Instructions = Mapping[int, ir.Instruction]
Values = Mapping[int, Value]
Stores = Mapping[str, Sequence[int]]
_SCRIPTING = frozenset(("is_scripting", "is_tracing", "is_exporting", "is_compiling", "is_in_onnx_export"))
_SEVERAL = (2, 3, 4, 5)
_ORDERS = frozenset(("<", "<=", ">", ">=", "==", "!="))


class Origin(enum.Enum):
    """What decides."""

    MODE = "the mode"
    CALLER = "what the caller passed"
    BUILD = "how the module was built"
    TRACER = "whether the model is being traced"
    DATA = "the data"


def origins(
    condition: int,
    instructions: Instructions,
    values: Values,
    stores: Stores,
    questions: Set[int] = frozenset(),
    parameters: Set[str] = frozenset(),
    members: Set[str] = frozenset(),
) -> frozenset[Origin]:
    """Everything that a condition hangs on; DATA where nothing else is seen.

    `stores`: what each variable is given. `questions`: the calls that only ask whether their argument is None.
    `parameters`: what the caller passes, and the function may assign anew. `members`: the attributes that the class
    assigns.
    """
    found = frozenset(_Condition(instructions, values, stores, questions, parameters, members).origins(condition))
    return found or frozenset({Origin.DATA})


class _Condition:
    """What one condition is made of, followed back through the variables."""

    def __init__(
        self,
        instructions: Instructions,
        values: Values,
        stores: Stores,
        questions: Set[int],
        parameters: Set[str],
        members: Set[str],
    ) -> None:
        self._parameters = parameters
        self._members = members
        self._instructions = instructions
        self._values = values
        self._stores = stores
        self._questions = questions
        self._seen: set[str] = set()

    def origins(self, condition: int) -> Iterator[Origin]:
        waiting = [condition]
        while waiting:
            temporary = waiting.pop()
            op = self._instructions.get(temporary)
            if any(map(self._is_given_by_member, self._asked_for_none(temporary, op))):
                yield Origin.BUILD
                continue
            inner = self._parts(temporary, op)
            waiting += inner
            yield from [Origin.CALLER] if self._asks_for_passed(op) else []
            yield from () if inner else self._of(temporary, op)

    def _asks_for_passed(self, op: ir.Instruction | None) -> bool:
        """`mask is None`, where the mask came in and was made ready since: the caller knows whether he passed one; and
        `len(inputs) == 3`: he knows how many."""
        if not isinstance(op, ir.Compare):
            return False
        sides = [self._instructions.get(each) for each in (op.left, op.right)]
        if op.op == "==" and any(isinstance(each, ir.Const) and each.value in _SEVERAL for each in sides):
            sides = [
                self._instructions.get(each.arguments[0].value)
                for each in sides
                if isinstance(each, ir.Call) and len(each.arguments) == 1 and self._is_len(each)
            ]
        elif op.op not in ("is", "is not"):
            return False
        return any(isinstance(each, ir.Load) and each.name in self._parameters for each in sides)

    def _asked_for_none(self, temporary: int, op: ir.Instruction | None) -> Sequence[int]:
        """What is only compared with None: `x` of `x is None` and of `exists(x)`."""
        if isinstance(op, ir.Call) and temporary in self._questions:
            return [each.value for each in op.arguments]
        is_none_asked = isinstance(op, ir.Compare) and op.op in ("is", "is not")
        return self._sides(op) if is_none_asked and isinstance(op, ir.Compare) else ()

    def _is_given_by_member(self, temporary: int) -> bool:
        """Whether it is what an attribute of `self` gives that the class assigns: which layer that is, and whether it
        gives anything, is settled when the object is made."""
        op = self._instructions.get(temporary)
        if isinstance(op, ir.Load) and op.name not in self._parameters:
            given = self._stores.get(op.name, ())
            op = self._instructions.get(given[0]) if len(given) == 1 else None
        callee = self._instructions.get(op.callee) if isinstance(op, ir.Call) else None
        if not isinstance(callee, ir.Attribute) or callee.name not in self._members:
            return False
        base = self._instructions.get(callee.base)
        return isinstance(base, ir.Load) and base.name == "self"

    def _is_len(self, call: ir.Call) -> bool:
        callee = self._instructions.get(call.callee)
        return isinstance(callee, ir.Global) and callee.name == "len"

    def _parts(self, temporary: int, op: ir.Instruction | None) -> Sequence[int]:
        """What decides in the place of a temporary; nothing where it does so itself."""
        if isinstance(op, ir.Call):
            return self._asked(temporary, op)
        if isinstance(op, ir.Load):
            return self._given(temporary, op)
        if isinstance(op, ir.Item):  # `options["mask"]` is chosen, `sizes[0]` is measured
            key = self._instructions.get(op.index)
            return [op.base] if isinstance(key, ir.Const) and isinstance(key.value, str) else []
        if isinstance(op, ir.Compare) and op.op in _ORDERS:
            return []
        if isinstance(op, (ir.Compare, ir.Binary)):
            return self._sides(op)
        if isinstance(op, ir.Element):
            return [op.source]
        if isinstance(op, (ir.Unary, ir.Matches)):
            return [op.operand if isinstance(op, ir.Unary) else op.subject]
        return []

    def _of(self, temporary: int, op: ir.Instruction | None) -> Iterator[Origin]:
        if isinstance(op, ir.Attribute):
            yield from _of_attribute(op, self._values)
        elif isinstance(op, ir.Call):
            yield _of_call(op, self._instructions)
        elif isinstance(op, ir.Load):
            yield Origin.CALLER if self._passed(temporary) else Origin.DATA
        elif isinstance(op, ir.Compare):
            found = {origin for each in self._sides(op) for origin in self.origins(each)}
            # Where data is compared with a setting, that is only its limit.
            yield from found - {Origin.BUILD} if Origin.DATA in found else found
        elif isinstance(op, (ir.Global, ir.Const)) or (isinstance(op, ir.Next) and _counts(op, self._instructions)):
            yield Origin.BUILD
        else:
            yield Origin.DATA

    def _passed(self, temporary: int) -> frozenset[str]:
        return self._values.get(temporary, Value()).parameters

    def _given(self, temporary: int, op: ir.Load) -> Sequence[int]:
        """What a variable is assigned; not of a parameter, which the caller passes."""
        if op.name in self._seen or op.name in self._passed(temporary):
            return ()
        self._seen.add(op.name)
        return self._stores.get(op.name, ())

    def _sides(self, op: ir.Compare | ir.Binary) -> list[int]:
        return [each for each in (op.left, op.right) if not isinstance(self._instructions.get(each), ir.Const)]

    def _asked(self, temporary: int, op: ir.Call) -> list[int]:
        """What a call asks about: `exists(mask)`, or attributes of `self` as in `len(self.heads)`; else nothing."""
        if temporary in self._questions:
            return [each.value for each in op.arguments]
        callee = self._instructions.get(op.callee)
        passed = [each.value for each in op.arguments if not isinstance(self._instructions.get(each.value), ir.Const)]
        settings = all(_is_setting(each, self._instructions, self._values) for each in passed)
        return passed if isinstance(callee, ir.Global) and settings else []


def _counts(op: ir.Next, instructions: Instructions) -> bool:
    """Whether a loop counts its turns: `for index in range(depth)`, `for index, layer in enumerate(layers)`."""
    call = instructions.get(op.iterable)
    callee = instructions.get(call.callee) if isinstance(call, ir.Call) else None
    return isinstance(callee, (ir.Global, ir.Load)) and callee.name in ("range", "enumerate")


def _is_setting(temporary: int, instructions: Instructions, values: Values) -> bool:
    op = instructions.get(temporary)
    return isinstance(op, ir.Attribute) and set(_of_attribute(op, values)) == {Origin.BUILD}


def _of_attribute(op: ir.Attribute, values: Values) -> Iterator[Origin]:
    base = values.get(op.base, Value())
    if op.name == "training":
        yield Origin.MODE
    elif base.kind in (Kind.MODULE, Kind.OBJECT, Kind.CLASS, Kind.NAMESPACE) or _is_settings(base):
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
    base = instructions.get(callee.base) if isinstance(callee, ir.Attribute) else None
    if isinstance(base, ir.Load) and base.name == "self" and not op.arguments:
        return Origin.BUILD  # `self.uses_decoder()`
    if op.arguments and all(isinstance(instructions.get(each.value), ir.Const) for each in op.arguments):
        return Origin.BUILD if isinstance(callee, ir.Global) else Origin.DATA  # `Version("5.0.0")`
    return Origin.CALLER if name in ("isinstance", "hasattr", "callable", "type") else Origin.DATA


def is_none_test(function: ir.FunctionIR) -> bool:
    """Whether all that a function does is to compare its parameter with None."""
    made = [op for block in function.blocks for op in block.instructions]
    compared = [op for op in made if isinstance(op, ir.Compare) and op.op in ("is", "is not", "==", "!=")]
    plain = (ir.Compare, ir.Const, ir.Load, ir.Return, ir.Unary, ir.Discard)
    return len(compared) == 1 and all(isinstance(op, plain) for op in made)
