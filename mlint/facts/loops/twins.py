"""Branches that add to a path, beside others that assign it."""

from __future__ import annotations

from collections.abc import Iterator

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Event
from mlint.facts.flow.guards import conditions
from mlint.facts.flow.paths import Path
from mlint.facts.loops.beside import addend
from mlint.facts.loops.carried import accumulates, accumulating_others, reads_grown, reads_state
from mlint.facts.loops.ordinals import counts_turns
from mlint.facts.loops.starts import is_zero
from mlint.facts.loops.turns import Turns, before, is_augmented


def is_instead(turn: Turns, other: Event) -> bool:
    """Whether a turn comes to the other write or to this one, and never to both."""
    graph, blocks = turn.accesses.graph, (turn.write.place.block, other.place.block)
    around = frozenset({turn.head})
    return blocks[0] != blocks[1] and not any(
        there in graph.reachable(graph.successors[here], around) for here, there in (blocks, blocks[::-1])
    )


def is_twin_of_addition(turn: Turns) -> bool:
    """Whether other turns add to the path what this one assigns, the value of the turn before is read for nothing else,
    and what decides are this turn's data: `if known: seen += n` beside `else: seen = n`."""
    if turn.value is None or turn.own or not turn.deciding or any(_restarts(turn, each) for each in turn.deciding):
        return False
    others = accumulating_others(turn)
    return (
        bool(others)
        and len(others) == len(turn.others)
        and len(turn.carried) == len(others)
        and all(is_instead(turn, other) and _adds_alike(turn, other, turn.value) for other in others)
    )


def is_another_way(turn: Turns) -> bool:
    """Whether a setting that is the same on every turn decides between this write and one that adds to the path."""
    if not turn.deciding or any(_data(turn, each) for each in turn.deciding):
        return False
    return any(is_instead(turn, other) and accumulates(turn, other) for other in turn.others)


def begins_by_setting(turn: Turns) -> bool:
    """Whether what decides between this write and one that adds to the path also decides whether the path begins at
    zero: what it is under another setting may be another thing.

        if kind != "single": focal = 0.0
        for camera in cameras:
            if kind == "many": focal += camera.focal
            else: focal = camera.focal
    """
    mine = {path for each in turn.deciding for path in _settings(turn, each)}
    if not mine or not any(is_augmented(each) for each in turn.accesses.all(turn.path, Access.WRITE)):
        return False
    guards = (each for start in turn.starts for each in conditions(turn.accesses, start.place.block))
    return any(not mine.isdisjoint(_settings(turn, each)) for each in guards)


def _settings(turn: Turns, condition: int) -> Iterator[Path]:
    temporaries = turn.accesses.temporaries
    for each in temporaries.inputs(condition):
        path = temporaries.path(each)
        if path is not None and path != turn.path and not _is_new(turn, path):
            yield path


def _adds_alike(turn: Turns, other: Event, value: int) -> bool:
    """Whether both take the number from the same data of the turn."""
    added = addend(turn.accesses, other)
    return added is not None and not _data(turn, added).isdisjoint(_data(turn, value))


def _data(turn: Turns, value: int) -> frozenset[Path]:
    temporaries = turn.accesses.temporaries
    paths = (temporaries.read(temporaries.definitions[each]) for each in temporaries.inputs(value))
    return frozenset(path for path in paths if path is not None and path != turn.path and _is_new(turn, path))


def _is_new(turn: Turns, path: Path) -> bool:
    """Whether the loop assigns what the path begins with."""
    events = turn.accesses.of(path[:1]).values()
    return any(each.instruction.target in _stores(turn) for found in events for each in found)


def _stores(turn: Turns) -> frozenset[int]:
    blocks = (turn.accesses.graph.blocks[each] for each in turn.all_members)
    return frozenset(made.target for block in blocks for made in block.instructions if isinstance(made, ir.Store))


def _restarts(turn: Turns, condition: int) -> bool:
    """Whether the condition asks for the first turn, or for what the turns before have left."""
    if reads_grown(turn, condition) or reads_state(turn, condition):
        return True
    temporaries = turn.accesses.temporaries
    made = temporaries.definitions[condition]
    if not isinstance(made, (ir.Compare, ir.Call)):
        return True
    return any(
        counts_turns(turn, each) or temporaries.path(each) == turn.path for each in temporaries.inputs(condition)
    )


def is_mixed(turn: Turns, value: int) -> bool:
    """Whether other turns add to the path to which this one assigns `value`, and nothing shows why this one does not:
    no test for the first turn, for None, or of what has been added up so far."""
    temporaries = turn.accesses.temporaries
    deciding = [each for each in turn.deciding if not _is_of_others(turn, each)]
    conditions = [each for condition in deciding for each in turn.inputs(condition, hops=1)]
    if not turn.deciding or turn.path in {temporaries.path(each) for each in turn.inputs(value)}:
        return False
    return bool(accumulating_others(turn)) and not any(_may_restart(turn, each) for each in (*deciding, *conditions))


def _is_of_others(turn: Turns, condition: int) -> bool:
    """Whether it is the other turns that the condition singles out: `if i == 0: total += x`, and this on `else`."""
    made = turn.accesses.temporaries.definitions[condition]
    return isinstance(made, ir.Compare) and made.op == "==" and condition in turn.unless


def _may_restart(turn: Turns, condition: int) -> bool:
    temporaries = turn.accesses.temporaries
    made = temporaries.definitions[condition]
    if condition in turn.deciding and isinstance(made, (ir.Load, ir.Attribute)):
        return True
    if isinstance(made, ir.Const):
        return made.value is None or (isinstance(made.value, int) and made.value in (0, 1))
    return temporaries.path(condition) == turn.path or isinstance(made, (ir.Unary, ir.Item))


def has_counterpart_elsewhere(turn: Turns) -> bool:
    """Whether turns that do not come to the write assign another path that begins at zero, as in a chain of tests."""
    accesses = turn.accesses
    return any(
        other.access is Access.WRITE
        and other.place.block in turn.all_members
        and other.path != turn.path
        and not (is_augmented(other) or is_zero(accesses, other))
        and is_instead(turn, other)
        and any(is_zero(accesses, each) for each in before(accesses, other.path, turn.loop))
        for other in accesses.events
    )
