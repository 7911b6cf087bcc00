from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.copies.indices import indices, may_count_on
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.script import Line
from mlint.facts.syntax.tree import Tree


def told(*lines: str) -> list[str]:
    row = lay_out(Tree(textwrap.dedent("\n".join(lines))).statements)
    return sorted({f"{each.atom.text}, not {each.expected}" for each in indices(row)})


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["out[:, 0] = a[:, 0]", "out[:, 1] = a[:, 1]", "out[:, 1] = a[:, 2]"], "1, not 2"),
        (["xa = max(a[0], b[0])", "ya = max(a[1], b[1])", "xb = min(a[2], b[2])", "yb = min(a[3], b[2])"], "2, not 3"),
        (["w = b[2] - b[0]", "h = b[3] - b[0]"], "0, not 1"),
    ],
)
def test_a_number_does_not_count_on_with_the_others(lines: list[str], said: str) -> None:
    assert told(*lines) == [said]


@pytest.mark.parametrize(
    "lines",
    [
        ["w = b[2] - b[0]", "h = b[3] - b[1]"],
        ["h = x.shape[2] - a[0]", "w = x.shape[3] - a[0]"],
        ["y = a[1] - o[0]", "z = a[2] - o[0]"],
        ["out[1] = a[1]", "out[1] = out[1] + a[2]"],
    ],
)
def test_all_count_on_or_one_thing_is_meant_for_all(lines: list[str]) -> None:
    assert told(*lines) == []


def test_lines_in_which_some_numbers_count_on() -> None:
    assert may_count_on(Line.of("w = b[2] - b[0]"), Line.of("h = b[3] - b[0]"))
    assert not may_count_on(Line.of("w = b[2] - b[0]"), Line.of("h = b[3] - b[1]"))
