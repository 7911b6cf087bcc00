"""The same programs on a real GPU: `mlint check --confirm --device cuda`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mlint.confirm.host import answers
from tests.confirm.conftest import request

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("nvidia-smi") is None, reason="no GPU here: on a machine with one this runs"),
]

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
