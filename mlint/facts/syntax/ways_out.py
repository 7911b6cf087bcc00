"""Whether a function may return several values, or another number of them on another path, as its syntax tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mlint.facts.syntax.stores import dotted

_SEVERAL = frozenset(
    "max min sort topk median mode kthvalue unbind split chunk tensor_split aminmax svd qr eig eigh slogdet unique "
    "items keys values frexp meshgrid broadcast_tensors where nonzero get pop tolist size shape".split()
)
"""Calls of methods and functions of libraries that may give a tuple, a list or None."""
ONLY_OF_TENSORS = frozenset(
    "view reshape permute transpose contiguous squeeze unsqueeze mean sum softmax log_softmax sigmoid tanh relu exp "
    "log sqrt abs clamp flatten expand repeat masked_fill detach clone float half double long bool "
    "argmax argmin new_zeros new_ones new_full new_empty new_tensor".split()
)
"""Methods that only tensors have, and that give one."""
_OF_ONE = ONLY_OF_TENSORS.union(
    "to type_as cuda cpu div mul add sub pow matmul bmm std var norm view_as reshape_as expand_as movedim swapaxes "
    "roll cumsum prod item type int".split()
)
"""Methods of tensors that give one, as those do that work in place."""
_LIBRARIES = frozenset(("torch", "F", "nn", "np", "math", "numpy", "functional"))
_RECURRENT = re.compile(r"rnn|lstm|gru|atte?n", re.IGNORECASE)
_PARTS = frozenset(("T", "mT", "H", "real", "imag", "data", "logits", "loss", "last_hidden_state"))
_SEQUENCES = (ast.Tuple, ast.List, ast.ListComp, ast.Starred)
_OTHERS = (
    *(ast.Set, ast.Dict, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.Await, ast.Yield, ast.YieldFrom),
)

Assigned = Sequence[tuple[ast.expr, "ast.expr | None"]]


def ways_out(returns: Sequence[ast.Return], assigned: Assigned, ends: bool) -> WaysOut:
    """How a function gives what it returns.

    `assigned`: what the function assigns to what; `ends`: whether every path ends in a return.
    """
    found = WaysOut({})
    for target, value in assigned:
        if isinstance(target, ast.Name):
            found.values.setdefault(target.id, []).append(value)
    for each in returns:
        found.follow(each.value, direct=True)
    found.written |= bool(returns) and not ends
    return found


@dataclass
class WaysOut:
    """What is returned, by way of variables.

    `written`: a tuple, list or None is, or a dict on some paths; `open`: something else is, of which the number of
    values is not known; `ways`: how many values are written behind a `return`.
    """

    values: dict[str, list[ast.expr | None]]
    written: bool = False
    open: bool = False
    ways: int = 0
    _seen: set[str] = field(default_factory=set)

    @property
    def may_be_several(self) -> bool:
        """Whether several values may be returned, or another number of them on another path."""
        return self.written or (self.open and self.ways > 1)

    def follow(self, value: ast.expr | None, *, direct: bool = False) -> None:
        """Note what a value may be; `direct`: it is written behind the `return`."""
        if isinstance(value, (ast.IfExp, ast.BoolOp)):
            for part in _ways(value):
                self.follow(part, direct=True)
            return
        self.ways += direct
        if value is None or (isinstance(value, ast.Constant) and value.value is None):
            self.written |= direct
        elif isinstance(value, _SEQUENCES):
            self.written = True
        elif isinstance(value, (ast.BinOp, ast.Subscript, ast.NamedExpr)):
            for part in _operands(value):
                self.follow(part)
        else:
            self._follow_leaf(value)

    def _follow_leaf(self, value: ast.expr) -> None:
        if isinstance(value, ast.Name):
            self._follow_name(value.id)
        elif isinstance(value, ast.Call):
            self._follow_call(value)
        elif isinstance(value, ast.Attribute):
            self.open |= value.attr not in _PARTS
        else:
            self.open |= isinstance(value, _OTHERS)

    def _follow_name(self, name: str) -> None:
        if name not in self._seen:
            self._seen.add(name)
            values = [each for each in self.values.get(name, ()) if each is not None]
            self.written |= len({isinstance(each, ast.Dict) for each in values}) > 1  # on some paths a dict
            for value in values:
                self.follow(value)

    def _follow_call(self, call: ast.Call) -> None:
        name = dotted(call.func)
        first, _, last = name.rpartition(".")
        if not first and not name.startswith("."):
            self.written |= last == "tuple"
            self.open |= not last[:1].isupper() or last.endswith("Dict")  # a class makes one object
        elif last in _SEVERAL:
            self.open = True
        elif first == "self":
            self.open |= _RECURRENT.search(last) is not None
        else:
            is_of_tensor = last in _OF_ONE or last.endswith("_")
            self.open |= not is_of_tensor and first.partition(".")[0] not in _LIBRARIES


def _ways(value: ast.IfExp | ast.BoolOp) -> list[ast.expr]:
    return [value.body, value.orelse] if isinstance(value, ast.IfExp) else value.values


def _operands(value: ast.BinOp | ast.Subscript | ast.NamedExpr) -> list[ast.expr]:
    """Sums of tuples are tuples; an item of a list may be one."""
    return [value.left, value.right] if isinstance(value, ast.BinOp) else [value.value]
