"""`gitlab`: Code Quality issues."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mlint.run import Results
from tests.report.conftest import UNCLIPPED

Written = Callable[[str, Results], str]


def test_a_finding(written: Written, run: Results) -> None:
    (issue,) = json.loads(written("gitlab", run))
    assert len(issue.pop("fingerprint")) == 32
    assert issue == {
        "description": "ML302: `img` can reach 382.5 here; a cast to uint8 does not saturate",
        "check_name": "unclipped-uint8-cast",
        "severity": "critical",
        "location": {
            "path": "src/aug.py",
            "positions": {"begin": {"line": 7, "column": 12}, "end": {"line": 7, "column": 32}},
        },
    }


def test_severities(written: Written, run: Results, edges: Results, problems: Results) -> None:
    run.findings += edges.findings
    run.problems = problems.problems
    severities = {issue["check_name"]: issue["severity"] for issue in json.loads(written("gitlab", run))}
    assert severities == {
        "unclipped-uint8-cast": "critical",
        "stray-to-device": "major",
        "tuple-returning-forward": "minor",
        "unreadable-file": "blocker",
        "internal-error": "blocker",
    }


def test_paths_are_those_of_the_checkout(written: Written, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    run = Results(findings=[replace(UNCLIPPED, path=str(tmp_path / "größe" / "a.py"))], root=tmp_path / "größe")
    (issue,) = json.loads(written("gitlab", run))
    assert issue["location"]["path"] == "größe/a.py"
