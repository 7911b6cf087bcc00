from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.run.triage import Content, Surroundings, has_nothing, surroundings

PROJECT = Surroundings(frozenset({".", "train", "models", "src"}), frozenset({"/p/src"}))


@pytest.mark.parametrize(
    "code",
    [
        "import torch",
        "from torchvision import transforms",
        "import pytorch_lightning as pl",
        "x = sys.modules['cv2']",
        "try: import cv2\nexcept ImportError: pass",
        "from \\\n    torch import nn",
        "x = 'about numpy'",
        "from . import a",
        "from .. import a",
        "    from train import fit",
        "import os, train.loop as t",
        "from models.unet import UNet",
    ],
)
def test_what_is_ours(code: str) -> None:
    assert not has_nothing("/p/a.py", Content.of(code.encode()), lambda: PROJECT)


@pytest.mark.parametrize(
    "code", ["", "import os", "from json import loads", "torches = 1\nmytorch = 2", "# train", "import trains"]
)
def test_what_is_not(code: str) -> None:
    assert has_nothing("/p/a.py", Content.of(code.encode()), lambda: PROJECT)


def test_what_lies_beside_a_file_that_imports_a_library_is_ours() -> None:
    content = Content.of(b"def mean(losses): ...")
    assert not has_nothing("/p/src/meters.py", content, lambda: PROJECT)
    assert has_nothing("/p/docs/conf.py", content, lambda: PROJECT)
    assert has_nothing("/p/src/__init__.py", Content.of(b""), lambda: PROJECT)


def test_modules_go_by_their_files_and_folders() -> None:
    files = ["/p/train.py", "/p/src/models/__init__.py"]
    content = Content.of(b"import numpy")
    found = surroundings("/p", files, lambda _: content)
    assert found == Surroundings(
        frozenset((".", "train", "src", "models", "__init__")), frozenset(("/p", "/p/src/models"))
    )


def test_where_no_file_imports_a_library_no_module_leads_to_one() -> None:
    files = ["/p/shop.py", *(f"/p/models/{number}.py" for number in range(10))]
    content = Content.of(b"import os, django\nfrom . import numpydoc\nfrom models import Cart  # not of numpy")
    assert surroundings("/p", files, lambda _: content) is None
    assert has_nothing("/p/shop.py", content, lambda: None)


def test_a_few_files_are_looked_at_whatever_they_import() -> None:
    files, content = ["/p/shop.py", "/p/models/cart.py"], Content.of(b"import os")
    found = surroundings("/p", files, lambda _: content)
    assert found is not None
    assert not any(has_nothing(path, content, lambda: found) for path in files)


@given(st.binary(max_size=200))
def test_any_bytes_are_looked_through_and_noted(data: bytes) -> None:
    content = Content.of(data)
    assert Content.from_note(json.loads(json.dumps(content.note()))) == content
