from __future__ import annotations

from mlint.facts.pairs.copies.alike import bound_alike
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def alike(value: str) -> list[str]:
    code = f"def f(net, x1, x2):\n    out1 = net({value})\n    out2 = net({value})\n    return out1, out2\n"
    row = lay_out(Tree(code).statements)
    return [f"{each.atom.text}, not {each.expected}" for each in bound_alike(row, Scope(row, Nothing()))]


def test_two_names_of_one_value_where_a_parameter_waits_for_the_second() -> None:
    assert alike("x1") == ["x1, not x2"]
    assert alike("x1.flatten()") == ["x1, not x2"]


def test_of_both_the_kind_is_the_same() -> None:
    assert alike("3, dtype=x1.dtype") == []
    assert alike("3, device=x1.device") == []
