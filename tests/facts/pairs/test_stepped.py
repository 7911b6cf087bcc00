from __future__ import annotations

import pytest

from mlint.facts.pairs.copies.stepped import left_out, may_be_left_out
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def found(*calls: str) -> list[tuple[int, str]]:
    """The lines, from 1, of the calls that are made for the wrong one, with the one that is meant."""
    code = "def f(opt_g, opt_d, net_d, loss):\n" + "".join(f"    {call}\n" for call in calls)
    row = lay_out(Tree(code).statements)
    starts = [part.start for part in row.statements]
    told = left_out(row, Scope(row, Nothing()))
    return [(starts.index(slip.suspect.start) + 1, slip.expected) for slip in told]


BOTH = ("opt_g.zero_grad()", "loss.backward()", "opt_g.step()", "opt_d.zero_grad()", "loss.backward()")


def test_what_was_cleared_is_stepped() -> None:
    assert found(*BOTH, "opt_g.step()") == [(6, "opt_d")]
    assert may_be_left_out(Script([*BOTH, "opt_g.step()"]))


def test_what_is_stepped_was_cleared() -> None:
    assert found("opt_g.zero_grad()", "opt_g.step()", "opt_g.zero_grad()", "opt_d.step()") == [(3, "opt_d")]
    assert found("opt_g.zero_grad()", "opt_d.step()", "opt_g.zero_grad()", "opt_g.step()") == [(1, "opt_d")]
    assert not may_be_left_out(Script(BOTH))


def test_what_is_cleared_twice_at_once_was_meant_for_both() -> None:
    cleared = ("opt_g.zero_grad()",) * 2 + ("loss.backward()", "opt_g.step()", "opt_d.step()")
    assert found(*cleared) == [(2, "opt_d")]
    assert may_be_left_out(Script(cleared))


@pytest.mark.parametrize(
    "calls",
    [
        (*BOTH, "opt_d.step()"),
        (*BOTH, "opt_d.step()", "opt_g.step()"),
        ("opt_g.zero_grad()", "opt_g.step()", "opt_g.step()"),  # nothing is made ready beside it
        ("opt_g.zero_grad()", "opt_d.zero_grad()", "opt_g.step()"),  # one step for two
        ("opt_g.zero_grad()", "opt_g.step()", "opt_d.zero_grad()", "opt_g.zero_grad()", "opt_g.step()"),
        (*BOTH, "opt_g.step()", "net_d.step()"),  # the partner goes by another name
    ],
)
def test_nothing_is_told_where_each_has_its_own(calls: tuple[str, ...]) -> None:
    assert found(*calls) == []
