"""How a function gives what it returns, as its syntax tells."""

from __future__ import annotations

import textwrap

import pytest

from mlint.facts.syntax.sketch import Sketch
from mlint.facts.syntax.tree import Tree
from mlint.facts.syntax.ways_out import WaysOut


def ways(body: str) -> WaysOut:
    return Sketch.of(Tree("def forward(self, a, b):\n" + textwrap.indent(body, "    ") + "\n")).ways_out


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("return a", 1),
        ("if a:\n    return a\nreturn b", 2),
        ("return a if b else -a", 2),
        ("self.x = a", 0),
    ],
)
def test_what_is_written_behind_a_return_is_counted(body: str, count: int) -> None:
    assert ways(body).ways == count


@pytest.mark.parametrize(
    "body",
    [
        "return a, b",
        "out = [a, b]\nreturn out",
        "return None",
        "if a:\n    return b",
        "return (a,) + b",
        "return tuple(a)",
    ],
)
def test_tuples_lists_and_none_are_written(body: str) -> None:
    assert ways(body).written


@pytest.mark.parametrize(
    "body", ["return helper(a)", "return a.max(1)", "return self.lstm(a)", "return {'loss': a}", "return a.shape"]
)
def test_of_these_the_number_of_values_is_open(body: str) -> None:
    found = ways(body)
    assert found.open
    assert not found.written


@pytest.mark.parametrize(
    "body",
    ["return self.conv(a)", "return torch.relu(a) + b", "return a.view(1, -1)", "return a.add_(b)", "return Output(a)"],
)
def test_these_are_one_value_each(body: str) -> None:
    found = ways(body)
    assert not found.open
    assert not found.written
