from __future__ import annotations

import pytest

from mlint.facts.pairs.copies.pointless import may_be_pointless, pointless
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def told(line: str) -> list[str]:
    code = f"def f(x, z_min, z_max, p_q, p_k, m, left, right):\n    {line}\n"
    row = lay_out(Tree(code).statements)
    said = [f"{each.atom.text}, not {each.expected}" for each in pointless(row, Scope(row, Nothing()))]
    assert not said or may_be_pointless(Script([line]))
    return said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("y = x.clip(z_min, z_min)", "z_min, not z_max"),
        ("y = clamp(x, min=z_min, max=z_min)", "z_min, not z_max"),
        ("p_k = p_q * m + p_q * (1.0 - m)", "p_q, not p_k"),
        ("p_k = (1 - m) * p_q + m * p_q", "p_q, not p_k"),
        ("y = (x >= z_min) & (x < z_min)", "z_min, not z_max"),
        ("y = z_min <= x < z_min", "z_min, not z_max"),
        ("ax.set_xlim(min(x), min(x))", "min, not max"),
        ("assert len(left) == len(left)", "left, not right"),
        ("assert left.shape[0] == left.shape[0]", "left, not right"),
    ],
)
def test_one_thing_twice_has_no_point(line: str, said: str) -> None:
    assert told(line) == [said]


@pytest.mark.parametrize(
    "line",
    [
        "y = x.clip(z_min, z_max)",
        "y = x.clip(0, 0)",
        "y = (x >= z_min) & (x < z_max)",
        "y = (x > z_min) & (x >= z_min)",
        "ax.set_xlim(min(x), max(x))",
        "p_k = p_k * m + p_q * (1.0 - m)",
        "p_k = p_q * m + p_q * (2 - m)",
        "assert len(left) == len(right)",
        "assert left == left",
        "assert len(x) == len(x)",
    ],
)
def test_two_things_or_no_partner(line: str) -> None:
    assert told(line) == []
