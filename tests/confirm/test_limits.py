"""Whatever the code does, it ends as a verdict, and nothing is left of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from mlint.confirm.host import answers
from mlint.finding import Verdict
from tests.confirm.conftest import Try, request

pytestmark = pytest.mark.slow

HEAD = """\
import ctypes, os, shutil, socket, subprocess, sys, threading, time
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5)
        self.body = nn.Linear(8, 8)

    def forward(self, x):
"""
TAIL = "\n        return self.drop(self.body(x))\n"
OUTSIDE = Path(tempfile.gettempdir()) / f"mlint-outside-{os.getpid()}"

DOES: dict[str, tuple[str, str]] = {
    "hang": ("while True: pass", "ran for more than 6 s"),
    "sleep": ("time.sleep(60)", "ran for more than 6 s"),
    "ignores_signals": (
        "import signal; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; time.sleep(60)",
        "ran for more than 6 s",
    ),
    "exit": ("sys.exit(3)", "exit code 3"),
    "hard_exit": ("os._exit(5)", "exit code 5"),
    "crash": ("ctypes.string_at(0)", "SIGSEGV"),
    "abort": ("os.abort()", "SIGABRT"),
    "memory_of_torch": ("torch.ones(10 << 30)", "out of memory"),
    "memory_of_python": ("[0] * 10**10", "out of memory"),
    "flood": ("[print('x' * 10_000) for _ in range(10**7)]", "printed"),
    "flood_below_python": ("[os.write(1, b'x' * 10_000) for _ in range(10**7)]", "printed"),
    "network": ("socket.create_connection(('127.0.0.1', PORT))", "network"),
    "network_below_python": ("assert ctypes.CDLL(None).connect(CONNECT) == 0", "AssertionError"),
    "subprocess": ("subprocess.run(['true'])", "another process"),
    "shell": ("os.system('true')", "another process"),
    "fork": ("os.fork()", "another process"),
    "writes": ("open(OUTSIDE, 'w')", "wants to write to"),
    "writes_below_python": ("torch._C.PyTorchFileWriter(OUTSIDE)", "Error"),
    "removes": ("shutil.rmtree(EXISTING)", "outside of its folder"),
    "reads_input": ("input()", "EOFError"),
    "recursion": ("self.forward(x)", "RecursionError"),
    "kills_its_parent": ("os.kill(os.getppid(), 9)", "another process"),
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder for temporary files, which nobody else uses."""
    before, tempfile.tempdir = tempfile.tempdir, str(tmp_path_factory.mktemp("temporary"))
    yield Path(tempfile.tempdir)
    tempfile.tempdir = before


@pytest.fixture(scope="module")
def verdicts(
    try_models: Try, tmp_path_factory: pytest.TempPathFactory, port: int, temporary: Path
) -> Mapping[str, Verdict]:
    existing = tmp_path_factory.mktemp("existing")
    names = {
        "OUTSIDE": repr(str(OUTSIDE)),
        "EXISTING": repr(str(existing)),
        "PORT": str(port),
        "CONNECT": _connect(port),
    }
    texts = {}
    for name, (action, _) in DOES.items():
        for constant, value in names.items():
            action = action.replace(constant, value)
        texts[name] = f"{HEAD}        {action}{TAIL}"
    texts["good"] = f"{HEAD}        pass{TAIL}"
    found = try_models(texts)
    assert existing.is_dir()
    return found


def _connect(port: int) -> str:
    """The arguments of connect(2), as Python code."""
    address = f"b'\\x02\\x00' + ({port}).to_bytes(2, 'big') + b'\\x7f\\x00\\x00\\x01' + bytes(8)"
    return f"ctypes.CDLL(None).socket(2, 1, 0), {address}, 16"


@pytest.mark.parametrize("name", DOES)
def test_what_goes_wrong_is_the_reason(name: str, verdicts: Mapping[str, Verdict]) -> None:
    assert verdicts[name].outcome == "inconclusive", verdicts[name]
    assert DOES[name][1] in verdicts[name].reason


def test_others_are_tried_all_the_same(verdicts: Mapping[str, Verdict]) -> None:
    assert verdicts["good"].outcome == "confirmed"


def test_nothing_is_left_behind(verdicts: Mapping[str, Verdict], temporary: Path) -> None:
    assert len(verdicts) == len(DOES) + 1
    assert not OUTSIDE.exists()
    assert not list(temporary.iterdir())
    assert not _workers()


def _workers() -> list[str]:
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=False).stdout
    ours = [line for line in listed.splitlines() if "mlint.confirm.worker" in line]
    return [line for line in ours if line.split()[1] == str(os.getpid())]


@pytest.mark.skipif(sys.platform != "linux", reason="a process is adopted on Linux only")
def test_a_process_that_code_in_c_starts_is_killed(try_models: Try, tmp_path: Path) -> None:
    starts = "pid = ctypes.CDLL(None).fork(); pid == 0 and (os.setsid(), time.sleep(60), os._exit(0))"
    before = time.monotonic()
    found = try_models({"daemon": f"{HEAD}        {starts}{TAIL}"})
    assert found["daemon"].outcome == "confirmed"
    assert time.monotonic() - before < 55  # it sleeps for 60
    assert not _workers()


def test_a_finding_that_ends_the_process_does_not_cost_the_next_one(tmp_path: Path) -> None:
    text = f"{HEAD}        os._exit(3){TAIL}\n\n" + f"{HEAD}        pass{TAIL}".partition("\n\n\n")[2].replace(
        "Net", "Other"
    )
    path = tmp_path / "two.py"
    path.write_text(text)
    both = request(0, path, text)
    lines = [row for row, line in enumerate(text.split("\n"), 1) if "def forward" in line]
    both["findings"] = [{**both["findings"][0], "span": [line, 9, line, 10]} for line in lines]
    found = {answer["finding"]: answer["verdict"]["outcome"] for answer in answers([both], 1)}
    assert found == {0: "inconclusive", 1: "confirmed"}


def test_where_fork_is_not_safe_each_finding_has_a_process_of_its_own(try_models: Try) -> None:
    texts = {name: f"{HEAD}        {action}{TAIL}" for name, action in (("good", "pass"), ("exits", "os._exit(3)"))}
    found = try_models(texts, forks=False)
    assert found["good"].outcome == "confirmed"
    assert found["exits"] == Verdict("inconclusive", "it ended the process, with exit code 3")


LOSES_ITS_STREAMS = """
import os, sys
from mlint.confirm.worker import child, template

child.work = lambda *given: setattr(sys, "stderr", None)
inside = os.pipe()[1]
pid = os.fork()
if pid == 0:
    template._become_child({{}}, {folder!r}, [], inside)
    os._exit(7)  # it came back: it would go on as a second template
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there a template forks")
def test_a_child_ends_whatever_the_code_did_to_its_streams(tmp_path: Path) -> None:
    code = LOSES_ITS_STREAMS.format(folder=str(tmp_path))
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("forks", [True, False])
def test_what_fails_in_the_worker_itself_is_said(try_models: Try, forks: bool) -> None:
    found = try_models({"net": f"{HEAD}        pass{TAIL}"}, forks=forks, memory=None)["net"]
    assert found.outcome == "inconclusive"
    assert found.reason.startswith("it ended the process, with exit code 1 (TypeError: ")


def test_if_the_first_process_is_killed_nothing_is_left(tmp_path: Path) -> None:
    text = f"{HEAD}        time.sleep(60){TAIL}"
    path = tmp_path / "slow.py"
    path.write_text(text)
    asked = {**request(0, path, text), "timeout": 60.0}
    (tmp_path / "temporary").mkdir()
    code = f"from mlint.confirm.host import answers; list(answers([{asked!r}], 1))"
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    with subprocess.Popen([sys.executable, "-c", code], env=environment) as process:
        _wait_for(lambda: any((tmp_path / "temporary").glob("*/1")))
        process.kill()
    _wait_for(lambda: not any((tmp_path / "temporary").iterdir()))


def _wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 50
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_leaving_early_ends_everything(tmp_path: Path) -> None:
    text = f"{HEAD}        time.sleep(60){TAIL}"
    path = tmp_path / "slow.py"
    path.write_text(text)
    running = answers([request(0, path, text), request(1, path, f"{HEAD}        pass{TAIL}")], 2)
    next(running)
    running.close()  # type: ignore[attr-defined]
    assert not _workers()
