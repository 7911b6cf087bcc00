"""`github`: commands that come back as they went in."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.finding import Span
from mlint.report.github import escape_data, escape_property, write
from mlint.run import Results
from tests.report.conftest import UNCLIPPED

Written = Callable[[str, Results], str]


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it: command, properties, data."""
    head, _, data = line.removeprefix("::").partition("::")
    command, _, properties = head.partition(" ")
    pairs = (pair.partition("=") for pair in properties.split(","))
    return command, {name: unescaped(value) for name, _, value in pairs}, unescaped(data)


def unescaped(text: str) -> str:
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


def test_a_finding(written: Written, run: Results) -> None:
    assert written("github", run) == (
        "::error title=mlint (ML302),file=src/aug.py,line=7,endLine=7,col=12,endColumn=32"
        "::src/aug.py:7:12: ML302 `img` can reach 382.5 here; a cast to uint8 does not saturate"
        "%0A1. src/aug.py:6:5: `img` is float32 in [0, 382.5] here"
        "%0A2. src/settings.py:1:1: `GAIN` is 1.5"
        "%0Ainstead: np.clip(img, 0, 255).astype(np.uint8)\n"
    )


def test_levels_and_names_that_are_not_ascii(written: Written, edges: Results) -> None:
    assert written("github", edges) == (
        "::warning title=mlint (ML501),file=daten/größe 寸法.py,line=1,endLine=1,col=1,endColumn=6"
        "::daten/größe 寸法.py:1:1: ML501 größe\n"
        "::notice title=mlint (ML401),file=daten/größe 寸法.py,line=2,endLine=2,col=12,endColumn=12"
        "::daten/größe 寸法.py:2:12: ML401 am Ende\n"
    )


def test_problems_are_errors(written: Written, problems: Results) -> None:
    commands = [parsed(line) for line in written("github", problems).splitlines()]
    assert [(command, found["title"], found["file"]) for command, found, _ in commands] == [
        ("error", "mlint (ML000)", "no.py"),
        ("error", "mlint (internal-error)", "src/aug.py"),
        ("error", "mlint (ML000)", "src/broken.py"),
    ]


def test_a_span_over_lines_has_no_columns(written: Written) -> None:
    run = Results(findings=[replace(UNCLIPPED, span=Span(1, 5, 3, 2))])
    assert "file=src/aug.py,line=1,endLine=3::" in written("github", run)


def test_paths_are_those_of_the_checkout(
    written: Written, run: Results, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert ",file=project/src/aug.py," in written("github", run)


@given(st.text())
def test_data_comes_back(text: str) -> None:
    escaped = escape_data(text)
    assert unescaped(escaped) == text
    assert not set(escaped) & set("\r\n")


@given(st.text())
def test_properties_come_back(text: str) -> None:
    escaped = escape_property(text)
    assert unescaped(escaped) == text
    assert not set(escaped) & set("\r\n:,")


@given(path=st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1), message=st.text())
def test_commands_come_back(path: str, message: str) -> None:
    finding = replace(UNCLIPPED, path=path, message=message, related=(), advice="")
    out = io.StringIO()
    write(Results(findings=[finding], texts={path: ""}), out)
    lines = out.getvalue().split("\n")
    assert len(lines) == 2
    command, properties, data = parsed(lines[0])
    assert (command, properties["line"], properties["title"]) == ("error", "7", "mlint (ML302)")
    assert data.startswith(f"{path}:7:12: ML302 ")
