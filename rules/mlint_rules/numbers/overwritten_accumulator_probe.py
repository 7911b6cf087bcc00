"""Tries ML301: is it another result with `+=`, and which of the two is right?"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from typing import Any

from mlint import Inconclusive, Trial, Verdict, confirmed, probe, refuted

_CONSTANT = 0.5
"""What every number of the inputs is in the domain of that name."""


@probe("ML301")
def overwritten_accumulator(trial: Trial) -> Verdict:
    """The function is run as it is written and with `+=`, on inputs that are one number throughout.

    A mean, a blend or any other average of equal numbers is that number: if it comes out with `+=` and does not with
    `=`, the assignment is the mistake. If both give the same, nothing was overwritten.
    """
    written = trial.node(ast.Assign)
    target = written.targets[0]
    if len(written.targets) != 1 or not isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        raise Inconclusive("several names are assigned at once")
    added = ast.AugAssign(target, ast.Add(), written.value)
    unclear, equal = "the loop does not run twice with the arguments that were tried", 0
    for domain in ("constant", "unit"):
        pairs = zip(
            trial.calls(domain, watch=written.value),
            trial.calls(domain, watch=written.value, replace=(written, added)),
            strict=False,
        )
        for one, other in pairs:
            if one.error or other.error or len(one.seen) < 2 or len(one.seen) != len(other.seen):
                unclear = one.error or other.error or unclear
                continue
            if _same(one.returned, other.returned):
                equal += bool(one.returned)
            elif domain == "constant":
                found = _average(one, other)
                if found is not None:
                    return found
                unclear = "with `+=` the result is another, and which of them is meant can't be told"
            else:
                equal = -1_000
    if equal > 0:
        return refuted("with `+=` the result is the same: nothing is overwritten", calls=equal)
    raise Inconclusive(unclear[:160])


def _average(one: Any, other: Any) -> Verdict | None:
    """The verdict, if one of the results is an average of equal numbers."""
    assigned = one.seen[0]
    steady = all(math.isclose(each.low, assigned.low) and math.isclose(each.high, assigned.high) for each in one.seen)
    meant = [_CONSTANT, *([assigned.low] if steady and math.isclose(assigned.low, assigned.high) else [])]
    for number in meant:
        for mine, theirs in zip(one.returned, other.returned, strict=False):
            if _is(theirs, number) and not _is(mine, number):
                wrong = f"of {len(one.seen)} equal values {number:.4g} the result is {_shown(mine)}"
                return confirmed(
                    f"{wrong}; with `+=` it is {number:.4g}",
                    as_written=_shown(mine),
                    with_addition=_shown(theirs),
                    assigned=f"{len(one.seen)} times",
                )
    return None


def _same(mine: Sequence[Any], theirs: Sequence[Any]) -> bool:
    return len(mine) == len(theirs) and all(
        a.value.shape == b.value.shape and bool(abs(a.value - b.value).max() <= 1e-6 * (1 + abs(a.high)))
        for a, b in zip(mine, theirs, strict=True)
    )


def _is(returned: Any, number: float) -> bool:
    return all(math.isclose(each, number, rel_tol=1e-3) for each in (returned.low, returned.high))


def _shown(returned: Any) -> str:
    if math.isclose(returned.low, returned.high):
        return f"{returned.low:.4g}"
    return f"between {returned.low:.4g} and {returned.high:.4g}"
