from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.labels.dropped import dropped_for_partner, may_be_dropped
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def dropped(code: str) -> list[str]:
    laid = lay_out(Tree(textwrap.dedent(code)).statements)
    return [f"{each.atom.text}, not {each.expected}" for each in dropped_for_partner(laid, Scope(laid, Nothing()))]


def in_function(*lines: str, given: str = "net, a, q, k, v, real, fake") -> str:
    return f"def f({given}):\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["out1 = net(a)", "out2 = net(out1)", "out2 = net.relu(out1)", "return out2"], "out1, not out2"),
        (["q, k = net(a)", "q = k * 2", "return q"], "k, not q"),
        (["fake = real[1:]", "return fake"], "real, not fake"),
        (["for k, v in a:", "    v = net(k)", "    net(v)"], "k, not v"),
        (["x = net(a)", "y = net(x)", "y = net(y)", "y = net(x)", "return y"], "x, not y"),
    ],
)
def test_a_value_that_nothing_has_read_is_replaced_by_a_step_of_the_partner(lines: list[str], said: str) -> None:
    code = in_function(*lines)
    assert dropped(code) == [said]
    assert may_be_dropped(Script(code.splitlines()).statements)


@pytest.mark.parametrize(
    "lines",
    [
        ["q, k = net(a)", "net(q)", "q = k * 2", "return q"],
        ["q, k = net(a)", "q = q * k", "return q"],
        ["q, k = net(a)", "if a:", "    q = k * 2", "return q"],  # elsewhere it is read
        ["q, k = net(a)", "q = k", "return q"],
        ["fake = net(len(real))", "return fake"],
        ["for k, v in a.items():", "    v = net[k]", "    net(v)"],
        ["for _ in a:", "    _ = net(a)"],
        ["width, height = a.size", "width = net(height)", "return width"],  # a side made of the other
        ["b, c = a.shape", "c = a.sum() / b", "return c"],  # letters
        ["low, high = a", "high = net(low)", "return high"],
        ["first = net(a)", "for k in a:", "    first = net(second)", "return first"],
    ],
)
def test_what_is_no_loss(lines: list[str]) -> None:
    assert dropped(in_function(*lines)) == []


def test_a_parameter_that_may_be_left_out_is_filled() -> None:
    assert dropped(in_function("fake = net(real)", "return fake", given="net, real, fake=None")) == []


def test_what_is_only_moved_is_no_function_of_the_other() -> None:
    assert dropped(in_function("width, height = a", "width = height.floor()", "return width")) == ["height, not width"]
