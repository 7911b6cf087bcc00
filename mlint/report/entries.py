"""What every format lists: the findings, and among them what could not be checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlint.finding import Confidence, Finding, Problem, Related, Span, Verdict

if TYPE_CHECKING:
    from mlint.run import Results

Level = Literal["error", "warning", "note"]

LEVELS: dict[Confidence, Level] = {
    Confidence.CERTAIN: "error",
    Confidence.LIKELY: "warning",
    Confidence.POSSIBLE: "note",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a report. `problem` is None for a finding."""

    code: str
    name: str
    message: str
    path: str
    span: Span
    confidence: Confidence
    level: Level
    noqa_row: int
    advice: str = ""
    related: tuple[Related, ...] = ()
    problem: Problem | None = None
    verdict: Verdict | None = None


def entries(run: Results) -> list[Entry]:
    """Findings and problems of a run in one order: by path, line, column and code."""
    listed = [of_finding(finding, run.noqa_row(finding)) for finding in run.findings]
    listed += [of_problem(problem) for problem in run.problems]
    return sorted(listed, key=lambda entry: (entry.path, entry.span.line, entry.span.column, entry.code))


def of_finding(finding: Finding, noqa_row: int) -> Entry:
    """The entry of a finding that a comment on `noqa_row` would silence."""
    return Entry(
        code=finding.code,
        name=finding.name,
        message=finding.message,
        path=finding.path,
        span=finding.span,
        confidence=finding.confidence,
        level=LEVELS[finding.confidence],
        noqa_row=noqa_row,
        advice=finding.advice,
        related=finding.related,
        verdict=finding.verdict,
    )


def of_problem(problem: Problem) -> Entry:
    """The entry of a problem; one without a place stands at the start of its file, as tools that read places expect."""
    line, column = problem.line or 1, problem.column or 1
    code, name = ("ML000", "unreadable-file") if problem.rule is None else ("internal-error", "internal-error")
    return Entry(
        code=code,
        name=name,
        message=problem.message,
        path=problem.path,
        span=Span(line, column, line, column),
        confidence=Confidence.CERTAIN,
        level="error",
        noqa_row=line,
        problem=problem,
    )
