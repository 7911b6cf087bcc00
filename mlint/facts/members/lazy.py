"""What is made once and kept: a place that a condition guards which asks for what the function itself sets."""

from __future__ import annotations

from collections.abc import Iterator

from mlint.facts.flow import guards, ir
from mlint.facts.flow.accesses import Accesses


def is_lazy(accesses: Accesses, block: int) -> bool:
    """Whether a condition that decides about the block asks for what the function itself sets or fills."""
    asked = [guards.names(accesses, each) for each in guards.conditions(accesses, block)]
    kept = frozenset(_kept(accesses)) if asked else frozenset()
    return bool(kept) and any(not kept.isdisjoint(names) for names in asked)


def _kept(accesses: Accesses) -> Iterator[str]:
    """The attributes that the function sets, and the containers that it puts something in by a key, not by a slice."""
    for each in accesses.temporaries.definitions.values():
        if isinstance(each, ir.StoreAttribute):
            yield each.name
        path = accesses.temporaries.path(each.base) if isinstance(each, ir.StoreItem) else None
        index = accesses.temporaries.definitions.get(each.index) if isinstance(each, ir.StoreItem) else None
        if path is not None and not isinstance(index, (ir.Slice, ir.Collect)):
            yield path[-1].lstrip(".")
