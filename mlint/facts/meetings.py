"""Where a tensor on the CPU meets one that is somewhere else: operators, functions, layers, indices, and returns.

A tensor without dimensions may meet any other, and so may an index on the CPU.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlint.facts import devices, ir
from mlint.facts.accesses import Accesses
from mlint.facts.dimensions import TOGETHER, OnCpu
from mlint.facts.makings import makes
from mlint.facts.paths import Path
from mlint.facts.recorded import CallFact, Facts
from mlint.facts.values import Kind
from mlint.facts.whereabouts import ANYWHERE, Whereabouts

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_OPERATORS = frozenset("+ - * / // % ** @ & | ^ << >> < <= > >= == !=".split())
_LIBRARIES = ("torch.nn.functional.", "torch.linalg.", "torch.special.", "torch.fft.", "torch.Tensor.", "torch.")
_MOVES = frozenset(("to", "cuda", "type_as", "cpu", "numpy", "tolist"))


_HAS_PARAMETERS = re.compile(
    r"\.(?:Lazy)?(?:Linear|Conv\w*|Embedding\w*|\w+Norm\w*|LSTM\w*|GRU\w*|RNN\w*|MultiheadAttention|Transformer\w*|"
    r"Bilinear|PReLU)$"
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A tensor on the CPU (`near`), made at `made` where that is known, and one on the device that `place` names.

    `how`: `operator`, `call`, `layer`, `index` (the tensor on the CPU is indexed by the other), `filled`, `returned`
    or, if what is returned has no dimensions as far as is known, `scalar`.
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
        self._cpu = OnCpu(engine, accesses, facts)
        self._accesses = accesses
        self._facts = facts
        self._temporaries = accesses.temporaries
        self._definitions = accesses.temporaries.definitions
        self._where = Whereabouts(self._cpu, accesses, facts)

    def __iter__(self) -> Iterator[Meeting]:
        for index in sorted(self._accesses.graph.order):
            yield from self._of_block(index)
        yield from self._returned()

    def _of_block(self, index: int) -> Iterator[Meeting]:
        for op in self._accesses.function.blocks[index].instructions:
            yield from self._of(op, index)

    def _of(self, op: ir.Instruction, block: int) -> Iterator[Meeting]:
        if isinstance(op, (ir.Binary, ir.Compare)) and op.op in _OPERATORS:
            yield from self._among(op, block, [op.left, op.right], "operator")
        elif isinstance(op, ir.Call):
            fact = self._facts.calls.get(op.target)
            yield from () if fact is None else self._of_call(op, fact, block)
        elif isinstance(op, (ir.Item, ir.StoreItem)):
            yield from self._of_index(op, block)
            if isinstance(op, ir.StoreItem):
                yield from self._of_filling(op, block)

    # --- who meets --------------------------------------------------------------------------------------------------

    def _of_call(self, op: ir.Call, fact: CallFact, block: int) -> Iterator[Meeting]:
        passed = [item for each in op.arguments if not each.stars for item in self._cpu.parts(each.value)]
        callee = self._definitions.get(op.callee)
        if fact.callee.kind is Kind.MODULE and fact.entry is None:
            yield from self._of_layer(op, fact, passed, block)
            return
        name = fact.entry.name if fact.entry is not None else ""
        if not name.startswith(_LIBRARIES) or name.count(".") > 2 + name.startswith("torch.nn.functional"):
            return
        if fact.entry is None or fact.entry.is_class or fact.entry.last in ANYWHERE or makes(fact.entry) is not None:
            return
        if "device" in fact.keywords:  # it brings them there
            return
        if name.startswith("torch.Tensor.") and isinstance(callee, ir.Attribute):
            passed.insert(0, callee.base)
        yield from self._among(op, block, passed, "call", fact.entry.last in TOGETHER)

    def _of_layer(self, op: ir.Call, fact: CallFact, passed: list[int], block: int) -> Iterator[Meeting]:
        """What is made on the CPU and goes into a layer of `self`, which moves with the module."""
        path = self._temporaries.path(op.callee)
        first = self._accesses.function.parameters[:1]
        if path is None or len(path) < 2 or not first or path[0] != first[0].name:
            return
        symbol = fact.callee.symbol or ""
        if symbol.endswith("Loss"):
            yield from () if symbol.endswith("CTCLoss") else self._among(op, block, passed, "call")
            return
        is_known = symbol.startswith("torch.nn.") and _HAS_PARAMETERS.search(symbol) is not None
        if symbol.startswith("torch.nn.") and not is_known:
            yield from self._among(op, block, passed, "call")
            return
        for each in map(self._cpu.at_first, passed):
            made = self._cpu.made(each) if self._cpu.holds(each) else None
            if made is not None:
                yield Meeting(op.target, block, each, op.callee, "self", "layer", made, is_known)

    def _among(
        self, op: ir.Instruction, block: int, parts: list[int], how: str, together: bool = False
    ) -> Iterator[Meeting]:
        parts = [self._cpu.at_first(each) for each in parts]
        near = [each for each in parts if self._cpu.holds(each)]
        if not near or len(parts) < 2:
            return
        others = [(each, self._where.far(each)) for each in parts if each not in near]
        if together:  # nothing but tensors can be put together
            others += [(each, self._where.given(each)) for each in parts if each not in near]
        far, found = next((pair for pair in others if pair[1] is not None), (None, None))
        if far is None or found is None:
            return
        for each in near:
            if together or self._cpu.has_dimensions(each):
                made = self._cpu.made(each)
                is_known = found[1] and (made is None or not self._cpu.is_drawn_by(made))
                yield Meeting(op.target, block, each, far, found[0], how, made, is_known)
                return

    def _of_index(self, op: ir.Item | ir.StoreItem, block: int) -> Iterator[Meeting]:
        """An index that is not on the CPU does not fit a tensor that is."""
        if not self._cpu.holds(op.base):
            return
        for each in self._cpu.parts(op.index):
            is_number = self._cpu.value(each).kind is Kind.NUMBER or self._is_of_turn(each)
            found = None if is_number else self._where.far(each)
            if found is not None and found[1]:
                yield Meeting(op.target, block, op.base, each, found[0], "index", self._cpu.made(op.base), True)
                return

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
        found = self._where.far(op.value) if made is not None else None
        path = self._temporaries.path(op.base)
        if made is None or found is None or not found[1] or path is None or self._is_moved(path):
            return
        yield Meeting(made, block, op.base, op.value, found[0], "filled", made, True)

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
