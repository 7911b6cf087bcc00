"""Calls that make a tensor on the CPU, because they are not told where; and tensors in which nothing else went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN, Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses
from mlint.facts.flow.effects import is_pure
from mlint.facts.flow.paths import Place
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.tables.entries import Entry
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_MOST = 60
_MOST_DEEP = 2
_MOVES = frozenset(("to", "cuda", "cpu", "type_as", "new_tensor", "new_zeros", "new_ones", "new_full", "new_empty"))
_NO_PLACES = ("non_blocking", "copy", "memory_format")
_KINDS_OF_DATA = (Kind.TENSOR, Kind.UNKNOWN, Kind.ARRAY)
_CONTAINERS = (Kind.TUPLE, Kind.LIST)
_ASKED = frozenset(("shape", "size", "dim", "ndim", "dtype", "numel", "device"))
MAKING = frozenset(
    """zeros ones full empty eye arange linspace logspace tensor Tensor FloatTensor LongTensor BoolTensor IntTensor rand
    randn randint randperm normal hann_window hamming_window from_numpy range""".split()
)
"""The last names of what makes tensors."""
_TENSOR_PARAMETERS = frozenset(
    "input other tensors tensor mat1 mat2 vec vec2 mask index source src self x y condition weight bias target "
    "operands batch1 batch2".split()
)


@dataclass(frozen=True, slots=True)
class Making:
    """A call that makes a tensor on the CPU because no `device` is passed.

    `kind`: `fill` (zeros, arange ...), `random`, or `data` for one that copies what it is given. `inside`: the name of
    the project's own function that makes it, where `temporary` is a call of that.
    """

    temporary: int
    kind: str
    entry: Entry
    fact: CallFact
    inside: str | None = None

    @property
    def is_literal(self) -> bool:
        """Whether the data are numbers that the code writes out, or that are Python's."""
        inside = [item for each in self.fact.positional[:1] for item in _written_out(each)]
        return bool(inside) and all(item.kind is Kind.NUMBER for item in inside)


def _written_out(value: Value) -> Iterator[Value]:
    """The items of a list, those of lists inside of it."""
    if not value.items:
        yield value
    for item in value.items or ():
        yield from _written_out(item)


def makes(entry: Entry) -> str | None:
    """`fill`, `random` or `data` for a function that makes a tensor, on the CPU unless told otherwise."""
    if not entry.name.startswith("torch.") or entry.host or "cpu" not in (entry.result.device or ""):
        return None
    if entry.parameter("device") is None or entry.name.startswith("torch.Tensor."):
        return None
    if "random" in entry.result.traits:
        return "random"
    parameters = entry.parameters or ()
    return "data" if parameters and parameters[0].name in ("data", "obj", "s") else "fill"


def making(temporary: int, fact: CallFact) -> Making | None:
    """The making that a call is."""
    told = not fact.keywords.keys().isdisjoint(("device", "out", "pin_memory"))  # pinned memory is the host's
    kind = makes(fact.entry) if fact.entry is not None and not told else None
    return None if kind is None or fact.entry is None else Making(temporary, kind, fact.entry, fact)


class Makings:
    """What tensors of one function are made of."""

    def __init__(self, engine: Engine, accesses: Accesses, facts: Facts, depth: int = _MOST_DEEP) -> None:
        self._engine = engine
        self._accesses = accesses
        self._facts = facts
        self._depth = depth
        self._definitions = accesses.temporaries.definitions

    def of(self, temporary: int) -> tuple[Making, ...]:
        """The calls that made all that is in the tensor, on the CPU; empty where anything else went into it.

        Names are followed where one assignment reaches and nothing changes what it assigned, nor reads it for anything
        but this; operators, methods and functions where the tables know that they do nothing but compute.
        """
        walk = _Walk(self)
        found = tuple(walk.makings(temporary))
        return found if walk.is_whole else ()

    def value(self, temporary: int) -> Value:
        """What is known of a temporary."""
        return self._facts.values.get(temporary, UNKNOWN)

    def made_by(self, op: ir.Call, fact: CallFact) -> Making | None:
        """The making of a call: by the library, or by a function of the project that gives nothing else."""
        value = self.value(op.target)
        if fact.entry is not None or value.kind is not Kind.TENSOR or not self._depth:
            return making(op.target, fact)
        symbol = fact.callee.symbol if fact.callee.kind is Kind.FUNCTION else None
        return self._helper(op.target, symbol) if symbol is not None else None

    def _helper(self, temporary: int, name: str) -> Making | None:
        symbol = self._engine.symbol(name)
        if symbol is None or symbol.path is None:
            return None
        unit = self._engine.unit(symbol.path, symbol.qualname)
        if unit is None or unit.outline is None or MAKING.isdisjoint(unit.outline.words):
            return None
        try:
            facts, accesses = self._engine.facts(unit), Accesses(unit.lowered.function)
        except Unreadable:
            return None
        inner = Makings(self._engine, accesses, facts, self._depth - 1)
        ends = [accesses.temporaries.definitions.get(each) for each in facts.returns]
        found = [inner.of(end.value) if isinstance(end, ir.Return) and end.value is not None else () for end in ends]
        if not found or not all(found):
            return None
        least = [each for made in found for each in made]
        worst = next((each for each in least if each.kind != "fill"), least[0])
        return replace(worst, temporary=temporary, inside=unit.qualname.rpartition(".")[2])


class _Walk:
    """One way back from a tensor to all that it is made of."""

    def __init__(self, makings: Makings) -> None:
        self.is_whole = True
        self._makings = makings
        self._accesses = makings._accesses
        self._calls = makings._facts.calls
        self._seen: set[int] = set()
        self._counted: dict[int, bool] = {}
        self._followed: dict[int, tuple[tuple[str, ...], Place]] = {}

    def makings(self, temporary: int) -> Iterator[Making]:
        found = list(self._of(temporary))
        self.is_whole = self.is_whole and bool(found) and all(map(self._is_ours, self._followed.values()))
        yield from found

    def _fail(self) -> None:
        self.is_whole = False

    def _of(self, temporary: int) -> Iterator[Making]:
        op = self._makings._definitions.get(temporary)
        if temporary in self._seen or not self.is_whole:
            return
        self._seen.add(temporary)
        if op is None or len(self._seen) > _MOST:
            self._fail()
        elif isinstance(op, ir.Load):
            yield from self._of_name(op)
        elif isinstance(op, ir.Call):
            yield from self._of_call(op)
        elif isinstance(op, (ir.Binary, ir.Compare)):
            yield from self._of_sides(op.left, op.right)
        elif isinstance(op, ir.Collect):
            for item in op.items:
                yield from self._operand(item)
        elif isinstance(op, (ir.Item, ir.Unary, ir.Element)):
            yield from self._of_part(op)
        else:
            self._fail()

    def _of_name(self, load: ir.Load) -> Iterator[Making]:
        path = (load.name,)
        writes = self._accesses.reaching(self._accesses.temporaries.places[load.target], path)
        only = writes[0] if len(writes) == 1 and not self._accesses.is_captured(path) else None
        store = only.instruction if only is not None else None
        if only is None or not isinstance(store, ir.Store) or store.augmented:
            return self._fail()
        if self._accesses.all(path, Access.CHANGE):
            return self._fail()
        self._followed[store.target] = (path, Place(only.place.block, only.place.position + 1))
        yield from self._of(store.value)

    def _is_ours(self, followed: tuple[tuple[str, ...], Place]) -> bool:
        """Whether what a name was assigned is read on this way only, but for its size."""
        path, after = followed
        temporaries = self._accesses.temporaries
        for event in self._accesses.reads_from([after], path):
            users = temporaries.users[event.target]
            asks = isinstance(event.instruction, ir.Attribute) and event.instruction.name in _ASKED
            asks = asks or all(isinstance(user, ir.Attribute) and user.name in _ASKED for user in users)
            ours = event.target in self._seen or getattr(event.instruction, "base", None) in self._seen
            if not ours and not asks:
                return False
        return True

    def _of_part(self, op: ir.Item | ir.Unary | ir.Element) -> Iterator[Making]:
        if isinstance(op, ir.Item) and self._makings.value(op.index).kind is Kind.TENSOR:
            yield from self._of(op.index)
        yield from self._of(
            op.operand if isinstance(op, ir.Unary) else op.base if isinstance(op, ir.Item) else op.source
        )

    def _of_sides(self, left: int, right: int) -> Iterator[Making]:
        for side in (left, right):
            yield from self._operand(side)

    def _operand(self, temporary: int) -> Iterator[Making]:
        value = self._makings.value(temporary)
        if value.kind is Kind.UNKNOWN and self._counts(temporary):
            return
        if value.kind in _KINDS_OF_DATA:
            yield from self._of(temporary)

    def _counts(self, temporary: int) -> bool:
        """Whether something unknown is a number, as far as its other uses tell: a size, `width // 2`, a setting."""
        if temporary not in self._counted:
            self._counted[temporary] = False  # on the way round a loop
            self._counted[temporary] = self._is_number(temporary)
        return self._counted[temporary]

    def _is_number(self, temporary: int) -> bool:
        temporaries = self._accesses.temporaries
        op = temporaries.definitions.get(temporary)
        if isinstance(op, ir.Call):
            return temporaries.callee_name(op) in ("len", "int", "float", "size", "numel", "sqrt", "log")
        if isinstance(op, ir.Item):
            base = temporaries.definitions.get(op.base)
            return isinstance(base, ir.Attribute) and base.name == "shape"
        if isinstance(op, ir.Binary):
            sides = (op.left, op.right)
            return all(self._makings.value(each).kind is Kind.NUMBER or self._counts(each) for each in sides)
        path = temporaries.path(temporary)
        if path is None:
            return False
        if len(path) > 1 and path[0] == "self" and path[-1][0] == ".":
            return True
        if isinstance(op, ir.Load) and self._is_size(path):
            return True
        return self._is_counted(op, path)

    def _is_counted(self, op: ir.Instruction | None, path: tuple[str, ...]) -> bool:
        temporaries = self._accesses.temporaries
        if not isinstance(op, ir.Load):
            return False
        writes = self._accesses.reaching(temporaries.places[op.target], path)
        stores = [each.instruction for each in writes]
        return bool(stores) and all(isinstance(each, ir.Store) and self._counts(each.value) for each in stores)

    def _is_size(self, path: tuple[str, ...]) -> bool:
        """Whether the variable also says how large a tensor is to be made, or how often a loop turns."""
        temporaries = self._accesses.temporaries
        for event in self._accesses.all(path, Access.READ):
            users = temporaries.users[event.target]
            ends = [end for each in users if isinstance(each, ir.Binary) for end in temporaries.users[each.target]]
            for user in (*users, *ends):  # `arange(n)`, `arange(1, n + 1)`
                fact = self._calls.get(user.target) if isinstance(user, ir.Call) else None
                if fact is None:
                    continue
                entry = fact.entry
                if fact.name == "range" or (entry is not None and makes(entry) in ("fill", "random")):
                    return True
        return False

    def _of_call(self, op: ir.Call) -> Iterator[Making]:
        fact = self._calls.get(op.target)
        options = any(each.stars == 2 for each in op.arguments)
        if fact is not None and fact.name == "to" and self._is_cast(op):
            yield from self._of_receiver(op)
            return None
        if fact is None or fact.name in _MOVES or "device" in fact.keywords or options:
            return self._fail()
        made = self._makings.made_by(op, fact)
        if made is not None:
            yield made
            return
        if fact.entry is None or fact.starred or not (is_pure(fact) or fact.entry.name == "torch.meshgrid"):
            return self._fail()
        callee = self._makings._definitions.get(op.callee)
        if fact.receiver is not None and isinstance(callee, ir.Attribute):
            yield from self._of(callee.base)
            shift = 1
        else:
            shift = 0
        for position, argument in enumerate(op.arguments):
            yield from self._argument(fact.entry, argument, position + shift)

    def _of_receiver(self, op: ir.Call) -> Iterator[Making]:
        callee = self._makings._definitions.get(op.callee)
        if isinstance(callee, ir.Attribute):
            yield from self._of(callee.base)
        else:
            self._fail()

    def _is_cast(self, op: ir.Call) -> bool:
        """Whether `x.to(...)` only casts: `x.to(torch.float32)`, `x.to(y.dtype)`."""
        told = [each for each in op.arguments if each.name not in _NO_PLACES]
        return len(told) == 1 and self._is_dtype(told[0])

    def _is_dtype(self, argument: ir.Argument) -> bool:
        made = self._makings._definitions.get(argument.value)
        is_named = isinstance(made, ir.Attribute) and made.name == "dtype"
        is_one = is_named or self._makings.value(argument.value).kind is Kind.DTYPE
        return is_one and argument.name in (None, "dtype") and not argument.stars

    def _argument(self, entry: Entry, argument: ir.Argument, position: int) -> Iterator[Making]:
        value = self._makings.value(argument.value)
        takes = _takes_tensor(entry, argument, position)
        holds = value.kind in _CONTAINERS and (takes or any(each.kind is Kind.TENSOR for each in value.items or ()))
        if value.kind is Kind.TENSOR or holds:
            yield from self._of(argument.value)
        elif value.kind in _KINDS_OF_DATA and takes:
            yield from self._operand(argument.value)


def _takes_tensor(entry: Entry, argument: ir.Argument, position: int) -> bool:
    """Whether the parameter that an argument goes to takes a tensor, by its name."""
    names = [each.name for each in entry.parameters or ()]
    name = argument.name or (names[position] if position < len(names) else names[-1] if names else "")
    return name in _TENSOR_PARAMETERS
