"""Tries ML502: does the call change anything?"""

from __future__ import annotations

import ast

from mlint import Inconclusive, Trial, Verdict, confirmed, probe, refuted

_DOMAINS = ("bytes as floats", "unit", "bytes")


@probe("ML502")
def discarded_result(trial: Trial) -> Verdict:
    """The call is made, and what it was made on is compared with what that was before."""
    call = trial.node(ast.Call)
    if not isinstance(call.func, ast.Attribute) and not call.args:
        raise Inconclusive("the call has nothing to change")
    unclear = ""
    for domain in _DOMAINS:
        calls = trial.calls(domain, apply=call)
        unclear = unclear or next((each.error for each in calls if each.error), "")
        made = [applied for each in calls for applied in each.applied]
        if not made:
            continue
        first = next((each for each in made if each.changed or each.returned_itself or each.is_module), None)
        if first is not None:
            what = "changes what it is called on" if first.changed else "returns what it is called on"
            return refuted(f"the call {what}: {first.receiver}", runs=len(made))
        if all(each.result == "NoneType" for each in made):
            raise Inconclusive("the call returns None: what it does elsewhere is not seen")
        return confirmed(
            "what the call returns is new, and what it is called on stays as it was",
            called_on=made[0].receiver,
            returns=made[0].result,
            runs=len(made),
        )
    raise Inconclusive(f"the call is not reached{f': {unclear[:120]}' if unclear else ''}")
