from __future__ import annotations

import pytest

from mlint.facts.pairs.labels.averaged import averaged_over_other
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.syntax.tree import Tree


def found(loop: str, mean: str, target: str = "total") -> list[str]:
    row = lay_out(
        Tree(f"def f(self, run, total):\n    for x in {loop}:\n        {target} += run(x)\n    {mean}\n").statements
    )
    return [f"{each.atom.text}, not {each.expected}" for each in averaged_over_other(row)]


@pytest.mark.parametrize(
    ("loop", "mean", "target"),
    [
        ("val_set", "return total / len(train_set)", "total"),
        ("tqdm(self.val_set)", "self.mean = total.item() / len(self.train_set)", "total"),
        ("enumerate(val_set)", "total /= max(1, len(train_set))", "total"),
        ("val_set", "return self.total / len(train_set)", "self.total"),
    ],
)
def test_the_count_of_the_other_is_told(loop: str, mean: str, target: str) -> None:
    assert found(loop, mean, target) == ["train_set, not val_set"]


@pytest.mark.parametrize(
    ("loop", "mean"),
    [
        ("val_set", "return total / len(val_set)"),
        ("val_set", "return total / len(self.train_set)"),  # of another object
        ("val_set", "return total / len(val_set.dataset)"),
        ("val_set", "return run / len(train_set)"),  # that is no sum
        ("batches(val_set)", "return total / len(train_set)"),  # what that gives is not known
    ],
)
def test_any_other_count_is_left(loop: str, mean: str) -> None:
    assert found(loop, mean) == []
