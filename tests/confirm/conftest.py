"""Without torch nothing here can run: every test says so."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import pytest

from mlint.confirm.host import answers
from mlint.finding import Verdict

NO_TORCH = "torch is not installed: pip install 'mlint[torch]'"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if find_spec("torch") is None:
        here = Path(__file__).parent
        for item in items:
            if item.path.is_relative_to(here) and item.get_closest_marker("without_torch") is None:
                item.add_marker(pytest.mark.skip(reason=NO_TORCH))


class Try(Protocol):
    """Tries ML201 on the class `Net` of each text: the verdicts by the names of the texts."""

    def __call__(self, texts: Mapping[str, str], *, forks: bool = True, **options: object) -> Mapping[str, Verdict]: ...


@pytest.fixture(scope="session")
def try_models(tmp_path_factory: pytest.TempPathFactory) -> Try:
    """See `Try`."""

    def run(texts: Mapping[str, str], *, forks: bool = True, **options: object) -> Mapping[str, Verdict]:
        folder = tmp_path_factory.mktemp("project")
        (folder / "pyproject.toml").write_text("")
        requests = []
        for number, (name, text) in enumerate(texts.items()):
            path = folder / f"{name}.py"
            path.write_text(text)
            requests.append(request(number, path, text))
        for each in requests:
            each.update(options)
        found = {}
        for answer in answers(requests, 2, forks=forks):
            given = answer["verdict"]
            evidence = tuple((name, value) for name, value in given["evidence"])
            found[list(texts)[answer["id"]]] = Verdict(given["outcome"], given["reason"], evidence)
        return found

    return run


def request(number: int, path: Path, text: str) -> dict[str, Any]:
    """What is asked of a worker: one finding, at the line of the class `Net`."""
    line = next(row for row, each in enumerate(text.split("\n"), 1) if "def forward" in each)
    finding = {
        "code": "ML201",
        "name": "missing-eval",
        "probe": "mlint_rules.mode.missing_eval_probe",
        "message": "`model` is in train mode here",
        "confidence": 2,
        "span": [line, 9, line, 10],
        "related": [],
    }
    return {
        "id": number,
        "path": str(path),
        "root": str(path.parent),
        "device": "cpu",
        "timeout": 6.0,
        "memory": 2 << 30,
        "config": {},
        "findings": [finding],
    }
