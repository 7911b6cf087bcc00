from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.labels.entries import may_share, shared_entries
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing

_CODE = """
def f(net, x):
    rgb = net(x)
    depth = net.second(x)
    return {}
"""


def shared(value: str) -> list[str]:
    row = lay_out(Tree(textwrap.dedent(_CODE.format(value))).statements)
    return [f"{each.atom.text}, not {each.expected}" for each in shared_entries(row, Scope(row, Nothing()))]


@pytest.mark.parametrize("value", ['{"rgb": rgb, "depth": rgb}', "dict(rgb=rgb, depth=rgb)"])
def test_an_entry_has_the_value_of_another_and_nothing_reads_its_own(value: str) -> None:
    assert shared(value) == ["rgb, not depth"]
    assert may_share(Script(textwrap.dedent(_CODE.format(value)).splitlines()))


@pytest.mark.parametrize(
    "value",
    [
        '{"rgb": rgb, "depth": depth}',
        '{"rgb": rgb, "depth": rgb}, depth',
        '{"rgb": rgb, "other": rgb}',
        '{"image": rgb, "depth": rgb}',
    ],
)
def test_its_own_is_read_or_there_is_none_or_nothing_says_whose_it_is(value: str) -> None:
    assert shared(value) == []
