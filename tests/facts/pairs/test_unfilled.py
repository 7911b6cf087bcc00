from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.copies.unfilled import may_be_unfilled, unfilled
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def told(*lines: str) -> list[str]:
    code = "def f(Meter, loss, acc, g):\n" + textwrap.indent("\n".join(lines), "    ")
    row = lay_out(Tree(code).statements)
    said = [f"{each.atom.text}, not {each.expected}" for each in unfilled(row, Scope(row, Nothing()))]
    assert not said or may_be_unfilled(Script(code.split("\n")))
    return said


MADE = ("losses, accs = Meter(), Meter()", "losses.add(loss)")


@pytest.mark.parametrize("made", ["losses, accs = Meter(), Meter()", "losses = []\naccs = []"])
def test_the_twin_is_filled_with_what_it_is_for(made: str) -> None:
    assert told(made, "losses.add(loss)", "losses.add(acc)", "return losses.avg, accs.avg") == ["losses, not accs"]


def test_it_is_filled_or_handed_on_or_not_of_that_name() -> None:
    assert told(*MADE, "losses.add(acc)", "accs.add(acc)") == []
    assert told(*MADE, "losses.add(acc)", "g(accs)") == []
    assert told(*MADE, "losses.add(1)", "return accs.avg") == []
    assert told("losses, accs = Meter(), g()", *MADE[1:], "losses.add(acc)") == []
    assert not may_be_unfilled(Script([*MADE, "accs.add(acc)"]))
