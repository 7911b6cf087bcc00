from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mlint import check
from mlint.check import Checked, Task, check_file, finding_of, one_a_place
from mlint.facts.project.project import Project
from mlint.finding import Confidence, Finding, Span
from mlint.rule import Report, Step
from mlint.select import ActiveRule
from mlint.source import decode
from mlint.tool.rules import OWN
from tests.toy import RULES

KNOWN = (*OWN, *RULES)
TASK = Task(tuple(ActiveRule(rule) for rule in KNOWN), KNOWN, Confidence.LIKELY, date(2026, 5, 1))


def checked(folder: Path, text: str, task: Task = TASK) -> Checked:
    path = folder / "a.py"
    path.write_text(text)
    return check_file(Project(folder, [path]), decode(str(path), text.encode()), task)


def found(result: Checked) -> list[tuple[str, int]]:
    return [(each.code, each.span.line) for each in result.findings]


def test_every_rule_looks_at_its_subjects(tmp_path: Path) -> None:
    text = "bad = 1\nclass Bad:\n    def question(self): ...\nodd = bad\n"
    result = checked(tmp_path, text)
    assert result.problems == ()
    assert found(result) == [("XY101", 1), ("XY106", 2), ("XY105", 3), ("XY103", 4), ("XY101", 4)]


def test_a_finding_carries_what_the_report_says(tmp_path: Path) -> None:
    [finding] = checked(tmp_path, "x = bad\n").findings
    path = str(tmp_path / "a.py")
    span = Span(1, 5, 1, 8)
    advice = "find a better one"
    assert finding == Finding("XY101", "bad-word", "`bad` is a bad word", path, span, Confidence.LIKELY, advice)


def test_of_code_that_fills_a_line_a_message_shows_what_is_called() -> None:
    span, code = Span(1, 1, 1, 2), "torch.zeros(batch_size, num_heads, sequence_length, sequence_length).to(x.device)"
    shown = finding_of(
        replace(RULES[0], message="`{code}` costs `{name}`"),
        Report(span, {"code": code, "name": "a copy"}, Confidence.LIKELY),
        "a.py",
    )
    assert shown.message == "`torch.zeros(...).to(x.device)` costs `a copy`"


def test_options_reach_the_rule(tmp_path: Path) -> None:
    task = replace(TASK, rules=(ActiveRule(RULES[0], {"word": "worse"}),))
    assert found(checked(tmp_path, "x = worse  # bad\n", task)) == [("XY101", 1)]


def test_confidence_is_a_threshold(tmp_path: Path) -> None:
    assert found(checked(tmp_path, "doubtful = 1\n")) == []
    low = replace(TASK, min_confidence=Confidence.POSSIBLE)
    assert found(checked(tmp_path, "doubtful = 1\n", low)) == [("XY102", 1)]


def test_a_rule_without_its_words_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RULES[5].subject, "of", None)
    assert checked(tmp_path, "class Good: ...\n").problems == ()


def test_comments_silence_findings_and_are_judged(tmp_path: Path) -> None:
    text = (
        "bad = 1  # noqa: XY101\ngood = 1  # mlint: ignore[XY101]\nbad = 2  # mlint: ignore[XY101] until=2026-01-01\n"
    )
    assert found(checked(tmp_path, text)) == [("ML001", 2), ("XY101", 3), ("ML002", 3)]


def test_a_comment_on_what_is_not_sure_enough_to_be_shown_is_of_use(tmp_path: Path) -> None:
    assert found(checked(tmp_path, "doubtful = 1  # mlint: ignore[XY102]\n")) == []


def test_what_is_said_of_a_comment_can_be_silenced(tmp_path: Path) -> None:
    assert found(checked(tmp_path, "good = 1  # mlint: ignore[XY101]  # mlint: ignore[ML001] kept\n")) == []


def test_noqa_rows_are_kept_where_they_differ(tmp_path: Path) -> None:
    result = checked(tmp_path, 'bad = 1\nbad = """\n"""\n')
    assert result.noqa_rows == {2: 3}


def test_a_rule_that_raises_is_a_problem_and_the_others_go_on(tmp_path: Path) -> None:
    result = checked(tmp_path, "bad = 1\n\ndef explode(): ...\ndef explode_too(): ...  # noqa: XY104\n")
    assert found(result) == [("XY101", 1)]
    [problem] = result.problems
    assert (problem.rule, problem.line) == ("XY104", 3)
    assert problem.message.startswith(
        "rule XY104 (failing-rule) failed here with ValueError: boom in two lines at tests/toy.py:"
    )
    assert "please report this line to the authors of tests" in problem.message


def test_an_analysis_that_raises_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise RecursionError("deep")

    monkeypatch.setattr(check, "_owners", broken)
    [problem] = checked(tmp_path, "bad = 1\n").problems
    assert problem.rule == "analysis"
    assert "RecursionError: deep" in problem.message


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("x = 1\ny = (\n", "syntax error: '(' was never closed", 2),
        ("x = " + "(" * 5000, "is too deeply nested: more than 200 brackets", 1),
        ("\nx = a" + " + a" * 5000, "is too deeply nested: more than 500 operators", 2),
        ("if a: pass\n" + "elif b: pass\n" * 5000, "is too deeply nested: more than 500 `elif`", 502),
    ],
)
def test_what_is_no_python_says_why(tmp_path: Path, text: str, message: str, line: int) -> None:
    [problem] = checked(tmp_path, text).problems
    assert problem.rule is None
    assert problem.line == line
    assert message in problem.message


@pytest.mark.parametrize("text", ["", "\n", "# bad\n", "\x0c\n", "x = 1 \\\n", "\ufeff"])
def test_what_is_nearly_nothing_is_fine(tmp_path: Path, text: str) -> None:
    assert found(checked(tmp_path, text)) == []


def finding(code: str, line: int, confidence: Confidence = Confidence.LIKELY) -> Finding:
    return Finding(code, "name", "message", "a.py", Span(line, 1, line, 2), confidence)


def test_on_one_line_the_rule_stays_that_stands_for_the_other() -> None:
    general, specific = RULES[0], replace(RULES[0], code="XY102", instead_of=frozenset({"XY101"}))
    given = [finding("XY101", 1), finding("XY102", 1), finding("XY103", 1), finding("XY101", 2)]
    assert one_a_place(given, [general, specific]) == [given[1], given[2], given[3]]
    assert one_a_place(given, [general]) == given
    unsure = [finding("XY101", 1), finding("XY102", 1, Confidence.POSSIBLE)]
    assert one_a_place(unsure, [general, specific]) == unsure


def test_an_explanation_does_not_say_the_same_twice() -> None:
    step, again = Step("`x` is 1", Span(1, 1, 1, 2)), Step("`x` is 1", Span(1, 1, 1, 9))
    report = Report(Span(2, 1, 2, 2), {"word": "x"}, Confidence.LIKELY, because=(step, again))
    assert [each.span for each in finding_of(RULES[0], report, "a.py").related] == [step.span]
