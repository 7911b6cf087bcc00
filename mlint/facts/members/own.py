"""Whether a value is made of nothing but what an object keeps by itself, constants and numbers."""

from __future__ import annotations

from collections.abc import Callable

from mlint.facts.flow import ir
from mlint.facts.flow.paths import Temporaries

_MOST_STEPS = 8


class Own:
    """Answers about the temporaries of a method whose object is called `me`.

    `is_moved`: whether a temporary is an attribute that moves with the object, such as a parameter. `is_number`:
    whether it is a number, which may meet any tensor.
    """

    def __init__(
        self, temporaries: Temporaries, me: str, is_moved: Callable[[int], bool], is_number: Callable[[int], bool]
    ) -> None:
        self._temporaries = temporaries
        self._me = me
        self._is_moved = is_moved
        self._is_number = is_number

    def __call__(self, temporary: int, steps: int = _MOST_STEPS) -> bool:
        """Whether nothing else is in it, such as the input of the method."""
        temporary = self._temporaries.resolve(temporary)
        op = self._temporaries.definitions.get(temporary)
        if op is None or steps < 1:
            return False
        if isinstance(op, ir.Const) or self._is_number(temporary):
            return True
        if isinstance(op, ir.Attribute) and self._temporaries.path(op.base) == (self._me,):
            return not self._is_moved(temporary)
        return all(self(each, steps - 1) for each in self._inside(op)) if self._may_be(op) else False

    def _may_be(self, op: ir.Instruction) -> bool:
        """Whether it is of a kind that gives what its parts do, and has parts."""
        return isinstance(op, (ir.Binary, ir.Unary, ir.Load, ir.Item, ir.Call)) and bool(self._inside(op))

    def _inside(self, op: ir.Instruction) -> list[int]:
        if isinstance(op, (ir.Binary, ir.Item)):
            return [op.left, op.right] if isinstance(op, ir.Binary) else [op.base]
        if isinstance(op, ir.Unary):
            return [op.operand]
        if isinstance(op, ir.Load):
            stores = (each for each in self._temporaries.definitions.values() if isinstance(each, ir.Store))
            return [each.value for each in stores if each.name == op.name]
        callee = self._temporaries.definitions.get(op.callee) if isinstance(op, ir.Call) else None
        if not isinstance(op, ir.Call) or not isinstance(callee, ir.Attribute):
            return []
        path = self._temporaries.path(callee.base)
        if path == (self._me,):  # a layer, or a method
            return []
        passed = [each.value for each in op.arguments]
        # `self.mean.expand(channels)`: what sizes are told does not matter.
        return passed if path is not None and path[0] == "torch" else [callee.base]
