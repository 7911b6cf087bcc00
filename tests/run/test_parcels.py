"""Work that is done elsewhere finds the same as work that is done here."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from mlint.run import Call, Results, parcels, run
from tests.tree import EVERYTHING, write

pytestmark = pytest.mark.usefixtures("real_rules")


def go(executor: Executor | None = None, cache: bool = False) -> Results:
    return run(Call((".",), layers=(EVERYTHING,), jobs=1, cache=cache, executor=executor))


class Elsewhere(Executor):
    """Does what it is given when it is given it, from a copy; `fail` may refuse."""

    def __init__(self, fail: Callable[[parcels.Parcel], bool] = lambda parcel: False) -> None:
        self.parcels: list[parcels.Parcel] = []
        self._fail = fail

    def submit(self, work: Any, /, *given: Any, **more: Any) -> Future[Any]:
        work, (parcel,) = pickle.loads(pickle.dumps((work, given)))
        self.parcels.append(parcel)
        future: Future[Any] = Future()
        here = os.getcwd()
        os.chdir("/")
        if self._fail(parcel):
            future.set_exception(RuntimeError("the worker\nis gone"))
        else:
            future.set_result(pickle.loads(pickle.dumps(work(parcel))))
        os.chdir(here)
        return future


def test_any_executor_finds_the_same(tree: Path) -> None:
    expected = go()
    assert len(expected.findings) > 8
    assert go(Elsewhere()) == expected
    with ThreadPoolExecutor(3) as threads:
        assert go(threads) == expected
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert go(processes) == expected


def test_a_large_project_travels_in_parts(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = go()
    monkeypatch.setattr(parcels, "_PART", 1500)
    elsewhere = Elsewhere()
    assert go(elsewhere) == expected
    assert len(elsewhere.parcels) > 2
    assert len({each.key for each in elsewhere.parcels}) == 1
    assert sorted(job.path for each in elsewhere.parcels for job in each.jobs) == sorted(
        {job.path for each in elsewhere.parcels for job in each.jobs}
    )


def test_contents_travel_not_paths(tree: Path) -> None:
    expected = go()

    def vanish(parcel: parcels.Parcel) -> bool:
        for path in tree.rglob("*.py"):
            path.unlink()
        return False

    assert go(Elsewhere(vanish)).findings == expected.findings


def test_what_comes_back_is_kept(tree: Path) -> None:
    expected = go(Elsewhere(), cache=True)
    elsewhere = Elsewhere()
    assert go(elsewhere, cache=True) == expected
    assert elsewhere.parcels == []
    text = (tree / "shop/training.py").read_text()
    (tree / "shop/training.py").write_text(text.replace("model.train()", "model.eval()"))
    assert go(elsewhere, cache=True) == go()
    assert {job.path for each in elsewhere.parcels for job in each.jobs} < {str(path) for path in Path().rglob("*.py")}


def test_what_lies_beside_the_project_counts_as_here(tree: Path) -> None:
    write(tree, {"mlint.toml": 'extend-exclude = ["shop/training.py"]'})
    assert go(Elsewhere()) == go()


def test_files_that_cannot_be_read_are_the_same_results(tree: Path) -> None:
    (tree / "latin.py").write_bytes(b"import torch\n'\xe9'\n")
    (tree / "broken.py").write_text("import torch\nx = (\n")
    assert len(go().problems) == 2
    assert go(Elsewhere()) == go()


def test_a_worker_that_dies_costs_the_file_that_killed_it(tree: Path) -> None:
    expected = go()

    def fail(parcel: parcels.Parcel) -> bool:
        return any(job.path == "main.py" for job in parcel.jobs)

    found = go(Elsewhere(fail))
    [problem] = found.problems
    assert problem.path == "main.py"
    assert problem.message == (
        "the executor could not check this file (RuntimeError: the worker is gone); exclude the file if that goes on"
    )
    assert found.findings == [each for each in expected.findings if each.path != "main.py"]


def test_standard_input_travels(tree: Path) -> None:
    def asked(executor: Executor | None) -> Results:
        text = (tree / "shop/evaluation.py").read_bytes() + b"\n\n# changed\n"
        return run(Call(layers=(EVERYTHING,), stdin=("shop/evaluation.py", text), executor=executor))

    assert [each.code for each in asked(None).findings] == ["ML201"]
    assert asked(Elsewhere()) == asked(None)
