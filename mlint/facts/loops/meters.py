"""Meters: objects that add up two numbers call by call, and divide one by the other.

`self.sum += value * n` and `self.count += n` of a method `update` are such a pair, as are those of one item,
`self.sums[name] += value` and `self.counts[name] += 1`. Where one of the two is assigned, only the last call counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.counts import is_batch_size, words
from mlint.facts.flow.paths import Path
from mlint.facts.loops.names import CLOCKS, COUNTERS, LASTS, TOTALS
from mlint.facts.loops.starts import CONVERSIONS, is_zero
from mlint.facts.loops.turns import is_augmented, written_value

_BEGINS = frozenset({"__init__", "reset", "clear", "zero", "start", "begin", "__enter__", "setup"})
_SUMS = frozenset({"total", "totals", "sum", "sums", "accumulated", "cumulative", "running"})
_COUNTS = frozenset("count counts n num number seen samples steps examples tokens words batches seconds time".split())
_MEASURES = frozenset("loss losses error errors err score scores reward rewards cost correct hits".split())
_WHOLES = frozenset("total all max limit size expected".split())
_FORMS = frozenset({"shape", "device", "dtype"})
_MODELS = frozenset({"len", "to", "type_as", "zeros_like", "ones_like", "empty_like", "full_like"})
"""Calls whose argument says how long, or of what form, something is to be."""
_HOPS = 3


@dataclass(frozen=True, slots=True)
class Meter:
    """An assignment to an attribute of `self`, or to an item of one, beside an addition to another one, `sibling`."""

    write: Event
    sibling: Event


Divided = Callable[[Path, Path], bool]
"""Whether the class begins both attributes at zero, and divides the first by the second."""


def overwritten_meters(accesses: Accesses, divided: Divided, totals: Callable[[], Set[Path]]) -> Iterator[Meter]:
    """Every attribute that a method assigns beside one that it adds to. `totals`: the attributes of the class that
    begin at zero, whose values follow from the calls before."""
    name = accesses.function.name.rpartition(".")[2]
    if name in _BEGINS:
        return
    writes = [each for each in accesses.events if each.access is not Access.READ and _is_own(each.path)]
    added = [each for each in writes if _is_addition(accesses, each)]
    for write in writes if added else ():
        mine = [each for each in writes if each.path == write.path and not _is_moved(accesses, each)]
        others = [each for each in mine if not _is_start(accesses, each, write)]
        if is_augmented(write) or others or is_zero(accesses, write) or _is_last(write.path):
            continue
        for sibling in added:
            if _is_beside(accesses, write, sibling, divided) and _is_paired(accesses, write, sibling, divided):
                yield from [Meter(write, sibling)] if _is_of_this_call(accesses, write, totals()) else ()
                break


def _is_start(accesses: Accesses, other: Event, write: Event) -> bool:
    """Whether it is the write itself, or makes the zero of an entry that is new: `self.sums[name] = 0`."""
    return other is write or (isinstance(other.instruction, ir.StoreItem) and is_zero(accesses, other))


def _is_moved(accesses: Accesses, write: Event) -> bool:
    """Whether the attribute gets what it holds, on another device or of another dtype: `self.sum = self.sum.to(x)`."""
    value = written_value(accesses, write)
    made = accesses.temporaries.definitions.get(value if value is not None else -1)
    callee = accesses.temporaries.definitions.get(made.callee) if isinstance(made, ir.Call) else None
    is_move = isinstance(callee, ir.Attribute) and callee.name in CONVERSIONS
    return is_move and isinstance(callee, ir.Attribute) and accesses.temporaries.path(callee.base) == write.path


def _is_last(path: Path) -> bool:
    """Whether the name says that one call's value is wanted."""
    return bool(words(path) & LASTS) and not words(path) & _SUMS


def _is_own(path: Path) -> bool:
    return len(path) == 2 and path[0] == "self" and path[1].startswith(".")


def _is_beside(accesses: Accesses, write: Event, sibling: Event, divided: Divided) -> bool:
    """Whether the two are written together, as a whole or the same item of both, and the sibling is carried on; what is
    divided by the sibling may be written now and then: `if hit: self.hits = 1`."""
    place = write.place.block if (head := _of_keys(accesses, write, sibling)) is None else head
    if sibling.path == write.path:
        return False
    if not _are_together(accesses, place, sibling.place.block) and not (
        divided(write.path, sibling.path) and words(write.path) & (_SUMS | TOTALS | COUNTERS)
    ):
        return False
    if any(is_zero(accesses, each) for each in accesses.all(sibling.path, Access.WRITE)):
        return False
    mine, other = _item(accesses, write), _item(accesses, sibling)
    return mine is not None and (mine == other or (other == "" and place != write.place.block))


def _of_keys(accesses: Accesses, write: Event, sibling: Event) -> int | None:
    """The head of the loop that writes one item after the other, where the sibling counts the calls, outside of it:
    `for name in losses: self.sums[name] = losses[name]`. None where there is none."""
    made, function = write.instruction, accesses.function
    around = function.blocks[sibling.place.block].loops
    inside = [each for each in function.blocks[write.place.block].loops if each not in around]
    index = accesses.temporaries.definitions.get(made.index) if isinstance(made, ir.StoreItem) else None
    return function.loops[inside[0]].head if inside and isinstance(index, ir.Load) else None


def _are_together(accesses: Accesses, write: int, sibling: int) -> bool:
    """Whether control that comes to the sibling's block has come to that of the write, or will before it returns."""
    graph = accesses.graph
    if graph.dominates(write, sibling):
        return True
    onward = graph.reachable(graph.successors[sibling], frozenset({write}))
    ends = [accesses.function.blocks[each].end for each in onward]
    return graph.dominates(sibling, write) and not any(isinstance(each, ir.Leave) and not each.raises for each in ends)


def _item(accesses: Accesses, write: Event) -> str | None:
    """Which item of the attribute is written: `name` of `self.sums[name]`; empty for the attribute as a whole."""
    made = write.instruction
    return accesses.temporaries.text(made.index) if isinstance(made, ir.StoreItem) else ""


def _is_addition(accesses: Accesses, write: Event) -> bool:
    value = accesses.temporaries.definitions.get(getattr(write.instruction, "value", -1))
    if not isinstance(value, ir.Binary) or value.op != "+":
        return False
    return is_augmented(write) or accesses.temporaries.path(value.left) == write.path


def _is_paired(accesses: Accesses, write: Event, sibling: Event, divided: Divided) -> bool:
    if divided(write.path, sibling.path):
        measured = words(write.path) & _MEASURES and words(sibling.path) & _COUNTS
        return bool(measured) or not _is_set(accesses, write)
    return divided(sibling.path, write.path) and _shares(accesses, write, sibling)


def _is_set(accesses: Accesses, write: Event) -> bool:
    """Whether a parameter of the same name is what is assigned: `self.total = total`; one that is a single one where
    nobody passes another counts, `n=1`."""
    value = written_value(accesses, write)
    path = accesses.temporaries.path(value) if value is not None else None
    given = {each.name for each in accesses.function.parameters} - _ones(accesses)
    return path == (write.path[1].lstrip("._"),) and path[0] in given


def _ones(accesses: Accesses) -> frozenset[str]:
    """The parameters that are one where nobody passes another: how many are added up."""
    definitions = accesses.temporaries.definitions
    defaults = {
        each.name: definitions.get(each.default) for each in accesses.function.parameters if each.default is not None
    }
    return frozenset(
        name
        for name, made in defaults.items()
        if isinstance(made, ir.Const) and type(made.value) is int and made.value == 1
    )


def _shares(accesses: Accesses, write: Event, sibling: Event) -> bool:
    """Whether what is assigned was computed from what the sibling's addend was computed from, counts one, or is passed
    in and called a count: how many there are of what is added up. Of a progress, what it is a part of is no such
    number."""
    value = written_value(accesses, write)
    made = accesses.temporaries.definitions.get(value if value is not None else -1)
    if isinstance(made, ir.Const):
        return type(made.value) in (int, float)
    if isinstance(made, ir.Load) and made.name in _ones(accesses):
        return True
    added = accesses.temporaries.definitions.get(getattr(sibling.instruction, "value", -1))
    if value is None or not isinstance(added, ir.Binary):
        return False
    if _is_number_of(write.path) and is_batch_size(accesses, value):
        return True
    mine, yours = _roots(accesses, value), _roots(accesses, added.right)
    return not mine.isdisjoint(yours) or _is_counted(accesses, write, mine, yours)


def _is_counted(accesses: Accesses, write: Event, mine: frozenset[str], yours: frozenset[str]) -> bool:
    """Whether the caller passes both, and the attribute is named as a count or a time: `self.seconds = elapsed`."""
    given = {each.name for each in accesses.function.parameters}
    return bool(_is_number_of(write.path) and mine and mine | yours <= given) and not _is_set(accesses, write)


def _is_number_of(path: Path) -> bool:
    """Whether the attribute is named as a count or a time, and not as what is expected in all."""
    return bool(words(path) & _COUNTS) and not words(path) & _WHOLES


def _roots(accesses: Accesses, value: int) -> frozenset[str]:
    """The variables that a value was computed from, but for `self`."""
    paths = [accesses.temporaries.path(each) for each in inputs_of(accesses, value)]
    return frozenset(path[0] for path in paths if path is not None and path[0] != "self")


def inputs_of(accesses: Accesses, value: int, hops: int = _HOPS) -> Iterator[int]:
    """The temporaries that a value was computed from, and those of what the variables in it were assigned."""
    temporaries = accesses.temporaries
    for each in temporaries.inputs(value):
        yield each
        path = temporaries.path(each)
        if path is not None and hops:
            for write in accesses.reaching(temporaries.places[each], path):
                assigned = written_value(accesses, write)
                if assigned is not None and write.target < each:
                    yield from inputs_of(accesses, assigned, hops - 1)
            for change in accesses.all(
                path, Access.CHANGE
            ):  # what was stored in it: `mean[name] = self.mean[name] * ...`
                made = change.instruction
                if isinstance(made, ir.StoreItem) and change.target < each:
                    yield from inputs_of(accesses, made.value, hops - 1)


def _is_of_this_call(accesses: Accesses, write: Event, totals: Set[Path]) -> bool:
    """Whether the value follows from this call alone: no clock is read, nor what the object has kept of others.

    What a clock says is the whole time, unless a total is to hold what another name holds, too: `total = self.lap`.
    """
    value = written_value(accesses, write)
    if value is None:
        return False
    temporaries = accesses.temporaries
    held = temporaries.path(value)
    if words(write.path) & _SUMS and held is not None and _is_own(held) and _is_new(accesses, value, held):
        return held != write.path
    for each in inputs_of(accesses, value):
        made = temporaries.definitions[each]
        if isinstance(made, ir.Call) and temporaries.callee_name(made) in CLOCKS:
            return False
        if holds_others(accesses, each, write.path, totals):
            return False
    return True


def holds_others(accesses: Accesses, read: int, mine: Path, totals: Set[Path]) -> bool:
    """Whether a temporary reads what earlier calls have left: the attribute `mine`, or another one that begins at zero,
    or empty, and is not assigned anew."""
    path = accesses.temporaries.path(read)
    kept = path is not None and path[:2] in totals and not _is_new(accesses, read, path)
    if path is not None and path[2:] and path[2].lstrip(".") in _FORMS:
        return False
    return (path == mine or kept) and not _is_measured(accesses, read)


def _is_measured(accesses: Accesses, read: int) -> bool:
    """Whether only the length, the shape or the form of it is asked for: `range(len(self.sums))`, `x.to(self.sums)`."""
    users = accesses.temporaries.users[read]
    return bool(users) and all(
        (isinstance(each, ir.Call) and accesses.temporaries.callee_name(each) in _MODELS)
        or (isinstance(each, ir.Attribute) and each.name in _FORMS)
        for each in users
    )


def _is_new(accesses: Accesses, read: int, path: Path) -> bool:
    """Whether the attribute holds what the same call has assigned."""
    found = accesses.reaching(accesses.temporaries.places[read], path[:2])
    return bool(found) and not any(map(is_augmented, found))
