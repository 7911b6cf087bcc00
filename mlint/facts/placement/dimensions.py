"""Tensors on the CPU: which call made one, and whether it has dimensions, as far as its making tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mlint.facts.domain.values import UNKNOWN, Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.paths import Path
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.placement.makings import MAKING, makes, making
from mlint.facts.placement.shown import Shown, shown
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_HOPS = 10
_MOST_DEEP = 2
TOGETHER = frozenset(("cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack"))
"""Functions that put several tensors together to one that has dimensions."""
_REDUCE = frozenset(
    "sum mean max min prod std var norm any all item median amax amin argmax argmin squeeze logsumexp nanmean".split()
)
_MOVES = frozenset(
    "to type_as type copy_ set_ cuda numpy tolist new_tensor new_zeros new_ones new_full new_empty as_tensor".split()
)
_OF_HOST = frozenset(("as_tensor", "tensor", "from_numpy", "asarray", "load", "array"))
_SHAPES = frozenset("view reshape flatten unsqueeze expand repeat tile".split())
"""Methods whose result has dimensions, whatever they are called on."""
_FILLS = frozenset(("arange", "linspace", "logspace", "eye", "hann_window", "hamming_window", "randperm", "range"))


class OnCpu:
    """The tensors of one function that are on the CPU."""

    def __init__(self, engine: Engine, accesses: Accesses, facts: Facts, depth: int = _MOST_DEEP) -> None:
        self.engine = engine
        self._accesses = accesses
        self._facts = facts
        self._depth = depth
        self._temporaries = accesses.temporaries
        self._definitions = accesses.temporaries.definitions
        self._held: dict[int, bool] = {}

    def value(self, temporary: int) -> Value:
        """What is known of a temporary."""
        return self._facts.values.get(temporary, UNKNOWN)

    def dtype_of(self, made: int) -> Path | None:
        """The variable that a call which makes a tensor takes the dtype of: `x` of `torch.zeros(3, dtype=x.dtype)`.

        That is a tensor; an attribute, as of a batch that was just tokenized, may well be one that belongs on the CPU.
        """
        op = self._definitions.get(made)
        passed = op.arguments if isinstance(op, ir.Call) else ()
        found = (self._definitions.get(each.value) for each in passed if each.name == "dtype")
        dtype = next((each for each in found if isinstance(each, ir.Attribute) and each.name == "dtype"), None)
        path = self._temporaries.path(dtype.base) if dtype is not None else None
        return path if path is not None and len(path) == 1 and not self._is_of_host(path[0]) else None

    def shape_of(self, made: int) -> Path | None:
        """The variable whose shape a call makes a tensor of: `x` of `torch.rand(x.size())`, which is a tensor; of
        `x.shape`, which arrays have, too, where it is known to be one."""
        op = self._definitions.get(made)
        sizes = [self._definitions.get(each.value) for each in op.arguments[:1]] if isinstance(op, ir.Call) else []
        size = sizes[0] if sizes and isinstance(op, ir.Call) and op.arguments[0].name is None else None
        if isinstance(size, ir.Call) and self._temporaries.callee_name(size) == "size" and not size.arguments:
            callee = self._definitions.get(size.callee)
            return self._temporaries.path(callee.base) if isinstance(callee, ir.Attribute) else None
        is_shape = isinstance(size, ir.Attribute) and size.name == "shape"
        if not isinstance(size, ir.Attribute) or not is_shape or self.value(size.base).kind is not Kind.TENSOR:
            return None
        return self._temporaries.path(size.base)

    def _is_of_host(self, name: str) -> bool:
        """Whether a variable is assigned a tensor that is made of what the host holds: `torch.as_tensor(rows)`."""
        stores = (each for each in self._definitions.values() if isinstance(each, ir.Store) and each.name == name)
        calls = [self._definitions.get(each.value) for each in stores]
        return any(
            isinstance(each, ir.Call)
            and self._temporaries.callee_name(each) in _OF_HOST
            and all(argument.name != "device" for argument in each.arguments)
            for each in calls
        )

    def holds(self, temporary: int) -> bool:
        """Whether it is a tensor on the CPU, or nothing at all: what is computed with one that has dimensions, and with
        something unknown, is on the CPU as well, or the operation has failed."""
        value = self.value(temporary)
        if value.kind is not Kind.TENSOR or value.device == "cpu":
            return value.kind is Kind.TENSOR
        if temporary not in self._held:
            self._held[temporary] = False  # on the way round a loop
            is_open = value.device is None or value.device.startswith("of:")
            self._held[temporary] = is_open and self._stays(temporary)
        return self._held[temporary]

    def _stays(self, temporary: int) -> bool:
        op = self._definitions.get(temporary)
        if isinstance(op, ir.Load):
            writes = self._accesses.reaching(self._temporaries.places[op.target], (op.name,))
            store = writes[0].instruction if len(writes) == 1 else None
            return isinstance(store, ir.Store) and not store.augmented and self.holds(store.value)
        if isinstance(op, (ir.Binary, ir.Compare)):
            return self._is_together_with_cpu([op.left, op.right])
        if isinstance(op, (ir.Item, ir.Unary)):
            return self.holds(op.base if isinstance(op, ir.Item) else op.operand)
        fact = self._facts.calls.get(temporary)
        if not isinstance(op, ir.Call) or fact is None or fact.name in _MOVES or "device" in fact.keywords:
            return False
        if fact.entry is None:
            inner = self._inner(fact)
            return inner is not None and inner.gives(inner.holds)
        return fact.entry.name.startswith("torch.") and self._is_together_with_cpu(list(self._sources(op)))

    def _is_together_with_cpu(self, parts: list[int]) -> bool:
        near = [each for each in parts if self.holds(each)]
        others = [each for each in parts if each not in near]
        return any(map(self.has_dimensions, near)) and not any(map(self._is_tensor, others))

    def _is_tensor(self, temporary: int) -> bool:
        kind = self.value(temporary).kind
        if kind is not Kind.UNKNOWN:
            return kind is Kind.TENSOR
        found = shown(self._accesses, temporary, self._facts.calls, arithmetic=False)
        return found in (Shown.TENSOR, Shown.DATA)

    def at_first(self, temporary: int) -> int:
        """What a variable holds on the first turn of a loop that assigns it, or where a branch has put in what was left
        out, if that is a tensor on the CPU: `if mask is None: mask = torch.ones(3)`."""
        op = self._definitions.get(temporary)
        if isinstance(op, ir.Attribute):
            return self._made_where_missing(temporary)
        if isinstance(op, ir.Item) and self._keeps_dimensions(op.index):
            first = self.at_first(op.base)
            return temporary if first == op.base else first
        if not isinstance(op, ir.Load) or self.holds(temporary):
            return temporary
        places = self._temporaries.places
        blocks = self._accesses.function.blocks
        around = set(blocks[places[temporary].block].loops)
        writes = self._accesses.reaching(places[temporary], (op.name,))
        before = [each for each in writes if set(blocks[each.place.block].loops) < around]
        if len(before) == 1 and len(writes) > 1:
            only = before[0].instruction
            return only.value if isinstance(only, ir.Store) and self.holds(only.value) else temporary
        stores = [each.instruction for each in writes if isinstance(each.instruction, ir.Store)]
        made = [each.value for each in stores if not each.augmented and self._is_filled_in(each.value)]
        is_moved = any(self._reads(each.value, op.name) for each in stores)  # `if x.is_cuda: mask = mask.cuda()`
        return made[0] if len(made) == 1 and not is_moved else temporary

    def _made_where_missing(self, temporary: int) -> int:
        """Of `self.total`, what `if self.total is None: self.total = torch.zeros(3)` has just put there."""
        path = self._temporaries.path(temporary)
        if path is None or len(path) != 2 or self.value(temporary).kind is not Kind.UNKNOWN:
            return temporary
        writes = self._accesses.reaching(self._temporaries.places[temporary], path)
        stores = [each.instruction for each in writes if isinstance(each.instruction, ir.StoreAttribute)]
        made = [each.value for each in stores if self._is_filled_in(each.value)]
        return made[0] if len(made) == len(stores) == 1 else temporary

    def _reads(self, temporary: int, name: str) -> bool:
        ops = (self._definitions[each] for each in self._temporaries.inputs(temporary))
        return any(isinstance(each, ir.Load) and each.name == name for each in ops)

    def _is_filled_in(self, temporary: int) -> bool:
        """Whether it is made of numbers that the code writes out or draws: `torch.empty(3).normal_()`."""
        op = self._definitions.get(temporary)
        made = self.made(temporary) if isinstance(op, ir.Call) and self.holds(temporary) else None
        fact = self._facts.calls.get(made) if made is not None else None
        found = making(made, fact) if made is not None and fact is not None else None
        return found is not None and (found.kind in ("fill", "random") or found.is_literal)

    def parts(self, temporary: int) -> list[int]:
        """The items of a list or tuple that is written out; else the temporary itself."""
        op = self._definitions.get(temporary)
        return list(op.items) if isinstance(op, ir.Collect) and not op.starred else [temporary]

    def made(self, temporary: int) -> int | None:
        """The call that made it, back through names and what it was computed from; None where that is not seen."""
        return self._back(temporary, lambda op: op.target if self._is_making(op) else None)

    def _is_making(self, op: ir.Instruction) -> bool:
        fact = self._facts.calls.get(op.target) if isinstance(op, ir.Call) else None
        if fact is None or "pin_memory" in fact.keywords:  # pinned memory is the host's, by intent
            return False
        if fact.entry is None:
            return self.holds(op.target)
        return makes(fact.entry) is not None or fact.entry.name == "torch.from_numpy"

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
            pending += [each for each in self._sources(op) if self.holds(each) or self.value(each).kind is Kind.TUPLE]
        return None

    def _sources(self, op: ir.Instruction) -> Iterator[int]:
        if isinstance(op, ir.Load):
            writes = self._accesses.reaching(self._temporaries.places[op.target], (op.name,))
            yield from (each.instruction.value for each in writes if isinstance(each.instruction, ir.Store))
        elif isinstance(op, ir.Call):
            callee = self._definitions.get(op.callee)
            yield from (part for each in op.arguments for part in self.parts(each.value))
            if isinstance(callee, ir.Attribute):
                yield callee.base
        elif isinstance(op, (ir.Binary, ir.Compare)):
            yield from (op.left, op.right)
        elif isinstance(op, ir.Attribute):  # `self.edges`, which the same function has stored
            path = self._temporaries.path(op.target)
            stores = (each for each in self._definitions.values() if isinstance(each, ir.StoreAttribute))
            yield from (each.value for each in stores if path is not None and self._temporaries.written(each) == path)
        elif isinstance(op, (ir.Item, ir.Element, ir.Unary)):
            yield op.source if isinstance(op, ir.Element) else op.operand if isinstance(op, ir.Unary) else op.base

    def is_filled(self, made: int) -> bool:
        """Whether a call makes numbers that the code writes out, and copies no data."""
        fact = self._facts.calls.get(made)
        found = making(made, fact) if fact is not None else None
        return found is not None and (found.kind == "fill" or found.is_literal)

    def is_nothing(self, temporary: int) -> bool:
        """Whether it has no items, `torch.empty(0)`: it only stands in for another."""
        made = self.made(temporary)
        fact = self._facts.calls.get(made) if made is not None else None
        sizes = _sizes(fact) if fact is not None and fact.name in ("zeros", "ones", "empty", "rand", "randn") else []
        if len(sizes) == 1 and sizes[0].items is not None:
            sizes = list(sizes[0].items)
        return len(sizes) == 1 and sizes[0].kind is Kind.NUMBER and sizes[0].const == 0

    def is_drawn_by(self, made: int) -> bool:
        """Whether random numbers are drawn from a generator that is passed, which has a device of its own."""
        fact = self._facts.calls.get(made)
        return fact is not None and "generator" in fact.keywords

    def has_dimensions(self, temporary: int, seen: frozenset[int] = frozenset()) -> bool:
        """Whether a tensor on the CPU has dimensions for sure, as far as its making tells; also on the next turn."""
        op = self._definitions.get(temporary)
        if temporary in seen:
            return True
        if op is None or len(seen) > _HOPS:
            return False
        seen |= {temporary}
        if isinstance(op, (ir.Binary, ir.Compare)):
            return any(self.holds(each) and self.has_dimensions(each, seen) for each in (op.left, op.right))
        if isinstance(op, ir.Item):
            return self._keeps_dimensions(op.index) and self.has_dimensions(op.base, seen)
        if isinstance(op, ir.Call):
            return self._is_call_with_dimensions(op, seen)
        sources = list(self._sources(op))
        return bool(sources) and all(self.has_dimensions(each, seen) for each in sources)

    def _keeps_dimensions(self, index: int) -> bool:
        parts = [self._definitions.get(each) for each in self.parts(index)]
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
        if (
            entry.name.startswith("torch.Tensor.")
            and fact.name in _SHAPES
            and (fact.positional or fact.name == "flatten")
        ):
            return True
        if makes(entry) is None:
            near = [each for each in self._sources(op) if self.holds(each)]
            return fact.name in TOGETHER or any(self.has_dimensions(each, seen) for each in near)
        if entry.last in _FILLS:
            return True
        if entry.last == "scalar_tensor":
            return False
        if makes(entry) == "data":
            first = fact.positional[0] if fact.positional else UNKNOWN
            return first.kind in (Kind.LIST, Kind.TUPLE) and first.items != ()
        return _is_sized(fact)

    def _is_helper_with_dimensions(self, fact: CallFact, seen: frozenset[int]) -> bool:
        """Whether a function of the project gives nothing but tensors with dimensions."""
        inner = self._inner(fact) if len(seen) <= _HOPS // 2 else None
        deep = frozenset({-1, -2, -3, -4, -5, -6})
        return inner is not None and inner.gives(lambda each: inner.has_dimensions(each, deep))

    def _inner(self, fact: CallFact) -> OnCpu | None:
        """A function of the project that is called, where its words say that it may make a tensor."""
        symbol = self.engine.symbol(fact.callee.symbol) if fact.callee.symbol is not None else None
        unit = self.engine.unit(symbol.path, symbol.qualname) if symbol is not None and symbol.path else None
        if unit is None or unit.outline is None or MAKING.isdisjoint(unit.outline.words):
            return None
        try:
            return OnCpu(self.engine, Accesses(unit.lowered.function), self.engine.facts(unit), self._depth - 1)
        except Unreadable:
            return None

    def gives(self, holds: Callable[[int], bool]) -> bool:
        """Whether that holds of all that the function returns."""
        ends = [self._definitions.get(each) for each in self._facts.returns]
        values = [each.value for each in ends if isinstance(each, ir.Return) and each.value is not None]
        return self._depth >= 0 and bool(values) and all(map(holds, values))


def _is_sized(fact: CallFact) -> bool:
    """Whether `zeros(...)` is given a size that is not empty."""
    if fact.name == "full" and fact.positional[:1]:
        return fact.positional[0].items != ()
    sizes = _sizes(fact)
    return bool(sizes) and not (len(sizes) == 1 and sizes[0].items == ())


def _sizes(fact: CallFact) -> list[Value]:
    return [*fact.positional, *(fact.keywords[each] for each in ("size",) if each in fact.keywords)]
