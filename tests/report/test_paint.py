"""When there are colours, and what is written without."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from mlint.report.paint import colours, encodable, write_lines


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "terminal", "file"),
    [
        ({}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "xterm"}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": ""}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
    ],
)
def test_who_decides(environ: dict[str, str], terminal: bool, file: bool) -> None:
    assert colours(Terminal(), environ) is terminal
    assert colours(io.StringIO(), environ) is file


def test_plain_lines_do_not_end_in_spaces() -> None:
    out = io.StringIO()
    write_lines([[("a ", "red"), ("  ", "")], [], [("[red]b", "")]], out)
    assert out.getvalue() == "a\n\n[red]b\n"


def test_coloured_lines_are_neither_wrapped_nor_read_as_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = io.StringIO()
    write_lines([[("[red]" + "x" * 300, ""), (" 12", "red")]], out)
    assert out.getvalue() == "[red]" + "x" * 300 + "\x1b[31m 12\x1b[0m\n"


def test_what_a_stream_cannot_encode_is_escaped() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    assert encodable("ä 寸 \udcff", out) == "ä \\u5bf8 \\udcff"
    assert encodable("寸 \udcff", io.StringIO()) == "寸 \\udcff"


def test_rich_is_loaded_for_colours_only() -> None:
    code = (
        "import io, sys; from mlint.report import full; from mlint.run.results import Results;"
        "from mlint.finding import *; out = io.StringIO();"
        "full.write(Results(findings=[Finding('ML1', 'x', 'm', 'a', Span(1, 1, 1, 1), Confidence.LIKELY)]), out);"
        "assert out.getvalue(); sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
