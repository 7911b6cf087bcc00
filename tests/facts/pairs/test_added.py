from __future__ import annotations

import textwrap

from mlint.facts.pairs.copies.added import left_short, may_add_a_word, may_be_added
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def short(*lines: str) -> list[str]:
    code = "def f(self, transform, target_transform):\n" + textwrap.indent("\n".join(lines), "    ")
    row = lay_out(Tree(code).statements)
    return [f"{each.atom.text}, not {each.expected}" for each in left_short(row, Scope(row, Nothing()))]


def test_the_longer_name_is_there_and_nothing_reads_it() -> None:
    lines = ("self.transform = transform", "self.target_transform = transform")
    assert short(*lines) == ["transform, not target_transform"]
    assert may_be_added(Script(lines))


def test_the_assignment_is_only_come_to_where_there_is_one() -> None:
    lines = ("self.transform = transform", "if target_transform is not None:", "    self.target_transform = transform")
    assert short(*lines) == ["transform, not target_transform"]


def test_the_longer_name_is_read_or_has_its_own() -> None:
    assert short("self.transform = transform", "self.target_transform = transform", "print(target_transform)") == []
    assert short("self.transform = transform", "self.target_transform = target_transform") == []


def test_any_two_statements_that_differ_in_that_name_alone() -> None:
    lines = ("self.shown[0].copy_(transform)", "self.shown_target[0].copy_(transform)")
    assert short(*lines) == []
    lines = ("self.transform[0].copy_(transform)", "self.target_transform[0].copy_(transform)")
    assert short(*lines) == ["transform, not target_transform"]
    assert may_add_a_word(*map(Line.of, lines))
    assert short("push(transform=transform)", "push(target_transform=transform)") == ["transform, not target_transform"]


def test_a_parameter_that_is_lost_to_a_value_made_of_the_other() -> None:
    lines = ("transform = made(transform)", "target_transform = made(transform)")
    assert short(*lines, "return transform, target_transform") == ["transform, not target_transform"]


def test_another_value_is_meant() -> None:
    again = ("log({'transform': transform})", "transform = made()", "log({'target_transform': transform})")
    assert short(*again) == []
    assert short("target_transform = 0", "log({'transform': transform})", "log({'target_transform': transform})") == []
    branches = ("if self.target:", "    target_transform = made(transform)", "else:", "    transform = made(transform)")
    assert short(*branches, "return transform, target_transform") == []
    assert not may_add_a_word(Line.of("a.transform = b"), Line.of("a.target_transform = b"))
