"""In the child: confine the process, load the file, and let each finding's probe have its say."""

from __future__ import annotations

import json
import os
import random
import sys
import warnings
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from mlint.confirm.probe import Inconclusive, Probe, probes_in
from mlint.confirm.worker.limits import ForbiddenError, confine
from mlint.finding import Verdict


def work(request: Mapping[str, Any], folder: str, left: list[int], pipe: int) -> None:
    """Try the findings that are left, and send each verdict down the pipe as soon as it is there."""
    device = _device(request["device"])
    missing = _missing(device)  # asked before the process is confined: the driver may not start in one that is
    wants_cuda = device != "cpu"
    seconds = int(request["timeout"] * len(left)) + 1
    held = confine(folder, memory=request["memory"], seconds=seconds, cuda=wants_cuda)
    _be_quiet()
    from mlint.confirm.worker.devices import FAKE, name_of
    from mlint.confirm.worker.trial import LiveTrial
    from mlint.confirm.worker.weights import keep_own_weights

    keep_own_weights()
    trial = LiveTrial(request, device)
    for number in left:
        verdict, lasts = _unclear(missing) if missing else _tried(trial, number, request["findings"][number])
        answer = {
            "finding": number,
            "verdict": {"outcome": verdict.outcome, "reason": verdict.reason, "evidence": verdict.evidence},
            "files": trial.files,
            "lasts": lasts and not missing,
            "tried": trial.tried,
            "held": [bool(missing) or each for each in (held.files, held.network, held.memory)],
            "device": "" if missing else f"the CPU and {FAKE}" if device == "cpu" else name_of(device),
        }
        sent = json.dumps(answer).encode() + b"\n"
        while sent:
            sent = sent[os.write(pipe, sent) :]


def _device(asked: str) -> str:
    """The device that code is run on: a GPU that is asked for, or that `auto` finds; else the CPU."""
    if asked != "auto":
        return asked
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _missing(device: str) -> str:
    """Why the device can't be used; empty if it can."""
    import torch

    if device == "cpu":
        return ""
    if not torch.cuda.is_available():
        return f"torch finds no GPU here: --device {device} needs one"
    number = int(device.partition(":")[2] or 0)
    return f"there is no GPU {number} here" if number >= torch.cuda.device_count() else ""


def _be_quiet() -> None:
    sys.dont_write_bytecode = True
    sys.argv = ["mlint"]
    warnings.simplefilter("ignore")
    random.seed(0)


def _tried(trial: Any, number: int, finding: Mapping[str, Any]) -> tuple[Verdict, bool]:
    """The verdict, and whether the same files will always give it."""
    try:
        probe = _probe(finding["code"], finding["probe"])
        verdict = probe.run(trial.of(number))
        if verdict.outcome == "refuted" and trial.is_partial:
            return _unclear(f"{verdict.reason}; but a part of it is passed in, and nothing tells which")
        return verdict, True
    except Inconclusive as unclear:
        return _unclear(str(unclear), not unclear.by_time)
    except ForbiddenError as error:
        return _unclear(error.strerror or str(error))
    except SystemExit as end:
        return _unclear(f"it ended the process, with exit code {end.code or 0}")
    except BaseException as error:  # noqa: BLE001 - whatever the code raises, the verdict is that there is none
        return _unclear(reason_of(error), not isinstance(error, (MemoryError, RuntimeError, OSError)))


def _unclear(reason: str, lasts: bool = True) -> tuple[Verdict, bool]:
    return Verdict("inconclusive", reason), lasts


def _probe(code: str, module: str) -> Probe:
    return next(probe for probe in probes_in(import_module(module)) if probe.code == code)


def reason_of(error: BaseException) -> str:
    """What went wrong, as one line."""
    text = " ".join(str(error).split())
    if isinstance(error, MemoryError) or "allocate memory" in text or "out of memory" in text:
        return "it ran out of memory"
    if "File too large" in text:
        return "it printed or wrote too much"
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__
