"""Tries ML401: what does forward return?"""

from __future__ import annotations

from mlint import Inconclusive, Trial, Verdict, confirmed, probe, refuted


@probe("ML401")
def tuple_returning_forward(trial: Trial) -> Verdict:
    """The model is run in both modes, and what comes back is looked at."""
    model, span = trial.own_model(), trial.finding.span
    runs = {mode: model.run(mode) for mode in ("train", "eval")}
    for mode, run in runs.items():
        if run.count is not None and run.count > 1:
            other = "eval" if mode == "train" else "train"
            return confirmed(
                f"in {mode} mode forward returns {run.structure}",
                model=model.made,
                **{f"in_{other}_mode": runs[other].structure},
            )
    if not any(span.line <= line <= span.end_line for run in runs.values() for line in run.lines):
        raise Inconclusive("this return is not reached with the inputs that were tried")
    if any(isinstance(run.output, list) for run in runs.values()):
        raise Inconclusive(f"forward returns {runs['eval'].structure}; whether its length is fixed is not seen")
    return refuted(f"forward returns {runs['eval'].structure}", model=model.made)
