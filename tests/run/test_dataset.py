"""`mlint scan`, on real Parquet files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlint.cli import main
from mlint.config import Layers, Settings
from mlint.pack import load
from mlint.run import dataset as dataset_module
from mlint.run.corpus import Counts, Scan
from mlint.run.dataset import Dataset, ScanError, scan
from mlint.tool import rules
from tests.tree import FILES, dedented

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (mlint[scan])")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (mlint[scan])")
pytestmark = pytest.mark.usefixtures("real_rules")
HOW = Scan(Layers((Settings(),)), jobs=1)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Three repositories, one a row group, the second with a row that holds nothing."""
    rows = [
        {"repo": f"r{number}", "path": path, "content": dedented(text)}
        for number in range(3)
        for path, text in FILES.items()
    ]
    rows[len(FILES)]["content"] = None  # type: ignore[assignment]
    path = tmp_path / "code.parquet"
    parquet.write_table(pa.Table.from_pylist(rows), path, row_group_size=len(FILES))
    return path


def found(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parquet.read_table(folder).to_pylist()
    return rows


def test_findings_are_written_row_group_by_row_group(corpus: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    counts = scan(Dataset(str(corpus)), str(tmp_path / "out"), HOW, lambda done, count: told.append((done, count)))
    rows = found(tmp_path / "out")
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert counts.findings == sum(row["code"] is not None for row in rows) == 21
    assert [(row["repo"], row["message"]) for row in rows if row["code"] is None] == [("r1", "there is no content")]
    assert {row["code"] for row in rows if row["repo"] == "r2"} == {"ML201", "ML301", "ML302", "ML503", "ML504"}
    paths = list(FILES)
    assert all(paths[row["row"] % len(paths)] == row["path"] for row in rows)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"part-{n:06}.parquet" for n in range(3)]


def test_what_is_done_is_not_done_again(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = scan(Dataset(str(corpus)), str(tmp_path / "out"), HOW)
    before = found(tmp_path / "out")
    monkeypatch.setattr(dataset_module, "check_rows", None)
    assert scan(Dataset(str(corpus)), str(tmp_path / "out"), HOW) == first
    monkeypatch.undo()
    monkeypatch.setattr(rules, "load", load)
    (tmp_path / "out" / "part-000001.parquet").write_bytes(b"PAR1")
    assert scan(Dataset(str(corpus)), str(tmp_path / "out"), HOW) == first
    assert found(tmp_path / "out") == before


def test_a_scan_that_is_killed_goes_on(corpus: Path, tmp_path: Path) -> None:
    expected = scan(Dataset(str(corpus)), str(tmp_path / "expected"), HOW)
    out = tmp_path / "out"
    program = f"""
import os, signal
from mlint.run import dataset
from mlint.run.corpus import Scan
from mlint.config import Layers, Settings
check = dataset.check_rows
def check_some(rows, how, counts):
    found = check(rows, how, counts)
    if os.path.exists({str(out / "part-000000.parquet")!r}):
        os.kill(os.getpid(), signal.SIGKILL)
    return found
dataset.check_rows = check_some
dataset.scan(dataset.Dataset({str(corpus)!r}), {str(out)!r}, Scan(Layers((Settings(),)), jobs=1))
"""
    killed = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert killed.returncode == -9, killed.stderr
    assert [path.name for path in out.iterdir()] == ["part-000000.parquet"]
    assert scan(Dataset(str(corpus)), str(out), HOW) == expected
    assert found(out) == found(tmp_path / "expected")


def test_texts_that_are_none_are_results(tmp_path: Path) -> None:
    bad = pa.array([b"import torch\n'\xe9'\n"], pa.binary()).cast(pa.string(), safe=False)
    table = pa.table({"repo": ["r"], "path": ["a.py"], "content": bad})
    parquet.write_table(table, tmp_path / "code.parquet")
    assert scan(Dataset(str(tmp_path / "code.parquet")), str(tmp_path / "out"), HOW) == Counts(problems=1)


def test_the_parts_of_another_scan_are_not_taken(corpus: Path, tmp_path: Path) -> None:
    scan(Dataset(str(corpus)), str(tmp_path / "out"), HOW)
    other = Scan(Layers((Settings(), Settings("x"))), jobs=1)
    with pytest.raises(ScanError, match=r"was written by a scan of something else.*remove the folder"):
        scan(Dataset(str(corpus)), str(tmp_path / "out"), other)


def test_on_the_command_line(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", str(corpus), "--jobs", "2"]) == 0
    assert capsys.readouterr().err == (
        "mlint: 21 findings, 1 problem; 39 files checked, 2 without anything to check; "
        f"written to {tmp_path / 'code-findings'}\n"
    )
    assert len(found(tmp_path / "code-findings")) == 22


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["nope.parquet"], "nope.parquet: no such file"),
        (["junk.parquet"], "junk.parquet: cannot be read as Parquet: "),
        (["code.parquet", "--repo-column", "repository"], "has no column `repository`, but repo, path, content: "),
        (["code.parquet", "--select", "XY9"], "no rule is called `XY9`"),
    ],
)
def test_what_cannot_be_scanned_is_one_line(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    monkeypatch.chdir(corpus.parent)
    Path("junk.parquet").write_bytes(b"junk" * 9)
    assert main(["scan", *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
