"""Pages as tests: what is read from them, and when they fail."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from mlint.finding import Confidence, Finding, Span
from mlint.testing.fences import PageError
from mlint.testing.page import Project, projects, require_assertions
from mlint.testing.verdict import disagreements

WRONG = '```py\ny = x.astype("uint8")  # error: [ML302] "wraps"\n```\n'
RIGHT = "```py\ny = 1\n```\n"


def only(page: str) -> Project:
    (project,) = projects(page)
    return project


def finding(line: int, message: str = "it wraps", **changes: object) -> Finding:
    values: dict[str, object] = {
        "code": "ML302",
        "name": "a-rule",
        "message": message,
        "path": "example.py",
        "span": Span(line, 5, line, 6),
        "confidence": Confidence.LIKELY,
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]


def test_a_block_is_a_module_of_its_own() -> None:
    first, second = projects(WRONG + RIGHT)
    assert [file.path for file in first.files + second.files] == ["example.py", "example.py"]
    assert second.files[0].text == "y = 1\n"
    assert second.markers == []


def test_markers_say_line_code_confidence_and_text() -> None:
    page = '# T\n```py\nx = 1\ny = 2  # error: [ML302, possible] "a [b]"\nz = 3  # error?: [ML301]\n```\n'
    first, second = only(page).markers
    assert (first.line, first.code, first.confidence, first.text, first.missed) == (
        2,
        "ML302",
        Confidence.POSSIBLE,
        "a [b]",
        False,
    )
    assert (second.line, second.confidence, second.missed) == (3, None, True)
    assert only(page).files[0].page_line(2) == 4


def test_the_checked_text_is_without_the_markers_but_with_other_comments() -> None:
    page = 's = "# error: [ML302]"  # noqa: ML302  # error: [ML302]\n'
    file = only(f"```py\n{page}```\n").files[0]
    assert file.text == 's = "# error: [ML302]"  # noqa: ML302\n'
    assert len(file.markers) == 1


def test_two_markers_on_a_line() -> None:
    assert len(only('```py\nx = 1  # error: [ML302] "a" # error: [ML302] "b"\n```\n').markers) == 2


def test_blocks_with_file_names_join_until_a_heading_a_plain_block_or_the_same_name() -> None:
    block = '```py title="{}"\nx = 1\n```\ntext between\n'
    page = (
        block.format("a.py") + block.format("pkg/b.py") + block.format("a.py") + "## Next\n" + block.format("b.py")
    ) + RIGHT
    assert [[file.path for file in project.files] for project in projects(page)] == [
        ["a.py", "pkg/b.py"],
        ["a.py"],
        ["b.py"],
        ["example.py"],
    ]


def test_a_configuration_joins_as_a_file() -> None:
    page = '```toml title="pyproject.toml"\n[tool.mlint]\n```\n```py title="a.py"\nx = 1\n```\n'
    assert [file.path for file in only(page).files] == ["pyproject.toml", "a.py"]


def test_blocks_of_other_languages_are_no_tests() -> None:
    assert projects("```text\n# error: anything\n```\n~~~sh\n```py\n~~~\n") == []


def test_a_block_in_a_list_loses_its_indentation() -> None:
    assert only("- so:\n\n  ```py\n  if x:\n      y = 1\n  ```\n").files[0].text == "if x:\n    y = 1\n"


@pytest.mark.parametrize(
    ("page", "line", "message"),
    [
        ("```py\nx = 1  # eror: [ML302]\n```\n", 2, "not understood"),
        ("\n```py\nx = 1  # error ML302\n```\n", 3, "not understood"),
        ("```py\nx = 1  # error: ML302\n```\n", 2, "not understood"),
        ('```py\nx = 1  # error: [ML302, sure] "m"\n```\n', 2, "not understood"),
        ("```py\nx = 1  # Error: [ML302]\n```\n", 2, "not understood"),
        ("```python\nx = 1\n```\n", 1, "is not tested"),
        ("```py name=a.py\nx = 1\n```\n", 1, "not understood"),
        ('```py title="../a.py"\nx = 1\n```\n', 1, "inside the project"),
        ("```py\nx = 1\n", 1, "never closed"),
        ("```py\nx = (\n```\n", 1, "no Python"),
    ],
)
def test_what_is_not_understood_is_an_error(page: str, line: int, message: str) -> None:
    with pytest.raises(PageError, match=message) as caught:
        projects(page)
    assert caught.value.line == line


@pytest.mark.parametrize("page", ["", WRONG, RIGHT, RIGHT + WRONG.replace("error:", "error?:")])
def test_a_page_that_asserts_nothing_is_an_error(page: str) -> None:
    with pytest.raises(PageError, match="the page shows no"):
        require_assertions(projects(page))


def test_a_page_with_a_mistake_and_its_correct_twin_is_fine() -> None:
    require_assertions(projects(WRONG + RIGHT))


def test_a_project_agrees_with_what_its_markers_say() -> None:
    assert disagreements(only(WRONG), [finding(1)]) == []
    assert disagreements(only(RIGHT), [finding(1, confidence=Confidence.POSSIBLE)]) == []


@pytest.mark.parametrize(
    ("page", "found", "message"),
    [
        (WRONG, [], "line 2: ML302 is not reported .*found there: nothing"),
        (WRONG, [finding(1, "it overflows")], "found there: ML302 .likely. at column 5: it overflows"),
        (WRONG, [finding(1, confidence=Confidence.POSSIBLE)], r"found there: ML302 \(possible\)"),
        (WRONG.replace("ML302]", "ML302, possible]"), [finding(1)], "is not reported as possible"),
        (WRONG.replace("error:", "error?:"), [finding(1)], "is found now"),
        (RIGHT, [finding(1)], "line 2: not expected: ML302"),
    ],
)
def test_what_does_not_agree_is_named(page: str, found: list[Finding], message: str) -> None:
    lines = disagreements(only(page), found)
    assert len(lines) >= 1
    assert any(re.search(message, line) for line in lines)


def test_a_second_finding_on_the_line_needs_a_second_marker() -> None:
    assert len(disagreements(only(WRONG), [finding(1), finding(1)])) == 1


def test_a_known_miss_that_is_missed_still() -> None:
    assert disagreements(only(WRONG.replace("error:", "error?:")), []) == []


def test_findings_belong_to_their_file() -> None:
    page = dedent("""\
        ```py title="a.py"
        x = 1  # error: [ML302]
        ```
        ```py title="b.py"
        x = 1
        ```
        """)
    assert disagreements(only(page), [finding(1, path="a.py")]) == []
    assert len(disagreements(only(page), [finding(1, path="b.py")])) == 2
