"""Which assignments in loops may be totals that are overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlint.facts.loops.starts import begins_at_zero, is_zero
from mlint.facts.loops.totals import Overwritten
from mlint.facts.loops.turns import Turns, is_augmented, is_loop_variable


def overwritten_totals(every: Iterable[Turns]) -> Iterator[Overwritten]:
    """Every path that a loop overwrites turn by turn, that begins at zero or gets a share of a whole, and that is read
    after the loop (or whose zero is read by nobody)."""
    for turn in every:
        if turn.value is None or is_zero(turn.accesses, turn.write):
            continue
        zero = _begins_at_zero(turn)
        if not (zero or _divides(turn)) or not turn.repeats or _reads_itself(turn):
            continue
        found = Overwritten(turn)
        if turn.carried and not (found.is_mixed or found.is_twin):
            continue
        if not (zero or (turn.after and found.share)):
            continue
        if not is_loop_variable(turn.accesses, found.made) and (turn.after or turn.escapes or found.is_dead_start):
            yield found


def _divides(turn: Turns) -> bool:
    """Whether the loop divides anything: else a turn has no share of a whole."""
    return not turn.accesses.dividing.isdisjoint(turn.all_members)


def _begins_at_zero(turn: Turns) -> bool:
    return bool(turn.starts) and all(
        begins_at_zero(turn.accesses, start, turn.path) or (start.path == turn.path and is_augmented(start))
        for start in turn.starts
    )


def _reads_itself(turn: Turns) -> bool:
    """Whether what a turn has added up, from zero, is divided in its place: `loss = loss / n`, a mean of this turn."""
    temporaries = turn.accesses.temporaries
    inside = temporaries.inputs(turn.value) if turn.value is not None and not turn.carried else ()
    return any(temporaries.path(each) == turn.path for each in inside)
