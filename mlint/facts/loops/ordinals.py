"""Numbers that say which turn a loop is in: the variable of `range` and `enumerate`, a cursor that steps on."""

from __future__ import annotations

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.paths import Path
from mlint.facts.loops.turns import Turns, written_value

_COUNTING = frozenset({"range", "trange", "count", "arange"})
SHOWING = frozenset({"tqdm", "track", "iter", "list", "reversed"})
"""Calls that give, one after the other, what they are given, as a loop goes over it."""
_CONVERSIONS = frozenset({"int", "float", "min", "max", "round", "len"})


def counts_turns(turn: Turns, value: int) -> bool:
    """Whether the value is computed from which turn this is, and from what the loop leaves alone: `i + 1`, `i * size`.
    It is made in full by each turn."""
    found = False
    pending = [value]
    while pending:
        made = turn.accesses.temporaries.definitions.get(turn.origin(pending.pop()))
        if isinstance(made, ir.Binary):
            pending += [made.left, made.right]
        elif isinstance(made, ir.Call) and turn.accesses.temporaries.callee_name(made) in _CONVERSIONS:
            pending += [argument.value for argument in made.arguments]
        elif made is not None and _is_ordinal(turn.accesses, made):
            found = True
        elif not (isinstance(made, ir.Const) or _is_left_alone(turn, made)):
            return False
    return found


def _is_ordinal(accesses: Accesses, made: ir.Instruction) -> bool:
    """`i` of `for i in range(n)` and of `for i, x in enumerate(xs)`"""
    if isinstance(made, ir.Element) and made.index == 0:
        turned = accesses.temporaries.definitions.get(made.source)
        return isinstance(turned, ir.Next) and _goes_through(accesses, turned) == "enumerate"
    return isinstance(made, ir.Next) and _goes_through(accesses, made) in _COUNTING


def _goes_through(accesses: Accesses, turned: ir.Next) -> str:
    """The name of what makes the numbers, behind what shows the progress."""
    made = accesses.temporaries.definitions.get(turned.iterable)
    while isinstance(made, ir.Call) and accesses.temporaries.callee_name(made) in SHOWING and made.arguments:
        made = accesses.temporaries.definitions.get(made.arguments[0].value)
    return accesses.temporaries.callee_name(made) if isinstance(made, ir.Call) else ""


def _is_left_alone(turn: Turns, made: ir.Instruction | None) -> bool:
    path = None if made is None else turn.accesses.temporaries.path(made.target)
    return path is not None and not any(
        event.access is not Access.READ and event.place.block in turn.all_members
        for events in turn.accesses.of(path).values()
        for event in events
    )


def is_step(accesses: Accesses, write: Event) -> bool:
    """Whether the write moves a number on by a constant: `n += 1`, `n = n + 1`."""
    value = written_value(accesses, write)
    made = None if value is None else accesses.temporaries.definitions.get(value)
    if not isinstance(made, ir.Binary) or made.op not in ("+", "-"):
        return False
    step = accesses.temporaries.definitions.get(made.right)
    moved = made.inplace or accesses.temporaries.path(made.left) == write.path
    return moved and isinstance(step, ir.Const) and type(step.value) in (int, float) and step.value != 0


def is_cursor(turn: Turns, path: Path) -> bool:
    """Whether all that the loop does to the number is to move it on by constants."""
    events = [event for events in turn.accesses.of(path).values() for event in events]
    writes = [each for each in events if each.access is not Access.READ and each.place.block in turn.all_members]
    return bool(writes) and all(is_step(turn.accesses, each) for each in writes)
