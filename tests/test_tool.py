"""The tool's own rules are as other rules are: known by code and name, with a page whose blocks are true."""

from __future__ import annotations

import pytest

from mlint.pack import load
from mlint.rule import Rule
from mlint.testing.page import Project, projects
from mlint.testing.runner import findings
from mlint.testing.verdict import disagreements
from mlint.tool.rules import OWN, known


def pages() -> list[tuple[Rule, Project]]:
    return [(rule, project) for rule in OWN for project in projects(rule.page.read_text(encoding="utf-8"))]


def test_they_come_before_all_others() -> None:
    assert [rule.code for rule in OWN] == ["ML000", "ML001", "ML002"]
    assert {rule.family for rule in OWN} == {"tool"}
    assert known() == (*OWN, *load())


@pytest.mark.parametrize("rule", OWN, ids=lambda rule: rule.code)
def test_each_has_a_page_and_a_summary(rule: Rule) -> None:
    assert rule.page.read_text(encoding="utf-8").startswith(f"# {rule.code} {rule.name}\n")
    assert rule.summary


@pytest.mark.parametrize(("rule", "project"), pages(), ids=lambda each: getattr(each, "code", ""))
def test_their_pages_are_true(rule: Rule, project: Project) -> None:
    found, problems = findings(project, *known())
    assert problems == []
    assert disagreements(project, found) == []
