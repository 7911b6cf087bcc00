"""`full`, by its exact text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from mlint.finding import Related, Span
from mlint.report.full import write
from mlint.run import Results
from tests.report.conftest import UNCLIPPED

Written = Callable[[str, Results], str]


def test_a_finding_explains_itself(written: Written, run: Results) -> None:
    assert (
        written("full", run)
        == """\
ML302 unclipped-uint8-cast: `img` can reach 382.5 here; a cast to uint8 does not saturate
 --> src/aug.py:7:12
  |
7 |     return img.astype(np.uint8)
  |            ^^^^^^^^^^^^^^^^^^^^
  |
  1. `img` is float32 in [0, 382.5] here
6 |     img = img * GAIN
  |     ---
  2. `GAIN` is 1.5 (src/settings.py:1:1)
1 | GAIN = 1.5
  | ----
  |
  = instead: np.clip(img, 0, 255).astype(np.uint8)
  = confidence: certain

"""
    )


def test_both_ends_of_a_file(written: Written, edges: Results) -> None:
    assert (
        written("full", edges)
        == """\
ML501 stray-to-device: größe
 --> daten/größe 寸法.py:1:1
  |
1 | größe = 1
  | ^^^^^
  |
  = confidence: likely

ML401 tuple-returning-forward: am Ende
 --> daten/größe 寸法.py:2:12
  |
2 | maß = größe
  |            ^
  |
  = confidence: possible

"""
    )


def test_problems_show_their_line_if_they_have_one(written: Written, problems: Results) -> None:
    assert (
        written("full", problems)
        == """\
ML000 unreadable-file: no such file
 --> no.py

internal-error: ML201 failed: KeyError('x')
 --> src/aug.py:4:1
  |
4 | def to_uint8(img):
  | ^

ML000 unreadable-file: invalid syntax: '(' was never closed
 --> src/broken.py:2:6
  |
2 | y = (
  |      ^

"""
    )


def test_the_gutter_is_as_wide_as_the_largest_line_number(written: Written) -> None:
    related = (Related("here", "a.py", Span(100, 1, 100, 2)),)
    run = Results(
        findings=[replace(UNCLIPPED, path="a.py", span=Span(2, 1, 2, 2), advice="a = 1\nb = 2", related=related)],
        texts={"a.py": "x\n" * 120},
    )
    assert written("full", run).split("\n")[1:] == [
        "   --> a.py:2:1",
        "    |",
        "  2 | x",
        "    | ^",
        "    |",
        "    1. here",
        "100 | x",
        "    | -",
        "    |",
        "    = instead: a = 1",
        "      b = 2",
        "    = confidence: certain",
        "",
        "",
    ]


def test_without_the_source_the_rest_is_shown(written: Written) -> None:
    run = Results(findings=[replace(UNCLIPPED, path="gone.py", related=())])
    assert written("full", run).split("\n")[1:] == [
        " --> gone.py:7:12",
        "  |",
        "  = instead: np.clip(img, 0, 255).astype(np.uint8)",
        "  = confidence: certain",
        "",
        "",
    ]


def test_markup_in_source_and_message_is_text(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    run = Results(
        findings=[replace(UNCLIPPED, message="[bold]x[/bold] :smile:", path="a.py", span=Span(1, 5, 1, 6))],
        texts={"a.py": "x = [red]  # [/] [link=http://x]"},
    )
    text = written("full", run)
    assert "[bold]x[/bold] :smile:" in text
    assert "x = [red]  # [/] [link=http://x]" in text
    assert "\x1b[1;31mML302 unclipped-uint8-cast\x1b[0m" in text


def test_colours_change_nothing_but_colours(written: Written, run: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = written("full", run)
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = re.sub(r"\x1b\[[0-9;]*m", "", written("full", run))
    assert [line.rstrip() for line in coloured.split("\n")] == plain.split("\n")


def test_long_lines_are_cut_to_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    write(Results(findings=[replace(UNCLIPPED, path="a.py", related=())], texts={"a.py": "\n" * 6 + "x" * 300}), out)
    assert max(map(len, out.getvalue().split("\n")[2:])) <= 60


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True
