"""The flake8 plugin: the findings of `mlint check`, with flake8's selection, suppression and output."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from mlint import __version__

# flake8 imports this module in every run: what only a check needs is imported when there is one.
if TYPE_CHECKING:
    import argparse
    import ast

    from mlint.check import Checked
    from mlint.config import Layers, Settings
    from mlint.facts.project.files import Home
    from mlint.facts.project.project import Project
    from mlint.run.project import CheckedProject
    from mlint.select import Selection
    from mlint.source import Source

# Without a digit (`ML`) a selector only lets flake8 show the findings; with one it may ask for a rule that is off.
_ASKS_FOR_RULES = re.compile(r"[A-Z]{2,3}[0-9]{1,3}")
_UNCHECKED = "ML000"
_OWN = "ML00"  # unreadable files, and comments that silence nothing: flake8 has checks of its own for these


class Plugin:
    """What flake8 makes of each file: `tree` is not used, `lines` are the file's, or standard input's."""

    name = "mlint"
    version = __version__
    _asked_for: ClassVar[tuple[str, ...]] = ()
    _named: ClassVar[frozenset[str]] = frozenset()
    _noqa: ClassVar[bool] = True
    _said: ClassVar[set[str]] = set()

    def __init__(self, tree: ast.AST, filename: str, lines: list[str]) -> None:
        self._filename = filename
        self._text = "".join(lines)

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Note what flake8 was asked for; it calls this once in each process."""
        selectors = [*(options.select or ()), *(options.extend_select or ())]
        cls._asked_for = tuple(each for each in selectors if _ASKS_FOR_RULES.fullmatch(each))
        cls._named = frozenset(options.filenames)
        cls._noqa = not options.disable_noqa

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """The findings as flake8 takes them: row from 1, column from 0, code and message.

        Nothing is raised: what could not be checked is an ML000, so that flake8 goes on and fails in the end.
        """
        checked = self._checked()
        for problem in checked.problems:
            yield problem.line or 1, (problem.column or 1) - 1, f"{_UNCHECKED} {problem.message}", type(self)
        for finding in checked.findings:
            if not finding.code.startswith(_OWN):
                yield finding.span.line, finding.span.column - 1, f"{finding.code} {finding.message}", type(self)

    def _checked(self) -> Checked:
        from mlint.check import Checked, internal_error
        from mlint.config import ConfigError
        from mlint.finding import Problem
        from mlint.pack import PackError

        try:
            return _checker(self._asked_for, self._noqa).check(self._filename, self._text, self._is_named())
        except (ConfigError, PackError) as error:
            message = f"nothing is checked: {error}"
            said = message in self._said  # it is the same for many files
            self._said.add(message)
            return Checked() if said else Checked(problems=(Problem(self._filename, message),))
        except Exception as error:  # noqa: BLE001 - the other plugins must go on
            return Checked(problems=(internal_error(self._filename, error),))

    def _is_named(self) -> bool:
        """Whether the file itself, or standard input, was named: then it is looked at whatever it is about."""
        return "-" in self._named or self._filename in self._named


@cache
def _checker(asked_for: tuple[str, ...], noqa: bool) -> _Checker:
    return _Checker(asked_for, noqa)


class _Checker:
    """Checks one file after the other; what is known of their projects is kept."""

    def __init__(self, asked_for: tuple[str, ...], noqa: bool) -> None:
        """Raises PackError."""
        from mlint.config import Configurations
        from mlint.tool.rules import known

        self._noqa = noqa
        self._known = known()
        self._asked_for = _settings([each for each in asked_for if any(r.code.startswith(each) for r in self._known)])
        self._configurations = Configurations()
        self._selections: dict[str, tuple[Layers, Selection]] = {}
        self._checked: dict[Home, CheckedProject] = {}
        self._projects: dict[Home, Project] = {}

    def check(self, filename: str, text: str, named: bool) -> Checked:
        """Check the text of a file. `named`: even if it is not about machine learning. Raises ConfigError."""
        from mlint.check import Checked, Task, check_file
        from mlint.run.triage import Content, has_nothing
        from mlint.source import Source

        data = text.encode("utf-8", "surrogatepass")
        path = os.path.abspath(filename)
        project = self._checked_project(os.path.dirname(path))
        if not named and has_nothing(path, Content.of(data), lambda: project.surroundings):
            return Checked()
        layers, selection = self._selection(os.path.dirname(path))
        source = Source(filename, text, hashlib.blake2b(data, digest_size=16).hexdigest())
        task = Task(selection.of(path), self._known, layers.min_confidence, noqa=self._noqa)
        project.require_facts([layers])
        return check_file(self._project(project, path, source), source, task)

    def _layers(self, folder: str) -> Layers:
        from mlint.config import Layers

        return Layers((self._configurations.of(folder), self._asked_for))

    def _selection(self, folder: str) -> tuple[Layers, Selection]:
        from mlint.select import Selection

        if folder not in self._selections:
            layers = self._layers(folder)
            self._selections[folder] = layers, Selection(self._known, layers)
        return self._selections[folder]

    def _checked_project(self, folder: str) -> CheckedProject:
        from mlint.facts.project.files import home_of
        from mlint.run.project import CheckedProject

        home = home_of(Path(folder))
        if home not in self._checked:
            self._checked[home] = CheckedProject(home, self._layers)
        return self._checked[home]

    def _project(self, around: CheckedProject, path: str, source: Source) -> Project:
        """The project around a file, in which the file's text is that of `source` (it may come from standard input)."""
        if _on_disk(path) != source.text:
            return _made(around, {Path(path): source})
        if around.home not in self._projects:
            self._projects[around.home] = _made(around, {})
        return self._projects[around.home]


def _settings(selectors: list[str]) -> Settings:
    from mlint.config import Selectors, Settings

    return Settings("flake8", extend_select=Selectors(tuple(selectors), "flake8's select"))


def _on_disk(path: str) -> str | None:
    from mlint.source import Unreadable, read

    try:
        return read(path).text
    except Unreadable:
        return None


def _made(around: CheckedProject, overlay: dict[Path, Source]) -> Project:
    from mlint.facts.project.project import Project

    files = [Path(each) for each in around.shared.files]
    return Project(Path(around.root), files, overlay, user_facts=around.shared.user_facts)
