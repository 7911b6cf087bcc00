"""Findings keep their fingerprints while the lines around them change, and never share one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mlint.finding import Finding, Span
from mlint.report.entries import entries
from mlint.report.fingerprint import fingerprints
from mlint.run import Results
from tests.report.conftest import UNCLIPPED


def of(text: str, *findings: Finding, path: str = "a.py") -> list[str]:
    run = Results(findings=[replace(finding, path=path) for finding in findings], texts={path: text})
    return fingerprints(run, entries(run), Path.cwd())


def at(line: int, message: str = "m") -> Finding:
    return replace(UNCLIPPED, span=Span(line, 1, line, 5), message=message)


def test_lines_above_do_not_matter() -> None:
    assert of("x = y(1)", at(1, "see line 1")) == of("\n\nif z:\n    x =  y(1)", at(4, "see line 4"))


def test_what_matters() -> None:
    one = of("x = y(1)", at(1))
    assert of("x = y(2)", at(1)) != one
    assert of("x = y(1)", at(1), path="b.py") != one
    assert of("x = y(1)", replace(at(1), code="ML303")) != one


def test_equal_findings_are_told_apart() -> None:
    three = of("x = 1\n" * 3, at(1), at(2), at(3))
    assert len(set(three)) == 3
    assert of("y = 1\n" + "x = 1\n" * 3, at(2), at(3), at(4)) == three


def test_without_the_source_the_message_tells() -> None:
    run = Results(findings=[replace(at(1, message), path="gone.py") for message in ("a", "b")])
    assert len(set(fingerprints(run, entries(run), Path.cwd()))) == 2
