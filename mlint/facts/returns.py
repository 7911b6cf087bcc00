"""What a function returns on each path, and which conditions choose between returns of different shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from mlint.facts import ir
from mlint.facts.cfg import Graph
from mlint.facts.paths import Path, Temporaries
from mlint.facts.recorded import FELL_OFF, Facts
from mlint.facts.values import UNKNOWN, Kind, Value, constant

NOTHING, ONE, SOMETHING, MAPPING, SEQUENCE = 0, 1, -1, -2, -3
"""Shapes: None (or no return at all), one value, not None but unknown otherwise, a dict, a list of unknown length; a
tuple or list of n has the shape n, at least 2. A shape of None is unknown."""

_OF_ONE = frozenset(
    "view reshape permute transpose contiguous squeeze unsqueeze mean sum softmax log_softmax sigmoid tanh relu exp "
    "log sqrt abs clamp flatten expand repeat masked_fill detach clone float half double long bool "
    "argmax argmin".split()
)
"""Methods that only tensors have, and that give one."""
_ARITHMETIC = frozenset(("-", "/", "@", "**", "//", "%"))
_MAY_MISS = frozenset(("get", "pop", "getattr", "next", "lookup", "find", "match", "search"))
"""Calls that give None, or what they are told to, where there is nothing."""
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


def returned(function: ir.FunctionIR, facts: Facts) -> list[Returned]:
    """The returns of a function, in the order of the text; last the end that is reached without one."""
    written = _Written(function, facts)
    found = [
        Returned(index, last.target, value, operand, written.shape(value, operand), written.is_given(value, operand))
        for block in function.blocks
        for last in block.instructions[-1:]
        if isinstance(last, ir.Return) and last.target in facts.returns
        for index, operand, value in written.ways(block, last)
    ]
    found.sort(key=lambda each: each.site)
    if FELL_OFF in facts.returns:
        found += [Returned(block, FELL_OFF, constant(None), None, NOTHING) for block in _falling_off(function)]
    return found


class _Written:
    """What the way a value is written tells of its shape, where nothing else does."""

    def __init__(self, function: ir.FunctionIR, facts: Facts) -> None:
        self._function = function
        self._facts = facts
        self._temporaries = Temporaries(function)
        self._parameters = frozenset(each.name for each in function.parameters)

    def ways(self, block: ir.Block, end: ir.Return) -> list[tuple[int, int | None, Value]]:
        """What is returned, by the blocks before where each of them assigns it: `a if c else (a, b)`."""
        op = self._temporaries.definitions.get(end.value) if end.value is not None else None
        stores = [self._store(before, op.name) for before in self._before(block)] if isinstance(op, ir.Load) else []
        if len(stores) > 1 and None not in stores and len(block.instructions) <= 2:
            values = self._facts.values
            return [
                (self._temporaries.places[each.target].block, each.value, values.get(each.value, UNKNOWN))
                for each in stores
                if each is not None and each.target in values
            ]
        return [(block.index, end.value, self._facts.returns.get(end.target, UNKNOWN))]

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
            return ONE if op.op in _ARITHMETIC else SOMETHING
        if isinstance(op, ir.Call):
            return self._of_call(op)
        if isinstance(op, ir.Load):
            return self._of_variable(op, steps)
        return SOMETHING if isinstance(op, ir.Item) and self._is_selected(op) else None

    def _is_selected(self, op: ir.Item) -> bool:
        """Whether it is a part of an array, as a slice or a mask takes it: `boxes[keep]`, `x[:, 0]`."""
        index = self._temporaries.definitions.get(op.index)
        if isinstance(index, (ir.Slice, ir.Collect)):
            return True
        value = self._facts.values.get(op.index, UNKNOWN)
        return value.kind in (Kind.TENSOR, Kind.ARRAY) or value.dtype == "bool"

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

    def _is_called_on(self, name: str) -> bool:
        """Whether an attribute of the parameter is read, and it is never asked whether it is None."""
        definitions = self._temporaries.definitions
        loads = [op.target for op in definitions.values() if isinstance(op, ir.Load) and op.name == name]
        users = [user for load in loads for user in self._temporaries.users[load]]
        asked = any(isinstance(each, ir.Compare) and each.op in ("is", "is not") for each in users)
        return not asked and any(isinstance(each, ir.Attribute) and each.base in loads for each in users)

    def _of_call(self, op: ir.Call) -> int | None:
        if self._temporaries.path(op.callee) in self._called_members:
            return ONE
        callee = self._temporaries.definitions.get(op.callee)
        fact = self._facts.calls.get(op.target)
        if fact is not None and "::" in (fact.callee.symbol or ""):
            return None  # what the project's own code gives may be None
        if isinstance(callee, ir.Attribute) and callee.name in _OF_ONE:
            return ONE
        if fact is None:
            return None
        known = fact.receiver is not None or fact.entry is not None or (fact.callee.symbol or "").startswith("torch.")
        return SOMETHING if known else None

    def _of_variable(self, op: ir.Load, steps: int) -> int | None:
        stores = self._stores_of(op.name)
        if op.name in self._parameters or not stores or len(stores) > _MOST_STORES:
            if not stores and op.name not in self._members and self._is_called_on(op.name):
                return SOMETHING
            return ONE if op.name in self._members and not stores else None
        found = {self._of_assigned(op.name, each, steps - 1) for each in stores}
        if found <= {ONE}:
            return ONE
        if found <= {ONE, SOMETHING} and (op.name in self._members or self._is_computed_with(op.name)):
            return ONE
        return SOMETHING if None not in found and NOTHING not in found else None


def _falling_off(function: ir.FunctionIR) -> Iterator[int]:
    reachable = Graph(function.blocks).position
    for block in function.blocks:
        last = block.instructions[-1] if block.instructions else None
        ends = isinstance(block.end, ir.Leave) and not block.end.raises
        if block.index in reachable and ends and not isinstance(last, ir.Return):
            yield block.index


@dataclass(frozen=True, slots=True)
class Choice:
    """What chooses between shapes: where `condition` holds only `then` is returned, else only `orelse`. `conditions`
    are those that must hold, too, for control to come there, `aside` what is returned where the first of them does not.
    Without any the mode chooses (`by_mode`), or whether something raises."""

    condition: int | None
    then: tuple[Returned, ...]
    orelse: tuple[Returned, ...]
    conditions: tuple[int, ...] = ()
    by_mode: bool = False
    is_open: bool = False
    """Whether the one way gives None for sure, and the other what is not known."""
    aside: tuple[Returned, ...] = ()


def choices(function: ir.FunctionIR, returns: Sequence[Returned]) -> list[Choice]:
    """The branches, and exceptions, after which the shapes of what can still be returned have nothing in common."""
    graph = Graph(function.blocks)
    ways = {
        index: tuple(_reached(graph, returns, [way]) for way in (end.then, end.orelse))
        for index in graph.order
        for end in [function.blocks[index].end]
        if isinstance(end, ir.Branch)
    }
    found = []
    for index, (then, orelse) in ways.items():
        end = function.blocks[index].end
        if not _differ(then, orelse) and ONE not in {each.shape for each in (*then, *orelse)}:
            then, orelse = _counted(then), _counted(orelse)
        if isinstance(end, ir.Branch) and _differ(then, orelse):
            also = list(_conjuncts(graph, index, {each.shape for each in (*then, *orelse)}, ways))
            conditions = tuple(condition for condition, _ in also)
            found.append(Choice(end.condition, then, orelse, conditions, aside=also[0][1] if also else ()))
    found += [*_after_loops(function, graph, returns), *_after_exceptions(graph, returns)]
    return found or list(_open_choices(function, ways))


def _open_choices(function: ir.FunctionIR, ways: _Ways) -> Iterator[Choice]:
    """The branches of which one way gives None, and the other what nothing is known of."""
    for index, (then, orelse) in ways.items():
        end = function.blocks[index].end
        if (
            isinstance(end, ir.Branch)
            and end.condition is not None
            and {_is_none(then), _is_none(orelse)} == {True, False}
        ):
            yield Choice(end.condition, then, orelse, is_open=True)


def _is_none(returns: Sequence[Returned]) -> bool | None:
    """Whether all of them give None; None where only some do, or there are none."""
    found = {each.shape == NOTHING for each in returns}
    return found.pop() if len(found) == 1 else None


def _after_loops(function: ir.FunctionIR, graph: Graph, returns: Sequence[Returned]) -> Iterator[Choice]:
    """Where a loop returns what it found, and after it the end is reached: what if nothing was found?"""
    for loop in function.loops:
        if loop.head not in graph.position:
            continue
        after = _reached(graph, returns, [loop.done])
        inside = [each for each in returns if loop.head in graph.position and _is_inside(function, each, loop)]
        if not inside or not after or any(each.site != FELL_OFF for each in after) or not _differ(inside, after):
            continue
        asked = {condition for each in inside for condition in _asked(graph, each, loop)}
        if asked and not any(_names(function, each) & set(loop.names) for each in asked):
            yield Choice(min(asked), tuple(inside), after)


def _is_inside(function: ir.FunctionIR, each: Returned, loop: ir.Loop) -> bool:
    return each.block >= 0 and function.loops.index(loop) in function.blocks[each.block].loops


def _asked(graph: Graph, each: Returned, loop: ir.Loop) -> Iterator[int]:
    """The conditions inside a loop of which only one way leads to a return."""
    for index in graph.order:
        end = graph.blocks[index].end
        if isinstance(end, ir.Branch) and end.condition is not None and index not in (loop.head, each.block):
            ways = [way == each.block or graph.dominates(way, each.block) for way in (end.then, end.orelse)]
            if any(ways) and not all(ways) and graph.dominates(loop.head, index):
                yield end.condition


def _names(function: ir.FunctionIR, temporary: int) -> set[str]:
    temporaries = Temporaries(function)
    inside = (temporaries.definitions[each] for each in temporaries.inputs(temporary))
    return {op.name for op in inside if isinstance(op, ir.Load)}


def choice_of_mode(train: Sequence[Returned], evaluated: Sequence[Returned]) -> list[Choice]:
    """The choice that the mode makes, where what is returned in train mode differs from what is returned in eval."""
    if _differ(train, evaluated):
        return [Choice(None, tuple(train), tuple(evaluated), by_mode=True)]
    return []


_Ways = Mapping[int, tuple[tuple[Returned, ...], ...]]


def _conjuncts(
    graph: Graph, block: int, shapes: Set[int | None], ways: _Ways
) -> Iterator[tuple[int, tuple[Returned, ...]]]:
    """The conditions before a branch that must hold for control to come to it, the other way leading to the same; with
    each what is returned on that way."""
    for index, (then, orelse) in ways.items():
        end = graph.blocks[index].end
        if index == block or not isinstance(end, ir.Branch) or not graph.dominates(index, block):
            continue
        beside = [
            other
            for way, other in ((end.then, orelse), (end.orelse, then))
            if way == block or graph.dominates(way, block)
        ]
        same = [other for other in beside if other and {each.shape for each in other} < shapes]
        if end.condition is not None and same:
            yield end.condition, same[0]


def _after_exceptions(graph: Graph, returns: Sequence[Returned]) -> Iterator[Choice]:
    """Where an exception is caught, and something else is returned."""
    guarded: dict[int, list[int]] = {}
    for index in graph.order:
        for handler in graph.blocks[index].handlers:
            guarded.setdefault(handler, []).append(index)
    for handler, blocks in guarded.items():
        caught = _reached(graph, returns, [handler])
        usual = _reached(graph, returns, blocks, frozenset(guarded))
        if len(caught) == len([each for each in caught if each.block not in blocks]) and _differ(caught, usual):
            yield Choice(None, caught, usual)


def _reached(
    graph: Graph, returns: Sequence[Returned], starts: Sequence[int], avoiding: frozenset[int] = frozenset()
) -> tuple[Returned, ...]:
    reachable = graph.reachable(starts, avoiding)
    return tuple(sorted((each for each in returns if each.block in reachable), key=lambda each: each.block))


def _differ(then: Sequence[Returned], orelse: Sequence[Returned]) -> bool:
    return bool(then and orelse) and all(_differs(one, other) for one in then for other in orelse)


def _differs(one: Returned, other: Returned) -> bool:
    for this, that in ((one, other), (other, one)):
        if this.shape == NOTHING and that.is_given:
            return True
        if this.shape == SEQUENCE and that.value.kind is Kind.TUPLE and (that.shape or 0) > ONE:
            return True  # `return parts, total` and `return parts`
    return _are_apart(one.shape, other.shape)


def _counted(returns: Sequence[Returned]) -> tuple[Returned, ...]:
    """Those that are tuples of so many values: two of them differ for sure, whatever the others are."""
    return tuple(each for each in returns if each.shape is not None and each.shape > ONE)


def _are_apart(one: int | None, other: int | None) -> bool:
    """Whether two shapes differ for sure; what is only known not to be None differs from None alone."""
    if one is None or other is None or one == other:
        return False
    if SOMETHING in (one, other):
        return NOTHING in (one, other)
    return SEQUENCE not in (one, other) or max(one, other) < 2
