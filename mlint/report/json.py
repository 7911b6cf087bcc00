"""`json`: a list of objects, one for each finding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from mlint.finding import Related, Verdict
from mlint.report.entries import Entry, entries
from mlint.report.surrogates import without_surrogates

if TYPE_CHECKING:
    from mlint.run import Results


def write(run: Results, out: TextIO) -> None:
    """Write a JSON list; it is empty for a clean run."""
    out.write(json.dumps([as_object(entry) for entry in entries(run)], indent=2) + "\n")


def as_object(entry: Entry) -> dict[str, object]:
    """What the JSON formats say of one entry. `fix` and `url` are null: there are none yet."""
    span = entry.span
    return {
        "code": entry.code,
        "name": entry.name,
        "message": without_surrogates(entry.message),
        "filename": without_surrogates(entry.path),
        "location": {"row": span.line, "column": span.column},
        "end_location": {"row": span.end_line, "column": span.end_column},
        "confidence": str(entry.confidence),
        "related": [_related(related) for related in entry.related],
        "fix": None,
        "url": None,
        "noqa_row": entry.noqa_row,
        **({"verdict": verdict(entry.verdict)} if entry.verdict else {}),
    }


def verdict(of: Verdict) -> dict[str, object]:
    """What running the code showed. The key is there only where the code was run."""
    return {
        "outcome": of.outcome,
        "reason": without_surrogates(of.reason),
        "evidence": {name: without_surrogates(value) for name, value in of.evidence},
    }


def _related(related: Related) -> dict[str, object]:
    return {
        "message": without_surrogates(related.message),
        "filename": without_surrogates(related.path),
        "location": {"row": related.span.line, "column": related.span.column},
    }
