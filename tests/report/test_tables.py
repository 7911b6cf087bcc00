"""The tables of `--statistics` and `mlint rules`, the closing line, and `mlint explain`."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from mlint.finding import Problem
from mlint.report import catalogue, explain, statistics, summary
from mlint.report.table import Column, write_table
from mlint.rule import Rule
from mlint.run import Results
from tests.report.conftest import UNCLIPPED


def test_cells_are_aligned_by_what_they_fill() -> None:
    out = io.StringIO()
    write_table((Column("a"), Column("number", right=True), Column("b")), [("寸法", "1", "x\n"), ("c", "22", "")], out)
    assert out.getvalue() == "a     number  b\n寸法       1  x\\n\nc         22\n"


class Terminal(io.StringIO):
    """What shows colours only if it is asked to, and is as wide as COLUMNS says."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        ("80", "code  summary\nA1    what this rule finds in code\nB2    more\n"),
        ("28", "code  summary\nA1    what this rule finds\n      in code\nB2    more\n"),
        ("20", "code  summary\nA1    what this rule finds in code\nB2    more\n"),
    ],
)
def test_a_long_last_cell_goes_on_below(monkeypatch: pytest.MonkeyPatch, width: str, shown: str) -> None:
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    write_table((Column("code"), Column("summary")), [("A1", "what this rule finds in code"), ("B2", "more")], out)
    assert out.getvalue() == shown


def test_a_table_without_rows_is_nothing() -> None:
    out = io.StringIO()
    write_table((Column("a"),), [], out)
    assert out.getvalue() == ""


def test_statistics(run: Results, problems: Results) -> None:
    run.findings += [replace(UNCLIPPED, code="ML201", name="missing-eval"), UNCLIPPED]
    run.problems = problems.problems[:1]
    out = io.StringIO()
    statistics.write(run, out)
    assert out.getvalue() == (
        "count  code   name\n"
        "    2  ML302  unclipped-uint8-cast\n"
        "    1  ML000  unreadable-file\n"
        "    1  ML201  missing-eval\n"
    )
    out = io.StringIO()
    statistics.write_json(run, out)
    assert json.loads(out.getvalue())[0] == {"count": 2, "code": "ML302", "name": "unclipped-uint8-cast"}


@pytest.mark.parametrize(
    ("run_", "line"),
    [
        (Results(), "no findings; 0 files checked, 0 without anything to check\n"),
        (
            Results(findings=[UNCLIPPED], files=1),
            "1 finding in 1 file; 1 file checked, 0 without anything to check\n",
        ),
        (
            Results(
                findings=[UNCLIPPED, UNCLIPPED, replace(UNCLIPPED, path="b.py")],
                problems=[Problem("c.py", "x"), Problem("b.py", "x", rule="ML201")],
                files=12,
                nothing=3,
                failed=1,
                notebooks=2,
            ),
            "3 findings in 2 files; 12 files checked, 3 without anything to check, 1 could not be checked, "
            "1 internal error, 2 notebooks left alone\n",
        ),
    ],
)
def test_the_closing_line(run_: Results, line: str) -> None:
    out = io.StringIO()
    summary.write(run_, out)
    assert out.getvalue() == line


def test_the_catalogue(rule: Rule) -> None:
    out = io.StringIO()
    catalogue.write([rule, replace(rule, code="ML1", name="x", default=False)], out)
    assert out.getvalue() == (
        "code   name                  family   default  summary\n"
        "ML302  unclipped-uint8-cast  numbers  on       A float array is cast to uint8 [and wraps].\n"
        "ML1    x                     numbers  off      A float array is cast to uint8 [and wraps].\n"
    )
    out = io.StringIO()
    catalogue.write_json([rule], out)
    assert json.loads(out.getvalue()) == [
        {
            "code": "ML302",
            "name": "unclipped-uint8-cast",
            "family": "numbers",
            "default": True,
            "summary": "A float array is cast to uint8 [and wraps].",
        }
    ]


def test_a_page_is_shown_as_it_is_where_there_is_no_terminal(rule: Rule) -> None:
    out = io.StringIO()
    explain.write(rule, out, full=True)
    assert out.getvalue() == rule.page.read_text("utf-8")


def test_corner_cases_are_shown_on_request(rule: Rule) -> None:
    page = "# ML302\n\n## Corner cases\n\nA mask:\n\n```py\na = 1\n```\n\n```py\nb = 1\n```\n"
    rest = "\n## What it misses\n\nMuch.\n"
    for text, told in ((page, ""), (page + rest, rest)):
        rule.page.write_text(text, "utf-8")
        out = io.StringIO()
        explain.write(rule, out)
        assert out.getvalue() == f"# ML302\n\n## Corner cases\n\n2 examples: `mlint explain ML302 --full`\n{told}"


def test_a_page_is_rendered_on_a_terminal(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = io.StringIO()
    explain.write(rule, out)
    assert "*wrap*" not in out.getvalue()
    assert "\x1b[" in out.getvalue()
