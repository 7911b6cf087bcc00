"""Where a tensor on the CPU meets one that is somewhere else: operators, functions, layers, indices, and returns.

A tensor without dimensions may meet any other, and so may an index on the CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlint.facts import devices, ir
from mlint.facts.accesses import Access, Accesses
from mlint.facts.makings import makes
from mlint.facts.paths import Path
from mlint.facts.recorded import CallFact, Facts
from mlint.facts.shown import Shown, shown
from mlint.facts.values import UNKNOWN, Kind, Value
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_HOPS = 10
_OPERATORS = frozenset("+ - * / // % ** @ & | ^ < <= > >= == !=".split())
_LIBRARIES = ("torch.nn.functional.", "torch.linalg.", "torch.special.", "torch.fft.", "torch.Tensor.", "torch.")
_ANYWHERE = frozenset(
    "to type_as type copy_ set_ expand_as view_as reshape_as equal is_tensor save load device new_tensor new_zeros "
    "new_ones new_full new_empty from_numpy as_tensor tensor asarray is_same_size numel size stack_module_state "
    "backward register_hook data_ptr storage typename promote_types result_type manual_seed to_dense".split()
)
_MOVES = frozenset(("to", "cuda", "type_as"))
_TOGETHER = frozenset(("cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack"))
_REDUCE = frozenset(
    "sum mean max min prod std var norm any all item median amax amin argmax argmin squeeze logsumexp nanmean".split()
)
_FILLS = frozenset(("arange", "linspace", "logspace", "eye", "hann_window", "hamming_window", "randperm", "range"))


@dataclass(frozen=True, slots=True)
class Meeting:
    """A tensor on the CPU (`near`), made at `made` where that is known, and one on the device that `place` names.

    `how`: `operator`, `call`, `layer`, `index` (the tensor on the CPU is indexed by the other), `filled` or `returned`.
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
        self._accesses = accesses
        self._facts = facts
        self._temporaries = accesses.temporaries
        self._definitions = accesses.temporaries.definitions
        self._places: dict[int, tuple[str, bool] | None] = {}

    def __iter__(self) -> Iterator[Meeting]:
        for index in sorted(self._accesses.graph.order):
            for op in self._accesses.function.blocks[index].instructions:
                yield from self._of(op, index)
        yield from self._returned()

    def value(self, temporary: int) -> Value:
        """What is known of a temporary."""
        return self._facts.values.get(temporary, UNKNOWN)

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
        passed = [item for each in op.arguments if not each.stars for item in self._parts(each.value)]
        callee = self._definitions.get(op.callee)
        if fact.callee.kind is Kind.MODULE and fact.entry is None:
            yield from self._of_layer(op, callee, passed, block)
            return
        name = fact.entry.name if fact.entry is not None else ""
        if not name.startswith(_LIBRARIES) or name.count(".") > 2 + name.startswith("torch.nn.functional"):
            return
        if fact.entry is None or fact.entry.is_class or fact.entry.last in _ANYWHERE or makes(fact.entry) is not None:
            return
        if name.startswith("torch.Tensor.") and isinstance(callee, ir.Attribute):
            passed.insert(0, callee.base)
        yield from self._among(op, block, passed, "call", fact.entry.last in _TOGETHER)

    def _parts(self, temporary: int) -> list[int]:
        op = self._definitions.get(temporary)
        return list(op.items) if isinstance(op, ir.Collect) and not op.starred else [temporary]

    def _of_layer(self, op: ir.Call, callee: ir.Instruction | None, passed: list[int], block: int) -> Iterator[Meeting]:
        """What is made on the CPU and goes into a layer of `self`, which moves with the module."""
        path = self._temporaries.path(op.callee)
        first = self._accesses.function.parameters[:1]
        if callee is None or path is None or len(path) < 2 or not first or path[0] != first[0].name:
            return
        for each in passed:
            made = self._made(each) if self._is_near(each) else None
            if made is not None:
                yield Meeting(op.target, block, each, op.callee, "self", "layer", made, True)

    def _among(
        self, op: ir.Instruction, block: int, parts: list[int], how: str, together: bool = False
    ) -> Iterator[Meeting]:
        near = [each for each in parts if self._is_near(each)]
        if not near or len(parts) < 2:
            return
        far = next((each for each in parts if each not in near and self._far(each) is not None), None)
        found = self._far(far) if far is not None else None
        if far is None or found is None:
            return
        for each in near:
            if together or self._has_dimensions(each):
                yield Meeting(op.target, block, each, far, found[0], how, self._made(each), found[1])
                return

    def _of_index(self, op: ir.Item | ir.StoreItem, block: int) -> Iterator[Meeting]:
        """An index that is not on the CPU does not fit a tensor that is."""
        if not self._is_near(op.base):
            return
        for each in self._parts(op.index):
            found = None if self.value(each).kind is Kind.NUMBER else self._far(each)
            if found is not None and found[1]:
                yield Meeting(op.target, block, op.base, each, found[0], "index", self._made(op.base), True)
                return

    def _of_filling(self, op: ir.StoreItem, block: int) -> Iterator[Meeting]:
        """What is computed elsewhere is copied into a tensor on the CPU, item by item, and stays there."""
        made = self._made(op.base) if self._is_near(op.base) else None
        found = self._far(op.value) if made is not None else None
        path = self._temporaries.path(op.base)
        if made is None or found is None or not found[1] or path is None or self._is_moved(path):
            return
        yield Meeting(made, block, op.base, op.value, found[0], "filled", made, True)

    def _is_moved(self, path: Path) -> bool:
        reads = (each.instruction for each in self._accesses.all(path[:1], Access.READ))
        return any(isinstance(each, ir.Attribute) and each.name in _MOVES for each in reads)

    def _returned(self) -> Iterator[Meeting]:
        """One way out gives a tensor on the CPU, another one where the input is."""
        ends = [self._definitions[each] for each in self._facts.returns if each in self._definitions]
        values = [each.value for each in ends if isinstance(each, ir.Return) and each.value is not None]
        ways = [way for value in values for way in self._ways(value)]
        far = next((each for each in ways if (self._far(each) or ("", False))[1]), None)
        found = self._far(far) if far is not None else None
        for each in ways:
            made = self._made(each) if found is not None and self._is_near(each) else None
            if made is not None and far is not None and found is not None:
                yield Meeting(each, self._temporaries.places[each].block, each, far, found[0], "returned", made, True)

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

    # --- where they are ---------------------------------------------------------------------------------------------

    def _is_near(self, temporary: int) -> bool:
        value = self.value(temporary)
        return value.kind is Kind.TENSOR and value.device == "cpu"

    def _far(self, temporary: int) -> tuple[str, bool] | None:
        """The device of a tensor that need not be on the CPU, and whether it is known to be a tensor."""
        if temporary not in self._places:
            self._places[temporary] = self._find(temporary)
        return self._places[temporary]

    def _find(self, temporary: int) -> tuple[str, bool] | None:
        value = self.value(temporary)
        if value.kind not in (Kind.TENSOR, Kind.UNKNOWN):
            return None
        if value.device is not None and (value.kind is Kind.TENSOR or self._is_used_as_tensor(temporary)):
            is_far = value.device.startswith(("of:", "cuda"))
            return (devices.spelled(value.device), value.kind is Kind.TENSOR) if is_far else None
        if value.kind is Kind.TENSOR:
            return self._of_operands(temporary)
        root = self._root(temporary)
        return (f"{root.name}.device", False) if root is not None and self._is_used_as_tensor(root.target) else None

    def _is_used_as_tensor(self, temporary: int) -> bool:
        return shown(self._accesses, temporary, self._facts.calls) in (Shown.TENSOR, Shown.DATA)

    def _of_operands(self, temporary: int) -> tuple[str, bool] | None:
        """Of two inputs: the device of the first; they are together, or it fails there."""
        return next(filter(None, map(self._far, self._together_with(temporary))), None)

    def _together_with(self, temporary: int) -> list[int]:
        """What lies where the result of an operator or of a library's function does."""
        op = self._definitions.get(temporary)
        if isinstance(op, ir.Binary):
            return [op.left, op.right]
        source = self._assigned(op) if isinstance(op, ir.Load) else None
        if source is not None:
            return [source]
        fact = self._facts.calls.get(temporary)
        if not isinstance(op, ir.Call) or fact is None or fact.entry is None or fact.entry.last in _ANYWHERE:
            return []
        receiver = self._receiver(op)
        parts = [part for each in op.arguments for part in self._parts(each.value)]
        return parts if receiver is None else [receiver]

    def _root(self, temporary: int) -> ir.Load | None:
        """The parameter that something unknown was computed from, step by step, by what keeps a tensor a tensor."""
        current: int | None = temporary
        for _ in range(_HOPS):
            op = self._definitions.get(current) if current is not None else None
            if isinstance(op, ir.Load):
                source = self._assigned(op)
                if source is None:
                    return op if self._is_parameter(op) else None
                current = source
            elif isinstance(op, ir.Item):
                current = op.base
            elif isinstance(op, ir.Binary):
                current = op.left if self.value(op.left).kind is Kind.UNKNOWN else op.right
            elif isinstance(op, ir.Call):
                current = self._receiver(op)
            else:
                return None
        return None

    def _receiver(self, op: ir.Call) -> int | None:
        callee = self._definitions.get(op.callee)
        fact = self._facts.calls.get(op.target)
        if fact is None or fact.entry is None or fact.receiver is None or not isinstance(callee, ir.Attribute):
            return None
        return callee.base

    def _assigned(self, load: ir.Load) -> int | None:
        writes = self._accesses.reaching(self._temporaries.places[load.target], (load.name,))
        stores = [each.instruction for each in writes]
        only = stores[0] if len(stores) == 1 else None
        return only.value if isinstance(only, ir.Store) and not only.augmented else None

    def _is_parameter(self, load: ir.Load) -> bool:
        if self._accesses.reaching(self._temporaries.places[load.target], (load.name,)):
            return False
        first, *rest = [each.name for each in self._accesses.function.parameters] or [""]
        return load.name in rest or (load.name == first and first not in ("self", "cls"))

    # --- what was made ----------------------------------------------------------------------------------------------

    def _made(self, temporary: int) -> int | None:
        """The call that made it, back through names and what it was computed from; None where that is not seen."""
        return self._back(temporary, lambda op: op.target if self._is_making(op) else None)

    def _is_making(self, op: ir.Instruction) -> bool:
        fact = self._facts.calls.get(op.target) if isinstance(op, ir.Call) else None
        if fact is None:
            return False
        return makes(fact.entry) is not None if fact.entry is not None else self.value(op.target).device == "cpu"

    def _back(self, temporary: int, found: Callable[[ir.Instruction], int | None]) -> int | None:
        pending, seen = [temporary], set[int]()
        while pending and len(seen) < 40:
            current = pending.pop()
            op = self._definitions.get(current)
            if op is None or current in seen:
                continue
            seen.add(current)
            answer = found(op)
            if answer is not None:
                return answer
            pending += [each for each in self._sources(op) if self._is_near(each)]
        return None

    def _sources(self, op: ir.Instruction) -> Iterator[int]:
        if isinstance(op, ir.Load):
            writes = self._accesses.reaching(self._temporaries.places[op.target], (op.name,))
            yield from (each.instruction.value for each in writes if isinstance(each.instruction, ir.Store))
        elif isinstance(op, ir.Call):
            callee = self._definitions.get(op.callee)
            yield from (part for each in op.arguments for part in self._parts(each.value))
            if isinstance(callee, ir.Attribute):
                yield callee.base
        elif isinstance(op, ir.Binary):
            yield from (op.left, op.right)
        elif isinstance(op, (ir.Item, ir.Element, ir.Unary)):
            yield op.source if isinstance(op, ir.Element) else op.operand if isinstance(op, ir.Unary) else op.base

    def _has_dimensions(self, temporary: int, seen: frozenset[int] = frozenset()) -> bool:
        """Whether a tensor on the CPU has dimensions for sure, as far as its making tells; also on the next turn."""
        op = self._definitions.get(temporary)
        if temporary in seen:
            return True
        if op is None or len(seen) > _HOPS:
            return False
        seen |= {temporary}
        if isinstance(op, ir.Binary):
            return any(self._is_near(each) and self._has_dimensions(each, seen) for each in (op.left, op.right))
        if isinstance(op, ir.Item):
            return self._keeps_dimensions(op.index) and self._has_dimensions(op.base, seen)
        if isinstance(op, ir.Call):
            return self._is_call_with_dimensions(op, seen)
        sources = list(self._sources(op))
        return bool(sources) and all(self._has_dimensions(each, seen) for each in sources)

    def _keeps_dimensions(self, index: int) -> bool:
        parts = [self._definitions.get(each) for each in self._parts(index)]
        return any(
            isinstance(each, ir.Slice) or (isinstance(each, ir.Const) and each.value in (None, ...)) for each in parts
        )

    def _is_call_with_dimensions(self, op: ir.Call, seen: frozenset[int]) -> bool:
        fact = self._facts.calls.get(op.target)
        if fact is None or fact.name in _REDUCE:
            return False
        entry = fact.entry
        if entry is None:
            return self._is_helper_with_dimensions(fact, seen)
        if makes(entry) is None:
            near = [each for each in self._sources(op) if self._is_near(each)]
            return fact.name in _TOGETHER or any(self._has_dimensions(each, seen) for each in near)
        if entry.last in _FILLS:
            return True
        if entry.last == "full" or makes(entry) == "data":
            first = fact.positional[0] if fact.positional else fact.keywords.get("size", UNKNOWN)
            return first.kind in (Kind.LIST, Kind.TUPLE) and first.items != ()
        return _is_sized(fact)

    def _is_helper_with_dimensions(self, fact: CallFact, seen: frozenset[int]) -> bool:
        """Whether a function of the project gives nothing but tensors with dimensions."""
        symbol = self._engine.symbol(fact.callee.symbol) if fact.callee.symbol is not None else None
        unit = self._engine.unit(symbol.path, symbol.qualname) if symbol is not None and symbol.path else None
        if unit is None or len(seen) > _HOPS // 2:
            return False
        try:
            inner = Meetings(self._engine, Accesses(unit.lowered.function), self._engine.facts(unit))
        except Unreadable:
            return False
        ends = [inner._definitions.get(each) for each in inner._facts.returns]
        values = [each.value for each in ends if isinstance(each, ir.Return) and each.value is not None]
        return bool(values) and all(inner._has_dimensions(each, frozenset({-1, -2, -3, -4, -5, -6})) for each in values)


def _is_sized(fact: CallFact) -> bool:
    """Whether `zeros(...)` is given a size that is not empty."""
    sizes = [*fact.positional, *(fact.keywords[each] for each in ("size",) if each in fact.keywords)]
    return bool(sizes) and not (len(sizes) == 1 and sizes[0].items == ())
