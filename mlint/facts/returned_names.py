"""What the values are called that a function returns by position."""

from __future__ import annotations

from collections.abc import Iterator

from mlint.facts import ir
from mlint.facts.accesses import Accesses
from mlint.facts.recorded import Facts
from mlint.facts.values import UNKNOWN, Kind

_NO_RECEIVERS = (Kind.NAMESPACE, Kind.CLASS, Kind.MODULE)
"""What stands before the dot of a call that is no method on the data: `F.relu(x)`, `self.drop(x)`."""
_SEQUENCES = ("tuple", "list")


class ReturnedNames:
    """Answers about the returns of one function."""

    def __init__(self, function: ir.FunctionIR, facts: Facts) -> None:
        self._facts = facts
        self._accesses = Accesses(function)
        self._definitions = self._accesses.temporaries.definitions

    def of(self, operand: int | None) -> tuple[str, ...] | None:
        """The names of the items; None where what is returned is not written out as a tuple or list."""
        op = self.written(operand)
        if op is None:
            return None
        names = [self.name(item) for item in op.items]
        # Of `self.boxes(x), self.scores(x)` what they are made of is the same.
        named = zip(op.items, names, strict=True)
        return tuple(self._made_by(item) if names.count(name) > 1 else name for item, name in named)

    def written(self, operand: int | None) -> ir.Collect | None:
        """The tuple or list that is returned, itself or by a variable that nothing else is assigned to."""
        op = self._definitions.get(operand) if operand is not None else None
        if isinstance(op, ir.Call) and len(op.arguments) == 1 and self._accesses.temporaries.callee_name(op) == "tuple":
            op = self._definitions.get(op.arguments[0].value)
        if isinstance(op, ir.Load):
            place = self._accesses.temporaries.places[op.target]
            stores = [each.instruction for each in self._accesses.reaching(place, (op.name,))]
            store = stores[0] if len(stores) == 1 else None
            op = self._definitions.get(store.value) if isinstance(store, ir.Store) else None
            if isinstance(op, ir.Collect) and op.kind != "tuple":
                return None  # a list is added to
        return op if isinstance(op, ir.Collect) and op.kind in _SEQUENCES and not op.starred else None

    def name(self, temporary: int) -> str:
        """What a value is called where it is written out: `attn` in `self.drop(attn)[0].float()`; `""` if nothing."""
        return next(self._names(temporary), "")

    def _names(self, temporary: int) -> Iterator[str]:
        op = self._definitions.get(temporary)
        while op is not None:
            if isinstance(op, (ir.Load, ir.Global, ir.Attribute)):
                yield op.name
                return
            if isinstance(op, ir.Call):
                callee = self._definitions.get(op.callee)
                if isinstance(callee, ir.Attribute) and self._is_method(callee):
                    op = self._definitions.get(callee.base)
                else:
                    op = self._definitions.get(op.arguments[0].value) if op.arguments else callee
            elif isinstance(op, ir.Item):
                op = self._definitions.get(op.base)
            elif isinstance(op, ir.Collect) and not op.starred:
                yield "_".join(map(self.name, op.items))  # `y, (h, c)`
                return
            else:
                return

    def _is_method(self, callee: ir.Attribute) -> bool:
        return self._facts.values.get(callee.base, UNKNOWN).kind not in _NO_RECEIVERS

    def _made_by(self, temporary: int) -> str:
        """The layer that gives it: `boxes` of `self.boxes(x).sigmoid()`."""
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
            if not self._is_method(callee):
                return callee.name
            op = self._definitions.get(callee.base)
        return ""
