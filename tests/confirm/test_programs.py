"""No wrong verdict on the suite of small programs."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import mlint_rules
import pytest

from mlint.confirm.host import answers
from mlint.confirm.probe import probes_in
from mlint.pack import PROBES
from tests.confirm.programs import Claim, programs

pytestmark = pytest.mark.slow

PROGRAMS = programs()
Verdicts: TypeAlias = "Mapping[Claim, Mapping[str, object]]"
CLAIMS = [claim for program in PROGRAMS for claim in program.claims]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    return tried(tmp_path_factory.mktemp("programs"), "cpu")


def tried(folder: Path, device: str) -> Verdicts:
    """The verdict on each claim, with the programs in the folder and run on the device."""
    (folder / "pyproject.toml").write_text("")
    modules = {each.code: module.__name__ for module in _probe_modules() for each in probes_in(module)}
    requests = []
    for number, program in enumerate(PROGRAMS):
        path = folder / f"{program.name}.py"
        path.write_text(program.text, encoding="utf-8")
        findings = [_finding(claim, modules[claim.code], path) for claim in program.claims]
        requests.append(
            {
                "id": number,
                "path": str(path),
                "root": str(folder),
                "device": device,
                "timeout": 60.0,
                "memory": 4 << 30,
                "config": {},
                "findings": findings,
            }
        )
    return {
        PROGRAMS[answer["id"]].claims[answer["finding"]]: answer["verdict"] for answer in answers(requests, width=2)
    }


def _probe_modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(mlint_rules.__path__, "mlint_rules."):
        if found.name.endswith(PROBES):
            yield importlib.import_module(found.name)


def _finding(claim: Claim, module: str | None, path: Path) -> dict[str, object]:
    return {
        "code": claim.code,
        "name": claim.code,
        "probe": module,
        "message": claim.message,
        "confidence": 2,
        "span": claim.span,
        "related": [["the other place", str(path), claim.also]] if claim.also else [],
    }


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_the_verdict_is_right(claim: Claim, verdicts: Verdicts) -> None:
    verdict = verdicts[claim]
    assert verdict["outcome"] == claim.wanted, verdict


def test_few_are_inconclusive(verdicts: Verdicts) -> None:
    unclear = [claim for claim, verdict in verdicts.items() if verdict["outcome"] == "inconclusive"]
    assert len(unclear) <= len(CLAIMS) / 4, unclear


@pytest.mark.without_torch
def test_the_suite_holds_as_many_bugs_as_correct_programs() -> None:
    bugs = sum(claim.wanted == "confirmed" for claim in CLAIMS)
    right = sum(claim.wanted == "refuted" for claim in CLAIMS)
    assert bugs + right >= 60
    assert abs(bugs - right) <= 10
