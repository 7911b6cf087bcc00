"""The template: a process that has torch imported and warm, and forks a child for each file whose findings are tried.

It stays at one thread and never touches CUDA, so that a fork of it is whole. Requests and answers are lines of JSON.
The user's code runs in the children alone; whatever becomes of them, the template lives on and says what happened.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mlint.confirm.worker.limits import LARGEST_FILE, adopt_orphans, die_with_parent

_PIECE = 1 << 16
_LONGEST_LINE = 1 << 20
_TAIL = 2000  # bytes of what the code printed, to look for the cause of its end in


@dataclass
class Child:
    """A process that tries the findings of one file, one after the other."""

    request: Mapping[str, Any]
    folder: str
    left: list[int]
    pid: int = -1
    pipe: int = -1
    deadline: float = 0.0
    said: bytearray = field(default_factory=bytearray)

    def start(self) -> None:
        """Fork, and begin with the first finding that is left."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        ours, theirs = os.pipe()
        self.deadline = time.monotonic() + self.request["timeout"]
        self.pid, self.pipe = os.fork(), ours
        if self.pid == 0:
            _become_child(self.request, self.folder, self.left, theirs)
        os.close(theirs)

    def read(self) -> Iterator[dict[str, Any]] | None:
        """The messages that have come; None when there will be no more."""
        piece = os.read(self.pipe, _PIECE)
        self.said += piece
        if not piece or len(self.said) > _LONGEST_LINE:
            return None
        *lines, rest = self.said.split(b"\n")
        self.said = bytearray(rest)
        return (json.loads(line) for line in lines)

    def end(self) -> int:
        """Kill whatever is left of it, and return the status that its process ended with."""
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(self.pid, signal.SIGKILL)
        os.close(self.pipe)
        return os.waitpid(self.pid, 0)[1]

    def clean(self) -> str:
        """Remove its folder; the end of what it printed."""
        try:
            with open(os.path.join(self.folder, "output"), "rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _TAIL))
                printed = file.read().decode("utf-8", "replace")
        except OSError:
            size, printed = 0, ""
        shutil.rmtree(self.folder, ignore_errors=True)
        return "File too large" if size >= LARGEST_FILE else printed


def _become_child(request: Mapping[str, Any], folder: str, left: list[int], pipe: int) -> None:
    code = 1
    try:
        die_with_parent()
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        null = os.open(os.devnull, os.O_RDONLY)
        output = os.open(os.path.join(folder, "output"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for source, target in ((null, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        os.closerange(3, pipe)
        os.closerange(pipe + 1, 4096)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - it lives as long as the process
        from mlint.confirm.worker.child import work

        work(request, folder, left, pipe)
        code = 0
    except BaseException:  # noqa: BLE001 - nobody above would print it: this process ends here
        traceback.print_exc()
        sys.stderr.flush()
    finally:  # whatever the code did to the streams, nothing may stand before this
        os._exit(code)


class Template:
    """Serves requests until there are no more; `width` children run at the same time."""

    def __init__(self, folder: str, width: int, requests: int, answers: int) -> None:
        self._folder, self._width = folder, width
        self._requests, self._answers = requests, answers
        self._unread = bytearray()
        self._waiting: list[Mapping[str, Any]] = []
        self._running: list[Child] = []
        self._count = 0

    def serve(self) -> None:
        """Return when whoever asks says that it is enough, or has ended."""
        try:
            while True:
                self._begin()
                self._wait()
        except BrokenPipeError:
            pass
        finally:
            for child in self._running:
                child.end()
                child.clean()
            shutil.rmtree(self._folder, ignore_errors=True)  # whoever made it may have been killed

    def say(self, **message: object) -> None:
        """Send one line."""
        os.write(self._answers, json.dumps(message).encode() + b"\n")

    def _begin(self) -> None:
        while self._waiting and len(self._running) < self._width:
            request = self._waiting.pop(0)
            self._count += 1
            child = Child(request, os.path.join(self._folder, str(self._count)), list(range(len(request["findings"]))))
            child.start()
            self._running.append(child)

    def _wait(self) -> None:
        left = [child.deadline - time.monotonic() for child in self._running]
        watched = [child.pipe for child in self._running] + [self._requests]
        ready, _, _ = select.select(watched, [], [], max(0.0, min(left)) if left else None)
        if self._requests in ready:
            self._read_requests()
        for child in list(self._running):
            if child.pipe in ready:
                self._hear(child)
            elif child.deadline <= time.monotonic():
                self._lost(child, f"it ran for more than {child.request['timeout']:g} s")

    def _read_requests(self) -> None:
        piece = os.read(self._requests, _PIECE)
        if not piece:  # whoever asked has ended, without a word
            raise BrokenPipeError
        self._unread += piece
        *lines, rest = self._unread.split(b"\n")
        self._unread = bytearray(rest)
        for line in lines:
            request = json.loads(line)
            if request.get("stop"):  # whoever asked is gone: nobody wants the rest
                raise BrokenPipeError
            self._waiting.append(request)

    def _hear(self, child: Child) -> None:
        messages = child.read()
        if messages is None:
            self._lost(child, None)
            return
        for message in messages:
            if message["finding"] in child.left:
                child.left.remove(message["finding"])
                child.deadline = time.monotonic() + child.request["timeout"]
                self.say(id=child.request["id"], **message)

    def _lost(self, child: Child, cause: str | None) -> None:
        """The child has ended, or must: account for the finding it was at, and go on with the others."""
        status = child.end()
        printed = child.clean()
        self._running.remove(child)
        self._kill_orphans()
        if child.left:
            reason = cause or cause_of(status, printed)
            verdict = {"outcome": "inconclusive", "reason": reason, "evidence": []}
            self.say(id=child.request["id"], finding=child.left.pop(0), verdict=verdict)
        if child.left:
            child.said.clear()
            child.start()
            self._running.append(child)
        else:
            self.say(id=child.request["id"], done=True)

    def _kill_orphans(self) -> None:
        """What a child started, and left behind, has become a child of this process."""
        known = {child.pid for child in self._running}
        for orphan in _children() - known:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(orphan, signal.SIGKILL)
                os.waitpid(orphan, 0)


def _children() -> set[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return {int(pid) for pid in file.read().split()}
    except OSError:
        return set()


def cause_of(status: int, printed: str) -> str:
    """Why a process ended that should have gone on, in words."""
    if "File too large" in printed:
        return f"it printed more than {LARGEST_FILE >> 20} MB"
    if "bad_alloc" in printed or "not enough memory" in printed:
        return "it ran out of memory"
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        words = printed.strip().rpartition("\n")[2][:200]
        return f"it ended the process, with exit code {code}" + (f" ({words})" if code == 1 and words else "")
    name = signal.Signals(-code).name
    if name == "SIGXCPU":
        return "it took more processor time than it may"
    if name == "SIGXFSZ":
        return f"it wrote more than {LARGEST_FILE >> 20} MB"
    return f"the process was killed by {name}" + (" (out of memory perhaps)" if name == "SIGKILL" else "")


def main(folder: str, width: int) -> None:
    """Warm up, say so, and serve what comes on standard input."""
    adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches everyone; the first process sees to the end
    requests, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    from mlint.confirm.worker.warm import warm

    template = Template(folder, width, requests, answers)
    template.say(ready=warm())
    template.serve()
