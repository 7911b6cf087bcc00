"""Where a tensor on the CPU meets one that is somewhere else: operators, functions, layers, indices, and returns.

A tensor without dimensions may meet any other, but cannot take another in place; an index on the CPU fits anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlint.facts.around.callees import called, passed_for
from mlint.facts.domain import devices
from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.guards import conditions
from mlint.facts.flow.paths import Path, text
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.placement.beside import Beside
from mlint.facts.placement.dimensions import OnCpu
from mlint.facts.placement.moved_later import is_moved_later
from mlint.facts.placement.sides import Sides, of_loss, passed_to, sides
from mlint.facts.placement.together import pairs_of
from mlint.facts.placement.whereabouts import Whereabouts

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_MOVES = frozenset(("to", "cuda", "type_as", "cpu", "numpy", "tolist"))
_HOPS = 2
_TOTALS = frozenset(("argmax", "argmin", "max", "min", "sum", "prod", "median", "squeeze"))

_HAS_PARAMETERS = re.compile(
    r"\.(?:Lazy)?(?:Linear|Conv\w*|Embedding\w*|\w+Norm\w*|LSTM\w*|GRU\w*|RNN\w*|MultiheadAttention|Transformer\w*|"
    r"Bilinear|PReLU)$"
)


def has_parameters(symbol: str | None) -> bool:
    """Whether it is the name of a layer of torch that has parameters."""
    return symbol is not None and symbol.startswith("torch.nn.") and _HAS_PARAMETERS.search(symbol) is not None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A tensor on the CPU (`near`), made at `made` where that is known, and one on the device that `place` names.

    `how`: `operator`, `call`, `layer`, `index` (the tensor on the CPU is indexed by the other), `inside` (of a function
    of the project that is called), `model` (it goes into one that is not seen), `total` (what has no dimensions is
    changed in place), `filled`, `missing` (it is made where an argument is missing), `returned` or, if what is returned
    has no dimensions as far as is known, `scalar`.
    `is_known`: the other is known to be a tensor, not merely used as one.
    """

    at: int
    block: int
    near: int
    far: int
    place: str
    how: str
    made: int | None
    is_known: bool


class Meetings:
    """The meetings in one function, nested ones aside."""

    def __init__(self, engine: Engine, accesses: Accesses, facts: Facts) -> None:
        self._engine = engine
        self._cpu = OnCpu(engine, accesses, facts)
        self._accesses = accesses
        self._facts = facts
        self._temporaries = accesses.temporaries
        self._definitions = accesses.temporaries.definitions
        self._where = Whereabouts(self._cpu, accesses, facts)
        self._beside = Beside(self._cpu, accesses, facts)

    def __iter__(self) -> Iterator[Meeting]:
        for index in sorted(self._accesses.graph.order):
            yield from self._of_block(index)
        yield from self._returned()
        yield from self._missing()

    def _of_block(self, index: int) -> Iterator[Meeting]:
        for op in self._accesses.function.blocks[index].instructions:
            yield from self._of(op, index)

    def _of(self, op: ir.Instruction, block: int) -> Iterator[Meeting]:
        met = sides(self._temporaries, self._facts, op)
        fact = self._facts.calls.get(op.target) if isinstance(op, ir.Call) else None
        if met is not None:
            yield from self._among(op, block, met)
        elif isinstance(op, ir.Call) and fact is not None and fact.entry is None:
            yield from self._of_call(op, fact, block)
        elif isinstance(op, ir.Item):
            yield from self._of_index(op, block)
        elif isinstance(op, ir.StoreItem):  # torch brings the index to the tensor, and what is put in
            yield from self._of_filling(op, block)

    # --- who meets --------------------------------------------------------------------------------------------------

    def _of_call(self, op: ir.Call, fact: CallFact, block: int) -> Iterator[Meeting]:
        """A call of a module, or of a function of the project, in which parameters meet."""
        passed = passed_to(self._temporaries, op)
        if fact.callee.kind is Kind.MODULE:
            yield from self._of_layer(op, fact, passed, block)
        if any(self._cpu.holds(self._cpu.at_first(each)) for each in passed):
            yield from self._inside(op, fact, block)
            found = self._beside.of(op, fact)
            if found is not None:
                near, far, place = found
                yield Meeting(op.target, block, near, far, place, "model", self._cpu.made(near), True)

    def _inside(self, op: ir.Call, fact: CallFact, block: int) -> Iterator[Meeting]:
        """What meets in the function that is called: it takes one on the CPU, and one that is elsewhere."""
        unit = called(self._engine, fact)
        given = passed_for(unit, op, fact) if unit is not None else {}
        given = {name: self._cpu.at_first(each) for name, each in given.items()}
        near = {name for name, each in given.items() if self._cpu.holds(each) and self._cpu.has_dimensions(each)}
        far = {name: found for name in given.keys() - near if (found := self._where.far(given[name])) is not None}
        if unit is None or not near or not far:
            return
        for pair in sorted(map(sorted, pairs_of(self._engine, unit))):
            here, there = sorted(pair, key=lambda name: name in far)
            if here in near and there in far:
                at, (place, is_known) = given[here], far[there]
                made = self._cpu.made(at)
                yield Meeting(op.target, block, at, given[there], place, "inside", made, is_known)
                return

    def _of_layer(self, op: ir.Call, fact: CallFact, passed: list[int], block: int) -> Iterator[Meeting]:
        """What is made on the CPU and goes into a layer of `self`, which moves with the module."""
        path = self._temporaries.path(op.callee)
        first = self._accesses.function.parameters[:1]
        symbol = fact.callee.symbol or ""
        loss = of_loss(self._temporaries, op, symbol)
        if loss is not None:
            yield from self._among(op, block, loss)
        if path is None or len(path) < 2 or not first or path[0] != first[0].name or symbol.endswith("Loss"):
            return
        is_known = has_parameters(symbol)
        if symbol.startswith("torch.nn.") and not is_known:
            yield from self._among(op, block, Sides(tuple(passed), "call"))
            return
        for each in map(self._cpu.at_first, passed):
            made = self._cpu.made(each) if self._cpu.holds(each) else None
            if made is not None:
                yield Meeting(op.target, block, each, op.callee, "self", "layer", made, is_known)

    def _among(self, op: ir.Instruction, block: int, met: Sides) -> Iterator[Meeting]:
        parts = [self._cpu.at_first(each) for each in met.parts]
        near = [each for each in parts if self._cpu.holds(each)]
        if not near or len(parts) < 2:
            return
        others = [(each, self._where.far(each)) for each in parts if each not in near]
        others += [(each, self._where.brought(each)) for each in parts if each not in near]
        if met.together or parts != list(met.parts):  # nothing but tensors can be put together, or is summed up in one
            others += [(each, self._where.given(each)) for each in parts if each not in near]
        others += [(each, self._mirrored(each, near)) for each in parts if each not in near]
        seen = [(each, found) for each, found in others if found is not None]
        far, found = next((pair for pair in seen if pair[1][1]), seen[0] if seen else (None, None))
        if far is None or found is None:
            return
        for each in near:
            is_total = met.filled is not None and each == self._cpu.at_first(met.filled)
            if met.together or is_total or (self._cpu.has_dimensions(each) and not self._cpu.is_nothing(each)):
                made = self._cpu.made(each)
                is_known = found[1] and (made is None or not self._cpu.is_drawn_by(made))
                how = "total" if is_total and not self._cpu.has_dimensions(each) else met.how
                yield Meeting(op.target, block, each, far, found[0], how, made, is_known)
                return

    def _mirrored(self, temporary: int, near: list[int]) -> tuple[str, bool] | None:
        """The device of what one on the CPU was given the dtype or shape of: a tensor, whatever else is known of it,
        `mask * torch.ones(n, dtype=mask.dtype)`, `mask * torch.rand(mask.size())`."""
        path = self._temporaries.path(temporary)
        for each in near:
            made = self._cpu.made(each)
            mirrored = self._cpu.dtype_of(made) if made is not None else None
            if path is not None and mirrored is not None and path[: len(mirrored)] == mirrored:
                return f"{text(mirrored)}.device", True
            if path is not None and len(path) == 1 and made is not None and self._cpu.shape_of(made) == path:
                return f"{text(path)}.device", True
        return None

    def _of_index(self, op: ir.Item, block: int) -> Iterator[Meeting]:
        """An index that is not on the CPU does not fit a tensor that is, unless it has no dimensions."""
        if not self._cpu.holds(op.base):
            return
        for each in self._cpu.parts(op.index):
            is_number = self._cpu.value(each).kind is Kind.NUMBER or self._is_of_turn(each) or self._is_total(each)
            found = None if is_number else self._where.far(each)
            if found is not None and found[1]:
                yield Meeting(op.target, block, op.base, each, found[0], "index", self._cpu.made(op.base), True)
                return

    def _is_total(self, temporary: int) -> bool:
        """Whether it sums a tensor up in one number: `scores.argmax()`."""
        op = self._definitions.get(self._temporaries.resolve(temporary))
        return isinstance(op, ir.Call) and not op.arguments and self._temporaries.callee_name(op) in _TOTALS

    def _is_of_turn(self, temporary: int) -> bool:
        """Whether it is what a loop takes from a tensor, which may have no dimensions: such an index is a number."""
        op = self._definitions.get(temporary)
        writes = (
            self._accesses.reaching(self._temporaries.places[temporary], (op.name,)) if isinstance(op, ir.Load) else []
        )
        made = [
            self._definitions.get(each.instruction.value) for each in writes if isinstance(each.instruction, ir.Store)
        ]
        made = [self._definitions.get(each.source) if isinstance(each, ir.Element) else each for each in made]
        return bool(made) and all(isinstance(each, ir.Next) for each in made)

    def _of_filling(self, op: ir.StoreItem, block: int) -> Iterator[Meeting]:
        """What is computed elsewhere is copied into a tensor on the CPU, item by item, and stays there."""
        made = self._cpu.made(op.base) if self._cpu.holds(op.base) else None
        found = self._put_in(op.value, made) if made is not None else None
        path = self._temporaries.path(op.base)
        if made is None or found is None or not found[1] or path is None or self._is_moved(path) or self._indexes(path):
            return
        yield Meeting(made, block, op.base, op.value, found[0], "filled", made, True)

    def _put_in(self, value: int, made: int) -> tuple[str, bool] | None:
        """Where a value lies that is put into a tensor; what was computed from what that has the dtype of is one."""
        found, mirrored = self._where.far(value), self._cpu.dtype_of(made)
        if mirrored is None or (found is not None and found[1]):
            return found
        inside = (self._definitions[each] for each in self._temporaries.inputs(value))
        if any(isinstance(each, ir.Attribute) and each.name in _MOVES for each in inside):
            return found
        given = found or self._where.given(value)
        place = f"{text(mirrored)}.device"
        return (place, True) if given is not None and given[0] == place else found

    def _indexes(self, path: Path) -> bool:
        """Whether what a variable holds, or an item of it, is only used as an index, which may lie on the CPU."""
        used = [(load, user) for load in self._where.loads(path[0]) for user in self._temporaries.users[load]]
        used = [pair for pair in used if not isinstance(pair[1], ir.StoreItem)]
        items = [user.target for load, user in used if isinstance(user, ir.Item) and user.base == load]
        others = [pair for pair in used if pair[1].target not in items]
        others += [(item, user) for item in items for user in self._temporaries.users[item]]
        return bool(others) and all(map(self._is_index, others))

    def _is_index(self, pair: tuple[int, ir.Instruction]) -> bool:
        temporary, user = pair
        if isinstance(user, ir.Collect):
            users = self._temporaries.users[user.target]
            return bool(users) and all(self._is_index((user.target, each)) for each in users)
        return isinstance(user, (ir.Item, ir.StoreItem)) and user.index == temporary

    def _is_moved(self, path: Path) -> bool:
        """Whether what a variable holds is moved later, or meant to be on the CPU, after whatever is done with it."""
        pending = self._where.loads(path[0])
        seen: set[int] = set()
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            for user in self._temporaries.users[current]:
                if isinstance(user, ir.Attribute) and user.name in _MOVES:
                    return True
                if isinstance(user, ir.Store):
                    pending += self._where.loads(user.name)
                elif not isinstance(user, ir.StoreItem):
                    pending.append(user.target)
        return False

    def _returned(self) -> Iterator[Meeting]:
        """One way out gives a tensor on the CPU, another one where the input is."""
        ends = [self._definitions[each] for each in self._facts.returns if each in self._definitions]
        values = [each.value for each in ends if isinstance(each, ir.Return) and each.value is not None]
        ways = [way for value in values for way in self._ways(value)]
        far = next((each for each in ways if self._is_of_input(each)), None)
        found = self._where.far(far) if far is not None else None
        if found is not None and self._meets_cpu(found[0]):
            return  # then it is on the CPU, or that is the mistake
        for each in ways:
            made = self._cpu.made(each) if found is not None and self._cpu.holds(each) else None
            made = made if made is not None and self._cpu.is_filled(made) else None
            if made is not None and far is not None and found is not None:
                how = "returned" if self._cpu.has_dimensions(each) else "scalar"
                yield Meeting(each, self._temporaries.places[each].block, each, far, found[0], how, made, True)

    def _missing(self) -> Iterator[Meeting]:
        """What is made on the CPU, as large as another argument, where an argument is missing: who passes that has it
        beside the other."""
        optional = {each.name for each in self._accesses.function.parameters[1:]}
        for index in sorted(self._accesses.graph.order):
            for op in self._accesses.function.blocks[index].instructions:
                if not isinstance(op, ir.Store) or op.name not in optional or not self._is_missing(op.name, index):
                    continue
                made = self._cpu.made(op.value) if self._cpu.holds(op.value) else None
                if made is None or is_moved_later(self._temporaries, self._facts, (op.value,)):
                    continue
                far = next(filter(self._is_of_input, self._sized_by(made, _HOPS)), None)
                found = None if far is None else self._where.far(far)
                if far is not None and found is not None:
                    yield Meeting(made, index, op.value, far, found[0], "missing", made, found[1])

    def _sized_by(self, made: int, hops: int) -> Iterator[int]:
        """The variables that something is made from, those aside that only hold a number of another."""
        for each in self._temporaries.inputs(made):
            op = self._definitions[each]
            if isinstance(op, ir.Load):
                yield each
                writes = self._accesses.reaching(self._temporaries.places[each], (op.name,)) if hops else ()
                stores = (write.instruction for write in writes)
                for value in (store.value for store in stores if isinstance(store, ir.Store)):
                    yield from self._sized_by(value, hops - 1)

    def _is_missing(self, name: str, block: int) -> bool:
        """Whether a variable is None in a block."""
        for each in conditions(self._accesses, block):
            op = self._definitions.get(each)
            if isinstance(op, ir.Compare) and op.op in ("is", "is not"):
                other = self._definitions.get(op.right)
                if self._temporaries.path(op.left) == (name,) and isinstance(other, ir.Const) and other.value is None:
                    return True
        return False

    def _meets_cpu(self, place: str) -> bool:
        """Whether the function computes with something that is there and with a tensor on the CPU."""
        return any(each.place == place for index in self._accesses.graph.order for each in self._of_block(index))

    def _is_of_input(self, temporary: int) -> bool:
        found = self._where.far(temporary)
        return found is not None and found[1] and not found[0].startswith(("self", devices.OF_PARAMETERS))

    def _ways(self, temporary: int) -> list[int]:
        """The values that a variable or a conditional expression may have."""
        op = self._definitions.get(temporary)
        if not isinstance(op, ir.Load):
            return [temporary]
        writes = self._accesses.reaching(self._temporaries.places[op.target], (op.name,))
        stores = [each.instruction for each in writes]
        plain = [each.value for each in stores if isinstance(each, ir.Store) and not each.augmented]
        if any(self._reads(each, op.name) for each in plain):
            return []  # what is summed up begins somewhere
        return plain if len(plain) == len(stores) and plain else [temporary]

    def _reads(self, temporary: int, name: str) -> bool:
        ops = (self._definitions[each] for each in self._temporaries.inputs(temporary))
        return any(isinstance(each, ir.Load) and each.name == name for each in ops)
