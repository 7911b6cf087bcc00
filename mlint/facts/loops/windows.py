"""Maps that windows add up in, one of which is assigned where its sibling is added to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.consumers import Consumer, Role, consumers
from mlint.facts.flow.paths import Path, Place
from mlint.facts.loops.starts import is_zero
from mlint.facts.loops.turns import Turns, before, is_augmented, written_value


@dataclass(frozen=True, slots=True)
class Window:
    """An assignment into a window of a map, where `sibling` adds to the same window of another map, and both are
    divided by one another after the loop: in the same function, or (then `division` is None) in another method."""

    loop: int
    write: Event
    sibling: Event
    division: Consumer | None


_SLICERS = (("np", ".s_"), ("numpy", ".s_"), ("np", ".index_exp"))
Elsewhere = Callable[[Path, Path], bool]
"""Whether other methods begin both attributes at zero, and divide one by the other."""


def overwritten_windows(accesses: Accesses, elsewhere: Elsewhere = lambda *_: False) -> Iterator[Window]:
    """Every map that begins at zero and is assigned window by window beside one that is added to."""
    changes = [
        event for event in accesses.events if event.access is Access.CHANGE and _key(accesses, event) is not None
    ]
    for write in changes:
        loops = accesses.graph.blocks[write.place.block].loops
        if not loops or is_augmented(write) or reads_itself(accesses, write):
            continue
        is_zero_here = begins_with_zeros(accesses, write, loops)
        for sibling in changes:
            if _is_sibling(accesses, write, sibling):
                division = _division(accesses, write, sibling) if is_zero_here else None
                if division is not None or elsewhere(write.path, sibling.path):
                    yield Window(loops[-1], write, sibling, division)
                    break


def reads_itself(accesses: Accesses, write: Event) -> bool:
    """Whether the new value is made from the old one: `sums[k] = sums.get(k, 0) + x`."""
    inputs = accesses.temporaries.inputs(getattr(write.instruction, "value", -1))
    paths = (accesses.temporaries.path(each) for each in inputs)
    return any(path is not None and path[: len(write.path)] == write.path for path in paths)


def _key(accesses: Accesses, event: Event) -> str | None:
    made = event.instruction
    if not isinstance(made, ir.StoreItem):
        return None
    definitions = accesses.temporaries.definitions
    index = definitions[made.index]
    parts = list(index.items) if isinstance(index, ir.Collect) else [made.index]
    while len(parts) > 1 and _is_all(accesses, parts[0]):  # `maps[:, y:z]` is at the same place as `weights[y:z]`
        parts = parts[1:]
    texts = [accesses.temporaries.text(part) for part in parts]
    if None in texts or not (_is_window(accesses, event, parts) or comes_again(accesses, event, made.index)):
        return None
    return ", ".join(map(str, texts))


def _is_window(accesses: Accesses, event: Event, parts: list[int]) -> bool:
    """Whether a part of the index is a slice with an end, written there or kept in a variable: `rows = slice(a, b)`."""
    loops = accesses.graph.blocks[event.place.block].loops
    turn = Turns(accesses, event.path, loops[-1], event) if loops else None
    return any(_is_slice(accesses, part if turn is None else turn.origin(part)) for part in parts)


def _is_slice(accesses: Accesses, part: int) -> bool:
    made = accesses.temporaries.definitions[part]
    if isinstance(made, ir.Item) and accesses.temporaries.path(made.base) in _SLICERS:  # np.s_[a:b, c:d]
        made = accesses.temporaries.definitions[made.index]
    if isinstance(made, ir.Collect):
        return any(_is_slice(accesses, item) for item in made.items)
    if isinstance(made, ir.Call):
        return accesses.temporaries.callee_name(made) == "slice" and len(made.arguments) > 1
    return isinstance(made, ir.Slice) and (made.lower, made.upper) != (None, None)


def _is_all(accesses: Accesses, part: int) -> bool:
    made = accesses.temporaries.definitions[part]
    if isinstance(made, ir.Slice):
        return made.lower is None and made.upper is None
    return isinstance(made, ir.Const) and made.value is Ellipsis


def comes_again(accesses: Accesses, event: Event, index: int) -> bool:
    """Whether other turns come to the same element: it is found by what the data say, or counted anew by each turn of a
    loop around."""
    loops = accesses.graph.blocks[event.place.block].loops
    turn = Turns(accesses, event.path, loops[-1], event) if loops else None
    made = None if turn is None else accesses.temporaries.definitions[turn.origin(index)]
    if turn is None or not isinstance(made, (ir.Next, ir.Element)):
        return False
    end = accesses.graph.blocks[turn.head].end
    through = accesses.temporaries.definitions.get(end.iterable) if isinstance(end, ir.ForEach) else None
    name = accesses.temporaries.callee_name(through) if isinstance(through, ir.Call) else ""
    is_counted = name == "range" or (name == "enumerate" and getattr(made, "index", 0) == 0)
    return len(loops) > 1 if is_counted else isinstance(made, ir.Element)


def begins_with_zeros(accesses: Accesses, write: Event, loops: tuple[int, ...]) -> bool:
    """Whether the array that is written into holds zeros before the outermost loop that it is made before, or is None
    until a turn makes zeros."""
    writes = accesses.all(write.path, Access.WRITE)
    made = [each for each in writes if not _is_none(accesses, each)]
    if len(made) < len(writes) and made and all(each.path == write.path and is_zero(accesses, each) for each in made):
        return True
    for loop in loops:
        starts = list(before(accesses, write.path, loop))
        if starts:
            return all(start.path == write.path and is_zero(accesses, start) for start in starts)
    return False


def _is_none(accesses: Accesses, write: Event) -> bool:
    value = written_value(accesses, write)
    made = None if value is None else accesses.temporaries.definitions.get(value)
    return isinstance(made, ir.Const) and made.value is None


def _is_sibling(accesses: Accesses, write: Event, other: Event) -> bool:
    if other.path == write.path or not is_augmented(other) or not _is_beside(accesses, write, other):
        return False
    return _key(accesses, other) == _key(accesses, write)


def _is_beside(accesses: Accesses, write: Event, other: Event) -> bool:
    """Whether each turn of the loop that comes to the other write has come to this one: `if counts is not None:`."""
    mine, others = write.place.block, other.place.block
    blocks = accesses.graph.blocks
    return mine == others or (blocks[mine].loops == blocks[others].loops and accesses.graph.dominates(mine, others))


def _division(accesses: Accesses, write: Event, sibling: Event) -> Consumer | None:
    """Where one map is divided by the other after the write."""
    start = Place(write.place.block, write.place.position + 1)
    for path, other in ((write.path, sibling.path), (sibling.path, write.path)):
        for read in accesses.reads_from([start], path):
            for end in consumers(accesses, read.target):
                if end.role is Role.DIVIDED and end.other is not None:
                    inputs = accesses.temporaries.inputs(end.other)
                    if any(accesses.temporaries.path(each) == other for each in inputs):
                        return end
                if _is_zipped(accesses, end, other):
                    return end
    return None


def _is_zipped(accesses: Accesses, end: Consumer, other: Path) -> bool:
    """Whether it is gone through side by side with the other: `for hit, n in zip(hits, counts)`."""
    call = end.instruction
    if not isinstance(call, ir.Call) or accesses.temporaries.callee_name(call) != "zip":
        return False
    return any(accesses.temporaries.path(argument.value) == other for argument in call.arguments)
