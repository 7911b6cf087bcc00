from __future__ import annotations

import pytest

from mlint.facts.pairs.copies.at_once import bound_at_once, may_be_at_once
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def told(line: str, given: str = "net, out, q1, q2, h_crop, w_crop") -> list[str]:
    row = lay_out(Tree(f"def f({given}):\n    {line}\n").statements)
    return [f"{each.atom.text}, not {each.expected}" for each in bound_at_once(row, Scope(row, Nothing()))]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("net.q1_target, net.q2_target = copy(q1), copy(q1)", "q1, not q2"),
        ('image, mask = out["image"], out["image"]', "image, not mask"),
        ("source, target = iter(net.source), iter(net.source); net.target", "source, not target"),
    ],
)
def test_two_targets_of_one_value_of_which_one_names_the_other(line: str, said: str) -> None:
    assert told(line) == [said]
    assert may_be_at_once(Script([line.partition(";")[0]]))


@pytest.mark.parametrize(
    "line",
    [
        "a1, a2 = copy(q1), copy(q2)",
        "left, right = net(out), net(out)",
        "first, second = copy(q1), copy(q1)",
        "h_crop, w_crop = min(h_crop, w_crop), min(h_crop, w_crop)",
        "new_w, new_h = int(w_crop * net), int(w_crop * net)",
        'image, label = out["image"], out["image"]',
    ],
)
def test_nothing_asks_for_another(line: str) -> None:
    assert told(line) == []


def test_lines_that_bind_other_things() -> None:
    assert not may_be_at_once(Script(["a, b = f(x), f(y)"]))
    assert not may_be_at_once(Script(["table: dict[str, str] = {}"]))
