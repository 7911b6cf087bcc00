"""Whatever the code, nothing raises: real code, mutated, through the whole pipeline with every rule."""

from __future__ import annotations

import inspect
import json.decoder
import random
import re
import tempfile
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlint.check import Checked, Task, check_file
from mlint.facts.project.project import Project
from mlint.finding import Confidence, Span
from mlint.pack import load
from mlint.select import ActiveRule
from mlint.source import decode
from mlint.testing.fences import fences

ROOT = Path(__file__).parent.parent
RULES = load()
TASK = Task(tuple(map(ActiveRule, RULES)), RULES, Confidence.POSSIBLE)
PAGES = [
    fence.text
    for page in sorted(ROOT.glob("rules/**/*.md")) + sorted(ROOT.glob("tests/facts/*.md"))
    for fence in fences(page.read_text(encoding="utf-8"))
    if fence.language == "py"
]
STANDARD = [inspect.getsource(module) for module in (json.decoder, textwrap, random)]
TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


def checked(text: str) -> Checked:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "a.py"
        path.write_text(text, encoding="utf-8", errors="surrogateescape", newline="")
        return check_file(Project(path.parent, [path]), decode(str(path), path.read_bytes()), TASK)


def holds(text: str) -> None:
    """No rule and no fact has failed, and what is reported lies inside the file."""
    found = checked(text)
    assert not [problem for problem in found.problems if problem.rule is not None], found.problems
    lines = decode("a.py", text.encode()).lines
    for finding in found.findings:
        for span in (finding.span, *(step.span for step in finding.related)):
            assert lies_inside(span, lines), finding


def test_the_rules_are_reached() -> None:
    codes = {finding.code for text in PAGES for finding in checked(text).findings}
    assert {"ML101", "ML102", "ML201", "ML301", "ML302", "ML303", "ML401", "ML402", "ML501", "ML502"} <= codes


def lies_inside(span: Span, lines: list[str]) -> bool:
    last = lines[span.end_line - 1] if 0 < span.end_line <= len(lines) else None
    ordered = (span.line, span.column) <= (span.end_line, span.end_column)
    return last is not None and ordered and span.column >= 1 and span.end_column <= len(last) + 1


def mutated(text: str, seed: int) -> str:
    """Some tokens of the text deleted, doubled, swapped with others or replaced by others of the same text."""
    choose = random.Random(seed)
    tokens = TOKENS.findall(text)
    for _ in range(choose.randint(1, 4)):
        at, other = (choose.randrange(len(tokens)) for _ in range(2))
        if tokens[at].isspace() or tokens[other].isspace():
            continue
        kind = choose.randrange(4)
        if kind == 0:
            tokens[at] = ""
        elif kind == 1:
            tokens[at] += tokens[at]
        elif kind == 2:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        else:
            tokens[at] = tokens[other]
        tokens = [token for token in tokens if token] or ["0"]
    return "".join(tokens)


@pytest.mark.parametrize("text", [*PAGES, *STANDARD])
def test_real_code_is_checked(text: str) -> None:
    holds(text)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PAGES), st.integers(0, 10**6))
def test_mutated_code_is_checked(text: str, seed: int) -> None:
    holds(mutated(text, seed))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PAGES), st.integers(0, 10**6))
def test_a_second_run_finds_the_same(text: str, seed: int) -> None:
    changed = mutated(text, seed)
    path = re.compile(r"/\S*/a\.py")
    assert path.sub("a.py", str(checked(changed))) == path.sub("a.py", str(checked(changed)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PAGES), st.sampled_from(PAGES), st.integers(0, 10**6))
def test_lines_of_one_program_inside_another_are_checked(text: str, other: str, seed: int) -> None:
    choose = random.Random(seed)
    lines, more = text.splitlines(keepends=True), other.splitlines(keepends=True)
    at = choose.randrange(len(lines) + 1)
    start = choose.randrange(len(more))
    holds("".join([*lines[:at], *more[start : start + choose.randint(1, 6)], *lines[at:]]))


DEEP = {
    "brackets": "x = " + "(" * 3000 + "1" + ")" * 3000 + "\n",
    "a sum": "x = " + "+".join("a" * 1 for _ in range(20_000)) + "\n",
    "method calls": "x = a" + ".b()" * 5000 + "\n",
    "elifs": "def f(a):\n    if a == 0:\n        x = 0\n"
    + "".join(f"    elif a == {i}:\n        x = {i}\n" for i in range(3000)),
    "nested ifs": "".join(" " * i + "if a:\n" for i in range(95)) + " " * 95 + "x = 1\n",
    "subscripts": "x = a" + "[0]" * 5000 + "\n",
    "not": "x = " + "not " * 5000 + "1\n",
    "lambdas": "x = " + "lambda: " * 5000 + "1\n",
    "comparisons": "x = " + " < ".join("a" for _ in range(5000)) + "\n",
    "conditions": "x = " + "".join(f"{i} if a else " for i in range(3000)) + "0\n",
    "targets": "a" + " = a" * 3000 + "\n",
    "a long list": "x = [" + "1, " * 100_000 + "]\n",
    "a long string": "x = '" + "a" * 1_000_000 + "'\n",
    "a long padding": "y = pad(y, [" + "".join(f"left_{i}, right_{i}, " for i in range(60)) + "size(1)])\n",
    "a long call": "y = f(" + "".join(f"x_{i}, y_{i}, " for i in range(500)) + "size(1))\n",
    "many statements": "def f(x):\n" + "    x = x + 1\n" * 5_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_depth_and_length_end_in_a_result(name: str) -> None:
    holds("import torch\nimport numpy as np\n" + DEEP[name])
    holds("import torch\n\n\ndef g(a):\n" + textwrap.indent(DEEP[name], "    "))
