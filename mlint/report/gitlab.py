"""`gitlab`: the Code Quality report, which GitLab shows in merge requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from mlint.finding import Confidence
from mlint.report.checkout import checkout, relative
from mlint.report.entries import Entry, entries
from mlint.report.fingerprint import fingerprints
from mlint.report.surrogates import without_surrogates

if TYPE_CHECKING:
    from mlint.run import Results

SEVERITIES = {Confidence.CERTAIN: "critical", Confidence.LIKELY: "major", Confidence.POSSIBLE: "minor"}


def write(run: Results, out: TextIO) -> None:
    """Write a JSON list of issues; it is empty for a clean run."""
    folder, listed = checkout(run), entries(run)
    prints = fingerprints(run, listed, folder)
    issues = [
        _issue(entry, relative(run, entry.path, folder), print_) for entry, print_ in zip(listed, prints, strict=True)
    ]
    out.write(json.dumps(issues, indent=2) + "\n")


def _issue(entry: Entry, path: str, fingerprint: str) -> dict[str, object]:
    span = entry.span
    return {
        "description": without_surrogates(f"{entry.code}: {entry.message}"),
        "check_name": entry.name,
        "fingerprint": fingerprint,
        "severity": SEVERITIES[entry.confidence] if entry.problem is None else "blocker",
        "location": {
            "path": without_surrogates(path),
            "positions": {
                "begin": {"line": span.line, "column": span.column},
                "end": {"line": span.end_line, "column": span.end_column},
            },
        },
    }
