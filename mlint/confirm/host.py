"""Has findings tried in other processes: a warm template that forks where fork is safe, else a process for each.

Each request is a file with its findings; the answers come as they are ready. Nothing that happens in those processes is
an error here: what ends without a verdict is inconclusive.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

Request: TypeAlias = "dict[str, Any]"
Answer: TypeAlias = "dict[str, Any]"

FORKS = sys.platform == "linux"
"""Elsewhere a fork of a process that has imported much is not safe."""

_KEPT = frozenset("PATH LANG LD_LIBRARY_PATH PYTHONPATH PYTHONHOME VIRTUAL_ENV SYSTEMROOT CUDA_VISIBLE_DEVICES".split())
_SET = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "MPLBACKEND": "Agg",
    "WANDB_MODE": "disabled",
    "HF_HUB_OFFLINE": "1",
    "NO_ALBUMENTATIONS_UPDATE": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}
_HOME = str(Path(__file__).resolve().parent.parent.parent)
_START = "import sys; sys.path[0:1] = []; sys.path.append({home!r}); from {module} import main; main(*{given!r})"


class WorkerError(Exception):
    """The processes can't be started; the message is one line."""


def answers(requests: Sequence[Request], width: int, *, forks: bool = FORKS) -> Iterator[Answer]:
    """The verdicts: each answer names the request's `id`, the number of the finding, and the verdict.

    Raises WorkerError. When the iterator is closed all processes end, and nothing is left of them.
    """
    folder = tempfile.mkdtemp(prefix="mlint-")
    try:
        yield from _forked(requests, folder, width) if forks else _spawned(requests, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def inconclusive(request: Request, number: int, reason: str) -> Answer:
    """The answer where there is none."""
    verdict = {"outcome": "inconclusive", "reason": reason, "evidence": []}
    return {"id": request["id"], "finding": number, "verdict": verdict}


# --- a template that forks ------------------------------------------------------------------------------------------


def _forked(requests: Sequence[Request], folder: str, width: int) -> Iterator[Answer]:
    left = {(request["id"], number): request for request in requests for number in range(len(request["findings"]))}
    with _process("mlint.confirm.worker.template", folder, width, folder=folder) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        first = process.stdout.readline()
        if not first:
            raise WorkerError(f"the process that runs the code can't start: {_last_words(folder)}")
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(b"".join(json.dumps(request).encode() + b"\n" for request in requests))
            process.stdin.flush()
        open_requests = len(requests)
        while open_requests and (line := process.stdout.readline()):
            answer = json.loads(line)
            if answer.get("done"):
                open_requests -= 1
                continue
            left.pop((answer["id"], answer["finding"]), None)
            yield answer
    for (_, number), request in left.items():
        yield inconclusive(request, number, "the process that runs the code ended")


@contextlib.contextmanager
def _process(module: str, *given: object, folder: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that ends with the block."""
    with open(os.path.join(folder, "errors"), "wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", _START.format(home=_HOME, module=module, given=given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env=_environment(),
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(OSError, ValueError):  # it may be closed, on either side
        process.stdin.write(b'{"stop": true}\n')
        process.stdin.flush()
    with contextlib.suppress(OSError):
        process.stdin.close()
    process.stdout.close()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    """What the code sees of the environment: where programs and libraries are, and nothing that may be secret."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(("LC_", "CUDA_"))}
    return {**kept, **_SET}


def _last_words(folder: str) -> str:
    with contextlib.suppress(OSError):
        lines = Path(folder, "errors").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        if lines:
            return lines[-1]
    return "it says nothing"


# --- a process for each finding -------------------------------------------------------------------------------------


def _spawned(requests: Sequence[Request], folder: str) -> Iterator[Answer]:
    for request in requests:
        for number in range(len(request["findings"])):
            scratch = os.path.join(folder, f"{request['id']}-{number}")
            os.makedirs(scratch)
            yield _alone(request, number, scratch)
            shutil.rmtree(scratch, ignore_errors=True)


def _alone(request: Request, number: int, scratch: str) -> Answer:
    starting = 30  # seconds, for the import of torch
    with _process("mlint.confirm.worker.alone", scratch, number, folder=scratch) as process:
        try:
            said, _ = process.communicate(json.dumps(request).encode(), timeout=request["timeout"] + starting)
        except subprocess.TimeoutExpired:
            process.kill()
            return inconclusive(request, number, f"it ran for more than {request['timeout']:g} s")
    lines = said.splitlines()
    if not lines:
        return inconclusive(request, number, cause(process.returncode, _last_words(scratch)))
    return {"id": request["id"], **json.loads(lines[-1])}


def cause(code: int, words: str) -> str:
    """Why a process ended without an answer."""
    if code < 0:
        return f"the process was killed by signal {-code}"
    return f"it ended the process, with exit code {code}" + (f" ({words})" if code == 1 else "")
