"""Runs on a second device: the fake one, and the way of a GPU on the device of torch that has no numbers."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.confirm.conftest import request

pytestmark = pytest.mark.slow

NETS = """\
import torch
import torch.nn.functional as F
from torch import nn


class Mean(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 8)
        self.mean = torch.ones(8)

    def forward(self, x):
        return self.body(x) - self.mean


class Moves(Mean):
    def forward(self, x):
        return self.body(x) - self.mean.to(x.device)


class Blur(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = torch.ones(1, 1, 3, 3)

    def forward(self, x):
        return F.conv2d(x, self.kernel)


class Indexed(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = torch.ones(10, 4)

    def forward(self, x):
        return self.table[x.argmax(-1)]


class MovesPart(Mean):
    def forward(self, x):
        self.body.to(x)
        return self.body(x) - self.mean
"""


@pytest.fixture
def nets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    (tmp_path / "nets_on_devices.py").write_text(NETS)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("nets_on_devices")
    del sys.modules["nets_on_devices"]


def live(nets: ModuleType, name: str, device: str, *shape: int) -> Any:
    """A model that is run on the device."""
    import torch

    from mlint.confirm.worker.inputs import Inputs
    from mlint.confirm.worker.model import LiveModel, Way
    from mlint.confirm.worker.places import Places

    path = str(nets.__file__)
    inputs = Inputs((torch.randn(*shape),), {}, "", "")
    return LiveModel(getattr(nets, name)(), name, inputs, Way(Places(path, str(Path(path).parent)), device))


@pytest.mark.parametrize(
    ("name", "shape", "row", "operator"),
    [
        ("Mean", (2, 8), 13, "sub"),
        ("Blur", (2, 1, 8, 8), 27, "conv2d"),
        ("Indexed", (2, 8), 36, "__getitem__"),
        ("MovesPart", (2, 8), 42, "sub"),
    ],
)
def test_what_a_gpu_would_raise_is_raised_by_the_fake_device(
    nets: ModuleType, name: str, shape: tuple[int, ...], row: int, operator: str
) -> None:
    model = live(nets, name, "cpu", *shape)
    left = model.run_on_device()
    assert "device" in left.error
    assert left.error_row == row
    assert left.operator == operator
    assert model.run_on_device(along=model.plain).error is None
    assert "without numbers" in left.device


def test_moves_are_seen_with_their_lines(nets: ModuleType) -> None:
    run = live(nets, "Moves", "cpu", 2, 8).run_on_device()
    assert run.error is None
    (move,) = [each for each in run.moves if each.operator == "to"]
    assert (move.source, move.row) == ("cpu", 18)
    assert move.target != "cpu"


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        ("Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!", True),
        ("Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same", True),
        ("indices should be either on cpu or on the same device as the indexed tensor (cpu)", True),
        ("Tensor for argument weight is on CPU, but expected it to be on GPU", True),
        ("Input type (torch.FloatTensor) and weight type (torch.HalfTensor) should be the same", False),
        ("mat1 and mat2 shapes cannot be multiplied (2x8 and 16x4)", False),
    ],
)
def test_which_errors_are_about_devices(error: str, wanted: bool) -> None:
    from mlint.confirm.worker.model import is_about_devices

    assert is_about_devices(error) is wanted


def test_the_way_of_a_gpu(nets: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"a card, {device}")
    model = live(nets, "Mean", "meta", 2, 8)
    left = model.run_on_device()
    assert left.device == "a card, meta"
    assert "device" in left.error
    assert left.error_row == 13
    assert model.run_on_device(along=["mean"]).error is None
    assert 13 in model.run("eval").lines  # where it can't run there, it is run on the CPU
    moved = live(nets, "Moves", "meta", 2, 8)
    assert [each.target for each in moved.run_on_device().moves if each.source] == ["meta"]
    assert [each.device for each in moved.graph("eval").operators if each.name == "to"] == ["meta"]


def test_a_gpu_that_is_not_there_is_said(tmp_path: Path) -> None:
    import torch

    from mlint.confirm.host import answers

    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    path = tmp_path / "net.py"
    text = NETS.replace("class Mean", "class Net").replace("(Mean)", "(Net)")
    path.write_text(text)
    (answer,) = answers([{**request(0, path, text), "device": "cuda:1", "timeout": 20.0}], 1)
    assert answer["verdict"]["reason"] == "torch finds no GPU here: --device cuda:1 needs one"
