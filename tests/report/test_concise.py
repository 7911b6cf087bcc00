"""`concise`, by its exact text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mlint.run import Results
from tests.report.conftest import UNCLIPPED

Written = Callable[[str, Results], str]


def test_a_finding_is_a_line(written: Written, run: Results) -> None:
    expected = "src/aug.py:7:12: ML302 `img` can reach 382.5 here; a cast to uint8 does not saturate\n"
    assert written("concise", run) == expected


def test_both_ends_of_a_file(written: Written, edges: Results) -> None:
    assert written("concise", edges) == (
        "daten/größe 寸法.py:1:1: ML501 größe\ndaten/größe 寸法.py:2:12: ML401 am Ende\n"
    )


def test_problems(written: Written, problems: Results) -> None:
    assert written("concise", problems) == (
        "no.py:1:1: ML000 no such file\n"
        "src/aug.py:4:1: internal-error ML201 failed: KeyError('x')\n"
        "src/broken.py:2:6: ML000 invalid syntax: '(' was never closed\n"
    )


def test_a_line_stays_a_line(written: Written) -> None:
    run = Results(findings=[replace(UNCLIPPED, path="a\nb.py", message="x\r\ny")])
    assert written("concise", run) == "a\\nb.py:7:12: ML302 x\\r\\ny\n"
