"""Whether a number is meant to wrap around where it becomes a byte."""

from __future__ import annotations

from mlint.facts import ir
from mlint.subjects.owners import Function


def is_meant(function: Function, at: int) -> bool:
    """Whether the cast stands in `with np.errstate(over="ignore")`: whoever writes that knows that numbers wrap."""
    fact = function.facts.calls.get(at)
    opened = [function.instructions.get(each.site) for each in fact.state.contexts] if fact is not None else []
    made = [function.facts.calls.get(each.context) for each in opened if isinstance(each, ir.Enter)]
    return any(each is not None and each.callee.symbol == "numpy.errstate" and "over" in each.keywords for each in made)
