"""A real cluster of two workers on this machine, one of which is killed in the middle."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlint.cli import main
from mlint.config import Settings
from mlint.finding import Confidence
from mlint.run import Call, parcels, run
from mlint.run.executors import ExecutorError, opened
from tests.tree import write

distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed (mlint[dask])")
pytestmark = [pytest.mark.usefixtures("real_rules"), pytest.mark.slow, pytest.mark.filterwarnings("default")]
LAYERS = (Settings("test", min_confidence=Confidence.POSSIBLE),)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1"
        ) as made:
            yield made


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for number in range(6):  # several projects, each a unit of its own
        write(tmp_path / f"p{number}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(parcels, "_PART", 1500)
    return tmp_path


def test_a_cluster_finds_the_same(tree: Path, cluster: Any) -> None:
    with opened(f"dask={cluster.scheduler_address}") as executor:
        found = run(Call((".",), layers=LAYERS, cache=False, executor=executor))
    assert found == run(Call((".",), layers=LAYERS, cache=False, jobs=1))


def test_a_worker_that_is_killed_in_the_middle_changes_nothing(tree: Path, cluster: Any) -> None:
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        victim = next(iter(client.run(os.getpid).values()))
    told: list[int] = []

    def kill(done: int, count: int) -> None:
        if not told:
            os.kill(victim, signal.SIGKILL)
        told.append(done)

    with opened(f"dask={cluster.scheduler_address}") as executor:
        found = run(Call((".",), layers=LAYERS, cache=False, executor=executor), kill)
    assert found == run(Call((".",), layers=LAYERS, cache=False, jobs=1))
    assert told == list(range(1, found.files + 1))


def test_on_the_command_line(tree: Path, cluster: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check", "-q", "--no-cache", "--executor", f"dask={cluster.scheduler_address}", "p0"])
    found = capsys.readouterr().out
    assert main(["check", "-q", "--no-cache", "p0"]) == code == 1
    assert capsys.readouterr().out == found != ""


def test_no_scheduler_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlint.run.executors._PATIENCE", 0.5)
    with pytest.raises(ExecutorError, match=r"there is no Dask scheduler: "), opened("dask=tcp://127.0.0.1:1"):
        pass
