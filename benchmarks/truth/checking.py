"""Checks single files of a package, as they are and broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.truth.releases import files_of
from mlint.check import Task, check_file, findings_of, one_a_place
from mlint.config import Layers
from mlint.facts.project.project import Project
from mlint.finding import Confidence, Finding
from mlint.outline import Outline
from mlint.outline import outline as read_outline
from mlint.select import ActiveRule, Selection
from mlint.source import Source, decode, read
from mlint.subjects import Class, File, Function
from mlint.tool.rules import known

Lines = tuple[int, int]


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
        self._root = root
        self._files = files_of(root)
        self._outlines: dict[tuple[str, str], Outline] = {}
        rules = known()
        self._rules = Selection(rules, Layers(())).of(str(root))
        self._task = Task(self._rules, tuple(rules), Confidence.POSSIBLE, noqa=False)

    def all_of(self, file: str) -> list[Report]:
        """All that is reported of a file as it is. Raises RuntimeError where it can't be checked."""
        checked = check_file(self._original, read(str(self._root / file)), self._task)
        if checked.problems:
            raise RuntimeError(f"{checked.problems[0].path}: {checked.problems[0].message}")
        return [_report(each) for each in checked.findings]

    def before(self, file: str, family: str, places: Sequence[Lines]) -> list[Report]:
        """What rules of a family report in the functions and classes around some lines of a file as it is."""
        source = read(str(self._root / file))
        return list(self._around(File(self._original, source), family, places))

    def after(self, file: str, data: bytes, family: str, places: Sequence[Lines]) -> list[Report]:
        """The same of the file with other contents, in a project where it has them."""
        path = self._root / file
        source = decode(str(path), data)
        return list(self._around(File(self._project({path: source}), source), family, places))

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

    def _around(self, file: File, family: str, places: Sequence[Lines]) -> Iterator[Report]:
        """As `check_file` does it, but only where it matters: a whole file takes many times as long."""
        rules = [each for each in self._rules if each.rule.code.startswith(family) and each.rule.code[2] != "0"]
        findings = [found for rule in rules for found in _findings(rule, file, places)]
        shown = one_a_place(list(dict.fromkeys(findings)), (each.rule for each in rules))
        yield from map(_report, shown)


def _findings(active: ActiveRule, file: File, places: Sequence[Lines]) -> Iterator[Finding]:
    subject: Any = active.rule.subject
    owners: dict[str, Sequence[File | Function | Class]] = {
        "file": [file],
        "function": file.functions,
        "class": file.classes,
    }
    for owner in owners[subject.scope]:
        if _is_around(owner, places) and not (active.rule.words and active.rule.words.isdisjoint(owner.words)):
            for each in subject.of(owner):
                yield from findings_of(active, each, file.source.path)


def _is_around(owner: File | Function | Class, places: Sequence[Lines]) -> bool:
    if isinstance(owner, File):
        return True
    outline = owner.outline
    return outline is not None and any(outline.first_line <= end and first <= outline.end_line for first, end in places)


def _report(finding: Finding) -> Report:
    return Report(finding.code, finding.span.line, finding.confidence, finding.message)
