"""`json-lines`: the objects of `json`, each on a line of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from mlint.report.entries import entries
from mlint.report.json import as_object

if TYPE_CHECKING:
    from mlint.run import Results


def write(run: Results, out: TextIO) -> None:
    """Write a JSON object and a newline for each entry; nothing for a clean run."""
    for entry in entries(run):
        out.write(json.dumps(as_object(entry)) + "\n")
