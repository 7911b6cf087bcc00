from __future__ import annotations

import pytest

from mlint.facts.pairs.copies.fourth import fourth_of_four
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def found(parameters: str, statement: str) -> list[str]:
    row = lay_out(Tree(f"def f({parameters}):\n    {statement}\n").statements)
    return [
        f"{each.expected} for number {[atom.text for atom in row.atoms[: each.atom.at] if atom].count(each.atom.text)}"
        for each in fourth_of_four(row, Scope(row, Nothing()))
    ]


def test_the_second_of_two_goes_with_what_stands_second() -> None:
    told = found("a_mu, a_std, b_mu, b_std, x", "return (x - a_mu) / a_std * b_std + a_mu")
    assert told == ["b_mu for number 2"]


def test_the_order_of_the_two_others_says_which_is_meant() -> None:
    assert found("a_mu, a_std, b_mu, b_std", "return a_std + a_mu, b_std + a_mu") == ["b_mu for number 2"]
    assert found("a_mu, a_std, b_mu, b_std", "return b_std + a_mu, a_std + a_mu") == ["b_mu for number 1"]


@pytest.mark.parametrize(
    ("parameters", "statement"),
    [
        ("a_mu, a_std, b_mu, b_std", "return a_std + a_mu, b_std + b_mu"),  # all four are there
        ("a_mu, a_std, b_std", "return a_std + a_mu, b_std + a_mu"),  # there is no fourth
        ("a_mu, a_std, b_mu=None, b_std=1", "return a_std + a_mu, b_std + a_mu"),  # it need not be there
        ("a_mu, a_std, b_mu", "return a_std + a_mu, a_std + a_mu"),  # nothing says how the two differ
        ("a_start, a_n, a_stop, b_n", "return a_start + a_n, a_start + b_n"),  # an end is made of its start
    ],
)
def test_nothing_is_told_where_not_all_is_there(parameters: str, statement: str) -> None:
    assert found(parameters, statement) == []
