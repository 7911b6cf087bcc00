"""What shows a value to be a tensor, other than its uses here: where it was taken from, and where it is passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlint.facts.around.callees import called, passed_for
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.recorded import Facts
from mlint.facts.placement.shown import Shown, shown
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_OF_PARAMETERS = frozenset(("parameters", "named_parameters", "buffers", "named_buffers"))
_PAIRING = frozenset(("zip", "enumerate", "list", "reversed", "tuple"))
_SAME = frozenset(("data", "grad"))
_HOPS = 6


class TensorRoots:
    """Answers about the temporaries of one function."""

    def __init__(self, engine: Engine, accesses: Accesses, facts: Facts) -> None:
        self._engine = engine
        self._accesses = accesses
        self._facts = facts
        self._temporaries = accesses.temporaries
        self._definitions = accesses.temporaries.definitions

    def is_parameter(self, temporary: int) -> bool:
        """Whether a loop takes it from the parameters of a model, or it is computed from such a one by its methods:
        `for p, q in zip(model.parameters(), average.parameters()): q.mul(decay)`."""
        op = self._definitions.get(temporary)
        for _ in range(_HOPS):
            if isinstance(op, ir.Call):
                callee = self._definitions.get(op.callee)
                op = self._definitions.get(callee.base) if isinstance(callee, ir.Attribute) else None
            elif isinstance(op, ir.Attribute) and op.name in _SAME:
                op = self._definitions.get(op.base)
            else:
                break
        return isinstance(op, ir.Load) and self._is_taken_from_parameters(op)

    def _is_taken_from_parameters(self, load: ir.Load) -> bool:
        sources = [self._definitions.get(each) for each in self._assigned(load)]
        positions = [each.index for each in sources if isinstance(each, ir.Element)]
        while any(isinstance(each, ir.Element) for each in sources):
            sources = [self._definitions.get(each.source) if isinstance(each, ir.Element) else each for each in sources]
        iterables = [each.iterable for each in sources if isinstance(each, ir.Next)]
        is_taken = bool(sources) and len(iterables) == len(sources)
        return is_taken and all(self._gives_parameters(each, positions) for each in iterables)

    def _gives_parameters(self, iterable: int, positions: list[int]) -> bool:
        op = self._definitions.get(iterable)
        name = self._temporaries.callee_name(op) if isinstance(op, ir.Call) else None
        if not isinstance(op, ir.Call) or name is None:
            return False
        if name in _OF_PARAMETERS:
            return not name.startswith("named") or all(each == 1 for each in positions)  # not the name
        inside = [each.value for each in op.arguments]
        return name in _PAIRING and bool(inside) and all(self._gives_parameters(each, [1]) for each in inside)

    def is_sliced(self, temporary: int) -> bool:
        """Whether it is assigned what only an array or a tensor can be indexed with: `image = prepare(path)[None]`."""
        op = self._definitions.get(temporary)
        made = [self._definitions.get(each) for each in self._assigned(op)] if isinstance(op, ir.Load) else []
        return bool(made) and all(isinstance(each, ir.Item) and self._is_of_array(each.index) for each in made)

    def _is_of_array(self, index: int) -> bool:
        op = self._definitions.get(index)
        if isinstance(op, ir.Collect):
            parts = [self._definitions.get(each) for each in op.items]
            return any(isinstance(each, ir.Slice) or _is_new_axis(each) for each in parts)
        return _is_new_axis(op)

    def is_tensor_inside(self, temporary: int) -> bool:
        """Whether a function of the project that it is passed to uses it as a tensor: `step(model, images)`."""
        path, place = self._temporaries.path(temporary), self._temporaries.places.get(temporary)
        if path is None or place is None or len(path) > 1:
            return False
        mine = {each.target for each in self._accesses.reaching(place, path)}
        return any(
            self._is_shown_inside(op, path[0], mine) for op in self._definitions.values() if isinstance(op, ir.Call)
        )

    def _is_shown_inside(self, op: ir.Call, name: str, mine: set[int]) -> bool:
        passed = [each.value for each in op.arguments if self._temporaries.path(each.value) == (name,)]
        places = self._temporaries.places
        passed = [each for each in passed if {w.target for w in self._accesses.reaching(places[each], (name,))} & mine]
        fact = self._facts.calls.get(op.target)
        unit = called(self._engine, fact) if passed and fact is not None else None
        if unit is None or fact is None:
            return False
        given = passed_for(unit, op, fact)
        try:
            accesses, calls = Accesses(unit.lowered.function), self._engine.facts(unit, 1).calls
        except Unreadable:
            return False
        loads = [
            each.target
            for each in accesses.temporaries.definitions.values()
            if isinstance(each, ir.Load) and given.get(each.name) in passed
        ]
        return any(shown(accesses, each, calls, arithmetic=False, others=False) is Shown.TENSOR for each in loads[:1])

    def _assigned(self, load: ir.Load) -> list[int]:
        writes = self._accesses.reaching(self._temporaries.places[load.target], (load.name,))
        return [each.instruction.value for each in writes if isinstance(each.instruction, ir.Store)]


def _is_new_axis(op: ir.Instruction | None) -> bool:
    return isinstance(op, ir.Const) and op.value in (None, ...)
