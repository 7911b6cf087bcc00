"""Checks many files: in this process, or in several. The results are the same whatever the number."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mlint.check import Checked, Task, check_file, internal_error, problem_of
from mlint.collector import settle
from mlint.finding import Problem
from mlint.source import Source, Unreadable, read
from mlint.store import Store

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future, ProcessPoolExecutor

    from mlint.facts.project import Project
    from mlint.facts.reads import Leaf

_WORTH_A_PROCESS = 200_000  # bytes of code: below that, starting processes takes longer than the work


@dataclass(frozen=True)
class ProjectFiles:
    """A project: its root, the files that belong to it, and what its configuration says of its functions.

    `outlines`: outlines are kept in its cache, under this name for all that they are made by. `holders` says of some
    words already which files hold them.
    """

    root: str
    files: tuple[str, ...]
    user_facts: Mapping[str, object] = field(default_factory=dict)
    outlines: str | None = None
    holders: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """One file to check; `project` and `task` are numbers in the Setup."""

    path: str
    absolute: str
    project: int
    task: int
    size: int


@dataclass(frozen=True)
class Done:
    """What a job came to, and the leaves, with their answers, that this rests on. Picklable."""

    checked: Checked
    rests: tuple[tuple[Leaf, str], ...] = ()


@dataclass(frozen=True)
class Setup:
    """What all jobs of a run share. Picklable. `overlay`: sources that take the place of files."""

    projects: tuple[ProjectFiles, ...]
    tasks: tuple[Task, ...]
    overlay: Mapping[str, Source] = field(default_factory=dict)


class Checker:
    """Does jobs one after the other; what is known of a project is kept from one to the next."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._projects: dict[int, Project] = {}

    def check(self, job: Job) -> Done:
        """Do one job. Nothing is raised."""
        try:
            return checked_by(
                job,
                lambda: self._setup.overlay.get(job.absolute) or read(job.path),
                lambda: self._project(job.project),
                self._setup.tasks[job.task],
            )
        finally:
            settle()

    def _project(self, number: int) -> Project:
        from mlint.facts.project import Project
        from mlint.outline import outline
        from mlint.run.outlines import Outlines

        if number not in self._projects:
            given = self._setup.projects[number]
            self._projects[number] = Project(
                Path(given.root),
                [Path(path) for path in given.files],
                {Path(path): source for path, source in self._setup.overlay.items() if _lies_in(path, given.root)},
                outlines=outline if given.outlines is None else Outlines(Store(given.root), given.outlines),
                user_facts=given.user_facts,
                holders=given.holders,
            )
        return self._projects[number]


def checked_by(job: Job, source_of: Callable[[], Source], project_of: Callable[[], Project], task: Task) -> Done:
    """Check the source of a job in a project. Nothing is raised: what goes wrong is a problem in the result."""
    try:
        source = source_of()
    except Unreadable as error:
        return Done(Checked(problems=(problem_of(job.path, error),)))
    try:
        project = project_of()
        checked, node = project.reads.of(lambda: check_file(project, source, task))
        return Done(checked, tuple(project.reads.told(node)))
    except Exception as error:  # noqa: BLE001 - one file never costs the others
        return Done(Checked(problems=(internal_error(job.path, error),)))


def _lies_in(path: str, root: str) -> bool:
    return path.startswith(os.path.join(root, ""))


def do(
    jobs: Sequence[Job], setup: Setup, workers: int | None, executor: Executor | None = None
) -> Iterator[tuple[Job, Done]]:
    """Do the jobs, in any order. `workers`: how many processes; None: as many as are worth it.

    An `executor` does them wherever it likes: contents travel to it, not paths.
    """
    if executor is not None:
        from mlint.run.parcels import spread

        return spread(jobs, setup, executor)
    count = min(_worthwhile(jobs) if workers is None else workers, len(jobs))
    if count <= 1:
        checker = Checker(setup)
        return ((job, checker.check(job)) for job in jobs)
    return _in_processes(sorted(jobs, key=lambda job: -job.size), setup, count)


def _worthwhile(jobs: Sequence[Job]) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, sum(job.size for job in jobs) // _WORTH_A_PROCESS))


# --- processes ------------------------------------------------------------------------------------------------------


def _in_processes(jobs: Sequence[Job], setup: Setup, count: int) -> Iterator[tuple[Job, Done]]:
    from concurrent.futures import BrokenExecutor, as_completed

    left = dict.fromkeys(jobs)
    with contextlib.suppress(BrokenExecutor), _pool(setup, count) as pool:
        futures: dict[Future[Done], Job] = {pool.submit(_check, job): job for job in jobs}
        for future in as_completed(futures):
            job, done = futures[future], future.result()
            del left[job]
            yield job, done
    for job in left:  # a process died: whatever was with it is tried again, each file in a process of its own
        yield job, _alone(job, setup)


def _alone(job: Job, setup: Setup) -> Done:
    from concurrent.futures import BrokenExecutor

    try:
        with _pool(setup, 1) as pool:
            return pool.submit(_check, job).result()
    except BrokenExecutor:
        message = "the process that checked this file died, out of memory perhaps; exclude the file if that goes on"
        return Done(Checked(problems=(Problem(job.path, message, rule="analysis"),)))


@contextlib.contextmanager
def _pool(setup: Setup, count: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with the block, at once if it is left by an exception (Ctrl-C, or an end by SIGTERM)."""
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(count, initializer=_start, initargs=(setup,))
    try:
        with _sigterm_raises():
            yield pool
    except BaseException:
        for process in list((pool._processes or {}).values()):
            process.terminate()
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


@contextlib.contextmanager
def _sigterm_raises() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


# --- inside such a process ------------------------------------------------------------------------------------------

_checker: Checker | None = None


def _start(setup: Setup) -> None:
    global _checker  # what a process of the pool has between its calls
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the first one sees to the end
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _checker = Checker(setup)


def _end_with_parent() -> None:
    """If the first process is killed nobody tells the others to end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _check(job: Job) -> Done:
    if _checker is None:
        raise RuntimeError("the process was not started by this module")
    return _checker.check(job)
