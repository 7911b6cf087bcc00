"""How many of the modules in real code can be made and run with no configuration.

    python benchmarks/models_run.py FOLDER... [--failures] [--sample N] [--device DEVICE]

Each class with a forward, in each file below a folder, is one subject, unless it is abstract: one that only other
classes inherit from and whose forward raises NotImplementedError. The worker runs each as `--confirm` would.
"""

from __future__ import annotations

import argparse
import ast
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mlint.confirm.host import answers

_NO_SUBJECT = ("makes no module", "NotImplementedError", "made inside of another function")
PROBE = "benchmarks.models_run_probe"


def subjects(folder: Path) -> Iterator[tuple[Path, ast.ClassDef, ast.FunctionDef]]:
    """The classes with a forward."""
    for path in sorted(folder.rglob("*.py")):
        if any(part in ("tests", "test") for part in path.relative_to(folder).parts):
            continue
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                forward = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "forward"]
                if forward and "self" in [each.arg for each in forward[0].args.args]:
                    yield path, node, forward[0]


def main() -> None:
    """Print the share for each folder, and why the others do not run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each model; more on a machine that is busy")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    call = parser.parse_args()
    for folder in call.folders:
        measure(folder, call.sample, call.failures, {"timeout": call.seconds, "device": call.device})


def measure(folder: Path, sample: int | None, failures: bool, options: Mapping[str, Any]) -> None:
    """Run the subjects of one folder."""
    found = list(subjects(folder))
    if sample and len(found) > sample:
        found = random.Random(0).sample(found, sample)
    requests = [{**_request(number, folder, *each), **options} for number, each in enumerate(found)]
    causes: Counter[str] = Counter()
    lines, ran, counted, times, worked = [], 0, 0, [], []
    start = time.monotonic()
    for answer in answers(requests, width=2):
        path, node, _ = found[answer["id"]]
        verdict = answer["verdict"]
        if any(each in verdict["reason"] for each in _NO_SUBJECT):
            continue
        counted += 1
        if verdict["outcome"] == "confirmed":
            ran += 1
            evidence = dict(map(tuple, verdict["evidence"]))
            times.append(float(evidence["seconds"]))
            worked.append(float(evidence["worked"]))
        else:
            causes[_kind(verdict["reason"])] += 1
            lines.append(f"  {path.relative_to(folder)}::{node.name}: {verdict['reason']}")
    took = time.monotonic() - start
    share = 100 * ran / counted if counted else 0.0
    median, busy = (statistics.median(each) if each else 0.0 for each in (times, worked))
    medians = f"{median:.2f} s median, {busy:.2f} s of the processor"
    print(f"{folder.name}: {ran} of {counted} run ({share:.0f} %), {medians}, {took:.0f} s in all")
    for cause, count in causes.most_common():
        print(f"  {count:4} {cause}")
    if failures:
        print("\n".join(sorted(lines)))


def _kind(reason: str) -> str:
    for part, kind in (
        ("is not installed", "a package is missing"),
        ("nothing tells", "nothing tells an argument"),
        ("can't be made", "the constructor raises"),
        ("no inputs", "no inputs were found"),
        ("raises", "a run raises"),
        ("ran for more", "time"),
    ):
        if part in reason:
            return kind
    return "other"


def _request(number: int, folder: Path, path: Path, node: ast.ClassDef, forward: ast.FunctionDef) -> dict[str, Any]:
    finding = {
        "code": "RUN",
        "name": "runs",
        "probe": PROBE,
        "message": "",
        "confidence": 1,
        "span": [forward.lineno, forward.col_offset + 1, forward.lineno, forward.col_offset + 2],
        "related": [],
    }
    return {
        "id": number,
        "path": str(path.resolve()),
        "root": str(folder.resolve()),
        "memory": 4 << 30,
        "config": {},
        "findings": [finding],
    }


if __name__ == "__main__":
    main()
