"""What a value was before: back through names that are read once, and through calls that only reshape or convert."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mlint.facts.domain.values import UNKNOWN, Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses
from mlint.facts.flow.effects import is_pure
from mlint.facts.flow.paths import Place
from mlint.facts.flow.recorded import Facts

_MOST_LINKS = 12
_CONVERTS = frozenset(
    ("torch.from_numpy", "torch.tensor", "torch.as_tensor", "torch.asarray", "numpy.array", "numpy.asarray")
)
_MOVES = frozenset(("to", "cuda", "cpu"))
_ALONE = (Kind.NUMBER, Kind.TEXT, Kind.NONE, Kind.DTYPE, Kind.DEVICE, Kind.TUPLE, Kind.LIST, Kind.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Link:
    """One step back: the temporary, and the calls and operators between it and the value that the way begins at."""

    temporary: int
    instruction: ir.Instruction
    through: tuple[str, ...] = ()


def links(accesses: Accesses, facts: Facts, temporary: int) -> Iterator[Link]:
    """The temporaries that the value was before, the nearest first, itself included.

    Names are followed where one assignment reaches, and nothing else reads or changes what it assigned; arithmetic
    where the other side is a number; methods and functions where the tables know that they do nothing but compute, and
    no other argument is a tensor.
    """
    through: tuple[str, ...] = ()
    current: int | None = temporary
    for _ in range(_MOST_LINKS):
        made = accesses.temporaries.definitions.get(current) if current is not None else None
        if current is None or made is None:
            return
        yield Link(current, made, through)
        if isinstance(made, ir.Load):
            current = _assigned(accesses, made)
        elif isinstance(made, ir.Call):
            through = (*through, facts.calls[made.target].name if made.target in facts.calls else "")
            current = _computed_from(accesses, facts, made)
        else:
            through = (*through, made.op) if isinstance(made, (ir.Binary, ir.Compare, ir.Unary)) else through
            current = _operand(made, facts.values)


def is_selection(accesses: Accesses, facts: Facts, made: ir.Instruction) -> bool:
    """Whether it may choose several items, one by one: `labels.cpu().numpy()[hard]`."""
    index = made.index if isinstance(made, ir.Item) else -1
    is_named = isinstance(accesses.temporaries.definitions.get(index), (ir.Load, ir.Call, ir.Attribute))
    return is_named and facts.values.get(index, UNKNOWN).kind in (Kind.UNKNOWN, Kind.ARRAY, Kind.TUPLE)


def _assigned(accesses: Accesses, load: ir.Load) -> int | None:
    path = (load.name,)
    writes = accesses.reaching(accesses.temporaries.places[load.target], path)
    if len(writes) != 1 or accesses.is_captured(path):
        return None
    (write,) = writes
    if not isinstance(write.instruction, ir.Store) or write.instruction.augmented:
        return None
    after = Place(write.place.block, write.place.position + 1)
    own = {load.target, *(user.target for user in accesses.temporaries.users[load.target])}
    if any(each.target not in own for each in accesses.reads_from([after], path)):
        return None
    changes = accesses.all(path, Access.CHANGE)
    return None if changes else write.instruction.value


def _operand(made: ir.Instruction, values: Mapping[int, Value]) -> int | None:
    if isinstance(made, ir.Item) and values.get(made.index, UNKNOWN).kind is not Kind.TENSOR:
        return made.base
    if isinstance(made, ir.Unary):
        return made.operand
    if isinstance(made, (ir.Binary, ir.Compare)):
        for side, other in ((made.left, made.right), (made.right, made.left)):
            if values.get(other, UNKNOWN).kind is Kind.NUMBER:
                return side
    return None


def _computed_from(accesses: Accesses, facts: Facts, made: ir.Call) -> int | None:
    """What a method was called on, or the only tensor that a function was called with."""
    fact = facts.calls.get(made.target)
    if fact is None:
        return None
    callee = accesses.temporaries.definitions.get(made.callee)
    if isinstance(callee, ir.Attribute) and fact.receiver is not None:
        moves = fact.name in _MOVES and fact.receiver.kind in (Kind.TENSOR, Kind.UNKNOWN)
        alone = all(facts.values.get(each.value, UNKNOWN).kind in _ALONE for each in made.arguments)
        return callee.base if (is_pure(fact) and alone) or moves else None
    if fact.entry is None or not made.arguments or made.arguments[0].name is not None:
        return None
    first, *rest = (facts.values.get(each.value, UNKNOWN) for each in made.arguments)
    if fact.entry.name in _CONVERTS:
        return made.arguments[0].value if first.kind in (Kind.ARRAY, Kind.TENSOR, Kind.UNKNOWN) else None
    if is_pure(fact) and first.kind in (Kind.TENSOR, Kind.ARRAY) and all(each.kind in _ALONE for each in rest):
        return made.arguments[0].value
    return None
