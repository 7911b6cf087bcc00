"""Callers that rely on one number of values, where what they call returns another number by a setting of the object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

from mlint.facts.flow import guards, ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.project.units import Unit
from mlint.facts.returns.choices import are_apart

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

Shapes = Sequence[int | None]


def relied_on(engine: Engine, unit: Unit, ways: Sequence[Shapes], asked: Set[str]) -> Iterator[tuple[Unit, int, int]]:
    """The calls of a method, by others on the same object, that unpack what only one of two ways gives: in which unit,
    the temporary of the call, and into how many.

    `ways`: the shapes that each way gives, as in `facts.returns`. `asked`: what the choice between them asks for; a
    caller under a condition that asks for one of these knows which way it is.
    """
    for site in engine.callers.sites(unit).sites:
        if not _is_own(site.unit, unit):
            continue
        accesses = Accesses(site.unit.lowered.function)
        for count in _unpacked(accesses, site.target):
            gives = [any(shape == count for shape in way) for way in ways]
            fails = [bool(way) and all(are_apart(count, shape) for shape in way) for way in ways]
            block = accesses.temporaries.places[site.target].block
            if any(gives) and any(fails) and not _asks(accesses, block, asked):
                yield site.unit, site.target, count


def _is_own(caller: Unit, called: Unit) -> bool:
    """Whether both are methods of one class."""
    mine, theirs = (each.outline.class_name if each.outline is not None else None for each in (caller, called))
    return mine is not None and (caller.path, mine) == (called.path, theirs)


def _unpacked(accesses: Accesses, call: int) -> set[int]:
    """How many targets a call is unpacked into."""
    users = accesses.temporaries.users[call]
    return {each.count for each in users if isinstance(each, ir.Element) and each.star is None}


def _asks(accesses: Accesses, block: int, asked: Set[str]) -> bool:
    conditions = guards.conditions(accesses, block)
    return any(name in asked for each in conditions for name in guards.names(accesses, each))
