"""How models are made and given inputs without anything that tells how."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.slow

NETS = """\
from typing import List

import torch
from torch import nn

MODES = {"mean": torch.mean, "sum": torch.sum}


class Pools(nn.Module):
    def __init__(self, mode):
        super().__init__()
        self.pool = MODES[mode]

    def forward(self, x):
        return self.pool(x)


class Compares(nn.Module):
    def __init__(self, reduction_kind):
        super().__init__()
        if reduction_kind not in ("none", "all"):
            raise ValueError(reduction_kind)
        self.body = nn.Linear(8, 8)

    def forward(self, x):
        return self.body(x)


class Block(nn.Module):
    expansion = 1

    def __init__(self, planes):
        super().__init__()
        self.conv = nn.Conv2d(planes, planes, 3, padding=1)

    def forward(self, x):
        return self.conv(x)


class Residual(nn.Module):
    def __init__(self, block, layers):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.body = nn.Sequential(*(block(8 * block.expansion) for _ in range(layers[0])))

    def forward(self, x):
        return self.body(self.stem(x))


class Squeezes(nn.Module):
    def __init__(self, num_feat, squeeze_factor=16):
        super().__init__()
        self.down = nn.Conv2d(num_feat, num_feat // squeeze_factor, 1)
        self.up = nn.Conv2d(num_feat // squeeze_factor, num_feat, 1)

    def forward(self, x):
        return x * self.up(self.down(x)).sigmoid()


class Adds(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3, padding=1)

    def forward(self, x):
        return x + self.conv(x)


class Decodes(nn.Module):
    def __init__(self, encoder_channels):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(each, 8, 1) for each in encoder_channels)

    def forward(self, features: List[torch.Tensor]):
        return [conv(feature).mean() for conv, feature in zip(self.convs, features, strict=True)]


class Tokens(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.conv = nn.Conv2d(dim, dim, 3, padding=1, groups=dim)
        self.body = nn.Linear(dim, dim)

    def forward(self, x, H, W):
        b, n, c = x.shape
        return self.conv(self.body(x).transpose(1, 2).view(b, c, H, W))


class Strict(nn.Module):
    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != 2:
            raise ValueError(f"Invalid input shape, we expect Bx2xHxW. Got: {x.shape}")
        return x.mean()


class Fetches(nn.Module):
    def __init__(self, pretrained=True):
        super().__init__()
        self.body = nn.Linear(8, 8)
        if pretrained:
            state = torch.hub.load_state_dict_from_url("https://example.invalid/weights.pth")
            self.load_state_dict(state["model"])

    def forward(self, x):
        return self.body(x)


class Abstract(nn.Module):
    def forward(self, x):
        return self.body(x)


class Concrete(Abstract):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 8)
"""


@pytest.fixture(scope="module")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    folder = tmp_path_factory.mktemp("nets")
    (folder / "nets_to_make.py").write_text(NETS)
    sys.path.insert(0, str(folder))
    yield importlib.import_module("nets_to_make")
    sys.path.remove(str(folder))
    del sys.modules["nets_to_make"]


def made(nets: ModuleType, name: str) -> Any:
    """The model of that class."""
    from mlint.confirm.worker.building import Builder
    from mlint.confirm.worker.model import Way
    from mlint.confirm.worker.places import Places

    path = str(nets.__file__)
    return Builder(nets, Way(Places(path, str(Path(path).parent))), {}).of_class(getattr(nets, name))


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("Pools", "Pools(mode='mean')"),
        ("Compares", "Compares(reduction_kind='none')"),
        ("Residual", "block="),
        ("Squeezes", "num_feat=16"),
        ("Adds", "in_channels=32, out_channels=32"),
        ("Decodes", "Decodes(encoder_channels="),
        ("Tokens", "Tokens(dim=32)"),
        ("Strict", "Strict()"),
    ],
)
def test_models_are_made_and_run(nets: ModuleType, name: str, how: str) -> None:
    model = made(nets, name)
    listed = model.made.partition("(")[2].rstrip(")").split(", ")
    assert how in model.made or sorted(how.split(", ")) == sorted(listed)
    assert model.run("eval").output is not None


def test_shapes_that_messages_write_are_taken(nets: ModuleType) -> None:
    assert made(nets, "Strict").inputs.shown == "x: float32[2,2,32,32]"


def test_weights_that_would_be_fetched_stay_as_they_were_made(
    nets: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from mlint.confirm.worker.weights import keep_own_weights

    for owner, name in ((torch, "load"), (torch.nn.Module, "load_state_dict"), (torch.utils.model_zoo, "load_url")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    for name in ("load_state_dict_from_url", "download_url_to_file"):
        monkeypatch.setattr(torch.hub, name, getattr(torch.hub, name))
    keep_own_weights()
    assert made(nets, "Fetches").made == "Fetches()"
    assert torch.load("nowhere.pth")["state_dict"] == {}


def test_a_class_that_can_not_run_is_tried_through_its_heirs(nets: ModuleType) -> None:
    from mlint.confirm.worker.loading import heirs

    assert heirs(nets.Abstract, "forward") == [nets.Concrete]
    assert heirs(nets.Abstract, "__init__") == []
