"""`concise`: a line for each finding, in the form that editors and grep know."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from mlint.finding import Verdict
from mlint.report.cells import visible
from mlint.report.entries import Entry, entries
from mlint.report.paint import Line, write_lines

if TYPE_CHECKING:
    from mlint.run import Results


def write(run: Results, out: TextIO) -> None:
    """Write `path:line:column: CODE message` for every finding and problem of a run."""
    write_lines(map(_line, entries(run)), out)


def _line(entry: Entry) -> Line:
    span = entry.span
    return [
        (visible(entry.path), "bold"),
        (f":{span.line}:{span.column}: ", "cyan"),
        (visible(entry.code), "bold red"),
        (f" {visible(entry.message)}", ""),
        *verdict(entry.verdict),
    ]


def verdict(of: Verdict | None) -> Line:
    """` (confirmed: what was seen)`; nothing where the code was not run."""
    return [(f" ({of.outcome}: {visible(of.reason)})", "bold")] if of is not None else []
