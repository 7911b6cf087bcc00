from __future__ import annotations

import textwrap

from mlint.facts.pairs.added import left_short, may_be_added
from mlint.facts.pairs.rows import lay_out
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.script import Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def short(*lines: str) -> list[str]:
    code = "def f(self, transform, target_transform):\n" + textwrap.indent("\n".join(lines), "    ")
    row = lay_out(Tree(code).statements)
    return [f"{each.atom.text}, not {each.expected}" for each in left_short(row, Scope(row, Nothing()))]


def test_the_longer_name_is_there_and_nothing_reads_it() -> None:
    lines = ("self.transform = transform", "self.target_transform = transform")
    assert short(*lines) == ["transform, not target_transform"]
    assert may_be_added(Script(lines).statements)


def test_the_assignment_is_only_come_to_where_there_is_one() -> None:
    lines = ("self.transform = transform", "if target_transform is not None:", "    self.target_transform = transform")
    assert short(*lines) == ["transform, not target_transform"]


def test_the_longer_name_is_read_or_has_its_own() -> None:
    assert short("self.transform = transform", "self.target_transform = transform", "print(target_transform)") == []
    assert short("self.transform = transform", "self.target_transform = target_transform") == []
