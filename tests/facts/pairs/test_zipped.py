from __future__ import annotations

import pytest

from mlint.facts.pairs.copies.zipped import taken_alone
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def found(loop: str, statement: str) -> list[str]:
    row = lay_out(Tree(f"def f(one, other, w):\n    for {loop}:\n        {statement}\n").statements)
    return [f"{each.atom.text}, not {each.expected}" for each in taken_alone(row, Scope(row, Nothing()))]


@pytest.mark.parametrize("loop", ["p_s, p_t in zip(one, other)", "i, (p_s, p_t) in enumerate(zip(one, other))"])
def test_one_of_two_stands_for_both(loop: str) -> None:
    assert found(loop, "p_t.mul_(w).add_(p_t)") == ["p_t, not p_s"]


@pytest.mark.parametrize(
    ("loop", "statement"),
    [
        ("p_s, p_t in zip(one, other)", "p_t.mul_(w).add_(p_s)"),
        ("p_s, p_t in zip(one, other)", "w.append(p_t)"),  # once is what is needed of it
        ("p_s, p_t in pairs(one, other)", "p_t.mul_(w).add_(p_t)"),  # both come without being asked for
        ("_s, p_t in zip(one, other)", "p_t.mul_(w).add_(p_t)"),
        ("name, p_t in zip(one, other)", "p_t.mul_(w).add_(p_t)"),  # they are no two
    ],
)
def test_what_is_not_needed_is_left(loop: str, statement: str) -> None:
    assert found(loop, statement) == []
