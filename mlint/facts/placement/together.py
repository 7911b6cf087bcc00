"""Which parameters of a function of the project meet in it: an operator or a function of a library takes both.

A tensor on the CPU that a call passes for the one, and one on another device for the other, meet there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING

from mlint.facts.around.callees import called, passed_for
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.recorded import Facts
from mlint.facts.placement.shown import gives_tensor
from mlint.facts.placement.sides import sides
from mlint.facts.project.units import Unit
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_MOST_DEEP = 2
_MOST_STEPS = 12
_MOVES = frozenset(("to", "cuda", "cpu", "type_as", "type", "numpy", "tolist", "item", "new_tensor"))
Pair = frozenset[str]


class Together:
    """The parameters of one function that meet in it, and in what it calls."""

    def __init__(self, engine: Engine, unit: Unit, depth: int = _MOST_DEEP) -> None:
        self._engine = engine
        self._unit = unit
        self._depth = depth
        self._facts: Facts = engine.facts(unit)
        self._accesses = Accesses(unit.lowered.function)
        self._temporaries = self._accesses.temporaries
        self._definitions = self._temporaries.definitions
        self._roots: dict[int, frozenset[str] | None] = {}

    def pairs(self) -> frozenset[Pair]:
        """The pairs of parameters that meet."""
        found: set[Pair] = set()
        for index in self._accesses.graph.order:
            for op in self._accesses.function.blocks[index].instructions:
                found |= self._of(op)
        return frozenset(found)

    def _of(self, op: ir.Instruction) -> set[Pair]:
        meeting = sides(self._temporaries, self._facts, op)
        if meeting is not None:
            return set(_crossed([self.roots(each) for each in meeting.parts]))
        fact = self._facts.calls.get(op.target) if isinstance(op, ir.Call) else None
        inner = called(self._engine, fact) if fact is not None and self._depth > 1 else None
        if not isinstance(op, ir.Call) or fact is None or inner is None:
            return set()
        given = passed_for(inner, op, fact)
        met = pairs_of(self._engine, inner, self._depth - 1) if len(given) > 1 else ()
        return {pair for names in met if names <= given.keys() for pair in self._passed(names, given)}

    def _passed(self, names: Pair, given: dict[str, int]) -> Iterator[Pair]:
        yield from _crossed([self.roots(given[each]) for each in names])

    def roots(self, temporary: int) -> frozenset[str]:
        """The parameters that a temporary was computed from, tensor by tensor; none where it was moved."""
        return self._rooted(temporary, _MOST_STEPS) or frozenset()

    def _rooted(self, temporary: int, steps: int) -> frozenset[str] | None:
        """None: it was moved, and may be anywhere."""
        if temporary not in self._roots:
            self._roots[temporary] = frozenset()  # on the way round a loop
            self._roots[temporary] = self._find(temporary, steps) if steps > 0 else None
        return self._roots[temporary]

    def _find(self, temporary: int, steps: int) -> frozenset[str] | None:
        op = self._definitions.get(temporary)
        if isinstance(op, ir.Load):
            return self._of_name(op, steps)
        if isinstance(op, ir.Call) and self._temporaries.callee_name(op) in _MOVES:
            return None
        found = [self._rooted(each, steps - 1) for each in self._sources(op)]
        return None if None in found else frozenset().union(*(each for each in found if each is not None))

    def _of_name(self, load: ir.Load, steps: int) -> frozenset[str] | None:
        writes = self._accesses.reaching(self._temporaries.places[load.target], (load.name,))
        if not writes:
            first, *rest = [each.name for each in self._accesses.function.parameters] or [""]
            is_one = load.name in rest or (load.name == first and first not in ("self", "cls"))
            return frozenset((load.name,)) if is_one else frozenset()
        stores = [each.instruction for each in writes]
        found = [self._rooted(each.value, steps - 1) for each in stores if isinstance(each, ir.Store)]
        if None in found or len(found) < len(stores):
            return None
        return frozenset().union(*(each for each in found if each is not None))

    def _sources(self, op: ir.Instruction | None) -> Iterable[int]:
        """What a tensor is computed from, and lies beside."""
        if isinstance(op, (ir.Binary, ir.Compare)):
            return (op.left, op.right)
        if isinstance(op, (ir.Item, ir.Unary, ir.Element)):
            return (op.base if isinstance(op, ir.Item) else op.operand if isinstance(op, ir.Unary) else op.source,)
        callee = self._definitions.get(op.callee) if isinstance(op, ir.Call) else None
        if not isinstance(op, ir.Call) or not isinstance(callee, ir.Attribute):
            return ()
        meeting = sides(self._temporaries, self._facts, op)
        if meeting is not None:
            return meeting.parts
        return (callee.base,) if gives_tensor(callee.name) else ()


def _crossed(found: list[frozenset[str]]) -> Iterator[Pair]:
    for position, left in enumerate(found):
        for right in found[position + 1 :]:
            yield from (frozenset(each) for each in product(left, right) if each[0] != each[1])


def pairs_of(engine: Engine, unit: Unit, depth: int = _MOST_DEEP) -> frozenset[Pair]:
    """The parameters of a unit that meet in it; none where it can't be read."""
    try:
        return Together(engine, unit, depth).pairs()
    except Unreadable:
        return frozenset()
