"""Positions that move along: an index, a running offset; and those that stop moving because they are overwritten."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses, Event
from mlint.facts.flow.consumers import Consumer, Role, consumers
from mlint.facts.flow.counts import is_extent, words
from mlint.facts.loops.beside import addend
from mlint.facts.loops.carried import accumulating_others, reads_grown, reads_state
from mlint.facts.loops.names import FLAGS
from mlint.facts.loops.ordinals import counts_turns
from mlint.facts.loops.starts import is_zero
from mlint.facts.loops.turns import Turns, is_augmented

_POSITIONS = frozenset({Role.INDEX, Role.BOUND, Role.ADDED, Role.MULTIPLIED, Role.ORDERED})
_FLAGS = frozenset({Role.TESTED, Role.EQUATED})
_HANDED = frozenset({Role.STORED, Role.PASSED, Role.SHOWN, Role.RETURNED})
_COUNTERS = frozenset(
    {"idx", "index", "i", "j", "k", "n", "cnt", "count", "counter", "num", "step", "steps", "iter", "iteration", "it"}
    | {"pos", "position", "ptr", "pointer", "cursor", "row", "col", "column", "id", "level", "epoch", "offset", "start"}
    | {"stage", "block", "layer", "ind", "inx", "ix", "batch", "frame", "loc", "begin", "shift", "trials", "retries"}
)
_PLACES = frozenset({"offset", "start", "begin", "pos", "position", "cursor"})
_LIMITS = frozenset({"patience", "max", "limit", "tolerance", "maximum", "stopping", "threshold", "stop"})
_BEFORE = frozenset({"prev", "previous", "last", "old", "best", "max", "min", "state", "flag"})


class Move(enum.Enum):
    """What a stuck position is set to, where it should be moved by it."""

    CONSTANT = "constant"
    ADDEND = "addend"
    EXTENT = "extent"
    PAIRED = "paired"


@dataclass(frozen=True, slots=True)
class Stuck:
    """A position that begins at zero, is read on the next turn, and is set to what it should move by.

    `is_place`: it says where something stands: an index, or the end of a slice. One that is only computed or compared
    with may be an amount, which each turn knows anew.
    """

    turns: Turns
    move: Move
    is_place: bool


def stuck_positions(every: Iterable[Turns]) -> Iterator[Stuck]:
    """Every position that a loop overwrites with the step that it should take."""
    for each in every:
        if each.starts and all(_begins(each.accesses, each, start) for start in each.starts):
            found = _stuck(each)
            if found is not None:
                yield found
                continue
        if _is_beside_moving_end(each):
            yield Stuck(each, Move.PAIRED, is_place=True)


def _is_beside_moving_end(turn: Turns) -> bool:
    """Whether it is one end of a slice whose other end moves on by what this one is set to: `start = step` beside
    `end += step`."""
    accesses = turn.accesses
    text = None if turn.value is None else accesses.temporaries.text(turn.value)
    moving = [] if text is None else _moved_by(turn, text)
    users = [user for read in (turn.carried if moving else ()) for user in accesses.temporaries.users[read.target]]
    bounds = [(each.lower, each.upper) for each in users if isinstance(each, ir.Slice)]
    paths = {accesses.temporaries.path(end) for pair in bounds for end in pair if end is not None}
    return any(each.path in paths for each in moving)


def _moved_by(turn: Turns, text: str) -> list[Event]:
    """The other positions that the turn moves on by this, right beside."""
    accesses = turn.accesses
    beside = [each for each in accesses.augmented if each.place.block == turn.write.place.block]
    added = [(each, addend(accesses, each)) for each in beside if each.path != turn.path]
    return [each for each, value in added if value is not None and accesses.temporaries.text(value) == text]


def _begins(accesses: Accesses, turn: Turns, start: Event) -> bool:
    return start.path == turn.path and is_zero(accesses, start)


def _stuck(turn: Turns) -> Stuck | None:
    reads = turn.carried or (turn.own if _is_counted(turn) or _is_held(turn) else ())
    if turn.value is None or not turn.repeats or not reads:
        return None
    ends = [end for read in reads for end in consumers(turn.accesses, read.target)]
    known = _POSITIONS | _HANDED if words(turn.path) & _COUNTERS else _POSITIONS
    positions = [end for end in ends if end.role in known or (end.role in _FLAGS and _is_number(turn, end))]
    if not positions or any(end.role in _FLAGS and not _is_number(turn, end) for end in ends):
        return None
    move = _move(turn, turn.value, ends)
    is_place = "offset" in words(turn.path) or any(end.role in (Role.INDEX, Role.BOUND) for end in positions)
    if move is Move.EXTENT and _is_limited(turn, turn.value):
        is_place = False
    return Stuck(turn, move, is_place) if move is not None else None


def _is_limited(turn: Turns, value: int) -> bool:
    """Whether an extent is one of two, or several are added: it may be how much is kept, or where a piece ends."""
    made = turn.accesses.temporaries.definitions[turn.origin(value)]
    if isinstance(made, ir.Call):
        return turn.accesses.temporaries.callee_name(made) in ("min", "max")
    return isinstance(made, ir.Binary) and made.op == "+"


def _is_counted(turn: Turns) -> bool:
    """Whether every turn begins by setting a counter, by its name, to a constant."""
    made = turn.accesses.temporaries.definitions.get(turn.value if turn.value is not None else -1)
    return isinstance(made, ir.Const) and turn.every_turn and bool(words(turn.path) & _COUNTERS)


def _is_held(turn: Turns) -> bool:
    """Whether a counter is set to a constant by some turns and to zero by others, and compared with more than that."""
    made = turn.accesses.temporaries.definitions.get(turn.value if turn.value is not None else -1)
    if not isinstance(made, ir.Const) or type(made.value) is not int or made.value <= 0 or not turn.others:
        return False
    if not all(is_zero(turn.accesses, other) for other in turn.others):
        return False
    ends = [end for read in turn.own for end in consumers(turn.accesses, read.target)]
    ordered = bool(ends) and all(end.role is Role.ORDERED and _is_more(turn, end, made.value) for end in ends)
    equated = bool(ends) and all(end.role is Role.EQUATED and _is_number(turn, end) for end in ends)
    return (ordered and not turn.every_turn) or (equated and turn.every_turn and _is_set_back(turn, ends))


def _is_set_back(turn: Turns, ends: list[Consumer]) -> bool:
    """Whether the tests of the number decide that it is set back to zero, and it is compared with no text."""
    tests = {end.instruction.target for end in ends}
    backs = (Turns(turn.accesses, turn.path, turn.loop, other).deciding for other in turn.others)
    others = [turn.accesses.temporaries.definitions.get(end.other) for end in ends if end.other is not None]
    texts = any(isinstance(each, ir.Const) and not isinstance(each.value, (int, float)) for each in others)
    return not texts and all(not tests.isdisjoint(back) for back in backs)


def _is_more(turn: Turns, end: Consumer, value: int) -> bool:
    other = turn.accesses.temporaries.definitions.get(end.other) if end.other is not None else None
    if isinstance(other, ir.Const):
        return isinstance(other.value, (int, float)) and other.value > value
    path = turn.accesses.temporaries.path(end.other) if end.other is not None else None
    return path is not None and bool(words(path) & _LIMITS)


def _is_number(turn: Turns, end: Consumer) -> bool:
    other = turn.accesses.temporaries.definitions.get(end.other) if end.other is not None else None
    return (
        end.role is Role.EQUATED and other is not None and not (isinstance(other, ir.Const) and other.value in (0, 1))
    )


def _move(turn: Turns, value: int, ends: list[Consumer]) -> Move | None:
    accesses = turn.accesses
    made = accesses.temporaries.definitions.get(value)
    # A piece may be cut at the position, and is as long as it is all the same.
    is_length = isinstance(made, ir.Call) and accesses.temporaries.callee_name(made) in ("len", "numel", "size")
    hops = 0 if is_length else 2
    if made is None or any(accesses.temporaries.path(each) == turn.path for each in turn.inputs(value, hops)):
        return None
    if _is_list(turn, made) or counts_turns(turn, value):
        return None
    if turn.additions and not turn.every_turn:
        return None  # it moves on, and at times from another place
    if accumulating_others(turn) and (_is_held_back(turn) or not _decides(turn)):
        return None
    if isinstance(made, ir.Const):
        return Move.CONSTANT if _counts(turn, made) else None
    if isinstance(made, (ir.Next, ir.Element)) or _is_of_turn_before(turn, ends) or _is_beside_turn(turn, made):
        return None
    key = accesses.temporaries.text(value)
    added = [end for end in ends if _adds(turn, end)]
    if key is not None and any(end.role is Role.ORDERED and _is_text(turn, end.other, key) for end in ends):
        return None  # `if size > largest: largest = size`
    if key is not None and any(end.other is not None and accesses.temporaries.text(end.other) == key for end in added):
        return Move.ADDEND
    if is_extent(accesses, value) and not (
        bool(words(turn.path) & _BEFORE)
        or reads_grown(turn, value)
        or reads_state(turn, value)
        or _is_resized(turn, value)
    ):
        return Move.EXTENT
    return None


def _is_resized(turn: Turns, value: int) -> bool:
    """Whether the loop gives what the value is an extent of another size: `kept = buffer.size(0)`, and then
    `buffer.resize_(kept + step)`."""
    temporaries = turn.accesses.temporaries
    paths = {temporaries.path(each) for each in turn.inputs(value)} - {None}
    resizes = (each for each in temporaries.definitions.values() if isinstance(each, ir.Attribute))
    return any(
        each.name in ("resize", "resize_")
        and temporaries.path(each.base) in paths
        and temporaries.places[each.target].block in turn.all_members
        for each in resizes
    )


def _counts(turn: Turns, made: ir.Const) -> bool:
    """Whether a number is what a counter moves by, and no flag or start is set."""
    is_step = type(made.value) is int and made.value > 0
    return is_step and not words(turn.path) & FLAGS and not _sets_otherwise(turn)


def _is_list(turn: Turns, made: ir.Instruction) -> bool:
    """Whether the value is a list, written out or many times over: `[0] * size`."""
    operands = (made.left, made.right) if isinstance(made, ir.Binary) else (made.target,)
    return any(isinstance(turn.accesses.temporaries.definitions.get(each), ir.Collect) for each in operands)


def _is_held_back(turn: Turns) -> bool:
    """Whether a test of the position itself decides: `if i + size > end: i = end - size`."""
    temporaries = turn.accesses.temporaries
    inputs = (each for condition in turn.deciding for each in temporaries.inputs(condition))
    return any(temporaries.path(each) == turn.path for each in inputs)


def _is_of_turn_before(turn: Turns, ends: list[Consumer]) -> bool:
    """Whether it is named as what the turn before had, `last_channels`, and nothing is taken from there on, as it is
    by `items[previous : previous + length]`."""
    taken = any(end.role in (Role.INDEX, Role.BOUND) for end in ends)
    return bool(words(turn.path) & _BEFORE) and not taken


def _is_beside_turn(turn: Turns, made: ir.Instruction) -> bool:
    """Whether the value is counted from a place of its own, by its name, or what the loop takes up on this turn: `start
    + n` of `for start, n in pieces` is one, `rows + cols` of sizes is none."""
    if not isinstance(made, ir.Binary) or made.op not in ("+", "-"):
        return False
    if any(words(path) & _PLACES for each in (made.left, made.right) if (path := turn.accesses.temporaries.path(each))):
        return True
    definitions = turn.accesses.temporaries.definitions
    taken = [
        each for each in (made.left, made.right) if isinstance(definitions[turn.origin(each)], (ir.Next, ir.Element))
    ]
    return any(not is_extent(turn.accesses, each) for each in taken)


def _decides(turn: Turns) -> bool:
    """Whether the position decides when its while loop ends."""
    loop = turn.accesses.function.loops[turn.loop]
    return loop.kind == "while" and any(read.place.block == loop.head for read in turn.carried)


def _sets_otherwise(turn: Turns) -> bool:
    """Whether the loop sets the path to some other start than zero, too, as it does with states."""
    plain = [other for other in turn.others if not is_augmented(other)]
    return any(not is_zero(turn.accesses, other) for other in plain)


def _is_text(turn: Turns, temporary: int | None, key: str) -> bool:
    return temporary is not None and turn.accesses.temporaries.text(temporary) == key


def _adds(turn: Turns, end: Consumer) -> bool:
    """Whether the position itself, and nothing that was computed from it before, is added to."""
    made = end.instruction
    if end.role is not Role.ADDED or not isinstance(made, ir.Binary) or made.op != "+":
        return False
    return turn.path in (turn.accesses.temporaries.path(made.left), turn.accesses.temporaries.path(made.right))
