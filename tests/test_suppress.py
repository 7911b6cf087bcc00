from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.check import findings_of
from mlint.finding import Confidence, Finding, Span
from mlint.rule import RULE_ATTRIBUTE, Reports, Rule, rule
from mlint.select import ActiveRule
from mlint.source import decode
from mlint.suppress import Suppressions, honoured_rows, suppressions
from mlint.tool.expired_suppression import expired_suppression
from mlint.tool.rules import OWN
from mlint.tool.unused_suppression import unused_suppression

TODAY = date(2026, 5, 1)


class Thing:
    """A subject."""


def made(code: str, name: str) -> Rule:
    @rule(code, name, "message")
    def check(thing: Thing) -> Reports:
        """Summary."""
        yield from ()

    found = getattr(check, RULE_ATTRIBUTE)
    assert isinstance(found, Rule)
    return found


KNOWN = (
    *OWN,
    made("ML301", "overwritten-accumulator"),
    made("ML302", "unclipped-uint8-cast"),
    made("XY100", "our-own"),
)
RAN = frozenset({"ML301", "ML302", "XY100"})


def read(text: str, *, ran: frozenset[str] = RAN, noqa: bool = True) -> Suppressions:
    return suppressions(decode("a.py", text.encode()), KNOWN, ran, TODAY, noqa=noqa)


def finding(code: str = "ML302", row: int = 1, end: int | None = None) -> Finding:
    return Finding(code, "name", "message", "a.py", Span(row, 1, end or row, 5), Confidence.LIKELY)


def silences(text: str, code: str = "ML302", row: int = 1, end: int | None = None) -> bool:
    return read(text).silence(finding(code, row, end))


def reported(found: Suppressions) -> list[tuple[str, str]]:
    return [
        (finding.code, finding.message)
        for each in found.found
        for check in (unused_suppression, expired_suppression)
        for finding in findings_of(ActiveRule(getattr(check, RULE_ATTRIBUTE)), each, "a.py")
    ]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "#noqa",
        "# NOQA",
        "# noqa: ML302",
        "# noqa:ML302",
        "# noqa : ML302",
        "# noqa: ml302",
        "# noqa: E501,ML302",
        "# noqa: E501 ML302 since 1 = 1",
        "# noqa: ML3",
        "# noqa: unclipped-uint8-cast",
        "# noqa: because it is so",  # flake8 takes this for a bare one
        "# type: ignore # noqa: ML302",
        "# mlint: ignore[ML302]",
        "#mlint:ignore[ML302]",
        "# mlint: ignore[ML302] the range is known",
        "# mlint: ignore[ML301, ML302]",
        "# mlint: ignore[ML3]",
        "# mlint: ignore[ALL]",
        "# mlint: ignore[unclipped-uint8-cast]",
        "# mlint: ignore[ML302] until=2027-01-31 reason",
        "# mlint: ignore[ML302] until=2026-05-01",
        "# mlint: ignore[ML302] until the camera is replaced",
        "# mlint: ignore[ML302] reason # until=2026-04-30",
        "# mlint: ignore-file[ML302]",
        "# noqa: E501  # mlint: ignore[ML302]",
    ],
)
def test_what_silences(comment: str) -> None:
    assert silences(f"x = 1  {comment}\n")


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: ML301",
        "# noqa: E501",
        "# noqa: overwritten-accumulator",
        "# noqas",
        "# mlint: ignore[ML301]",
        "# mlint: ignore[XY]",
        "# mlint: ignore",
        "# mlint: ignore[]",
        "# mlint: ignored[ML302]",
        "# mlint: ignore[ML302] until=2026-04-30 reason",
        "# mlint: ignore[ML302] until=soon",
        "# mlint: ignore[ML302] Until = 2026-04-30",
        "# mlint: ignore[ML302] until 2026-04-30 reason",
        "# mlint: ignore[ML302] until: 2026-04-30",
        "# mlint: ignore[ML302] the reason comes first, until=2026-04-30",
        "# pylint: ignore[ML302]",
        "'# noqa'",
    ],
)
def test_what_does_not(comment: str) -> None:
    assert not silences(f"x = 1  {comment}\n")


def test_a_comment_for_the_file_stands_anywhere() -> None:
    text = "x = 1\ny = 2\n# mlint: ignore-file[ML302]\n"
    assert silences(text, row=1)
    assert not silences(text, "ML301", row=1)


def test_flake8_sees_to_noqa_itself() -> None:
    assert not read("x = 1  # noqa\n", noqa=False).silence(finding())
    assert read("x = 1  # mlint: ignore[ML302]\n", noqa=False).silence(finding())


STATEMENT = "x = f(  {0}\n    a,  {1}\n    b,  {2}\n    c,  {3}\n)  {4}\ny = 1  {5}\n"


@pytest.mark.parametrize(
    ("span", "rows"),
    [
        ((1, 5), [0, 4]),
        ((2, 3), [1, 2, 4]),
        ((3, 3), [2, 4]),
        ((2, 6), [1, 4]),
    ],
)
def test_first_row_last_row_and_the_end_of_the_statement(span: tuple[int, int], rows: list[int]) -> None:
    first, last = span
    for row in range(6):
        comments = ["# noqa" if row == other else "" for other in range(6)]
        assert silences(STATEMENT.format(*comments), row=first, end=last) is (row in rows)


def test_a_comment_cannot_stand_in_a_string_nor_after_a_backslash() -> None:
    assert silences('x = """\n# nothing\n""".join(y)  # noqa\n', row=1)
    assert not silences('x = """\n# noqa\n"""\n', row=1)
    assert silences("x = 1 + \\\n    2  # noqa\n", row=1)
    assert silences('f(a, """\ntext\n""",  # noqa\n  b)\n', row=1, end=1)


def test_a_whole_block_is_not_silenced_by_its_last_row() -> None:
    text = "for i in x:\n    a = 1\n    b = 2  # noqa\n"
    assert not silences(text, row=1, end=3)
    assert honoured_rows(Span(1, 1, 3, 5), decode("a.py", text.encode()).rows) == {1}


# --- what became of them --------------------------------------------------------------------------------------------


def test_one_that_is_of_use_is_not_reported() -> None:
    found = read("x = 1  # noqa: ML302\ny = 1  # mlint: ignore[ML302]\n# mlint: ignore-file[ML301]\n")
    for each in (finding(row=1), finding(row=2), finding("ML301", row=2)):
        assert found.silence(each)
    assert reported(found) == []


@pytest.mark.parametrize(
    ("comment", "text"),
    [
        ("# noqa: ML302", "ML302"),
        ("# noqa: E501, ml302", "ml302"),
        ("# noqa: unclipped-uint8-cast", "unclipped-uint8-cast"),
        ("# noqa: ML30", "ML30"),
        ("# mlint: ignore[XY100]", "XY100"),
        ("# mlint: ignore[ML302] until=2030-01-01", "ML302"),
        ("# mlint: ignore-file[our-own]", "our-own"),
    ],
)
def test_one_that_is_of_no_use_is_reported(comment: str, text: str) -> None:
    found = read(f"x = '\u00e9'  {comment}\n")
    assert reported(found) == [("ML001", f"`{text}` suppresses nothing")]
    span = found.found[-1].span
    assert f"x = '\u00e9'  {comment}"[span.column - 1 : span.end_column - 1] == text


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: E501", "# noqa: XY100", "# noqa: M100", "# noqa: reason"])
def test_what_others_may_use_is_not(comment: str) -> None:
    assert reported(read(f"x = 1  {comment}\n")) == []


@pytest.mark.parametrize("comment", ["# noqa: ML302", "# noqa: ML3", "# mlint: ignore[ML3]", "# noqa: ML001"])
def test_nothing_is_said_of_rules_that_did_not_run(comment: str) -> None:
    assert reported(read(f"x = 1  {comment}\n", ran=frozenset({"ML301"}))) == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        (
            "# mlint: ignore",
            "`# mlint: ignore` suppresses nothing: it names no rule; write `# mlint: ignore[ML302] reason`",
        ),
        ("# mlint: ignore[ , ]", "`# mlint: ignore[ , ]` suppresses nothing: it names no rule; write"),
        ("# mlint: ignroe[ML302]", "suppresses nothing: `ignroe` is neither `ignore` nor `ignore-file`; write"),
        ("# mlint: disable=ML302", "suppresses nothing: `disable` is neither `ignore` nor `ignore-file`; write"),
        ("# mlint:", "`# mlint:` suppresses nothing: `` is neither"),
        ("# mlint: ignore[ML3O2]", "`ML3O2` suppresses nothing: no rule is called `ML3O2`; did you mean `ML302`?"),
        ("# noqa: ML999", "`ML999` suppresses nothing: no rule is called `ML999`"),
        (
            "# mlint: ignore[ML302] until=tomorrow",
            "suppresses nothing: `tomorrow` is no date; write `until=2027-01-31`",
        ),
        ("# mlint: ignore[ML302] until=2027-02-30", "suppresses nothing: `2027-02-30` is no date"),
    ],
)
def test_one_that_is_not_understood_is_reported(comment: str, message: str) -> None:
    [(code, text)] = reported(read(f"x = 1  {comment}\n", ran=frozenset()))
    assert code == "ML001"
    assert message in text


def test_one_that_is_past_its_day_is_reported_and_silences_nothing() -> None:
    found = read("x = 1  # mlint: ignore[ML302] until=2026-04-30 since\n")
    assert not found.silence(finding())
    assert reported(found) == [("ML002", "the suppression of `ML302` ended on 2026-04-30")]


@given(st.text(alphabet="# noqa:ML302,mlint:ignore[]-file until=2026-01 \n'\"\\()", max_size=80))
def test_any_text_is_read(text: str) -> None:
    found = read(text)
    for row, line in enumerate(text.split("\n"), start=1):
        found.silence(finding(row=row))
        for each in found.found:
            if each.span.line == row:
                assert 1 <= each.span.column < each.span.end_column <= len(line) + 1
    reported(found)
