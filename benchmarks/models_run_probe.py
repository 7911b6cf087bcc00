"""Says of a class of modules whether it runs."""

from __future__ import annotations

import time

from mlint import Trial, Verdict, confirmed, probe


@probe("RUN")
def runs(trial: Trial) -> Verdict:
    """It is made, and run in eval mode."""
    start, worked = time.monotonic(), time.process_time()
    run = trial.own_model().run("eval")
    return confirmed(
        f"it returns {run.structure}",
        seconds=f"{time.monotonic() - start:.3f}",
        worked=f"{time.process_time() - worked:.3f}",
    )
