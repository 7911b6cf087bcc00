"""What the values are called that a function returns by position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlint.facts.domain.values import UNKNOWN, Kind
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.paths import Temporaries
from mlint.facts.flow.recorded import Facts
from mlint.facts.returns.returns import MAPPING, Returned

_NO_RECEIVERS = (Kind.NAMESPACE, Kind.CLASS, Kind.MODULE)
"""What stands before the dot of a call that is no method on the data: `F.relu(x)`, `self.drop(x)`."""
_SEQUENCES = ("tuple", "list")
_STEPS = 6
_SAME = frozenset(
    "detach clone contiguous float half double long int to cpu cuda view reshape squeeze unsqueeze".split()
)
"""Methods that give what they are called on once more."""


def gives_names(function: ir.FunctionIR, each: Returned) -> bool:
    """Whether what is returned has names itself: a dict, or an object of a class, as its name tells: `Output(x=x)`."""
    temporaries = Temporaries(function)
    op = temporaries.definitions.get(temporaries.resolve(each.operand)) if each.operand is not None else None
    name = temporaries.callee_name(op) if isinstance(op, ir.Call) else None
    return each.shape == MAPPING or (name is not None and name[:1].isupper())


class ReturnedNames:
    """Answers about the returns of one function."""

    def __init__(self, function: ir.FunctionIR, facts: Facts) -> None:
        self._facts = facts
        self._accesses = Accesses(function)
        self._definitions = self._accesses.temporaries.definitions

    def of(self, operand: int | None) -> tuple[str, ...] | None:
        """The names of the items; None where what is returned is not written out as a tuple or list."""
        items = self.items(operand)
        if items is None:
            return None
        names = [self.name(item) for item in items]
        # Of `self.boxes(x), self.scores(x)` what they are made of is the same.
        same = {name: [item for item, other in zip(items, names, strict=True) if other == name] for name in names}
        named = zip(items, names, strict=True)
        return tuple(self._told_apart(item, same[name]) if len(same[name]) > 1 else name for item, name in named)

    def items(self, operand: int | None, steps: int = _STEPS) -> tuple[int, ...] | None:
        """The items of the tuple or list that a value is, written out in place or where a variable is given it.

        Of several ways to write it the longest: `out = (a, b)`, then perhaps `out = (loss,) + out`.
        """
        op = self._definitions.get(operand) if operand is not None else None
        if steps < 1:
            return None
        if isinstance(op, ir.Call) and len(op.arguments) == 1 and self._accesses.temporaries.callee_name(op) == "tuple":
            return self.items(op.arguments[0].value, steps - 1)
        if isinstance(op, ir.Load):
            return self._assigned(op, steps)
        if isinstance(op, ir.Binary) and op.op == "+":
            left, right = self.items(op.left, steps - 1), self.items(op.right, steps - 1)
            return None if left is None or right is None else (*left, *right)
        return op.items if isinstance(op, ir.Collect) and op.kind in _SEQUENCES and not op.starred else None

    def _assigned(self, load: ir.Load, steps: int) -> tuple[int, ...] | None:
        place = self._accesses.temporaries.places[load.target]
        stores = [each.instruction for each in self._accesses.reaching(place, (load.name,))]
        values = [each.value for each in stores if isinstance(each, ir.Store) and not each.augmented]
        if len(values) < len(stores) or self._is_added_to(load.name):
            return None
        found = [self.items(value, steps - 1) for value in values]
        written = [each for each in found if each is not None]
        return max(written, key=len) if written and len(written) == len(found) else None

    def _is_added_to(self, name: str) -> bool:
        """Whether a method of the variable is called, or an item assigned, as lists are filled."""
        loads = [op.target for op in self._definitions.values() if isinstance(op, ir.Load) and op.name == name]
        users = (user for load in loads for user in self._accesses.temporaries.users[load])
        return any(isinstance(each, (ir.Attribute, ir.StoreItem)) for each in users)

    def name(self, temporary: int) -> str:
        """What a value is called where it is written out: `attn` in `self.drop(attn)[0].float()`; `""` if nothing."""
        return next(self._names(temporary), "")

    def _names(self, temporary: int) -> Iterator[str]:
        op = self._definitions.get(temporary)
        while op is not None:
            if isinstance(op, ir.Load) and "@" in op.name:  # `pooled if pooled is not None else None`
                yield from (each for each in map(self.name, self._given(op)) if each)
                return
            if isinstance(op, (ir.Load, ir.Global, ir.Attribute)):
                yield op.name
                return
            if isinstance(op, ir.Call):
                callee = self._definitions.get(op.callee)
                if isinstance(callee, ir.Attribute) and self._is_method(callee):
                    op = self._definitions.get(callee.base)
                else:
                    first = self._definitions.get(op.arguments[0].value) if op.arguments else None
                    op = callee if first is None or isinstance(first, ir.Const) else first
            elif isinstance(op, ir.Binary):  # `coordinates * mask[..., None]`
                yield from (each for each in map(self.name, (op.left, op.right)) if each)
                return
            elif isinstance(op, ir.Item):
                key = self._definitions.get(op.index)
                if isinstance(key, ir.Const) and isinstance(key.value, str) and key.value.isidentifier():
                    yield key.value  # `outputs["logits"]`
                    return
                op = self._definitions.get(op.base)
            elif isinstance(op, ir.Collect) and not op.starred:
                yield "_".join(map(self.name, op.items))  # `y, (h, c)`
                return
            else:
                return

    def _given(self, load: ir.Load) -> list[int]:
        """What the branches of a conditional expression give."""
        place = self._accesses.temporaries.places[load.target]
        stores = (each.instruction for each in self._accesses.reaching(place, (load.name,)))
        return [each.value for each in stores if isinstance(each, ir.Store)]

    def _is_method(self, callee: ir.Attribute) -> bool:
        return self._facts.values.get(callee.base, UNKNOWN).kind not in _NO_RECEIVERS

    def _told_apart(self, item: int, others: Sequence[int]) -> str:
        """What an item is called where others have the same name: by what makes it, else by an argument that only it
        has (`sample(size, self.yaw_range)`)."""
        names = [self._passed(each) for each in others if each != item]
        alone = (each for each in self._passed(item) if each and not any(each in theirs for theirs in names))
        return self._made_by(item) or next(alone, "")

    def _passed(self, temporary: int) -> list[str]:
        op = self._definitions.get(temporary)
        while isinstance(op, ir.Call):
            callee = self._definitions.get(op.callee)
            if not isinstance(callee, ir.Attribute) or callee.name not in _SAME:
                return [self.name(each.value) for each in op.arguments]
            op = self._definitions.get(callee.base)
        return []

    def _made_by(self, temporary: int) -> str:
        """The layer that gives it, or a method of a variable: `boxes` of `self.boxes(x).sigmoid()`, `argmax`."""
        op = self._definitions.get(temporary)
        if not isinstance(op, (ir.Call, ir.Item)):
            return self.name(temporary)
        while isinstance(op, (ir.Call, ir.Item)):
            if isinstance(op, ir.Item):
                op = self._definitions.get(op.base)
                continue
            callee = self._definitions.get(op.callee)
            if not isinstance(callee, ir.Attribute):
                return ""
            base = self._definitions.get(callee.base)
            if not self._is_method(callee) or (isinstance(base, ir.Load) and callee.name not in _SAME):
                return callee.name
            op = base
        return ""
