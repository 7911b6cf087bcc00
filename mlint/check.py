"""Checks one file: its owners, the rules that look at them, their findings, and what silences those."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from mlint.collector import uncollected
from mlint.finding import Confidence, Finding, Problem, Related
from mlint.rule import Report, Rule, Step
from mlint.select import ActiveRule
from mlint.source import Source, Unreadable
from mlint.suppress import Suppression, suppressions

if TYPE_CHECKING:
    from mlint.facts.project.project import Project
    from mlint.facts.project.reads import Leaf
    from mlint.subjects import File


class Owner(Protocol):
    """A file, or a function or class in it: what subjects are found in. `key` tells it apart from others of the file,
    but for those that are defined again."""

    scope: ClassVar[str]

    @property
    def key(self) -> str: ...

    @property
    def words(self) -> Iterable[str]: ...

    def alone(self) -> Owner: ...

    def rest(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Checked:
    """What became of one file. Picklable. `noqa_rows`: see Results."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    noqa_rows: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """What rules say of one owner (by its key), and the leaves about its own file that this rests on. Picklable."""

    owner: str
    findings: tuple[Finding, ...] = ()
    rests: tuple[Leaf, ...] = ()


@dataclass(frozen=True)
class Looked:
    """What rules say of one file, owner by owner, before a comment or a setting silences any of it. Picklable.

    `ran`: the codes of the rules that looked at it; None where it cannot be read.
    """

    parts: tuple[Part, ...] = ()
    problems: tuple[Problem, ...] = ()
    ran: frozenset[str] | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that they say."""
        return tuple(dict.fromkeys(finding for part in self.parts for finding in part.findings))


@dataclass(frozen=True)
class Task:
    """How a file is checked: the rules that run on it and all that are known, the least confidence, and the day.

    `noqa=False`: whoever asks sees to `# noqa` comments.
    """

    rules: tuple[ActiveRule, ...]
    known: tuple[Rule, ...] = ()
    min_confidence: Confidence = Confidence.LIKELY
    today: date = field(default_factory=date.today)
    noqa: bool = True


def check_file(project: Project, source: Source, task: Task) -> Checked:
    """Check one file of the project. Nothing is raised: what goes wrong is a problem in the result."""
    return sift(source, task, look(project, source, task))


def look(project: Project, source: Source, task: Task, kept: Sequence[Part] = ()) -> Looked:
    """Let the rules of the task look at one file of the project, but for the owners of which something is kept.

    Nothing is raised, as in `check_file`.
    """
    with uncollected():
        return _looked(project, source, task, {part.owner: part for part in kept})


def _looked(project: Project, source: Source, task: Task, kept: Mapping[str, Part]) -> Looked:
    try:
        file, owners = _owners(project, source)
    except Unreadable as error:
        return Looked(problems=(problem_of(source.path, error),))
    except Exception as error:  # noqa: BLE001 - whatever one file does to the analysis, the others are checked
        return Looked(problems=(internal_error(source.path, error),))
    look = _Look(project, source.path, task)
    parts = [kept.get(key) or look.part(key, owners[key]) for key in owners]
    file.close()
    return Looked(tuple(parts), tuple(look.problems), looking(task))


def problem_of(path: str, error: Unreadable) -> Problem:
    """The problem that a file is which cannot be read."""
    return Problem(path, error.message, error.line, error.column)


def _owners(project: Project, source: Source) -> tuple[File, dict[str, list[Owner]]]:
    """A file, and its owners by their keys."""
    from mlint.subjects import File

    file = File(project, source)
    owners: tuple[Owner, ...] = (file, *file.functions, *file.classes)
    found: dict[str, list[Owner]] = {}
    for owner in owners:
        found.setdefault(owner.key, []).append(owner)
    return file, found


# --- rules ----------------------------------------------------------------------------------------------------------


def looking(task: Task) -> frozenset[str]:
    """The codes of the rules of a task that look at code."""
    return frozenset(each.rule.code for each in _looking(task.rules))


def _looking(rules: Iterable[ActiveRule]) -> Iterator[ActiveRule]:
    """The rules that look at code. The tool's own look at comments, or at nothing."""
    return (each for each in rules if hasattr(each.rule.subject, "scope"))


class _Look:
    """The rules of a task, as they look at the owners of one file, which is called `path`."""

    def __init__(self, project: Project, path: str, task: Task) -> None:
        self._project = project
        self._path = path
        self._rules: dict[str, list[ActiveRule]] = {}
        for active in _looking(task.rules):
            subject: Any = active.rule.subject
            self._rules.setdefault(subject.scope, []).append(active)
        self.problems: list[Problem] = []

    def part(self, key: str, owners: Sequence[Owner]) -> Part:
        """What the rules say of the owners of a key.

        Where it is noted what these rest on, each is asked alone: what its neighbours have found out rests on what
        they have read, and it has not.
        """
        findings: list[Finding] = []

        def ask() -> None:
            for owner in owners:
                alone = owner.alone()
                alone.rest()
                findings.extend(self._said(alone))
                alone.close()

        if not self._project.reads.notes:
            return Part(key, tuple(finding for owner in owners for finding in self._said(owner)))
        _, node = self._project.reads.of(ask)
        self._project.reads.rest(node)
        return Part(key, tuple(findings), tuple(self._project.reads.about(node, os.path.abspath(self._path))))

    def _said(self, owner: Owner) -> Iterator[Finding]:
        """If a rule raises, that is its last finding in the file, and a problem."""
        failed = {problem.rule for problem in self.problems}
        words = owner.words
        for active in self._rules.get(owner.scope, ()):
            subject: Any = active.rule.subject
            if active.rule.code in failed or (active.rule.words and active.rule.words.isdisjoint(words)):
                continue
            try:
                for each in subject.of(owner):
                    yield from findings_of(active, each, self._path)
            except Exception as error:  # noqa: BLE001 - whatever a rule does, the other rules go on
                self.problems.append(_failure(active.rule, owner, self._path, error))


def findings_of(active: ActiveRule, subject: object, path: str) -> Iterator[Finding]:
    """What a rule reports of one subject; why it is silent elsewhere is for `mlint reveal`. Raises what it raises."""
    for said in active.rule.check(subject, **active.options):
        if isinstance(said, Report):
            yield finding_of(active.rule, said, path)


def finding_of(rule: Rule, report: Report, path: str) -> Finding:
    """A report as a finding in the file."""
    return Finding(
        code=rule.code,
        name=rule.name,
        message=rule.told(report),
        path=path,
        span=report.span,
        confidence=report.confidence,
        advice=report.advice,
        related=tuple(Related(step.message, step.path or path, step.span) for step in _told_once(report.because)),
    )


def _told_once(steps: Sequence[Step]) -> Iterator[Step]:
    """The steps without those that say of the same line what the one before said."""
    last = None
    for step in steps:
        said = (step.message, step.path, step.span.line)
        if said != last:
            yield step
        last = said


def _failure(rule: Rule, owner: Owner, path: str, error: Exception) -> Problem:
    line = getattr(owner, "first_line", 1)
    pack = rule.check.__module__.partition(".")[0]
    return internal_error(path, error, line, rule=rule.code, what=f"rule {rule.code} ({rule.name})", pack=pack)


def internal_error(
    path: str,
    error: Exception,
    line: int = 1,
    *,
    rule: str = "analysis",
    what: str = "the analysis",
    pack: str = "mlint",
) -> Problem:
    """The problem that an exception is which should not have been raised: what failed, where, and who should know."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" at {Path(each.filename).parent.name}/{Path(each.filename).name}:{each.lineno}" for each in last)
    cause = " ".join(f"{type(error).__name__}: {error}".split())
    message = (
        f"{what} failed here with {cause}{where}; "
        f"please report this line to the authors of {pack}, with the code it names"
    )
    return Problem(path, message, line, 1, rule)


# --- what is left of them -------------------------------------------------------------------------------------------


def sift(source: Source, task: Task, looked: Looked) -> Checked:
    """Silence what comments silence, report on the comments, and keep what is sure enough.

    Other rules than those of the task may have looked at the file, too: what they say is left out.
    """
    if looked.ran is None:
        return Checked(problems=looked.problems)
    ran = looking(task)
    failed = frozenset(problem.rule for problem in looked.problems)
    comments = suppressions(source, task.known, ran - failed, task.today, noqa=task.noqa)
    said = [each for each in looked.findings if each.code in ran]
    heard = [each for each in said if not comments.silence(each)]
    on_comments = [each for each in _on_comments(comments.found, task.rules, source.path) if not comments.silence(each)]
    sure = [each for each in said if each.confidence >= task.min_confidence]
    shown = set(one_a_place(sure, (each.rule for each in task.rules)))
    kept = sorted([*shown.intersection(heard), *on_comments], key=sort_key)
    rows = {finding.span.line: source.rows.noqa_row(finding.span.line) for finding in kept}
    return Checked(tuple(kept), looked.problems, {line: row for line, row in rows.items() if row != line})


def sort_key(finding: Finding) -> tuple[str, int, int, str, str]:
    """The order in which findings are shown."""
    return finding.path, finding.span.line, finding.span.column, finding.code, finding.message


def _on_comments(found: Sequence[Suppression], rules: Iterable[ActiveRule], path: str) -> Iterator[Finding]:
    for active in rules:
        if active.rule.subject is Suppression:
            for each in found:
                yield from findings_of(active, each, path)


def one_a_place(findings: Sequence[Finding], rules: Iterable[Rule]) -> list[Finding]:
    """Findings without those on whose line a rule that is at least as sure stands for theirs, the more specific one."""
    general = {rule.code: rule.instead_of for rule in rules}
    dropped = {
        (finding.span.line, code, confidence)
        for finding in findings
        for code in general.get(finding.code, ())
        for confidence in Confidence
        if confidence <= finding.confidence
    }
    return [each for each in findings if (each.span.line, each.code, each.confidence) not in dropped]
