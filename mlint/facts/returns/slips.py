"""What shows that one way out of a function is a slip: a place that another way keeps with None is left out, or what
was computed for it is thrown away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.paths import Temporaries
from mlint.facts.returns.choices import Choice
from mlint.facts.returns.returns import NOTHING, ONE, Returned


@dataclass(frozen=True, slots=True)
class Slip:
    """Where it is seen: at the tuple with None in it, or where the variable `name` is computed that nobody reads."""

    at: int
    name: str | None = None


def slips(accesses: Accesses, choice: Choice, by_flag: bool) -> Iterator[Slip]:
    """What shows a slip in what a choice returns. `by_flag`: a caller who asks for a tuple by a flag gets one."""
    for mine, others in ((choice.then, choice.orelse), (choice.orelse, choice.then)):
        kept = [each for each in mine if _keeps_place(accesses.temporaries, each)]
        if kept and not by_flag and _lacks_one(kept[0], others):
            yield Slip(kept[0].site)
        for write in filter(None, (_wasted(accesses, each) for each in mine)):
            yield Slip(write.target, write.path[0])


def _keeps_place(temporaries: Temporaries, each: Returned) -> bool:
    """Whether a tuple is returned in which None stands for what there is not: `return x, None`."""
    made = temporaries.definitions.get(each.operand) if each.operand is not None else None
    if not isinstance(made, ir.Collect) or made.kind != "tuple" or made.starred:
        return False
    items = [temporaries.definitions.get(item) for item in made.items]
    nothing = [isinstance(item, ir.Const) and item.value is None for item in items]
    return any(nothing) and not all(nothing)


def _lacks_one(kept: Returned, others: Sequence[Returned]) -> bool:
    """Whether each of the others gives one value more or less than a tuple: one place differs."""
    counts = [each.shape or NOTHING for each in others]
    return kept.shape is not None and all(count >= ONE and abs(kept.shape - count) == 1 for count in counts)


def _wasted(accesses: Accesses, each: Returned) -> Event | None:
    """The variable that was computed just before `return None`, and that nobody reads."""
    if each.shape != NOTHING or each.site < 0 or each.end is not None:
        return None
    writes = [event for event in accesses.events if event.access is Access.WRITE and event.place.block == each.block]
    last = next((event for event in reversed(writes) if len(event.path) == 1), None)
    return last if last is not None and _is_wasted(accesses, last) else None


def _is_wasted(accesses: Accesses, write: Event) -> bool:
    made = write.instruction
    if not isinstance(made, ir.Store) or made.augmented:  # `x *= mask` may change what the caller holds
        return False
    if made.name.startswith("_") or accesses.is_captured(write.path):
        return False
    value = accesses.temporaries.definitions.get(made.value)
    return isinstance(value, (ir.Call, ir.Binary)) and not accesses.reached_by(write, write.path)
