"""Calls in the loop of a training that come every so many turns only, and whose result is told to people: a look at how
the model does, and no target for it."""

from __future__ import annotations

from collections.abc import Iterator

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.consumers import Role, consumers
from mlint.facts.flow.guards import conditions
from mlint.facts.project.units import Unit

_TOLD = frozenset((Role.SHOWN, Role.TESTED, Role.ORDERED, Role.EQUATED, Role.DIVIDED, Role.ADDED, Role.MULTIPLIED))
_TELLS = frozenset(
    "append add_scalar add_scalars add_image add_text log log_dict log_metrics write writerow update round format "
    "set_postfix set_description print info".split()
)
"""Functions that are given what is told to people, by their names."""


def is_look(unit: Unit, target: int) -> bool:
    """Whether a call of a unit is one: under a condition such as `step % 1000 == 0`, and only told."""
    accesses = Accesses(unit.lowered.function)
    place = accesses.temporaries.places.get(target)
    if place is None:  # in a function inside of this one
        return False
    guards = conditions(accesses, place.block)
    return any(_counts(accesses, each) for each in guards) and all(
        _is_told(accesses, each) for each in _given(accesses, target)
    )


def _counts(accesses: Accesses, condition: int) -> bool:
    made = (accesses.temporaries.definitions[each] for each in accesses.temporaries.inputs(condition))
    return any(isinstance(each, ir.Binary) and each.op == "%" for each in made)


def _given(accesses: Accesses, target: int) -> Iterator[int]:
    """What the call gives, and what that is unpacked to."""
    unpacked = [each.target for each in accesses.temporaries.users[target] if isinstance(each, ir.Element)]
    yield from unpacked or (target,)


def _is_told(accesses: Accesses, given: int) -> bool:
    return all(
        each.role in _TOLD
        or (each.role is Role.PASSED and accesses.temporaries.callee_name(_call(each.instruction)) in _TELLS)
        or (each.role is Role.STORED and isinstance(each.instruction, ir.Store))
        or isinstance(each.instruction, ir.Discard)
        for each in consumers(accesses, given)
    )


def _call(instruction: ir.Instruction) -> ir.Call:
    assert isinstance(instruction, ir.Call)
    return instruction
