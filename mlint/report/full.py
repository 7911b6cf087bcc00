"""`full`: each finding with its source line, the lines that prove it, and what to write instead."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, TextIO

from mlint.finding import Related, Span, Verdict
from mlint.report.cells import visible
from mlint.report.entries import Entry, entries
from mlint.report.paint import Line, write_lines
from mlint.report.snippet import snippet

if TYPE_CHECKING:
    from mlint.run import Results

Sources = Callable[[str], "list[str] | None"]

WIDTH = 120
"""How wide a source line may be where no terminal says so."""

LEVEL_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
VERDICT_STYLES = {"confirmed": "bold red", "refuted": "bold green", "inconclusive": "bold yellow"}
FRAME = "blue"


def write(run: Results, out: TextIO) -> None:
    """Write every finding and problem of a run, a blank line after each; nothing for a clean run."""
    sources = lru_cache(maxsize=16)(run.sources)
    width = shutil.get_terminal_size((WIDTH, 24)).columns if out.isatty() else WIDTH
    for entry in entries(run):
        write_lines(_lines(entry, sources, width), out)


def _lines(entry: Entry, sources: Sources, width: int) -> Iterator[Line]:
    spans = [entry.span, *(related.span for related in entry.related)]
    gutter = len(str(max(span.end_line for span in spans)))
    limit = max(40, width - gutter - 3)
    style = LEVEL_STYLES[entry.level]
    yield _title(entry, style)
    placed = entry.problem is None or entry.problem.line is not None
    yield [(" " * gutter + "--> ", FRAME), (_place(entry.path, entry.span) if placed else visible(entry.path), "")]
    rows = _source(sources, entry.path, entry.span, "^", style, gutter, limit) if placed else []
    if rows:
        yield from [_framed(gutter, "|"), *rows]
    yield from _explanation(entry, sources, gutter, limit)
    yield from _closing(entry, gutter)
    yield []


def _title(entry: Entry, style: str) -> Line:
    name = "" if entry.name == entry.code else f" {entry.name}"
    return [(visible(entry.code + name), style), (f": {visible(entry.message)}", "bold")]


def _explanation(entry: Entry, sources: Sources, gutter: int, limit: int) -> Iterator[Line]:
    if entry.related:
        yield _framed(gutter, "|")
    for number, related in enumerate(entry.related, 1):
        yield [(" " * (gutter + 1), ""), (f"{number}. ", "bold"), (_reason(entry, related), "")]
        yield from _source(sources, related.path, related.span, "-", FRAME, gutter, limit)


def _reason(entry: Entry, related: Related) -> str:
    """What is true there; the place is told where the line number beside the source line does not tell it."""
    message = visible(related.message)
    return message if related.path == entry.path else f"{message} ({_place(related.path, related.span)})"


def _closing(entry: Entry, gutter: int) -> Iterator[Line]:
    if entry.problem is not None:
        return
    yield _framed(gutter, "|")
    if entry.advice:
        first, *rest = entry.advice.split("\n")
        yield [*_framed(gutter, "= "), ("instead: ", "bold"), (visible(first), "green")]
        yield from ([(" " * (gutter + 3), ""), (visible(line), "green")] for line in rest)
    yield [*_framed(gutter, "= "), ("confidence: ", "bold"), (str(entry.confidence), "")]
    if entry.verdict is not None:
        yield from _verdict(entry.verdict, gutter)


def _verdict(verdict: Verdict, gutter: int) -> Iterator[Line]:
    """What running the code showed, and what was seen."""
    style = VERDICT_STYLES.get(verdict.outcome, "bold")
    yield [*_framed(gutter, "= "), (f"{verdict.outcome}: ", style), (visible(verdict.reason), "")]
    for name, value in verdict.evidence:
        yield [(" " * (gutter + 3), ""), (f"{visible(name)}: ", "bold"), (visible(value), "")]


def _source(sources: Sources, path: str, span: Span, mark: str, style: str, gutter: int, limit: int) -> list[Line]:
    lines = sources(path)
    shown: list[Line] = []
    for row in snippet(lines, span, mark, limit) if lines is not None else ():
        number = "" if row.number is None else str(row.number)
        shown.append([(f"{number:>{gutter}} | ", FRAME), (row.code, "")])
        if row.marks:
            shown.append([*_framed(gutter, "| "), (row.marks, style)])
    return shown


def _framed(gutter: int, text: str) -> Line:
    return [(" " * (gutter + 1) + text, FRAME)]


def _place(path: str, span: Span) -> str:
    return f"{visible(path)}:{span.line}:{span.column}"
