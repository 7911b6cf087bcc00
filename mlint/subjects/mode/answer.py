"""What is done with what a call gives."""

from __future__ import annotations

from mlint.cached import cached_property
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.subjects.owners import Function

_RESHAPES = frozenset("view reshape flatten squeeze unsqueeze cpu detach numpy".split())


class Answer:
    """What a call in a function gives."""

    def __init__(self, function: Function, op: ir.Call) -> None:
        self._function = function
        self._op = op

    @cached_property
    def uses(self) -> tuple[ir.Instruction, ...]:
        """What is done with it, where that is plain."""
        return self.uses_of(self._op.target)

    @property
    def stores(self) -> list[ir.Store]:
        """The variables that it, or a part of it, is assigned to."""
        instructions, mine = self._function.instructions.values(), self._op.target
        parts = {mine, *(each.target for each in instructions if _is_item(each, mine))}
        return [each for each in instructions if isinstance(each, ir.Store) and each.value in parts]

    @property
    def is_discarded(self) -> bool:
        """Whether it is thrown away."""
        return not self.uses or all(isinstance(each, ir.Discard) for each in self.uses)

    @property
    def is_measured(self) -> bool:
        """Whether only its shape is used, also behind `flatten(1)` and the like."""
        return self._is_measured(self.uses, 4)

    @property
    def is_read_by_name(self) -> bool:
        """Whether it is gone through as a dict is."""
        return any(isinstance(each, ir.Attribute) and each.name in ("values", "items") for each in self.uses)

    def uses_of(self, temporary: int) -> tuple[ir.Instruction, ...]:
        """What is done with a temporary, also by way of a variable."""
        waiting, found = [temporary], []
        names: set[str] = set()
        for each in waiting:
            for op in self._function.users.get(each, ()):
                if isinstance(op, ir.Store) and op.name not in names:
                    names.add(op.name)
                    waiting += [load.target for load in self._function.loads.get(op.name, ()) if self._reads(load, op)]
                else:
                    found.append(op)
        return tuple(found)

    def _reads(self, load: ir.Load, store: ir.Store) -> bool:
        """Whether a variable may be read that was assigned there; in a nested function any of its name may."""
        places = self._accesses.temporaries.places
        if load.target not in places or store.target not in places:
            return True
        writes = self._accesses.reaching(places[load.target], (store.name,))
        return any(each.instruction is store for each in writes)

    @cached_property
    def _accesses(self) -> Accesses:
        return Accesses(self._function.ir)

    def _is_measured(self, uses: tuple[ir.Instruction, ...], depth: int) -> bool:
        return bool(uses) and depth > 0 and all(self._asks_shape(each, depth) for each in uses)

    def _asks_shape(self, op: ir.Instruction, depth: int) -> bool:
        if isinstance(op, ir.Attribute) and op.name in _RESHAPES:
            calls = [each for each in self._function.instructions.values() if _calls(each, op.target)]
            return bool(calls) and all(self._is_measured(self.uses_of(each.target), depth - 1) for each in calls)
        if isinstance(op, ir.Item):
            return self._is_measured(self.uses_of(op.target), depth - 1)
        return isinstance(op, ir.Attribute) and op.name in ("shape", "size", "dtype", "ndim", "dim", "numel")


def _is_item(op: ir.Instruction, base: int) -> bool:
    return (isinstance(op, ir.Item) and op.base == base) or (isinstance(op, ir.Element) and op.source == base)


def _calls(op: ir.Instruction, callee: int) -> bool:
    return isinstance(op, ir.Call) and op.callee == callee
