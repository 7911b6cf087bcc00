"""Every page again, with all rules: none of them fails, and where one rule reports no other one does."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from mlint import pack
from mlint.finding import Confidence, Finding
from mlint.rule import Rule
from mlint.testing.page import Project, projects
from mlint.testing.runner import findings

RULES = pack.load()
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def on_page(rule: Rule) -> list[Project]:
    return projects(rule.page.read_text(encoding="utf-8"))


@every_rule
def test_no_rule_fails_on_a_page_and_no_other_one_reports(rule: Rule) -> None:
    defaults = [each for each in RULES if each.default or each is rule]
    for project in on_page(rule):
        found, problems = findings(project, *defaults)
        assert problems == []
        others = [each for each in found if each.code != rule.code and each.confidence >= Confidence.LIKELY]
        assert others == [], f"{rule.page.name}, the block in line {project.line}: {others[0].code} is reported too"


@every_rule
def test_each_finding_explains_itself(rule: Rule) -> None:
    for project in on_page(rule):
        for finding in findings(project, rule)[0]:
            assert finding.message
            assert "None" not in re.sub("`[^`]*`", "", finding.message), "code stands in backticks"
            assert finding.advice or finding.related, f"{rule.page.name}: {finding.message}"
            assert not _repeats_itself(finding), f"{rule.page.name}: an explanation says the same twice in a row"


def _repeats_itself(finding: Finding) -> bool:
    said = [(step.message, step.path, step.span.line) for step in finding.related]
    return any(a == b for a, b in pairwise(said))


@every_rule
def test_a_page_begins_with_the_code_and_the_name_of_its_rule(rule: Rule) -> None:
    assert rule.page.read_text(encoding="utf-8").startswith(f"# {rule.code} {rule.name}\n")
