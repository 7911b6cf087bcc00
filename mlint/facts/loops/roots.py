"""Sums of squares: what a turn squares, and the root of which is taken after the loop."""

from __future__ import annotations

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.loops.turns import Turns

_POWERS = frozenset({"pow", "power"})


def is_sum_of_squares(turn: Turns, value: int) -> bool:
    """Whether the turn assigns a square, and the root of the path is taken after the loop: that of their sum."""
    temporaries = turn.accesses.temporaries
    roots = (user for read in turn.after for user in temporaries.users[read.target])
    if not any(_is_power(turn.accesses, each, "sqrt", 0.5) for each in roots):
        return False
    made = (temporaries.definitions[each] for each in turn.inputs(value, hops=3))
    return any(_is_power(turn.accesses, each, "square", 2) for each in made)


def _is_power(accesses: Accesses, made: ir.Instruction, called: str, power: float) -> bool:
    temporaries = accesses.temporaries
    if isinstance(made, ir.Binary):
        exponent = temporaries.definitions.get(made.right)
        return made.op == "**" and isinstance(exponent, ir.Const) and exponent.value == power
    if not isinstance(made, ir.Call):
        return False
    name = temporaries.callee_name(made)
    exponents = [temporaries.definitions.get(argument.value) for argument in made.arguments[-1:]]
    is_power = name in _POWERS and any(isinstance(each, ir.Const) and each.value == power for each in exponents)
    return name == called or is_power
