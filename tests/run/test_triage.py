from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.run.triage import Content, has_nothing, module_names

PROJECT = frozenset({"train", "models", "src"})


@pytest.mark.parametrize(
    "code",
    [
        "import torch",
        "from torchvision import transforms",
        "import pytorch_lightning as pl",
        "x = sys.modules['cv2']",
        "from . import a",
        "from .. import a",
        "    from train import fit",
        "import os, train.loop as t",
        "from models.unet import UNet",
    ],
)
def test_what_is_ours(code: str) -> None:
    assert not has_nothing(Content.of(code.encode()), lambda: PROJECT)


@pytest.mark.parametrize(
    "code", ["", "import os", "from json import loads", "torches = 1\nmytorch = 2", "# train", "import trains"]
)
def test_what_is_not(code: str) -> None:
    assert has_nothing(Content.of(code.encode()), lambda: PROJECT)


def test_modules_go_by_their_files_and_folders() -> None:
    assert module_names("/p", ["/p/train.py", "/p/src/models/__init__.py"]) == {"train", "src", "models", "__init__"}


@given(st.binary(max_size=200))
def test_any_bytes_are_looked_through_and_noted(data: bytes) -> None:
    content = Content.of(data)
    assert Content.from_note(json.loads(json.dumps(content.note()))) == content
