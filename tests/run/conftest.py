from __future__ import annotations

from pathlib import Path

import pytest

from mlint.pack import load
from mlint.tool import rules
from tests.toy import RULES
from tests.tree import write


@pytest.fixture(autouse=True)
def _toy_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "load", lambda: RULES)


@pytest.fixture
def real_rules(_toy_rules: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "load", load)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project of `tests/tree.py`, which the test runs in."""
    monkeypatch.chdir(write(tmp_path))
    return tmp_path
