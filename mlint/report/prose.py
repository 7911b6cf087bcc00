"""An entry as plain text, for the formats that have one field for all that there is to say."""

from __future__ import annotations

from mlint.report.cells import visible
from mlint.report.entries import Entry


def headline(entry: Entry) -> str:
    """`path:line:column: CODE message`, always one line."""
    span = entry.span
    return f"{visible(entry.path)}:{span.line}:{span.column}: {visible(entry.code)} {visible(entry.message)}"


def explained(entry: Entry) -> str:
    """The headline, then the lines that it rests on, numbered, then what to write instead."""
    lines = [headline(entry)]
    lines += [
        f"{number}. {visible(related.path)}:{related.span.line}:{related.span.column}: {visible(related.message)}"
        for number, related in enumerate(entry.related, 1)
    ]
    if entry.advice:
        lines.append("instead: " + "\n".join(map(visible, entry.advice.split("\n"))))
    return "\n".join(lines)
