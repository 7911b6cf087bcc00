from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.labels.crossed import crossed_data, may_cross
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def crossed(call: str, given: str = "model, train_x, train_y, test_x, test_y") -> list[str]:
    row = lay_out(Tree(textwrap.dedent(f"def f({given}):\n    return {call}\n")).statements)
    return [f"{each.atom.text}, not {each.expected}" for each in crossed_data(row, Scope(row, Nothing()))]


def test_samples_of_one_set_with_the_labels_of_another() -> None:
    assert crossed("model.score(test_x, train_y)") == ["train_y, not test_y"]
    assert may_cross("return model.score(test_x, train_y)")


def test_of_two_that_belong_together_the_unread_one_is_meant() -> None:
    assert crossed("model.score(train_x, test_y), train_y") == ["train_x, not test_x"]


@pytest.mark.parametrize(
    "call",
    [
        "model.score(test_x, test_y)",
        "fit(train_x, test_y, train_y, test_x)",
        "concat(train_x, test_y)",
        "array_equal(train_x, test_y)",
    ],
)
def test_all_four_are_given_or_none_belongs_to_another(call: str) -> None:
    assert crossed(call) == []


def test_what_belongs_to_it_must_be_there() -> None:
    assert crossed("model.score(test_x, train_y)", "model, test_x, train_y") == []
    assert not may_cross("model.score(test_x, test_y)")
