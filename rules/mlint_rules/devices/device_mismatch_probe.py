"""Tries ML504: do tensors of two devices meet at this line?"""

from __future__ import annotations

from typing import Any

from mlint import Inconclusive, Span, Trial, Verdict, confirmed, probe, refuted


@probe("ML504")
def device_mismatch(trial: Trial) -> Verdict:
    """The model is run on a second device: what it raises there is what a GPU would raise."""
    model, span = trial.own_model(), trial.finding.span
    reached = any(span.line <= line <= span.end_line for mode in ("train", "eval") for line in model.run(mode).lines)
    if not reached:
        raise Inconclusive("the line is not reached with the inputs that were tried")
    if "stays on the CPU" in trial.finding.message or "is returned on the CPU" in trial.finding.message:
        return _made_here(model, span)
    for mode in ("eval", "train"):
        run = model.run_on_device(mode)
        if run.error is None:
            continue
        if span.line <= run.error_row <= span.end_line and run.devices_differ:
            made = [f"{each.operator} at line {each.row}" for each in run.moves if not each.source and _is_cpu(each)]
            return confirmed(
                f"with the model on another device it raises {run.error}",
                operator=run.operator,
                line=run.error_row,
                device=run.device,
                model=model.made,
                made_on_the_CPU=", ".join(dict.fromkeys(made[-3:])),
            )
        raise Inconclusive(f"on another device it raises, at line {run.error_row}: {run.error}")
    return refuted("with the model on another device it runs", device=run.device, model=model.made)


def _made_here(model: Any, span: Span) -> Verdict:
    """Where the tensor is made, while the model is on another device: nothing raises where items are copied."""
    run = model.run_on_device()
    made = [each for each in run.moves if not each.source and span.line <= each.row <= span.end_line]
    if not made:
        raise Inconclusive(f"nothing is seen to be made at this line{f': {run.error}' if run.error else ''}")
    evidence = {"device": run.device, "model": model.made}
    if _is_cpu(made[0]):
        return confirmed("with the model on another device it is made on the CPU", **evidence)
    return refuted(f"with the model on another device it is made on {made[0].target}", **evidence)


def _is_cpu(moved: Any) -> bool:
    return str(moved.target) == "cpu" and moved.row > 0
