from __future__ import annotations

import pytest

from mlint.facts.pairs.labels.limits import backwards
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.syntax.tree import Tree


def found(code: str) -> list[str]:
    return [f"{each.atom.text}, not {each.expected}" for each in backwards(lay_out(Tree(f"{code}\n").statements))]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x[end:start]", "end, not start"),
        ("x[part.end : part.start]", "end, not start"),
        ("clip(x, high, low)", "high, not low"),
        ("image[y2:y1]", "y2, not y1"),
    ],
)
def test_the_upper_bound_stands_first(code: str, said: str) -> None:
    assert found(code) == [said]


@pytest.mark.parametrize(
    "code", ["x[start:end]", "x[end:start:-1]", "x[end : part.start]", "x[end:end]", "f(high, low)", "clip(*high, low)"]
)
def test_bounds_in_order_or_of_two_things(code: str) -> None:
    assert found(code) == []


def test_the_rows_of_a_map_go_upwards() -> None:
    (told,) = backwards(lay_out(Tree("image[row2:row1]\n").statements))
    assert told.either_way
    (told,) = backwards(lay_out(Tree("image[col2:col1]\n").statements))
    assert not told.either_way
