"""How a tensor came about that a constructor keeps: as one number, on the CPU; and whether it is made anew later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlint.facts.domain.values import UNKNOWN, Kind
from mlint.facts.flow import ir
from mlint.facts.flow.paths import Temporaries, operands
from mlint.facts.flow.recorded import Facts
from mlint.facts.project.units import MODULE

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_SCALARS = frozenset(("tensor", "as_tensor", "scalar_tensor", "asarray"))
_FROM_HOST = frozenset(("tensor", "as_tensor", "from_numpy", "FloatTensor", "LongTensor", "Tensor"))
_MOVES = frozenset(("to", "cuda", "type_as", "to_device"))
_DEFAULTS = ("set_default_device", "set_default_tensor_type")
_MOST_STEPS = 12
_ITEM_BY_ITEM = frozenset(
    "round int long float double half exp log sqrt abs flip sort to clamp detach clone astype".split()
)
"""What leaves a row of numbers one."""
_COPIES = frozenset(("tensor", "Tensor", "FloatTensor", "as_tensor", "from_numpy", "array", "asarray"))
_BY_SIZES = frozenset(("zeros", "ones", "empty", "rand", "randn"))
_LINES = re.compile(r"^(?:arange|linspace|logspace|range|\w+_window)$")


class KeptTensor:
    """Answers about a value of a constructor, whose temporaries and facts these are."""

    def __init__(self, temporaries: Temporaries, facts: Facts, temporary: int) -> None:
        self._temporaries = temporaries
        self._facts = facts
        self._temporary = temporary

    @property
    def is_scalar(self) -> bool:
        """Whether it is one number, which may meet tensors on any device: `torch.tensor(0.5)`, or is computed from an
        item of what is no matrix, as far as that is seen: `self.size / 2 + limits[0]`."""
        return self._is_of_items(self._temporary, _MOST_STEPS) or any(
            self._temporaries.callee_name(op) in _SCALARS and self._is_number(op.arguments[0].value)
            for op in self._calls()
            if op.arguments
        )

    @property
    def may_be_scalar(self) -> bool:
        """Whether it is made of an argument as it came, which may be one number: `torch.tensor(threshold)`, or
        its square root."""
        made = next((each for each in self._calls() if self._temporaries.callee_name(each) in _SCALARS), None)
        if made is None or not made.arguments or any(map(self._adds_dimensions, self._calls())):
            return False
        given = self._temporaries.definitions.get(made.arguments[0].value)
        return isinstance(given, (ir.Load, ir.Attribute)) and self._kind(given.target) is Kind.UNKNOWN

    def _adds_dimensions(self, call: ir.Call) -> bool:
        return self._temporaries.callee_name(call) in ("view", "reshape", "unsqueeze", "expand", "repeat", "flatten")

    def _kind(self, temporary: int) -> Kind:
        return self._facts.values.get(temporary, UNKNOWN).kind

    def _is_of_items(self, temporary: int, steps: int) -> bool:
        op = self._temporaries.definitions.get(self._temporaries.resolve(temporary))
        if isinstance(op, ir.Binary) and steps > 0:
            return any(self._is_of_items(each, steps - 1) for each in (op.left, op.right)) and not any(
                isinstance(self._temporaries.definitions.get(each), ir.Call) for each in (op.left, op.right)
            )
        index = self._temporaries.definitions.get(op.index) if isinstance(op, ir.Item) else None
        return isinstance(index, ir.Const) and isinstance(index.value, int)

    @property
    def is_row(self) -> bool:
        """Whether it has one dimension, so that its items are numbers; `2 ** torch.linspace(...)` has one, too."""
        made = self._temporaries.definitions.get(self._temporary)
        if isinstance(made, ir.Load):  # `if weights is None: weights = torch.ones(3)`
            stores = (op for op in self._temporaries.definitions.values() if isinstance(op, ir.Store))
            given = [self._temporaries.definitions.get(op.value) for op in stores if op.name == made.name]
            return bool(given) and all(isinstance(each, ir.Call) and self._is_row(each) for each in given)
        if isinstance(made, ir.Binary):
            sides = (self._temporaries.definitions.get(each) for each in (made.left, made.right))
            made = next((each for each in sides if isinstance(each, ir.Call)), made)
        return isinstance(made, ir.Call) and self._is_row(made)

    @property
    def is_empty(self) -> bool:
        """Whether it has no items, as what only stands in for a tensor: `torch.empty(0)`, `torch.tensor([])`."""
        made = self._temporaries.definitions.get(self._temporary)
        first = made.arguments[0].value if isinstance(made, ir.Call) and made.arguments else None
        given = self._temporaries.definitions.get(first) if first is not None else None
        if isinstance(given, ir.Collect) and len(given.items) == 1:
            given = self._temporaries.definitions.get(given.items[0])
        if isinstance(given, ir.Const):
            is_sized = isinstance(made, ir.Call) and self._temporaries.callee_name(made) in _BY_SIZES
            return is_sized and given.value == 0
        return isinstance(given, ir.Collect) and given.items == ()

    def _is_row(self, made: ir.Call) -> bool:
        """Whether it has one dimension, so that its items are numbers: `torch.arange(3)`, `torch.tensor([0.5, 1])`."""
        name = self._temporaries.callee_name(made) or ""
        if name in _ITEM_BY_ITEM or name in _COPIES:
            inside = self._temporaries.definitions.get(self._assigned(self._first_of(made)))
            if isinstance(inside, ir.Call) or name in _ITEM_BY_ITEM:
                return isinstance(inside, ir.Call) and self._is_row(inside)
        first = self._temporaries.definitions.get(made.arguments[0].value) if made.arguments else None
        if name in _BY_SIZES:
            sizes = [each for each in made.arguments if each.name is None]
            return len(sizes) == 1 and self._facts.values.get(sizes[0].value, UNKNOWN).kind is Kind.NUMBER
        if isinstance(first, ir.Comprehension) and name in _COPIES:
            return self._is_plain_number(first.element)
        if not isinstance(first, ir.Collect) or name not in _COPIES:
            return _LINES.match(name) is not None
        return any(map(self._is_plain_number, first.items)) or not first.items  # one number, and all are

    def _is_plain_number(self, temporary: int) -> bool:
        """Whether it is a number, as it is written or computed: `1 - share`."""
        op = self._temporaries.definitions.get(temporary)
        return isinstance(op, (ir.Const, ir.Binary)) or self._kind(temporary) is Kind.NUMBER

    def _assigned(self, temporary: int) -> int:
        """What a variable is given that is assigned once; the temporary itself, if it is none."""
        op = self._temporaries.definitions.get(temporary)
        name = op.name if isinstance(op, ir.Load) else None
        stores = [
            each.value
            for each in self._temporaries.definitions.values()
            if isinstance(each, ir.Store) and each.name == name
        ]
        return stores[0] if len(stores) == 1 else temporary

    def _first_of(self, call: ir.Call) -> int:
        """What a method is called on, or a function is given first."""
        callee = self._temporaries.definitions.get(call.callee)
        namespace = self._temporaries.path(callee.base) if isinstance(callee, ir.Attribute) else None
        if isinstance(callee, ir.Attribute) and namespace != ("torch",):
            return callee.base
        return call.arguments[0].value if call.arguments else -1

    def _calls(self) -> Iterator[ir.Call]:
        """The calls that it comes from, each the receiver or first argument of the one before."""
        temporary = self._temporary
        for _ in range(_MOST_STEPS):
            op = self._temporaries.definitions.get(temporary)
            while isinstance(op, ir.Unary):
                op = self._temporaries.definitions.get(op.operand)
            receiver = self._receiver(op) if isinstance(op, ir.Call) else None
            if not isinstance(op, ir.Call) or (receiver is None and not op.arguments):
                return
            yield op
            temporary = op.arguments[0].value if receiver is None else receiver

    def _is_number(self, temporary: int) -> bool:
        """Whether it is a number, or a parameter that is passed to a layer, as sizes are."""
        path = self._temporaries.path(temporary)
        if self._facts.values.get(temporary, UNKNOWN).kind is Kind.NUMBER:
            return True
        calls = [op for op in self._temporaries.definitions.values() if isinstance(op, ir.Call)]
        facts = self._facts.calls
        return path is not None and any(
            self._temporaries.path(each.value) == path
            for op in calls
            if op.target in facts and (facts[op.target].callee.symbol or "").startswith("torch.nn.")
            for each in op.arguments
        )

    def _receiver(self, op: ir.Call) -> int | None:
        """What a method is called on; None of a function in a module."""
        fact = self._facts.calls.get(op.target)
        callee = self._temporaries.definitions.get(op.callee)
        return (
            callee.base if fact is not None and fact.receiver is not None and isinstance(callee, ir.Attribute) else None
        )

    @property
    def is_on_cpu(self) -> bool:
        """Whether something that was made on the CPU went into it, and nothing moved it from there.

        What it was computed with besides, such as a parameter, is a number or on the CPU as well, or that would fail.
        """
        return self._is_on_cpu(self._temporary, _MOST_STEPS) is True

    def _is_on_cpu(self, temporary: int, steps: int) -> bool | None:
        """False where it is elsewhere, or was moved; None where nothing says so."""
        temporary = self._temporaries.resolve(temporary)
        value = self._facts.values.get(temporary, UNKNOWN)
        op = self._temporaries.definitions.get(temporary)
        is_computed = (value.device or "").startswith("of:")
        if value.kind is Kind.TENSOR and value.device is not None and not is_computed:
            return value.device == "cpu"
        if steps < 1 or op is None:
            return None
        if isinstance(op, ir.Call) and any(each.name == "device" or each.stars for each in op.arguments):
            return False
        found = {self._is_on_cpu(each, steps - 1) for each in self._sources(op)}
        if False in found:
            return False
        return True if True in found or self._is_from_host(op) else None

    def _sources(self, op: ir.Instruction) -> list[int]:
        if isinstance(op, (ir.Binary, ir.Unary)):
            return list(operands(op))
        if isinstance(op, ir.Item):
            return [op.base]
        if isinstance(op, ir.Load):
            stores = self._temporaries.definitions.values()
            return [each.value for each in stores if isinstance(each, ir.Store) and each.name == op.name]
        if not isinstance(op, ir.Call) or self._temporaries.callee_name(op) in _MOVES:
            return []
        receiver = self._receiver(op)
        return [*([] if receiver is None else [receiver]), *(each.value for each in op.arguments)]

    def _is_from_host(self, op: ir.Instruction) -> bool:
        """`torch.as_tensor(mean)`, of a parameter that is not said to be a tensor."""
        if not isinstance(op, ir.Call) or not op.arguments or self._temporaries.callee_name(op) not in _FROM_HOST:
            return False
        passed = self._facts.values.get(op.arguments[0].value, UNKNOWN)
        return self._facts.values.get(op.target, UNKNOWN).kind is Kind.TENSOR and passed.kind is not Kind.TENSOR


def is_made_elsewhere(engine: Engine) -> bool:
    """Whether the project says somewhere that tensors are made on another device where none is named."""
    return any(
        unit is None or unit.sketch is None or word in unit.sketch.called
        for word in _DEFAULTS
        for path, name in (
            *((path, each.qualname) for path, each in engine.project.functions_with(word)),
            *((path, MODULE) for path in engine.project.modules_with(word)),
        )
        for unit in [engine.sketched(path, name)]
    )


def is_made_anew(temporaries: Temporaries, store: ir.StoreAttribute) -> bool:
    """Whether what is stored in an attribute does not come from what stood there, as a cache that is filled again."""
    base = temporaries.path(store.base)
    waiting, seen = [temporaries.resolve(store.value)], set[int]()
    for temporary in waiting:
        for each in temporaries.inputs(temporary):
            op = temporaries.definitions[each]
            if isinstance(op, ir.Attribute) and op.name == store.name and temporaries.path(op.base) == base:
                return False
            if isinstance(op, ir.Load) and each not in seen:
                seen.add(each)
                waiting += [
                    other.value
                    for other in temporaries.definitions.values()
                    if isinstance(other, ir.Store) and other.name == op.name and other.value not in waiting
                ]
    return True
