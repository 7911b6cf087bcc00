"""How sure it is that an overwritten total is a mistake."""

from __future__ import annotations

from mlint.facts.flow import ir
from mlint.facts.loops.beside import counts_beside
from mlint.facts.loops.carried import selects_anew
from mlint.facts.loops.entries import is_length_by_key
from mlint.facts.loops.names import SINGLES
from mlint.facts.loops.picked import is_of_best, is_of_matches
from mlint.facts.loops.single import is_of_single_turn
from mlint.facts.loops.starts import begin_as_dict
from mlint.facts.loops.totals import Overwritten
from mlint.facts.loops.twins import begins_by_setting, is_another_way
from mlint.finding import Confidence


def judge(found: Overwritten) -> Confidence | None:
    """How sure it is that the path was meant to be added to; None where one turn's value is what is wanted."""
    if found.is_constant:
        return None if found.turns.carried else _judge_constant(found)
    if _is_wanted(found):
        return None
    if found.turns.carried:  # other turns add to it
        return Confidence.LIKELY if found.is_twin else Confidence.POSSIBLE
    if begin_as_dict(found.turns.accesses, found.turns.starts):
        return Confidence.POSSIBLE
    if found.is_never_read or (found.is_result_for_text and not found.twins):
        return Confidence.POSSIBLE
    return Confidence.LIKELY if _is_total(found) and not _has_another_way(found) else Confidence.POSSIBLE


def _is_wanted(found: Overwritten) -> bool:
    if is_of_single_turn(found.turns) or is_of_best(found.turns) or found.is_filled or found.words & SINGLES:
        return True
    if is_of_matches(found.turns) and not (found.is_total or found.averaged or found.averages):
        return True
    if selects_anew(found.turns, found.value) or is_length_by_key(found.turns, found.value):
        return True
    if (found.is_timing and not found.is_mean_of_turns) or found.is_recomputed or found.is_fallback:
        return True
    if found.is_left_early and not found.is_dead_start:
        return found.averaged is None and not _is_of_episode(found)
    return found.is_last and not (found.is_total or found.averages or found.is_mean_of_turns)


def _is_of_episode(found: Overwritten) -> bool:
    """Whether it is named a total, and told by every step of a state that the loop carries on until it is done."""
    return found.is_total and found.is_unread and found.turns.every_turn and found.follows_state


def _has_another_way(found: Overwritten) -> bool:
    """Whether a setting decides that what all turns have alike is kept, and with another setting added up; or decides
    whether there is a total at all."""
    return (found.is_copy and is_another_way(found.turns)) or begins_by_setting(found.turns)


def _judge_constant(found: Overwritten) -> Confidence | None:
    if not found.is_constant_number:  # that there is none
        return None
    if found.is_placeholder:
        return Confidence.POSSIBLE
    if found.averaged or found.averages:
        return Confidence.LIKELY
    if found.is_flag or (found.is_left_early and not found.is_dead_start):
        return None
    if found.is_number or found.is_counter or found.is_total or found.is_plural or found.is_told_of_many:
        return Confidence.LIKELY if found.turns.after else Confidence.POSSIBLE
    return Confidence.POSSIBLE if found.is_handed else None


def _is_total(found: Overwritten) -> bool:
    if (
        found.averaged
        or found.fellows
        or found.counterparts
        or found.share
        or found.is_sum_of_squares
        or found.is_of_parameters
        or (found.averages and (found.turns.every_turn or counts_beside(found.turns, found.averages, found.totals)))
    ):
        return True
    if found.discards and found.is_unread and not found.is_repeated:
        return True
    if (found.resets and not found.is_copy) or (found.is_counter and found.is_all_elements):
        return True
    return found.is_unread and _is_kept(found)


def _is_kept(found: Overwritten) -> bool:
    """Whether what a turn does nothing with but to keep it was meant to be added to."""
    if found.is_copy and not found.is_computed and not found.turns.every_turn:  # one of them is picked
        return bool(found.twins)
    if found.is_total or found.is_named_whole:
        return not (found.is_dispatched or _is_beside_state(found))
    if found.is_list:  # of those that a test picks, the last may be wanted
        return bool(found.twins) or found.turns.every_turn
    return not (found.is_entry or found.follows_state) and _is_new_every_turn(found)


def _is_beside_state(found: Overwritten) -> bool:
    """Whether it is told beside the state that the loop carries on: `state, loss = step(state)` is one step of many."""
    return isinstance(found.made, ir.Element) and found.follows_state


def _is_new_every_turn(found: Overwritten) -> bool:
    if found.twins or not found.turns.every_turn:
        return bool(found.twins)
    if found.is_batch_size and (found.is_counter or found.is_size_of_piece):
        return True
    return not (found.is_copy or found.is_measure or found.is_repeated or found.turns.additions)
