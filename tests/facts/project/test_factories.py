"""What the globals of a module were made by."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlint.facts.project.factories import maker_of
from mlint.facts.project.project import Project

MADE = """
import logging
from makers import pairs

logger = logging.getLogger(__name__)
to_pair = pairs(2)
nested = pairs(len([]))
number = 3
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "made.py").write_text(MADE, encoding="utf-8")
    (tmp_path / "makers.py").write_text("def pairs(n):\n    return lambda x: (x,) * n\n", encoding="utf-8")
    return Project(tmp_path)


def maker(project: Project, name: str) -> str | None:
    found = maker_of(project, project.resolve(project.root / "made.py", name))
    return None if found is None else found.name


def test_a_call_that_is_written_out_tells_the_maker(project: Project) -> None:
    assert maker(project, "logger") == "logging.getLogger"
    assert maker(project, "to_pair") == "makers.pairs"


def test_nothing_else_has_a_maker(project: Project) -> None:
    assert maker(project, "number") is None
    assert maker(project, "nested") is None
    assert maker(project, "missing") is None
    assert maker(project, "pairs") is None
