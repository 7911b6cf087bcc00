"""Totals by name or class, in a container, that each turn of an outer loop assigns anew: `sums[name] = value`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.consumers import Consumer, Role, consumers
from mlint.facts.flow.counts import is_count
from mlint.facts.loops.entries import assigned_items, entries
from mlint.facts.loops.starts import is_zero_value
from mlint.facts.loops.turns import Turns, before, is_augmented, written_value
from mlint.facts.loops.windows import reads_itself


@dataclass(frozen=True, slots=True)
class Entry:
    """An assignment to an entry of a container that begins with a zero for each, where an inner loop goes through the
    entries, and an outer one through the data; the entries are divided after both."""

    write: Event
    division: Consumer


def overwritten_entries(accesses: Accesses) -> Iterator[Entry]:
    """Every total in a container that an outer loop overwrites turn by turn."""
    for event, made, loops in assigned_items(accesses):
        if len(loops) < 2 or reads_itself(accesses, event) or not _begins_with_zeros(accesses, event, loops):
            continue
        turn = Turns(accesses, event.path, loops[-2], event)
        if _is_new(turn, made.value) and _is_by_turn(accesses, event, made.index):
            division = _division(turn, made)
            if division is not None:
                yield Entry(event, division)


def _is_by_turn(accesses: Accesses, event: Event, index: int) -> bool:
    """Whether the inner loop says which entry is meant: by what it takes up, or a number that is counted from that."""
    turn = Turns(accesses, event.path, accesses.graph.blocks[event.place.block].loops[-1], event)
    made = accesses.temporaries.definitions[turn.origin(index)]
    if isinstance(made, ir.Binary) and made.op in ("+", "-"):
        sides = [accesses.temporaries.definitions[turn.origin(each)] for each in (made.left, made.right)]
        return any(isinstance(each, ir.Next) for each in sides) and any(isinstance(each, ir.Const) for each in sides)
    return isinstance(made, (ir.Next, ir.Element))


def _is_new(turn: Turns, value: int) -> bool:
    """Whether the value follows from what the outer loop goes through, or is a gradient, which every turn computes."""
    end = turn.accesses.graph.blocks[turn.head].end
    through = end.iterable if isinstance(end, ir.ForEach) else None
    made = [turn.accesses.temporaries.definitions[each] for each in turn.inputs(value, hops=6)]
    if any(isinstance(each, ir.Attribute) and each.name == "grad" for each in made):
        return True
    return any(isinstance(each, ir.Next) and each.iterable == through for each in made)


def _begins_with_zeros(accesses: Accesses, event: Event, loops: tuple[int, ...]) -> bool:
    starts = list(before(accesses, event.path, loops[0]))
    if starts and all(_is_none(accesses, start) for start in starts):  # made on the first turn
        starts = [each for each in accesses.all(event.path, Access.WRITE) if not _is_none(accesses, each)]
    return bool(starts) and all(
        start.path == event.path and not is_augmented(start) and _holds_zeros(accesses, written_value(accesses, start))
        for start in starts
    )


def _is_none(accesses: Accesses, start: Event) -> bool:
    value = written_value(accesses, start)
    made = accesses.temporaries.definitions.get(value if value is not None else -1)
    return isinstance(made, ir.Const) and made.value is None


def _holds_zeros(accesses: Accesses, value: int | None) -> bool:
    """Whether it is a container with a zero for each entry: a dict, a list, an array, a `defaultdict(float)`."""
    definitions = accesses.temporaries.definitions
    made = definitions.get(value if value is not None else -1)
    if value is None or isinstance(made, ir.Const) or (isinstance(made, ir.Collect) and not made.items):
        return False
    if isinstance(made, ir.Mapping):
        return bool(made.values) and all(is_zero_value(accesses, each) for each in made.values)
    if isinstance(made, ir.Comprehension):
        element = definitions.get(made.element) if made.kind == "dict" else None
        return is_zero_value(accesses, element.items[1] if isinstance(element, ir.Collect) else made.element)
    if not isinstance(made, ir.Call):
        return is_zero_value(accesses, value)
    called, arguments = accesses.temporaries.callee_name(made), [each.value for each in made.arguments]
    if called == "defaultdict":
        made_by = definitions.get(arguments[0]) if arguments else None
        return isinstance(made_by, ir.Global) and made_by.name in ("float", "int")
    if called == "fromkeys":
        return len(arguments) == 2 and is_zero_value(accesses, arguments[1])
    return bool(arguments) and is_zero_value(accesses, value)


def _division(turn: Turns, made: ir.StoreItem) -> Consumer | None:
    """Where the entries, or the whole, are divided by a count after the outer loop; or divide what adds up beside."""
    accesses, write = turn.accesses, turn.write
    for read in accesses.reached_by(write, turn.path):
        if read.place.block in turn.all_members:
            continue
        for value in (read.target, *entries(accesses, read.target)):
            for end in consumers(accesses, value):
                if end.role is Role.DIVIDED and end.other is not None and _counts(turn, end.other):
                    return end
                if end.role is Role.DIVISOR and _adds_up_beside(turn, made):
                    return end
    return None


def _adds_up_beside(turn: Turns, made: ir.StoreItem) -> bool:
    """Whether the same entry of another container is added to right beside: `hits[k] += ...` and `seen[k] = ...`."""
    accesses = turn.accesses
    index = accesses.temporaries.text(made.index)
    beside = (each for each in accesses.events if each.place.block == turn.write.place.block)
    stores = [each.instruction for each in beside if each.access is Access.CHANGE and each.path != turn.path]
    augmented = [each for each in stores if isinstance(each, ir.StoreItem) and each.augmented]
    return index is not None and any(accesses.temporaries.text(each.index) == index for each in augmented)


def _counts(turn: Turns, divisor: int) -> bool:
    """Whether it is a count, or what the outer loop adds up."""
    accesses = turn.accesses
    paths = [path for each in accesses.temporaries.inputs(divisor) if (path := accesses.temporaries.path(each))]
    return is_count(accesses, divisor) or any(
        is_augmented(event) and event.place.block in turn.all_members
        for path in paths
        for event in accesses.all(path, Access.WRITE)
    )
