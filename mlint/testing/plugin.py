"""The pytest plugin that collects pages: `addopts = "-p mlint.testing.plugin"` turns it on.

A Markdown file beside a module of the same name that makes a rule is that rule's page; one in a folder named `facts`
is a page of facts. Each project of a page is a test.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlint import pack
from mlint.config import ConfigError
from mlint.finding import Problem
from mlint.rule import Rule
from mlint.source import Unreadable
from mlint.testing.fences import PageError
from mlint.testing.page import Project, projects, require_assertions
from mlint.testing.revealed import differences, require_reveals
from mlint.testing.verdict import disagreements


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Page | None:
    """Collect the page of a rule, or of facts."""
    if file_path.suffix != ".md":
        return None
    if _makes_rule(file_path.with_suffix(".py")):
        return _collected(RulePage, parent, file_path)
    if file_path.parent.name == "facts":
        return _collected(FactsPage, parent, file_path)
    return None


def _makes_rule(module: Path) -> bool:
    return module.is_file() and "@rule(" in module.read_text(encoding="utf-8")


def _collected(kind: type[Page], parent: pytest.Collector, path: Path) -> Page:
    page: Page = kind.from_parent(parent, path=path)
    return page


class Disagreement(Exception):  # noqa: N818 - what it says, not an error
    """What is found or known is not what the page says: one line each."""


class Page(pytest.File):
    """A page: a test for each project in it."""

    def collect(self) -> Iterator[ProjectItem]:
        """The projects of the page. Raises CollectError for a page that is not understood or that asserts nothing."""
        try:
            yield from list(self._items(projects(self.path.read_text(encoding="utf-8"))))
        except PageError as error:
            raise self.CollectError(f"{self.path}:{error.line}: {error.message}") from error
        except pack.PackError as error:
            raise self.CollectError(str(error)) from error

    @abstractmethod
    def _items(self, found: list[Project]) -> Iterator[ProjectItem]: ...


class RulePage(Page):
    """A rule's page."""

    def _items(self, found: list[Project]) -> Iterator[ProjectItem]:
        rule = self._rule()
        require_assertions(found)
        _require_own(found, rule)
        for project in found:
            yield RuleItem.from_parent(self, name=f"line-{project.line}", project=project, rule=rule)

    def _rule(self) -> Rule:
        for rule in pack.load():
            if rule.page.resolve() == self.path.resolve():
                return rule
        raise self.CollectError(
            f"{self.path}: {self.path.stem}.py is in no installed rule pack: install the package (`pip install -e .`) "
            f'that has it under [project.entry-points."{pack.GROUP}"]'
        )


def _require_own(found: list[Project], rule: Rule) -> None:
    """A page is about its own rule; a marker of another one would never be looked at."""
    for project in found:
        for file in project.files:
            for marker in file.markers:
                if marker.code != rule.code:
                    raise PageError(f"{marker.code} is not the rule of this page", file.page_line(marker.line))


class FactsPage(Page):
    """A page that says what is known of values."""

    def _items(self, found: list[Project]) -> Iterator[ProjectItem]:
        require_reveals(found)
        for project in found:
            yield FactsItem.from_parent(self, name=f"line-{project.line}", project=project)


class ProjectItem(pytest.Item):
    """One project of a page."""

    def __init__(self, *, project: Project, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.project = project

    def runtest(self) -> None:
        """Raises Disagreement if the project is not as the page says."""
        if lines := self.wrong():
            raise Disagreement("\n".join(lines))

    @abstractmethod
    def wrong(self) -> list[str]:
        """What is not as the page says: a line each."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The lines of a disagreement; anything else is shown with its traceback."""
        if isinstance(excinfo.value, Disagreement):
            return "\n".join(f"{self.path.name} {line}" for line in str(excinfo.value).split("\n"))
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the project is."""
        return self.path, self.project.line - 1, f"{self.path.stem}: {self.name}"


class RuleItem(ProjectItem):
    """A project in which the rule must find what the markers say, and nothing else."""

    def __init__(self, *, rule: Rule, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self._rule = rule

    def wrong(self) -> list[str]:
        """What is found and not marked, what is marked and not found, and what could not be checked."""
        from mlint.testing.runner import findings

        try:
            found, problems = findings(self.project, self._rule)
        except ConfigError as error:
            return [str(error)]
        return [_described(self.project, problem) for problem in problems] + disagreements(self.project, found)


class FactsItem(ProjectItem):
    """A project in which what is known must be what the comments say."""

    def wrong(self) -> list[str]:
        """The differences."""
        from mlint.testing.runner import values

        try:
            return differences(self.project, values(self.project))
        except (ConfigError, Unreadable) as error:
            return [f"line {self.project.line}: {error}"]


def _described(project: Project, problem: Problem) -> str:
    (file,) = (file for file in project.files if file.path == problem.path)
    return f"line {file.page_line(problem.line or 1)}: {problem.message}"
