"""What a function returns on each path, and how many values that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from mlint.cached import cached_property
from mlint.facts.domain.values import UNKNOWN, Kind, Value, constant
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.cfg import Graph
from mlint.facts.flow.paths import Path, Place, Temporaries
from mlint.facts.flow.recorded import FELL_OFF, Facts
from mlint.facts.syntax.ways_out import ONLY_OF_TENSORS

NOTHING, ONE, SOMETHING, MAPPING, SEQUENCE = 0, 1, -1, -2, -3
"""Shapes: None (or no return at all), one value, not None but unknown otherwise, a dict, a list of unknown length; a
tuple or list of n has the shape n, at least 2. A shape of None is unknown."""

_ARITHMETIC = frozenset(("-", "/", "@", "**", "//", "%"))
_MAY_MISS = frozenset(("get", "pop", "getattr", "next", "lookup", "find", "match", "search"))
"""Calls that give None, or what they are told to, where there is nothing."""
_OF_TENSORS = ONLY_OF_TENSORS.union("shape ndim dim numel dtype is_cuda requires_grad".split())
"""What only tensors and arrays have."""
_MOST_STORES = 8


@dataclass(frozen=True, slots=True)
class Returned:
    """A return that control may reach: its block, the temporary of the statement (FELL_OFF where there is none), what
    is returned, the temporary of that, and how many values it stands for (None where that is not known)."""

    block: int
    site: int
    value: Value
    operand: int | None
    shape: int | None
    is_given: bool = False
    """Whether a value is written behind the `return` that is neither None nor what the project's own code gives."""
    others: frozenset[int] = frozenset()
    """Of a variable that branches assign before it is returned at `end`: the blocks of the assignments, of which that
    in `block` is this one."""
    end: int | None = None


def shape(value: Value) -> int | None:
    """How many values a returned value stands for."""
    if value.kind is Kind.NONE:
        return NOTHING
    if value.kind is Kind.DICT:
        return MAPPING
    if value.kind in (Kind.TUPLE, Kind.LIST):
        several = value.items is not None and len(value.items) > 1
        return len(value.items or ()) if several else (SEQUENCE if value.kind is Kind.LIST else None)
    return ONE if value.kind is not Kind.UNKNOWN else None


Givers = Callable[[str], "int | None"]
"""The shape of what a function of the project gives, named by its key."""


def returned(function: ir.FunctionIR, facts: Facts, givers: Givers = lambda _: None) -> list[Returned]:
    """The returns of a function, in the order of the text; last the end that is reached without one."""
    written = _Written(function, facts, givers)
    found = [
        each
        for block in function.blocks
        for last in block.instructions[-1:]
        if isinstance(last, ir.Return) and last.target in facts.returns
        for each in (written.assigned(block, last) or written.ways(block, last))
    ]
    found.sort(key=lambda each: each.site)
    if FELL_OFF in facts.returns:
        found += [Returned(block, FELL_OFF, constant(None), None, NOTHING) for block in falling_off(function)]
    return found


class _Written:
    """What the way a value is written tells of its shape, where nothing else does."""

    def __init__(self, function: ir.FunctionIR, facts: Facts, givers: Givers) -> None:
        self._function = function
        self._givers = givers
        self._facts = facts
        self._temporaries = Temporaries(function)
        self._parameters = frozenset(each.name for each in function.parameters)

    def ways(self, block: ir.Block, end: ir.Return) -> list[Returned]:
        """What is returned, by the blocks before where each of them assigns it: `a if c else (a, b)`."""
        op = self._temporaries.definitions.get(end.value) if end.value is not None else None
        stores = [self._store(before, op.name) for before in self._before(block)] if isinstance(op, ir.Load) else []
        if len(stores) > 1 and None not in stores and len(block.instructions) <= 2:
            return [
                self._returned(self._temporaries.places[each.target].block, end.target, each.value)
                for each in stores
                if each is not None and each.target in self._facts.values
            ]
        given = self._facts.returns.get(end.target, UNKNOWN)
        shape, is_given = self.shape(given, end.value), self.is_given(given, end.value)
        return [Returned(block.index, end.target, given, end.value, shape, is_given)]

    def _returned(self, block: int, site: int, operand: int) -> Returned:
        value = self._value(operand)
        return Returned(block, site, value, operand, self.shape(value, operand), self.is_given(value, operand))

    def assigned(self, block: ir.Block, end: ir.Return) -> list[Returned]:
        """What is returned of a variable that branches assign before: `out = x`, `if self.training: out = (x, aux)`.

        Nothing where a loop assigns it, or all assign values of one shape.
        """
        op = self._temporaries.definitions.get(end.value) if end.value is not None else None
        if not isinstance(op, ir.Load) or (op.name in self._parameters and self._is_as_passed(op)):
            return []
        stores = self._reaching(op)
        places = [self._temporaries.places[each.target].block for each in stores]
        is_looped = any(self._function.blocks[each].loops for each in (block.index, *places))
        if not 1 < len(set(places)) <= _MOST_STORES or len(set(places)) < len(places) or is_looped:
            return []
        blocks = frozenset(places)
        found = [
            replace(self._returned(place, each.target, each.value), others=blocks, end=block.index)
            for place, each in zip(places, stores, strict=True)
        ]
        shapes = {each.shape for each in found}
        is_odd = MAPPING in shapes or max(each or 0 for each in shapes) > ONE
        return found if len(shapes) > 1 and is_odd else []

    def _before(self, block: ir.Block) -> list[ir.Block]:
        return [each for each in self._function.blocks if block.index in each.successors]

    def _store(self, block: ir.Block, name: str) -> ir.Store | None:
        stores = [each for each in block.instructions if isinstance(each, ir.Store) and each.name == name]
        return stores[-1] if stores else None

    @cached_property
    def _members(self) -> frozenset[str]:
        """The variables that are members of a tuple that is written out: one of them is no such tuple."""
        return frozenset(op.name for op in self._items if isinstance(op, ir.Load))

    @cached_property
    def _called_members(self) -> frozenset[Path]:
        """What is called to give a member of such a tuple: alone, too, it gives one value (`self.head(x)`)."""
        paths = (self._temporaries.path(op.callee) for op in self._items if isinstance(op, ir.Call))
        return frozenset(path for path in paths if path is not None)

    @cached_property
    def _items(self) -> list[ir.Instruction | None]:
        definitions = self._temporaries.definitions
        return [
            definitions.get(item)
            for op in definitions.values()
            if isinstance(op, ir.Collect) and op.kind in ("tuple", "list") and len(op.items) > 1
            if any(isinstance(user, (ir.Return, ir.Store)) for user in self._temporaries.users[op.target])
            for index, item in enumerate(op.items)
            if index not in op.starred
        ]

    def is_given(self, value: Value, operand: int | None, steps: int = 3) -> bool:
        """Whether it is a value that is meant to be given: neither None nor what may well be None."""
        op = self._temporaries.definitions.get(operand) if operand is not None else None
        if op is None or operand is None or value.kind is Kind.NONE or isinstance(op, ir.Attribute):
            return False
        if isinstance(op, ir.Load):
            stores = self._stores_of(op.name)
            values = [(self._value(each.value), each.value) for each in stores]
            return bool(stores) and steps > 0 and all(self.is_given(*each, steps - 1) for each in values)
        fact = self._facts.calls.get(operand)
        return fact is None or ("::" not in (fact.callee.symbol or "") and fact.name not in _MAY_MISS)

    def _value(self, temporary: int) -> Value:
        return self._facts.values.get(temporary, UNKNOWN)

    def _stores_of(self, name: str) -> list[ir.Store]:
        """Where a variable is assigned, as far as control comes there."""
        return [
            each
            for each in self._temporaries.definitions.values()
            if isinstance(each, ir.Store) and each.name == name and each.target in self._facts.values
        ]

    def shape(self, value: Value, operand: int | None, steps: int = 3) -> int | None:
        op = self._temporaries.definitions.get(operand) if operand is not None else None
        if isinstance(op, ir.Attribute) and value.kind is Kind.NONE:
            return None  # a hook, or a class that derives, may have set it
        known = shape(value)
        if known is not None or op is None or steps < 1:
            return known if op is not None or known is not None else NOTHING
        if isinstance(op, ir.Binary):
            sides = (op.left, op.right)
            return ONE if op.op in _ARITHMETIC or any(self._is_tensor(each, steps - 1) for each in sides) else SOMETHING
        if isinstance(op, ir.Call):
            return self._of_call(op)
        if isinstance(op, ir.Load):
            return self._of_variable(op, steps)
        if isinstance(op, ir.Item) and self._is_window(op):
            return ONE
        return SOMETHING if isinstance(op, ir.Item) and self._is_selected(op) else None

    def _is_tensor(self, temporary: int, steps: int) -> bool:
        """Whether it is one value and no number, which may say how often a tuple is repeated."""
        value = self._value(temporary)
        return value.kind is not Kind.NUMBER and self.shape(value, temporary, steps) == ONE

    def _is_selected(self, op: ir.Item) -> bool:
        """Whether it is a part of an array, as a slice or a mask takes it: `boxes[keep]`, `x[:, 0]`."""
        index = self._temporaries.definitions.get(op.index)
        if isinstance(index, (ir.Slice, ir.Collect)):
            return True
        value = self._facts.values.get(op.index, UNKNOWN)
        return value.kind in (Kind.TENSOR, Kind.ARRAY) or value.dtype == "bool"

    def _is_window(self, op: ir.Item) -> bool:
        """Whether it is a part of an array for sure: `x[:, 0]`, as neither tuples nor lists have axes."""
        index = self._temporaries.definitions.get(op.index)
        axes = index.items if isinstance(index, ir.Collect) and index.kind == "tuple" else ()
        return any(isinstance(self._temporaries.definitions.get(each), ir.Slice) for each in axes)

    def _of_assigned(self, name: str, store: ir.Store, steps: int) -> int | None:
        if name in self._members and isinstance(self._temporaries.definitions.get(store.value), ir.Element):
            return SOMETHING
        return self.shape(self._facts.values.get(store.value, UNKNOWN), store.value, steps)

    def _is_computed_with(self, name: str) -> bool:
        """Whether a function of torch is called with the variable."""
        for op in self._temporaries.definitions.values():
            fact = self._facts.calls.get(op.target) if isinstance(op, ir.Call) else None
            if isinstance(op, ir.Call) and fact is not None and fact.entry is not None and fact.receiver is None:
                passed = [self._temporaries.definitions.get(each.value) for each in op.arguments if not each.stars]
                if fact.entry.name.startswith("torch.") and any(
                    isinstance(each, ir.Load) and each.name == name for each in passed
                ):
                    return True
        return False

    def _of_parameter(self, name: str) -> int | None:
        """What a parameter is of which attributes are read, and which is never asked whether it is None or what: one
        value where only tensors and arrays have them."""
        definitions = self._temporaries.definitions
        loads = [op.target for op in definitions.values() if isinstance(op, ir.Load) and op.name == name]
        users = [user for load in loads for user in self._temporaries.users[load]]
        asked = any(isinstance(each, ir.Compare) and each.op in ("is", "is not") for each in users)
        read = {each.name for each in users if isinstance(each, ir.Attribute) and each.base in loads}
        if asked or not read or any(self._asks_for_kind(each) for each in users):
            return None
        return SOMETHING if read.isdisjoint(_OF_TENSORS) else ONE

    def _asks_for_kind(self, op: ir.Instruction) -> bool:
        fact = self._facts.calls.get(op.target) if isinstance(op, ir.Call) else None
        return fact is not None and fact.name in ("isinstance", "type")

    def _of_call(self, op: ir.Call) -> int | None:
        if self._temporaries.path(op.callee) in self._called_members:
            return ONE
        callee = self._temporaries.definitions.get(op.callee)
        fact = self._facts.calls.get(op.target)
        if fact is not None and "::" in (fact.callee.symbol or ""):
            return self._givers(fact.callee.symbol or "")  # what the project's own code gives may be None
        if isinstance(callee, ir.Attribute) and callee.name in ONLY_OF_TENSORS:
            return ONE
        if fact is None:
            return None
        known = fact.receiver is not None or fact.entry is not None or (fact.callee.symbol or "").startswith("torch.")
        return SOMETHING if known else None

    def _of_variable(self, op: ir.Load, steps: int) -> int | None:
        stores = self._reaching(op)
        if len(stores) > _MOST_STORES:
            return None
        found = {self._of_assigned(op.name, each, steps - 1) for each in stores}
        if found <= {ONE, SOMETHING, None} and op.name in self._members:
            return ONE  # what a member is, alone or not
        if not stores or (op.name in self._parameters and self._is_as_passed(op)):
            return self._of_parameter(op.name) if not stores else None
        if found <= {ONE, SOMETHING} and self._is_computed_with(op.name):
            return ONE
        if len(found) == 1:
            return found.pop()
        return SOMETHING if None not in found and NOTHING not in found else None

    def _reaching(self, op: ir.Load) -> list[ir.Store]:
        """The assignments whose value a variable may have where it is read, as far as control comes to them."""
        place = self._temporaries.places[op.target]
        events = self._accesses.reaching(place, (op.name,))
        stores = [each.instruction for each in events if each.target in self._facts.values]
        return [each for each in stores if isinstance(each, ir.Store)]

    def _is_as_passed(self, op: ir.Load) -> bool:
        """Whether a parameter may still be what the caller passed."""
        if not self._stores_of(op.name):
            return True
        reads = self._accesses.reads_from([Place(self._function.blocks[0].index, 0)], (op.name,))
        return any(each.target == op.target for each in reads)

    @cached_property
    def _accesses(self) -> Accesses:
        return Accesses(self._function)


def falling_off(function: ir.FunctionIR) -> Iterator[int]:
    """The blocks after which the end of a function is reached without a return."""
    reachable = Graph(function.blocks).position
    for block in function.blocks:
        last = block.instructions[-1] if block.instructions else None
        ends = isinstance(block.end, ir.Leave) and not block.end.raises
        if block.index in reachable and ends and not isinstance(last, ir.Return):
            yield block.index
