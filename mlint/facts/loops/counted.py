"""Tables of counts that a method is to add to, call by call: a histogram, a confusion matrix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.counts import words
from mlint.facts.flow.paths import Path
from mlint.facts.loops.meters import holds_others, inputs_of
from mlint.facts.loops.names import LASTS
from mlint.facts.loops.starts import is_zero
from mlint.facts.loops.turns import is_augmented, written_value

COUNTS = re.compile(r"^_*(?:bincount|histc|histogram\w*|(?:fast_|calc_|compute_|get_)?hist|confusion_matrix)$")
"""Functions that count, by their names."""
_ADDS = frozenset("update add add_batch addbatch __call__ push accumulate process process_batch record feed".split())


def overwritten_counts(accesses: Accesses, totals: Set[Path]) -> Iterator[Event]:
    """Every attribute of `self` that a method which adds by its name assigns the counts of this call alone.

    `totals` are the attributes of the class that begin at zero; what begins so in the method is one as well.
    """
    if accesses.function.name.rpartition(".")[2].lower() not in _ADDS:
        return
    writes = [each for each in accesses.events if each.access is Access.WRITE and _is_whole(each)]
    for write in writes:
        others = [each for each in writes if each.path == write.path and each is not write]
        begins = all(is_zero(accesses, each) for each in others) and (bool(others) or write.path in totals)
        if begins and not is_augmented(write) and not words(write.path) & LASTS and _is_new(accesses, write, totals):
            yield write


def _is_whole(write: Event) -> bool:
    return isinstance(write.instruction, ir.StoreAttribute) and len(write.path) == 2 and write.path[0] == "self"


def _is_new(accesses: Accesses, write: Event, totals: Set[Path]) -> bool:
    """Whether the value was counted in this call, and not from anything that earlier calls have left."""
    value = written_value(accesses, write)
    made = list(inputs_of(accesses, value)) if value is not None else []
    if any(holds_others(accesses, each, write.path, totals) for each in made):
        return False
    calls = [accesses.temporaries.definitions[each] for each in made]
    names = [accesses.temporaries.callee_name(each) or "" for each in calls if isinstance(each, ir.Call)]
    return any(map(COUNTS.search, names))
