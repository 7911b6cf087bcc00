"""ML202: a model that is put in eval mode in the middle of its training, and stays in it."""

from __future__ import annotations

import re

from mlint import Confidence, Reports, Switch, rule

_NOT_TRAINED = re.compile(r"teacher|ema|target|frozen|momentum|average|reference", re.IGNORECASE)


@rule(
    "ML202",
    "eval-never-restored",
    "`{model}` is in eval mode from here on, and is trained in it on the next turn ({place})",
    words=("eval", "train"),
)
def eval_never_restored(switch: Switch) -> Reports:
    """A validation inside of a training loop puts the model in eval mode, and nothing puts it back."""
    if switch.dependence.depends is False:
        yield switch.silence("the model acts the same in both modes")
        return
    if _NOT_TRAINED.search(switch.name):
        yield switch.silence("it is not the model that is trained")
        return
    if switch.is_put_back:
        yield switch.silence("the mode that was found is put back")
        return
    found = switch.trained_in
    step = None if found is None else switch.told(found)
    if found is None or step is None:
        yield switch.silence("no training is seen that goes on in this mode")
        return
    if switch.acts_alike_as_passed:
        yield switch.silence("whoever calls it passes a model that acts the same in both modes")
        return
    where = f" of {step.path.rpartition('/')[2]}" if step.path else ""
    yield switch.report(
        confidence=Confidence.POSSIBLE if switch.is_put_in_train_too(found[0]) else Confidence.LIKELY,
        advice=f"call `{switch.name}.train()` at the head of the loop, or after the validation",
        because=(step,),
        model=switch.name,
        place=f"line {step.span.line}{where}",
    )
