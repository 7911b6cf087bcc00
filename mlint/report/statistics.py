"""`--statistics`: how often each rule reported."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, TextIO

from mlint.report.entries import entries
from mlint.report.table import Column, write_table

if TYPE_CHECKING:
    from mlint.run import Results

COLUMNS = (Column("count", "bold", right=True), Column("code", "bold red"), Column("name"))


def write(run: Results, out: TextIO) -> None:
    """Write a table, the most frequent rule first; nothing for a clean run."""
    rows = [(str(count), code, name) for count, code, name in counts(run)]
    write_table(COLUMNS, rows, out)


def write_json(run: Results, out: TextIO) -> None:
    """Write the same as a JSON list of objects."""
    out.write(json.dumps(_objects(run), indent=2) + "\n")


def write_json_lines(run: Results, out: TextIO) -> None:
    """Write the same as a JSON object a line."""
    out.write("".join(f"{json.dumps(each)}\n" for each in _objects(run)))


def _objects(run: Results) -> list[dict[str, object]]:
    return [{"count": count, "code": code, "name": name} for count, code, name in counts(run)]


def counts(run: Results) -> list[tuple[int, str, str]]:
    """Count, code and name of each rule that reported, and of what could not be checked; the most frequent first."""
    counted = Counter((entry.code, entry.name) for entry in entries(run))
    return [
        (count, code, name) for (code, name), count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]
