"""What a name of another module is, and how little of that module it rests on."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlint.facts.domain.values import UNKNOWN, Value, constant
from mlint.facts.engine import Engine
from mlint.facts.project.project import Project
from mlint.facts.project.reads import Reads

SETTINGS = """
import os
SIZE = 64
NAME = "net"
LOWEST = -1
TWICE = 1
TWICE = 2
for LAST in (1, 2): pass
GROWN = 1
GROWN += 1
try:
    import fast
    LEVEL = 2
except ImportError:
    LEVEL = 1
DERIVED = SIZE * 2
GIVEN = os.environ["N"]
"""


def asked(tmp_path: Path, name: str, settings: str = SETTINGS) -> tuple[Value, set[str]]:
    """The value of a name of a module, and the kinds of leaves of that file that it rests on."""
    path = tmp_path / "settings.py"
    path.write_text(settings)
    project = Project(tmp_path, [path], reads=Reads())
    engine = Engine.of(project)
    found = project.resolve(path, name)
    assert found is not None
    value, node = project.reads.of(lambda: engine.value(found, 2))
    return value, {leaf.kind for leaf, _ in project.reads.told(node) if leaf.path == str(path)}


@pytest.mark.parametrize(("name", "value"), [("SIZE", 64), ("NAME", "net"), ("LOWEST", -1)])
def test_a_literal_rests_on_no_other_statement(tmp_path: Path, name: str, value: object) -> None:
    assert asked(tmp_path, name) == (constant(value), {"names"})


@pytest.mark.parametrize(("name", "value"), [("TWICE", 2), ("GROWN", 2), ("DERIVED", 128)])
def test_what_is_worked_out_rests_on_the_statements_of_the_module(tmp_path: Path, name: str, value: object) -> None:
    found, kinds = asked(tmp_path, name)
    assert found.const == value
    assert "definition" in kinds


@pytest.mark.parametrize("name", ["LEVEL", "LAST"])
def test_a_name_with_several_values_is_no_literal(tmp_path: Path, name: str) -> None:
    found, _ = asked(tmp_path, name)
    assert found.const not in (1, 2)


def test_what_is_not_known_stays_so(tmp_path: Path) -> None:
    assert asked(tmp_path, "GIVEN")[0].const is UNKNOWN.const


def test_a_star_may_bring_another_value(tmp_path: Path) -> None:
    assert "definition" in asked(tmp_path, "SIZE", "SIZE = 64\nfrom os.path import *\n")[1]
