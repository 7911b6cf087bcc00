"""How long a whole check takes, beside what libcst alone takes to parse the same files.

    python benchmarks/speed.py FOLDER ... [--pairs 5] [--peer "flake8 --select TOR"]

For each folder the two commands are run in turn, A B A B ..., each as a process of its own: `mlint check` with one
process and no cache, and a plain `libcst.parse_module` of every file (each tree dropped, the collector as Python sets
it). Printed are the ratios A/B of the processor times, pair by pair, as minimum, median and maximum. A peer's command
gets the folder as its last argument and is compared with mlint in the same way (peer/mlint).
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PARSE = """
import sys, libcst
for path in sys.stdin.read().split("\\0"):
    with open(path, "rb") as file:
        data = file.read()
    try:
        libcst.parse_module(data)
    except Exception:
        pass
"""


def main() -> None:
    """Measure every folder and print one row for each."""
    call = _parser().parse_args()
    print(f"{'folder':32} {'lines':>9} {'mlint s':>8} {'libcst s':>8}  ratio: min / median / max")
    for folder in call.folders:
        _measure(folder, call.pairs, call.peer)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--peer", action="append", default=[], help="another linter's command")
    return parser


def _measure(folder: Path, pairs: int, peers: Sequence[str]) -> None:
    files = sorted(str(path) for path in folder.rglob("*.py") if path.is_file())
    lines = sum(Path(path).read_bytes().count(b"\n") for path in files)
    check = [sys.executable, "-m", "mlint", "check", "--isolated", "--jobs", "1", "--no-cache", "--quiet", str(folder)]
    parse = [sys.executable, "-c", PARSE]
    times = [(_seconds(check), _seconds(parse, "\0".join(files))) for _ in range(pairs)]
    mine, floor = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{folder.name:32} {lines:9} {mine:8.2f} {floor:8.2f}  {_row([a / b for a, b in times])}", flush=True)
    for peer in peers:
        ratios = [_seconds([*shlex.split(peer), str(folder)]) / _seconds(check) for _ in range(pairs)]
        print(f"  {peer} / mlint: {_row(ratios)}", flush=True)


def _seconds(command: Sequence[str], given: str = "") -> float:
    """User and system time of the command and its children, in seconds."""
    before = os.times()
    subprocess.run(command, input=given.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _row(ratios: Sequence[float]) -> str:
    return f"{min(ratios):.2f} / {statistics.median(ratios):.2f} / {max(ratios):.2f}"


if __name__ == "__main__":
    main()
