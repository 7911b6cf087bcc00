"""Constants that stand where a branch has no number to give."""

from __future__ import annotations

from collections.abc import Iterable

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.consumers import Consumer, Role
from mlint.facts.loops.turns import is_augmented, written_value


def is_placeholder(accesses: Accesses, write: Event, ends: Iterable[Consumer]) -> bool:
    """Whether the block of a write sets both sides of a division to constants: `loss = 1` beside `count = 1`. `ends`
    are what becomes of the value that is written."""
    others = [each.other for each in ends if each.role in (Role.DIVIDED, Role.DIVISOR) and each.other is not None]
    paths = [path for path in map(accesses.temporaries.path, others) if path is not None]
    writes = [each for path in paths for each in accesses.all(path, Access.WRITE)]
    return any(each.place.block == write.place.block and _is_constant(accesses, each) for each in writes)


def _is_constant(accesses: Accesses, write: Event) -> bool:
    value = written_value(accesses, write)
    made = None if value is None else accesses.temporaries.definitions.get(value)
    return isinstance(made, ir.Const) and not is_augmented(write)
