from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.labels.branches import in_other_branch, may_branch
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing

_CODE = """
def f(phase, loss, train_losses, val_losses):
    if phase == "train":
        {}
    else:
        {}
"""


def told(first: str, second: str) -> list[str]:
    row = lay_out(Tree(textwrap.dedent(_CODE.format(first, second))).statements)
    return [f"{each.atom.text}, not {each.expected}" for each in in_other_branch(row, Scope(row, Nothing()))]


def test_both_branches_fill_the_list_of_the_one() -> None:
    assert told("train_losses.append(loss)", "train_losses.append(loss)") == ["train_losses, not val_losses"]
    assert may_branch(_CODE)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("train_losses.append(loss)", "val_losses.append(loss)"),
        ("print(loss)", "train_losses.append(loss)"),
        ("train_losses.append(loss)", "train_losses.append(loss); val_losses.append(loss)"),
    ],
)
def test_each_has_its_own_or_the_other_is_filled_too(first: str, second: str) -> None:
    assert told(first, second) == []


def test_a_test_of_something_else_says_nothing() -> None:
    assert not may_branch('if phase == "first":\n    pass\nelse:\n    pass')
