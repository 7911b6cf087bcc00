"""ML503: code that chooses a GPU by itself, where whoever calls it should."""

from __future__ import annotations

from mlint import Confidence, GpuChoice, Reports, rule

_WHAT = {
    "load": "puts what it loads on the GPU that it was saved from: where there is none, it fails",
    "set": "makes {device} the GPU of the whole program",
    "move": "goes to {device}, whichever device the rest is on",
    "make": "is on {device}, whichever device the rest is on",
    "name": "is always {device}",
}
_ADVICE = {
    "load": 'pass `map_location="cpu"`, or the device of the model',
    "set": "leave the choice to the program: CUDA_VISIBLE_DEVICES, or a parameter",
    "move": "go where the data or the parameters are: `.to(x.device)`, or take a parameter `device`",
    "make": "make it where the data or the parameters are: `device=x.device`, or take a parameter `device`",
    "name": "take it from the parameters or the input, or as a parameter `device`",
}


@rule("ML503", "hard-coded-device", "`{code}` {what}", words=("cuda", "load", "to"), instead_of=("ML501",))
def hard_coded_device(choice: GpuChoice) -> Reports:
    """A GPU that is written into library code: it fails without one, and with several it takes the wrong one."""
    if choice.is_guarded and choice.followed is not None:
        yield choice.report(
            confidence=Confidence.POSSIBLE,
            advice=f"go where it is: `.to({choice.followed}.device)`",
            code=choice.code,
            what=f"goes to the current GPU, which need not be that of `{choice.followed}`",
        )
        return
    if choice.is_guarded:
        yield choice.silence("a condition about devices decides whether this is done")
        return
    yield choice.report(
        confidence=Confidence.LIKELY if _is_sure(choice) else Confidence.POSSIBLE,
        advice=_ADVICE["make" if choice.is_of_new else choice.way],
        code=choice.code,
        what=_WHAT[choice.way].format(device=f"`{choice.device}`" if choice.device else "the default GPU"),
    )


def _is_sure(choice: GpuChoice) -> bool:
    if choice.is_of_script or choice.is_about_gpus or choice.is_tried or choice.is_one_of_two:
        return False
    if choice.is_of_process and not choice.is_beside_device:
        return False
    if choice.function.is_module and not choice.is_setting:
        return False
    return choice.is_of_checkpoint if choice.is_load else True
