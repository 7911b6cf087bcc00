"""What a loop carries from turn to turn: totals, states, and containers or objects that it changes."""

from __future__ import annotations

from functools import lru_cache

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.paths import Path, Place
from mlint.facts.loops.ordinals import is_cursor
from mlint.facts.loops.starts import is_zero
from mlint.facts.loops.turns import Turns, before, is_augmented

_CHANGING = frozenset(
    {"append", "extend", "update", "add", "insert", "push", "put", "accumulate", "pop", "popleft", "appendleft"}
    | {"write", "setdefault", "remove", "discard", "clear", "process", "record", "feed", "add_batch"}
)
_Carried = tuple[frozenset[Path], frozenset[Path]]


@lru_cache(maxsize=64)
def _carried(accesses: Accesses, loop: int) -> _Carried:
    """The paths that grow in the loop, and the states: plain variables whose value of the turn before is read."""
    members = accesses.graph.members(loop)
    head = Place(accesses.function.loops[loop].head, 0)
    grown: set[Path] = set()
    states: set[Path] = set()
    for event in accesses.events:
        if event.place.block in members and event.path not in grown:
            if _counts(accesses, event) or (_grows(accesses, event) and _from_before(accesses, event.path, loop, head)):
                grown.add(event.path)
            elif event.access is Access.WRITE and event.path not in states:
                states.update([event.path] if accesses.is_live(head, event.path, members) else [])
    return frozenset(grown), frozenset(states - grown)


def _grows(accesses: Accesses, event: Event) -> bool:
    if event.access is Access.CHANGE:
        return True
    if event.access is Access.WRITE:
        return is_augmented(event)
    users = accesses.temporaries.users[event.target]
    return any(isinstance(user, ir.Attribute) and user.name in _CHANGING for user in users)


def _counts(accesses: Accesses, event: Event) -> bool:
    """Whether the turn counts on, wherever the count began: `step = step + 1`, after `step` was read from a file."""
    if event.access is not Access.WRITE:
        return False
    definitions = accesses.temporaries.definitions
    made = definitions.get(getattr(event.instruction, "value", -1))
    counts = isinstance(made, ir.Binary) and made.op == "+" and isinstance(definitions[made.right], ir.Const)
    return counts and isinstance(made, ir.Binary) and accesses.temporaries.path(made.left) == event.path


def _from_before(accesses: Accesses, path: Path, loop: int, head: Place) -> bool:
    """Whether the path begins empty before the loop, or before the function, and keeps what the turns make of it."""
    if not accesses.is_live(head, path, accesses.graph.members(loop)):
        return False
    return all(is_zero(accesses, start) or is_augmented(start) for start in before(accesses, path, loop))


def reads_grown(turn: Turns, value: int) -> bool:
    """Whether the value is computed from something else that grows in the loop: a list, another total."""
    return _reads(turn, value, _carried(turn.accesses, turn.loop)[0])


def reads_state(turn: Turns, value: int) -> bool:
    """Whether the value is computed from another variable that the loop carries on."""
    return _reads(turn, value, _carried(turn.accesses, turn.loop)[1])


def _reads(turn: Turns, value: int, carried: frozenset[Path]) -> bool:
    temporaries = turn.accesses.temporaries
    for each in turn.inputs(value):
        made = temporaries.definitions[each]
        path = temporaries.read(made)
        if path is None or path == turn.path or _only_finds(turn, made, path):
            continue
        # A method of `self` is not all that `self` holds.
        is_whole = len(path) > 1 or temporaries.methods_called(made) is None
        if any(path[: len(other)] == other or (is_whole and other[: len(path)] == path) for other in carried):
            return True
    return False


def selects_anew(turn: Turns, value: int) -> bool:
    """Whether each turn of a while loop selects anew from containers that the loop leaves alone: all that is found so
    far, not what this turn adds."""
    accesses, temporaries = turn.accesses, turn.accesses.temporaries
    if accesses.function.loops[turn.loop].kind != "while" or not isinstance(
        temporaries.definitions[value], ir.Comprehension
    ):
        return False
    made = [temporaries.definitions[each] for each in turn.inputs(value)]
    sources = [temporaries.path(each.iterable) for each in made if isinstance(each, ir.Next)]
    writes = {
        each.path for each in accesses.events if each.access is not Access.READ and each.place.block in turn.all_members
    }
    return bool(sources) and all(each is not None and each not in writes for each in sources)


def _only_finds(turn: Turns, made: ir.Instruction, path: Path) -> bool:
    """Whether a cursor only says where this turn's data are: `parts[k]` of a loop that ends by `k += 1`."""
    users = turn.accesses.temporaries.users[made.target]
    finds = all(
        isinstance(each, ir.Slice) or (isinstance(each, ir.Item) and each.index == made.target) for each in users
    )
    return finds and is_cursor(turn, path)


def accumulates(turn: Turns, write: Event) -> bool:
    """Whether another write of the path makes its new value from the old one."""
    if is_augmented(write):
        return True
    value = getattr(write.instruction, "value", None)
    other = Turns(turn.accesses, turn.path, turn.loop, write)
    return value is not None and any(turn.accesses.temporaries.path(each) == turn.path for each in other.inputs(value))


def accumulating_others(turn: Turns) -> tuple[Event, ...]:
    """The other writes of the path, on turns that come to this one, that add to what the turn before left."""
    others = [other for other in turn.others if other.place.block in turn.members and other not in turn.additions]
    return tuple(other for other in others if accumulates(turn, other))
