from __future__ import annotations

import pytest

from mlint.facts.pairs.copies.itself import against_itself, may_be_itself
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing

_GIVEN = "pred, target, low, high, clipped, unclipped, eps_cond, eps_free, student, teacher, x"


def told(line: str) -> list[str]:
    row = lay_out(Tree(f"def f({_GIVEN}):\n    {line}\n").statements)
    return [f"{each.atom.text}, not {each.expected}" for each in against_itself(row, Scope(row, Nothing()))]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("return mse_loss(pred, pred)", "pred, not target"),
        ("return (x - low) / (high - high)", "high, not low"),
        ("return min(unclipped, unclipped).mean()", "unclipped, not clipped"),
        ("return x + 3 * (eps_cond - eps_cond)", "eps_cond, not eps_free"),
        ("if low is not None and low is not None: return x", "low, not high"),
        ("for s, t in zip(student.parts(), student.parts()): t.copy(s)", "student, not teacher"),
        ("return (pred.log() - pred.log()).abs()", "pred, not target"),
    ],
)
def test_a_thing_is_compared_with_itself(line: str, said: str) -> None:
    assert told(line) == [said]
    assert may_be_itself(Script([line]))


@pytest.mark.parametrize(
    "line",
    [
        "return mse_loss(pred, target)",
        "return pred * pred",
        "return matmul(pred, pred)",
        "if low is not None and high is not None: return x",
        "pred = pred - pred",
        "return x - x",
    ],
)
def test_two_things_are_or_a_square_is_meant(line: str) -> None:
    assert told(line) == []
