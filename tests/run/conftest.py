from __future__ import annotations

import pytest

from mlint.tool import rules
from tests.toy import RULES


@pytest.fixture(autouse=True)
def _toy_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "load", lambda: RULES)
