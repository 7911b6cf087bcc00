"""Runs rules, or the evaluation alone, on a project of a page."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from mlint.config import Configurations, Selectors, Settings
from mlint.facts.project.project import Project as Files
from mlint.finding import Confidence, Finding, Problem
from mlint.reveal import revealed
from mlint.rule import Rule
from mlint.run import Call, run
from mlint.source import read
from mlint.subjects import File
from mlint.testing.page import Project

Placed = TypeVar("Placed", Finding, Problem)


def findings(project: Project, *rules: Rule) -> tuple[list[Finding], list[Problem]]:
    """What the rules find in the project, down to `possible`, and what could not be checked.

    Paths are those of the project's files. A `pyproject.toml` or `mlint.toml` among them is its configuration.
    Raises ConfigError if that means nothing.
    """
    codes = Selectors(tuple(rule.code for rule in rules), "the page")
    asked = Settings("the page", select=codes, min_confidence=Confidence.POSSIBLE)
    with _written(project) as root:
        found = run(Call(tuple(map(str, _modules(root, project))), layers=(asked,), jobs=1, cache=False))
    return [_inside(root, each) for each in found.findings], [_inside(root, each) for each in found.problems]


def values(project: Project) -> dict[str, dict[int, str]]:
    """By file and line what is known of the arguments of calls of `reveal`.

    Raises ConfigError as `findings` does, and Unreadable for what is no Python.
    """
    with _written(project) as root:
        paths = _modules(root, project)
        files = Files(root, paths, user_facts=Configurations().of(str(root)).facts)
        return {path.relative_to(root).as_posix(): revealed(File(files, read(str(path)))) for path in paths}


def _modules(root: Path, project: Project) -> list[Path]:
    return [root / file.path for file in project.files if file.path.endswith(".py")]


@contextmanager
def _written(project: Project) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / ".git").mkdir()  # so that nothing around it belongs to the project
        for file in project.files:
            path = root / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8", newline="\n")
        yield root


def _inside(root: Path, placed: Placed) -> Placed:
    return replace(placed, path=Path(placed.path).relative_to(root).as_posix())
