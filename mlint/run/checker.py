"""Checks files one after the other: what a worker does, in this process or in another."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mlint.check import Checked, Looked, Part, Task, internal_error, look, problem_of, sift
from mlint.collector import emptied, settle, uncollected
from mlint.finding import Problem
from mlint.source import Source, Unreadable, decode, read
from mlint.store import Store

if TYPE_CHECKING:
    from mlint.facts.project.project import Project
    from mlint.facts.project.reads import Leaf, Told
    from mlint.outline import Outline

_MOST_KEPT = 160_000
"""Temporaries of one project: what most projects come to at all. Each takes about a kilobyte."""
_FEWEST_KEPT = 60_000
"""So many even where the outlines of a project leave no room: with fewer the same is worked out again and again."""
_OF_OUTLINE = 3
"""As many temporaries take as much as what is always known of a function: its outline and its sketch."""


@dataclass(frozen=True)
class ProjectFiles:
    """A project: its root, the files that belong to it, and what its configuration says of its functions.

    `outlines`: the folder of its cache, in which outlines are kept, and a name for all that they are made by. `holders`
    says of some words already which files hold them. `contents`: its files hold this, and nothing on the disk counts.
    `noted`: what findings rest on is wanted, too. `known`: answers to derived questions about it.
    """

    root: str
    files: tuple[str, ...]
    user_facts: Mapping[str, object] = field(default_factory=dict)
    outlines: tuple[str, str] | None = None
    holders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    contents: Mapping[str, bytes] | None = None
    noted: bool = True
    known: Mapping[Leaf, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """One file to check; `project` and `task` are numbers in the Setup. `kept`: what still holds of it."""

    path: str
    absolute: str
    project: int
    task: int
    size: int
    kept: tuple[Part, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Done:
    """What a job came to, what the rules said, and the leaves, with their answers, that this rests on. Picklable.

    `grounds`: what derived ones of these rest on, unless an earlier job of the worker has told it.
    """

    checked: Checked
    rests: Told = ()
    looked: Looked = field(default_factory=Looked)
    grounds: tuple[tuple[tuple[Leaf, ...], Told], ...] = ()

    @classmethod
    def failed(cls, problem: Problem) -> Done:
        """The file could not be looked at."""
        return cls(Checked(problems=(problem,)), looked=Looked(problems=(problem,)))


@dataclass(frozen=True)
class Setup:
    """What all jobs of a run share. Picklable. `overlay`: sources that take the place of files."""

    projects: tuple[ProjectFiles, ...]
    tasks: tuple[Task, ...]
    overlay: Mapping[str, Source] = field(default_factory=dict)


class Checker:
    """Does jobs one after the other; what is known of a project is kept from one to the next.

    Of one project at a time, as jobs come by project: the memory that is needed does not grow with their number.
    `alone`: nobody else works in this process.
    """

    def __init__(self, setup: Setup, *, alone: bool = True) -> None:
        self._setup = setup
        self._alone = alone
        self._open: tuple[int, Project] | None = None

    def check(self, job: Job) -> Done:
        """Do one job. Nothing is raised."""
        with uncollected():
            done = _checked(job, self._source, self._project, self._setup.tasks[job.task])
            self._lighten()
            if self._alone:
                settle()
            return done

    def close(self) -> None:
        """Let go of the project that is open."""
        if self._open is not None:
            close(self._open[1])
            self._open = None

    def _lighten(self) -> None:
        """Let go of what is known of the project where that is much: what is asked again is worked out again.

        What was read of its files stays.
        """
        from mlint.facts.engine import Engine

        if self._open is None:
            return
        number, project = self._open
        room = max(_MOST_KEPT - _OF_OUTLINE * project.outlined, _FEWEST_KEPT)
        if Engine.weight(project) > room:
            self._open = number, project.renewed()
            close(project)

    def _source(self, job: Job) -> Source:
        contents = self._setup.projects[job.project].contents
        if contents is not None:
            return decode(job.path, contents[job.absolute])
        return self._setup.overlay.get(job.absolute) or read(job.path)

    def _project(self, job: Job) -> Project:
        if self._open is None or self._open[0] != job.project:
            self.close()
            self._open = job.project, self._opened(self._setup.projects[job.project])
        return self._open[1]

    def _opened(self, given: ProjectFiles) -> Project:
        return opened(given, dict(self._overlay(given)))

    def _overlay(self, given: ProjectFiles) -> Iterator[tuple[Path, Source]]:
        for path, source in self._setup.overlay.items():
            if path.startswith(os.path.join(given.root, "")):
                yield Path(path), source
        for path, data in (given.contents or {}).items():
            with contextlib.suppress(Unreadable):  # it has no outline, as where it lies on a disk
                yield Path(path), decode(path, data)


def opened(given: ProjectFiles, overlay: Mapping[Path, Source] | None = None) -> Project:
    """The project."""
    from mlint.facts.project.project import Project
    from mlint.facts.project.reads import Reads, Unnoted

    return Project(
        Path(given.root),
        [Path(path) for path in given.files],
        overlay,
        outlines=_outlines(given),
        user_facts=given.user_facts,
        holders=given.holders,
        sealed=given.contents is not None,
        reads=Reads(given.known) if given.noted else Unnoted(),
    )


def _outlines(given: ProjectFiles) -> Callable[[Source], Outline]:
    """What makes outlines, or finds them in the cache."""
    from mlint.outline import outline
    from mlint.run.outlines import Outlines

    if given.outlines is None:
        return outline
    folder, made_by = given.outlines
    return Outlines(Store(folder), made_by)


def close(project: Project) -> None:
    """Let go of all that is known of a project: it goes round in circles that nobody collects."""
    from mlint.facts.engine import Engine

    Engine.forget(project)
    emptied(project)


def _checked(job: Job, source_of: Callable[[Job], Source], project_of: Callable[[Job], Project], task: Task) -> Done:
    """What goes wrong is a problem in the result."""
    try:
        source = source_of(job)
    except Unreadable as error:
        return Done.failed(problem_of(job.path, error))
    try:
        project = project_of(job)
        looked, node = project.reads.of(lambda: look(project, source, task, job.kept))
        told, grounds = project.reads.told(node), project.reads.grounds(node)
        return Done(sift(source, task, looked), tuple(told), looked, tuple(grounds))
    except Exception as error:  # noqa: BLE001 - one file never costs the others
        return Done.failed(internal_error(job.path, error))
