"""Subscripts that take the first of all, or the same on every call."""

from __future__ import annotations

from mlint.facts.flow import ir
from mlint.facts.flow.paths import Temporaries


def takes_first(temporaries: Temporaries, index: int) -> bool:
    """Whether an index is written out, or takes the first of all: `table[: x.shape[1]]`, not `table[chosen]`."""
    made = temporaries.definitions[index]
    for each in made.items if isinstance(made, ir.Collect) else (index,):
        part = temporaries.definitions[each]
        begins = part.lower if isinstance(part, ir.Slice) else each
        if begins is not None and not _is_written_out(temporaries, begins):
            return False
    return True


def _is_written_out(temporaries: Temporaries, index: int) -> bool:
    parts = (temporaries.definitions[each] for each in temporaries.inputs(index))
    return all(isinstance(each, (ir.Const, ir.Slice, ir.Collect, ir.Unary)) for each in parts)
