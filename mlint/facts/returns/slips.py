"""What shows that one way out of a function is a slip: a place that another way keeps with None is left out, or what
was computed for it is thrown away."""

from __future__ import annotations

from collections.abc import Sequence

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.paths import Temporaries
from mlint.facts.returns.returns import NOTHING, ONE, Returned


def keeps_place(temporaries: Temporaries, each: Returned) -> bool:
    """Whether a tuple is returned in which None stands for what there is not: `return x, None`."""
    made = temporaries.definitions.get(each.operand) if each.operand is not None else None
    if not isinstance(made, ir.Collect) or made.kind != "tuple" or made.starred:
        return False
    items = [temporaries.definitions.get(item) for item in made.items]
    nothing = [isinstance(item, ir.Const) and item.value is None for item in items]
    return any(nothing) and not all(nothing)


def lacks_one(kept: Returned, others: Sequence[Returned]) -> bool:
    """Whether each of the others gives one value more or less than a tuple: one place differs."""
    counts = [each.shape or NOTHING for each in others]
    return kept.shape is not None and all(count >= ONE and abs(kept.shape - count) == 1 for count in counts)


def wasted(accesses: Accesses, each: Returned) -> Event | None:
    """The variable that was computed just before `return None`, and that nobody reads."""
    if each.shape != NOTHING or each.site < 0 or each.end is not None:
        return None
    for write in reversed(accesses.events):
        if write.access is Access.WRITE and write.place.block == each.block and len(write.path) == 1:
            name = write.path[0]
            is_kept = name.startswith("_") or accesses.is_captured(write.path)
            return None if is_kept or not _is_wasted(accesses, write) else write
    return None


def _is_wasted(accesses: Accesses, write: Event) -> bool:
    made = write.instruction
    if not isinstance(made, ir.Store) or made.augmented:  # `x *= mask` may change what the caller holds
        return False
    value = accesses.temporaries.definitions.get(made.value)
    return isinstance(value, (ir.Call, ir.Binary)) and not accesses.reached_by(write, write.path)
