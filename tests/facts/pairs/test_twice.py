from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.copies.twice import may_be_twice, twice
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def code_of(*lines: str, given: str = "net, x") -> str:
    return f"def f({given}):\n" + textwrap.indent("\n".join(lines), "    ") + "\n"


def told(*lines: str, given: str = "net, x") -> list[str]:
    row = lay_out(Tree(code_of(*lines, given=given)).statements)
    return [f"{each.atom.text}, not {each.expected}" for each in twice(row, Scope(row, Nothing()))]


def passes(*lines: str) -> bool:
    return may_be_twice(Script(code_of(*lines).splitlines()))


_FILLED = ("feats, names = [], []", "for a, b in net:", "    feats.append(a)", "    names.append(b)")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["alpha_rate = net(x)", "beta_rate = net.two(x)", "return alpha_rate, alpha_rate"],
            "alpha_rate, not beta_rate",
        ),
        ([*_FILLED, "return cat(feats), cat(feats)"], "feats, not names"),
        (["l1 = net(x)", "g = net(net)", 'return {"box": l1.sum(), "giou": l1.sum()}'], "l1, not g"),
        (["a = net.one(x)", "s = net.two(x)", "return a * x + a * net"], "a, not s"),
        (["var_f = net.one(x)", "var_m = net.two(x)", "return x / (var_f * var_f)"], "var_f, not var_m"),
    ],
)
def test_a_value_stands_twice_and_what_was_made_beside_it_is_read_nowhere(lines: list[str], said: str) -> None:
    assert told(*lines) == [said]
    assert passes(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["alpha_rate = net(x)", "beta_rate = net.two(x)", "return alpha_rate, alpha_rate, beta_rate"],
        ["left_pad, right_pad, top_pad = x", "return [left_pad, top_pad, left_pad, top_pad]"],
        ["h_size, w_size = x", "return net(h_size, h_size)"],
        ["b, c, d = x.shape", "return net([d + 1, d + 1])"],
        ["ok, frame = x", "return net(frame, frame)"],
        ["alpha_rate = net(x)", "beta_rate = net.two(x)", "return net(a=alpha_rate, b=alpha_rate)"],
        ["real, part = x[0], x[1]", "return part[0], part[1]"],
        ["way = net(x)", "goal = x[2]", 'return {"at": way["place"], "speed": way["place"]}'],
        ["mask = net(x)", "bound = net(net)", "return net(mask[x.one] > 0, mask[x.two] > 0)"],
        ["step, pivot = net(x)", "return step[0] * step[0]"],
    ],
)
def test_it_is_read_or_two_may_be_the_same(lines: list[str]) -> None:
    assert told(*lines) == []


def test_of_a_parameter_only_what_is_computed_twice_tells() -> None:
    assert told("return net(fx_rate), net(fx_rate)", given="net, fx_rate, fy_rate") == ["fx_rate, not fy_rate"]
    assert told("return net(fx_rate, fx_rate)", given="net, fx_rate, fy_rate") == []
