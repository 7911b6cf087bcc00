"""How much work a check is, counted and not timed: it may not grow unnoticed.

A fixed tree is checked in one process, without a cache. Where a count grows for a good reason, set MOST to what
`pytest tests/test_work.py` prints, and say in the commit what the work is for; where it shrinks, set it as well, so
that the gain is kept.
"""

from __future__ import annotations

import ast
import cProfile
import pstats
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import libcst
import pytest

from mlint.facts.evaluation.evaluate import Evaluation
from mlint.run import Call, run
from tests.tree import write

MOST = {
    "texts parsed": 123,  # by Python's parser: files, and slices of them of which a sketch or a tree is asked for
    "trees walked": 0,
    "libcst parses": 0,
    "functions evaluated": 174,
    "instructions visited": 4287,
}


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What is done from now on."""
    found: Counter[str] = Counter()

    def counted(owner: Any, name: str, what: str, amount: Callable[..., int] = lambda *_: 1) -> None:
        original = getattr(owner, name)

        def call(*given: Any, **more: Any) -> Any:
            found[what] += amount(*given)
            return original(*given, **more)

        monkeypatch.setattr(owner, name, call)

    counted(ast, "parse", "texts parsed")
    counted(ast, "walk", "trees walked")
    counted(libcst, "parse_module", "libcst parses")
    counted(Evaluation, "run", "functions evaluated")
    counted(Evaluation, "_step", "instructions visited", lambda _, block, *__: len(block.instructions))
    return found


def test_the_work_does_not_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: Counter[str]) -> None:
    for number in range(3):  # what is known of one project is not worth anything for another
        write(tmp_path / f"p{number}")
    monkeypatch.chdir(tmp_path)
    assert run(Call((".",), jobs=1, cache=False)).problems == []
    grown = {what: f"{counts[what]} instead of {most}" for what, most in MOST.items() if counts[what] > most}
    assert not grown, (
        f"more work than before; if there is a reason, set MOST in {Path(__file__).name} to {dict(counts)}"
    )


def _indented(lines: Iterable[str]) -> str:
    return "".join(f"    {line}\n" for line in lines)


LONG: Mapping[str, Callable[[int], str]] = {
    "names that nothing reads": lambda n: "".join(f"x{i} = torch.zeros({i})\n" for i in range(n)),
    "sides that are written twice": lambda n: (
        "def f(width, height):\n" + _indented(f"w{i}, h{i} = width * {i}, width * {i}" for i in range(n))
    ),
    "windows that are filled": lambda n: (
        "def f(out, count):\n" + _indented(f"out[{i}:{i + 4}] += g({i}); count[{i}:{i + 4}] = 1" for i in range(n))
    ),
}


@pytest.mark.parametrize("lines", LONG.values(), ids=LONG)
def test_a_longer_body_takes_no_more_work_for_each_line(tmp_path: Path, lines: Callable[[int], str]) -> None:
    def calls(count: int) -> int:
        path = tmp_path / f"of_{count}.py"
        path.write_text(f"import torch\n\n\n{lines(count)}")
        profile = cProfile.Profile()
        profile.runcall(run, Call((str(path),), jobs=1, cache=False))
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]

    calls(1)  # what is imported and kept
    few, many = calls(150), calls(600)
    assert many < 6 * few, f"{few:,} function calls for 150 lines, {many:,} for 600"
