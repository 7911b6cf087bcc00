"""Tries ML101: does the code use the thing that it asks for, and does it bear that the two are not alike?"""

from __future__ import annotations

from mlint import Inconclusive, Trial, Verdict, confirmed, probe, refuted


@probe("ML101")
def copy_paste_mixup(trial: Trial) -> Verdict:
    """The code is run as it is and with the expected name, on things of which the two have other shapes and numbers."""
    pair = trial.pair()
    if pair.breaks:
        return confirmed(
            f"where the two are not alike it raises {pair.breaks}; with the other name it runs", unlike=pair.shown
        )
    if pair.unused:
        return confirmed("nothing uses what is asked for: whatever it is, the result is the same", calls=pair.calls)
    if pair.same:
        return refuted("the two are not alike, and with the other name the result is the same", calls=pair.calls)
    raise Inconclusive("with the other name the result is another, and which of them is meant running can't tell")
