from __future__ import annotations

import sys

import pytest

from mlint.cli import main


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--executor", "ray=x"],
            "--executor ray=x: write it as dask=tcp://HOST:PORT, the address of a Dask scheduler",
        ),
        (
            ["--executor", "dask="],
            "--executor dask=: write it as dask=tcp://HOST:PORT, the address of a Dask scheduler",
        ),
        (["--executor", "dask=tcp://a:1", "--jobs", "2"], "the cluster has workers of its own: leave out --jobs"),
    ],
)
def test_what_is_no_executor_is_one_line(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *options]) == 2
    assert said in capsys.readouterr().err


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["check", "--executor", "dask=tcp://127.0.0.1:1"]) == 2
    assert capsys.readouterr().err == "mlint: --executor dask: needs dask.distributed: install `mlint[dask]`\n"
