"""Tries ML403: which of the parameters does the module know of?"""

from __future__ import annotations

from mlint import Inconclusive, Trial, Verdict, confirmed, probe, refuted


@probe("ML403")
def unregistered_submodules(trial: Trial) -> Verdict:
    """The model is made, and what the attribute holds is looked for among its parameters, buffers and modules."""
    name = trial.attribute()
    model = trial.own_model()
    held = model.held(name)
    if held is None:
        raise Inconclusive(f"`self.{name}` holds no module with the arguments that were tried")
    if held.alone and held.missing:
        raise Inconclusive("it is a list of one, as modules are kept in that shall not be registered")
    if held.missing:
        moved = model.run_on_device()
        stays = moved.error if moved.devices_differ else ""
        return confirmed(
            f"{held.missing} of its {held.weights} parameters and buffers are missing from the module's",
            model=model.made,
            on_another_device=f"{stays} ({moved.device})" if stays else "",
        )
    if held.switches:
        return confirmed("`eval()` does not reach what it holds, which acts otherwise in train mode", model=model.made)
    what = f"all {held.weights} parameters and buffers in it are the module's" if held.weights else "it has no weights"
    return refuted(what, model=model.made, modules=held.modules)
