"""Work that travels: a project, or a part of the work on a large one, with the contents of its files.

A parcel needs no disk where it is opened, only mlint: whatever process, machine or cluster runs it, by any
`concurrent.futures.Executor`. All files of the project come with each part, packed: which of them are asked is known
only once the work is done. What was found is compared with what the disk here holds beside the project.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import threading
import zlib
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from typing import TypeVar

from mlint.check import Checked, Part, Task
from mlint.finding import Problem
from mlint.run.checker import Checker, Done, Job, ProjectFiles, Setup
from mlint.source import Unreadable, read_bytes
from mlint.store import digest

_PART = 1_000_000
"""Bytes of code that a part of a project has to check. To open one costs a fraction of a second."""
_MOST_WAITING = 64
"""Parcels that are under way at a time: the contents of others are not read yet."""
_KEPT_OPEN = 2
_Said = TypeVar("_Said", Checked, Part)


@dataclass(frozen=True)
class Parcel:
    """A part of the work on one project. Picklable. `key` tells projects apart, `packed` holds their files."""

    key: str
    root: str
    user_facts: Mapping[str, object]
    packed: bytes
    jobs: tuple[Job, ...]
    tasks: tuple[Task, ...]

    @classmethod
    def of(cls, given: ProjectFiles, contents: Mapping[str, bytes], jobs: Sequence[Job], setup: Setup) -> Parcel:
        """Pack the contents of a project's files, and what is to be done with some of them."""
        packed = zlib.compress(pickle.dumps(dict(contents)), 1)
        key = digest(given.root, repr((given.user_facts, setup.tasks)), hashlib.blake2b(packed).hexdigest())
        return cls(key, given.root, given.user_facts, packed, tuple(jobs), setup.tasks)

    @property
    def project(self) -> ProjectFiles:
        """The project again, with its files."""
        contents: dict[str, bytes] = pickle.loads(zlib.decompress(self.packed))
        return ProjectFiles(self.root, tuple(contents), self.user_facts, contents=contents)


# --- where it is opened ---------------------------------------------------------------------------------------------

_open: OrderedDict[str, Checker] = OrderedDict()
_one_at_a_time = threading.Lock()  # a cluster's process may have several threads


def opened(parcel: Parcel) -> list[Done]:
    """Do the work of a parcel. Nothing is raised."""
    with _one_at_a_time:
        return [_done(parcel, job) for job in parcel.jobs]


def _done(parcel: Parcel, job: Job) -> Done:
    """What a job comes to. Here the file goes by its absolute path: the current folder is another."""
    done = _checker(parcel).check(replace(job, path=job.absolute, project=0))
    looked = replace(
        done.looked,
        parts=tuple(_renamed(part, job) for part in done.looked.parts),
        problems=tuple(_called(problem, job) for problem in done.looked.problems),
    )
    checked = replace(done.checked, problems=tuple(_called(problem, job) for problem in done.checked.problems))
    return replace(done, checked=_renamed(checked, job), looked=looked)


def _called(problem: Problem, job: Job) -> Problem:
    return replace(problem, path=job.path) if problem.path == job.absolute else problem


def _renamed(said: _Said, job: Job) -> _Said:
    def name(path: str) -> str:
        return job.path if path == job.absolute else path

    findings = tuple(
        replace(
            each,
            path=name(each.path),
            related=tuple(replace(step, path=name(step.path)) for step in each.related),
        )
        for each in said.findings
    )
    return replace(said, findings=findings)


def _checker(parcel: Parcel) -> Checker:
    if parcel.key not in _open:
        _open[parcel.key] = Checker(Setup((parcel.project,), parcel.tasks), alone=False)
    _open.move_to_end(parcel.key)
    while len(_open) > _KEPT_OPEN:
        _open.popitem(last=False)[1].close()
    return _open[parcel.key]


# --- where it comes from --------------------------------------------------------------------------------------------


def spread(jobs: Sequence[Job], setup: Setup, executor: Executor) -> Iterator[tuple[Job, Done]]:
    """Do the jobs by an executor, in any order; results come as they are done."""
    waiting = deque(_parcels(jobs, setup))
    under_way: dict[Future[list[Done]], _Part] = {}
    here = Checker(setup)
    try:
        while waiting or under_way:
            while waiting and len(under_way) < _MOST_WAITING:
                part = waiting.popleft()
                under_way[executor.submit(opened, part.parcel())] = part
            finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in finished:
                part = under_way.pop(future)
                if future.exception() is None:
                    yield from _received(part, future.result(), here)
                elif len(part.jobs) > 1:  # whoever opened it has died: was it one of its files?
                    waiting.extend(replace(part, jobs=(job,)) for job in part.jobs)
                else:
                    yield part.jobs[0], _lost(part.jobs[0], future.exception())
    finally:
        for future in under_way:
            future.cancel()


@dataclass(frozen=True)
class _Part:
    """Some of the jobs on a project. What it is sent with is read when it is sent."""

    number: int
    jobs: tuple[Job, ...]
    setup: Setup

    def parcel(self) -> Parcel:
        given = self.setup.projects[self.number]
        if given.contents is not None:
            return Parcel.of(given, given.contents, self.jobs, self.setup)
        contents = {path: data for path in given.files if (data := _content(path)) is not None}
        for path, source in self.setup.overlay.items():
            contents[path] = source.text.encode("utf-8", "surrogatepass")
        for job in self.jobs:
            if job.absolute not in contents and (data := _content(job.absolute)) is not None:
                contents[job.absolute] = data
        return Parcel.of(given, contents, self.jobs, self.setup)


def _content(path: str) -> bytes | None:
    try:
        return read_bytes(path)
    except Unreadable:
        return None


def _parcels(jobs: Sequence[Job], setup: Setup) -> Iterator[_Part]:
    by_project: dict[int, list[Job]] = {}
    for job in jobs:
        by_project.setdefault(job.project, []).append(job)
    for number, of_project in by_project.items():
        part: list[Job] = []
        for job in of_project:
            part.append(job)
            if sum(each.size for each in part) >= _PART:
                yield _Part(number, tuple(part), setup)
                part = []
        if part:
            yield _Part(number, tuple(part), setup)


def _received(part: _Part, results: list[Done], here: Checker) -> Iterator[tuple[Job, Done]]:
    """What came back. What rests on files that were not sent is done again here, where they are."""
    given = part.setup.projects[part.number]
    if given.contents is not None:
        yield from zip(part.jobs, results, strict=True)
        return
    files = frozenset(given.files)
    for job, done in zip(part.jobs, results, strict=True):
        yield job, done if _holds_here(done, files) else here.check(job)


def _holds_here(done: Done, files: frozenset[str]) -> bool:
    return all(
        answer == str(_is_there(leaf.kind, leaf.path, files))
        for leaf, answer in done.rests
        if leaf.kind in ("exists", "folder")
    )


def _is_there(kind: str, path: str, files: frozenset[str]) -> bool:
    if kind == "folder":
        return os.path.isdir(path)
    return path in files or os.path.isfile(path)


def _lost(job: Job, error: BaseException | None) -> Done:
    cause = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    message = f"the executor could not check this file ({cause}); exclude the file if that goes on"
    return Done.failed(Problem(job.path, message, rule="analysis"))
