"""Tries ML201: does the mode change what the model answers?"""

from __future__ import annotations

import contextlib
from typing import Any

from mlint import Inconclusive, Trial, Verdict, confirmed, probe, refuted

_UNSEEN = "may still be in train mode"


@probe("ML201")
def missing_eval(trial: Trial) -> Verdict:
    """The model is run in both modes, with the same random numbers, and its graphs in both are compared."""
    model = trial.model()
    train, evaluated = model.run("train"), model.run("eval")
    difference = train.difference(evaluated)
    switched = [each for each in train.acted if each not in evaluated.acted]
    traced = _switched_in_graph(model)
    if difference is None and not train.changed and not switched and not traced:
        return refuted("the model answers the same in train and in eval mode", model=model.made)
    what = difference or "the results are the same so far"
    if _UNSEEN in trial.finding.message:
        raise Inconclusive(f"the mode matters ({what}), but which mode the callers leave the model in is not seen")
    return confirmed(
        f"in train mode the model answers otherwise than in eval mode: {what}",
        model=model.made,
        state_changed=_listed(train.changed),
        acts_as_in_training=_listed(tuple(dict.fromkeys(f"{each.operator} ({each.line})" for each in switched))),
        in_the_graph=_listed(traced),
    )


def _switched_in_graph(model: Any) -> tuple[str, ...]:
    """The operators that act as in training in one graph only; none where the model can't be traced."""
    with contextlib.suppress(Inconclusive):
        train, evaluated = model.graph("train"), model.graph("eval")
        still = [(each.name, each.line) for each in evaluated.acted]
        switched = [each for each in train.acted if (each.name, each.line) not in still]
        return tuple(dict.fromkeys(f"{each.name} ({each.line}, {train.tracer})" for each in switched))
    return ()


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
