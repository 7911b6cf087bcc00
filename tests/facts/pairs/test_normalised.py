from __future__ import annotations

import pytest

from mlint.facts.pairs.labels.normalised import may_be_normalised, normalised_by_other
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.syntax.tree import Tree


def told(value: str) -> list[str]:
    row = lay_out(Tree(f"y = {value}").statements)
    return [f"{each.atom.text}, not {each.expected}" for each in normalised_by_other(row)]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("(x - x_max) / (x_max - x_min)", "x_max, not x_min"),
        ("(x - self.high) / (self.high - self.low + 1e-8)", "high, not low"),
        ("(x - std) / mean", "std, not mean"),
        ("(x - stds) / (means + 1e-6)", "stds, not means"),
    ],
)
def test_the_other_end_or_the_spread_is_subtracted(value: str, said: str) -> None:
    assert told(value) == [said]
    assert may_be_normalised(f"y = {value}")


@pytest.mark.parametrize(
    "value",
    [
        "(x - x_min) / (x_max - x_min)",
        "(x - mean) / std",
        "(x - b) / (b - a)",
        "(x - hi) / (hi - lo), (x - lo) / (hi - lo)",
    ],
)
def test_it_is_the_right_one_or_both_ends_are_asked_for(value: str) -> None:
    assert told(value) == []
