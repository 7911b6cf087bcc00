"""Checks single files of a package, as they are and broken."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.truth.releases import files_of
from mlint.check import Task, check_file
from mlint.config import Layers
from mlint.facts.project import Project
from mlint.finding import Confidence, Finding
from mlint.outline import Outline
from mlint.outline import outline as read_outline
from mlint.select import Selection
from mlint.source import Source, decode, read


@dataclass(frozen=True)
class Report:
    """A finding, as far as the benchmark keeps it."""

    rule: str
    line: int
    confidence: Confidence
    message: str

    @property
    def is_default(self) -> bool:
        """Whether it is reported without being asked for."""
        return self.confidence >= Confidence.LIKELY


class Checker:
    """Checks files of one package with the rules of the default selection, at the confidence `possible`."""

    def __init__(self, root: Path) -> None:
        from mlint.tool.rules import known

        self._root = root
        self._files = files_of(root)
        self._outlines: dict[tuple[str, str], Outline] = {}
        rules = known()
        selected = Selection(rules, Layers(())).of(str(root))
        self._task = Task(selected, tuple(rules), Confidence.POSSIBLE, noqa=False)
        self._before: dict[str, list[Report]] = {}

    def before(self, file: str) -> list[Report]:
        """What is reported of a file as it is."""
        if file not in self._before:
            self._before[file] = self._reports(self._original, read(str(self._root / file)))
        return self._before[file]

    def after(self, file: str, data: bytes) -> list[Report]:
        """What is reported of a file with other contents, in a project where it has them."""
        path = self._root / file
        source = decode(str(path), data)
        return self._reports(self._project({path: source}), source)

    @cached_property
    def _original(self) -> Project:
        return self._project({})

    def _project(self, overlay: dict[Path, Source]) -> Project:
        return Project(self._root, self._files, overlay, self._outline)

    def _outline(self, source: Source) -> Outline:
        """The outline of a source; that of a file which nobody changed is made once."""
        key = (source.path, source.digest)
        if key not in self._outlines:
            self._outlines[key] = read_outline(source)
        return self._outlines[key]

    def _reports(self, project: Project, source: Source) -> list[Report]:
        checked = check_file(project, source, self._task)
        for problem in checked.problems:
            raise RuntimeError(f"{problem.path}: {problem.message}")
        return [_report(each) for each in checked.findings]


def _report(finding: Finding) -> Report:
    return Report(finding.code, finding.span.line, finding.confidence, finding.message)
