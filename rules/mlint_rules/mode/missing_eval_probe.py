"""Tries ML201: does the mode change what the model answers?"""

from __future__ import annotations

from mlint import Inconclusive, Trial, Verdict, confirmed, probe, refuted

_UNSEEN = "may still be in train mode"


@probe("ML201")
def missing_eval(trial: Trial) -> Verdict:
    """The model is run in both modes, with the same random numbers."""
    model = trial.model()
    train, evaluated = model.run("train"), model.run("eval")
    difference = train.difference(evaluated)
    switched = [each for each in train.acted if each not in evaluated.acted]
    if difference is None and not train.changed and not switched:
        return refuted("the model answers the same in train and in eval mode", model=model.made)
    what = difference or "the results are the same so far"
    if _UNSEEN in trial.finding.message:
        raise Inconclusive(f"the mode matters ({what}), but which mode the callers leave the model in is not seen")
    return confirmed(
        f"in train mode the model answers otherwise than in eval mode: {what}",
        model=model.made,
        state_changed=_listed(train.changed),
        acts_as_in_training=_listed(tuple(dict.fromkeys(f"{each.operator} ({each.line})" for each in switched))),
    )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
