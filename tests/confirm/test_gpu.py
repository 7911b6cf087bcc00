"""The programs on a real GPU, as `mlint check --confirm --device cuda` runs them; skipped where torch finds none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mlint.confirm.host import answers
from tests.confirm.conftest import request
from tests.confirm.test_programs import CLAIMS, Verdicts, tried

pytestmark = pytest.mark.slow

NO_GPU = "torch finds no GPU here: on a machine with one this runs (pytest tests/confirm/test_gpu.py)"
MOVES = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 8)
        self.mean = torch.ones(8)

    def forward(self, x):
        return self.body(x) - self.mean
"""


@pytest.fixture(scope="module", autouse=True)
def gpu() -> None:
    """Skips where there is none. Another process looks, so that this one never holds the GPU."""
    code = "import torch; raise SystemExit(not torch.cuda.is_available())"
    if subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode:
        pytest.skip(NO_GPU)


def test_tensors_that_meet_raise_on_the_gpu(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(MOVES)
    asked = request(0, path, MOVES)
    asked.update(device="cuda", timeout=60.0)
    finding = {"code": "ML504", "probe": "mlint_rules.devices.device_mismatch_probe", "span": [12, 9, 12, 40]}
    asked["findings"] = [{**asked["findings"][0], **finding}]
    (answer,) = answers([asked], 1)
    assert answer["verdict"]["outcome"] == "confirmed", answer
    assert "cuda" in answer["verdict"]["reason"]
    assert "CPU" not in answer["device"]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    return tried(tmp_path_factory.mktemp("programs"), "cuda")


def test_no_verdict_is_wrong_on_the_gpu(verdicts: Verdicts) -> None:
    got = {claim: str(verdicts[claim]["outcome"]) for claim in CLAIMS}
    decided = [claim for claim, outcome in got.items() if "inconclusive" not in (outcome, claim.wanted)]
    assert not [claim for claim in decided if got[claim] != claim.wanted]
    assert len(decided) >= 0.75 * len(CLAIMS)
