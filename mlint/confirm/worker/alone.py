"""A process for one finding, where fork is not safe."""

from __future__ import annotations

import json
import os
import sys


def main(folder: str, number: int) -> None:
    """Try the finding of the request that comes on standard input, and write the verdict to standard output."""
    request = json.loads(sys.stdin.buffer.read())
    answers = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    from mlint.confirm.worker.child import work
    from mlint.confirm.worker.warm import warm

    warm()
    work(request, folder, [number], answers)
    os._exit(0)  # threads that the code started do not keep it
