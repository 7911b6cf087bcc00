"""`github`: workflow commands, which GitHub Actions shows beside the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from mlint.finding import Span
from mlint.report.cells import visible
from mlint.report.checkout import checkout, relative
from mlint.report.entries import Entry, entries
from mlint.report.paint import put
from mlint.report.prose import explained

if TYPE_CHECKING:
    from mlint.run import Results

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def write(run: Results, out: TextIO) -> None:
    """Write one workflow command on a line for each finding and problem of a run."""
    folder = checkout(run)
    for entry in entries(run):
        put(out, command(entry, relative(run, entry.path, folder)) + "\n")


def command(entry: Entry, path: str) -> str:
    """The command that annotates `path`. Its text repeats the place: logs show nothing but the text."""
    properties = {"title": f"mlint ({entry.code})", "file": visible(path), **_place(entry.span)}
    listed = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items())
    return f"::{COMMANDS[entry.level]} {listed}::{escape_data(explained(entry))}"


def escape_data(text: str) -> str:
    """Text as the data of a command: what would end the line is escaped."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Text as the value of a property: what would end the value, too."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _place(span: Span) -> dict[str, str]:
    """GitHub takes columns only for a span on one line."""
    lines = {"line": str(span.line), "endLine": str(span.end_line)}
    if span.line != span.end_line:
        return lines
    return {**lines, "col": str(span.column), "endColumn": str(span.end_column)}
