"""ML000."""

from __future__ import annotations

from mlint.finding import Confidence, Problem, Span
from mlint.rule import Report, Reports, rule


@rule("ML000", "unreadable-file", "this file cannot be checked: {cause}")
def unreadable_file(problem: Problem) -> Reports:
    """A file that cannot be checked: unreadable, not decodable, no Python, or too deeply nested."""
    line, column = problem.line or 1, problem.column or 1
    yield Report(Span(line, column, line, column), {"cause": problem.message}, Confidence.CERTAIN)
