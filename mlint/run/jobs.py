"""Checks many files: in this process, or in several. The results are the same whatever the number."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mlint.finding import Problem
from mlint.run.checker import Checker, Done, Job, Setup

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future, ProcessPoolExecutor

_WORTH_A_PROCESS = 200_000  # bytes of code: below that, starting processes takes longer than the work


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
        return ((job, checker.check(job)) for job in sorted(jobs, key=lambda job: job.project))
    return _in_processes(_largest_first(jobs), setup, count)


def _largest_first(jobs: Sequence[Job]) -> list[Job]:
    """By project, so that each process needs few of them at a time; in it the largest file first."""
    sizes: Counter[int] = Counter()
    for job in jobs:
        sizes[job.project] += job.size
    return sorted(jobs, key=lambda job: (-sizes[job.project], job.project, -job.size))


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
        return Done.failed(Problem(job.path, message, rule="analysis"))


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
