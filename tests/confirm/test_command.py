"""The command line: what is asked for, and what is shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlint.cli import main
from mlint.confirm import confirm
from mlint.confirm.host import answers

REAL = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, rate):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, 8), nn.Dropout(rate["dropout"]))

    def forward(self, x):
        return self.layers(x)


@torch.no_grad()
def scores(x):
    model = Net({"dropout": RATE})
    return model(x)
"""
ALWAYS = REAL.replace("RATE", "0.5")
NEVER = REAL.replace("RATE", "0.0")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


@pytest.mark.without_torch
def test_without_torch_the_findings_are_shown_and_one_line_says_how_to_install_it(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlint.cli.confirming.is_possible", lambda: False)
    (folder / "net.py").write_text(ALWAYS)
    assert main(["check", "--confirm", "net.py"]) == 2
    out, err = capsys.readouterr()
    assert "ML201" in out
    assert err.strip().endswith(confirm.INSTALL)
    assert main(["confirm", "net.py::Net"]) == 2


@pytest.mark.without_torch
def test_settings_that_mean_nothing_are_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line, wrong in (("inputz = []", "unknown key `inputz`"), ("args = 3", "must be a list")):
        (folder / "pyproject.toml").write_text(f'[tool.mlint.confirm."net:Net"]\n{line}\n')
        (folder / "net.py").write_text(ALWAYS)
        assert main(["check", "net.py"]) == 2
        assert wrong in capsys.readouterr().err


@pytest.mark.without_torch
@pytest.mark.parametrize("given", [["--device", "gpu"], ["--confirm-timeout", "0"]])
def test_options_that_mean_nothing_are_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--confirm", *given]) == 2
    assert given[1] in capsys.readouterr().err


@pytest.mark.slow
def test_what_is_real_is_certain_and_what_is_not_is_left_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "always.py").write_text(ALWAYS)
    (folder / "never.py").write_text(NEVER)
    assert main(["check", "--confirm", "--device", "cpu", "--output-format", "json"]) == 1
    out, err = capsys.readouterr()
    (found,) = json.loads(out)
    assert (found["filename"], found["confidence"]) == ("always.py", "certain")
    assert found["verdict"]["outcome"] == "confirmed"
    assert found["verdict"]["evidence"]["acts as in training"].startswith("dropout (always.py:")
    assert "the code was run on the CPU and a second device without numbers: 1 confirmed, 1 refuted" in err

    assert main(["check", "--confirm", "--show-refuted", "--output-format", "sarif"]) == 1
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert {each["properties"]["verdict"]["outcome"] for each in results} == {"confirmed", "refuted"}

    assert main(["check", "--confirm", "never.py"]) == 0


@pytest.mark.slow
def test_verdicts_are_kept_until_a_file_changes(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "net.py").write_text(ALWAYS)
    assert main(["check", "--confirm", "net.py"]) == 1
    with monkeypatch.context() as patch:
        patch.setattr("mlint.confirm.confirm.answers", lambda *given: pytest.fail("it was run again"))
        assert main(["check", "--confirm", "net.py"]) == 1
    (folder / "net.py").write_text(NEVER)
    assert main(["check", "--confirm", "net.py"]) == 0


@pytest.mark.slow
def test_what_can_not_be_tried_is_not_tried_again_but_for_want_of_time(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "net.py").write_text(ALWAYS.replace("return self.layers(x)", "raise ValueError('no')"))
    assert main(["check", "--confirm", "net.py"]) == 1
    assert "1 inconclusive" in capsys.readouterr().err
    with monkeypatch.context() as patch:
        patch.setattr("mlint.confirm.confirm.answers", lambda *given: pytest.fail("it was run again"))
        assert main(["check", "--confirm", "net.py"]) == 1
        assert "inconclusive: `" in capsys.readouterr().out

    (folder / "net.py").write_text(ALWAYS.replace("return self.layers(x)", "while True: pass"))
    assert main(["check", "--confirm", "--confirm-timeout", "1", "net.py"]) == 1
    capsys.readouterr()
    asked: list[object] = []

    def counted(*given: Any) -> Iterator[Any]:
        asked.append(given)
        return answers(*given)

    monkeypatch.setattr("mlint.confirm.confirm.answers", counted)
    assert main(["check", "--confirm", "--confirm-timeout", "1", "net.py"]) == 1
    assert asked


@pytest.mark.slow
def test_a_function_may_make_the_inputs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ALWAYS.replace("def forward(self, x):", "def forward(self, x):\n        x = x['pixels']")
    (folder / "net.py").write_text(text)
    (folder / "checks").mkdir()
    (folder / "checks" / "__init__.py").write_text("")
    (folder / "checks" / "examples.py").write_text(
        "import torch\n\n\ndef pixels():\n    return {'x': {'pixels': torch.ones(2, 8)}}\n"
    )
    (folder / "pyproject.toml").write_text('[tool.mlint.confirm."net:Net"]\ninputs = "checks.examples:pixels"\n')
    assert main(["confirm", "net.py::Net", "--explain-inputs"]) == 0
    out, err = capsys.readouterr()
    assert "and runs" in out
    assert "dict: from checks.examples:pixels" in err


PACK = """\
from mlint import Call, Reports, rule


@rule("XY301", "calls-layers", "its layers are called")
def calls_layers(call: Call) -> Reports:
    \"\"\"Every call of layers.\"\"\"
    if call.code.startswith("self.layers("):
        yield call.report()
"""
PROBE = """\
from mlint import Trial, Verdict, probe, refuted


@probe("XY301")
def calls_layers(trial: Trial) -> Verdict:
    return refuted(f"it returns {trial.own_model().run('eval').structure}")
"""


@pytest.mark.slow
def test_the_rules_of_others_may_bring_probes(folder: Path) -> None:
    home = folder / "site"
    (home / "xy_rules").mkdir(parents=True)
    (home / "xy_rules-1.dist-info").mkdir()
    (home / "xy_rules-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: xy_rules\nVersion: 1\n")
    (home / "xy_rules-1.dist-info" / "entry_points.txt").write_text("[mlint.rules]\nxy = xy_rules\n")
    page = "# XY301 calls-layers\n\nEvery call.\n\n```py\nself.layers()  # error: [XY301]\n```\n\n```py\nx = 1\n```\n"
    for name, text in (("__init__", ""), ("calls_layers", PACK), ("calls_layers_probe", PROBE)):
        (home / "xy_rules" / f"{name}.py").write_text(text)
    (home / "xy_rules" / "calls_layers.md").write_text(page)
    (folder / "net.py").write_text(ALWAYS)
    call = ["check", "--confirm", "--show-refuted", "--select", "XY301", "--output-format", "concise", "net.py"]
    paths = os.pathsep.join([str(home), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-m", "mlint", *call],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done
    assert "XY301 its layers are called (refuted: it returns tensor)" in done.stdout


@pytest.mark.slow
def test_the_configuration_says_how_a_model_is_made_and_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ALWAYS.replace("def forward(self, x):", "def forward(self, x, y):\n        assert y.dtype is torch.int64")
    (folder / "net.py").write_text(text)
    (folder / "pyproject.toml").write_text(
        '[tool.mlint.confirm."net:Net"]\nkwargs = { rate = { dropout = 0.25 } }\n'
        'inputs = ["float32[2,8]", "int64[7] < 4"]\n'
    )
    assert main(["confirm", "net.py::Net", "--explain-inputs"]) == 0
    out, err = capsys.readouterr()
    assert "it is made by Net(...) as configured, and runs" in out
    assert "float32[2,8], int64[7]: as configured" in err


@pytest.mark.slow
def test_inputs_that_mean_nothing_are_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "net.py").write_text(ALWAYS)
    (folder / "pyproject.toml").write_text('[tool.mlint.confirm."net:Net"]\ninputs = ["float[2]"]\n')
    assert main(["check", "--confirm", "net.py"]) == 2
    assert "`float[2]` is no input" in capsys.readouterr().err


@pytest.mark.slow
def test_a_user_file_may_be_called_as_a_module_of_the_library(folder: Path) -> None:
    (folder / "random.py").write_text(ALWAYS)
    assert main(["check", "--confirm", "random.py"]) == 1


@pytest.mark.slow
def test_a_function_has_an_account_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "import torch\n\n\ndef mean(x):\n    return x + torch.arange(x.shape[-1])\n"
    (folder / "ops.py").write_text(text)
    assert main(["confirm", "ops.py::mean"]) == 1
    out = capsys.readouterr().out
    assert "ops.py::mean: it is made by mean(...), and runs" in out
    assert "operator: add" in out


def test_what_is_not_there_is_said(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "net.py").write_text(ALWAYS)
    for thing, wrong in (("net.py", "names nothing"), ("net.py::Other", "defines no `Other`"), ("no.py::A", "No such")):
        assert main(["confirm", thing]) == 2
        assert wrong in capsys.readouterr().err
