"""`sarif`, against the published schema."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import mlint
from mlint.finding import Finding, Span
from mlint.report.sarif_text import escaped
from mlint.rule import Rule
from mlint.run import Results
from tests.report.conftest import UNCLIPPED

Written = Callable[[str, Results], str]
Log = Callable[[Results], Any]

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "sarif-schema-2.1.0.json").read_text("utf-8"))


@pytest.fixture
def log(written: Written) -> Log:
    """The only run of the log of a run, after validation."""

    def validated(run: Results) -> Any:
        document = json.loads(written("sarif", run))
        jsonschema.validate(document, SCHEMA)
        assert document["version"] == "2.1.0"
        (only,) = document["runs"]
        return only

    return validated


def test_a_finding(log: Log, run: Results, rule: Rule) -> None:
    run.rules = (rule,)
    found = log(run)
    (result,) = found["results"]
    assert len(result.pop("partialFingerprints")["findingHash/v1"]) == 32
    assert result == {
        "ruleId": "ML302",
        "ruleIndex": 0,
        "level": "error",
        "rank": 90.0,
        "message": {
            "text": "`img` can reach 382.5 here; a cast to uint8 does not saturate\n"
            "Write instead: np.clip(img, 0, 255).astype(np.uint8)"
        },
        "locations": [place("src/aug.py", 7, 12, 7, 32)],
        "properties": {"confidence": "certain", "name": "unclipped-uint8-cast"},
        "relatedLocations": [
            {
                "id": 1,
                "message": {"text": "`img` is float32 in [0, 382.5] here"},
                **place("src/aug.py", 6, 5, 6, 8),
            },
            {"id": 2, "message": {"text": "`GAIN` is 1.5"}, **place("src/settings.py", 1, 1, 1, 5)},
        ],
    }
    assert found["columnKind"] == "unicodeCodePoints"
    assert found["originalUriBaseIds"] == {"SRCROOT": {"uri": Path.cwd().as_uri() + "/"}}
    assert found["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def place(uri: str, *region: int) -> dict[str, Any]:
    keys = ("startLine", "startColumn", "endLine", "endColumn")
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "uriBaseId": "SRCROOT"},
            "region": dict(zip(keys, region, strict=True)),
        }
    }


def test_the_rules_are_described_by_their_pages(log: Log, clean: Results, rule: Rule) -> None:
    clean.rules = (rule,)
    driver = log(clean)["tool"]["driver"]
    page = rule.page.read_text("utf-8")
    summary = {"text": "A float array is cast to uint8 [and wraps]."}
    assert driver["name"] == "mlint"
    assert driver["version"] == mlint.__version__
    assert driver["rules"] == [
        {
            "id": "ML302",
            "name": "unclipped-uint8-cast",
            "shortDescription": summary,
            "fullDescription": summary,
            "help": {"text": page, "markdown": page},
            "defaultConfiguration": {"level": "warning", "enabled": True},
            "properties": {"tags": ["numbers"]},
        }
    ]


def test_a_page_that_is_gone_costs_the_help_only(log: Log, run: Results, rule: Rule) -> None:
    rule.page.unlink()
    run.rules = (rule,)
    found = log(run)
    assert found["tool"]["driver"]["rules"][0]["help"]["markdown"] == rule.summary
    assert len(found["results"]) == 1


def test_codes_without_a_rule_are_described_too(log: Log, run: Results, rule: Rule) -> None:
    run.rules = (rule,)
    run.findings.append(replace(UNCLIPPED, code="ML001", name="unused-suppression"))
    found = log(run)
    assert found["tool"]["driver"]["rules"][1] == {"id": "ML001", "name": "unused-suppression"}
    assert sorted((result["ruleId"], result["ruleIndex"]) for result in found["results"]) == [
        ("ML001", 1),
        ("ML302", 0),
    ]


def test_problems_are_notifications(log: Log, problems: Results, rule: Rule) -> None:
    problems.rules = (rule,)
    problems.problems[1] = replace(problems.problems[1], rule="unclipped-uint8-cast")
    found = log(problems)
    assert found["results"] == []
    (invocation,) = found["invocations"]
    assert invocation["executionSuccessful"] is False
    missing, failed, broken = invocation["toolExecutionNotifications"]
    assert missing["descriptor"] == {"id": "ML000", "index": 0}
    assert failed["associatedRule"] == {"id": "ML302"}
    assert broken == {
        "descriptor": {"id": "ML000", "index": 0},
        "level": "error",
        "message": {"text": "invalid syntax: '(' was never closed"},
        "locations": [place("src/broken.py", 2, 6, 2, 6)],
    }
    assert [described["id"] for described in found["tool"]["driver"]["notifications"]] == ["ML000", "internal-error"]


def test_a_clean_run_has_results_that_are_empty(log: Log, clean: Results) -> None:
    assert log(clean)["results"] == []


def test_both_ends_of_a_file_with_a_name_to_encode(log: Log, edges: Results) -> None:
    first, last = log(edges)["results"]
    uri = "daten/gr%C3%B6%C3%9Fe%20%E5%AF%B8%E6%B3%95.py"
    assert first["locations"] == [place(uri, 1, 1, 1, 6)]
    assert (first["level"], first["rank"]) == ("warning", 60.0)
    assert last["locations"] == [place(uri, 2, 12, 2, 12)]
    assert (last["level"], last["rank"]) == ("note", 30.0)


@pytest.mark.parametrize(
    ("name", "uri"),
    [("a:b.py", "a%3Ab.py"), ("50%.py", "50%25.py"), ("a#b?.py", "a%23b%3F.py"), (os.fsdecode(b"\xe9.py"), "%E9.py")],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_are_encoded(log: Log, name: str, uri: str) -> None:
    (result,) = log(Results(findings=[at(name)]))["results"]
    assert result["locations"][0] == place(uri, 7, 12, 7, 32)


def test_files_elsewhere_have_no_dots_in_their_addresses(log: Log, run: Results) -> None:
    run.findings = [replace(UNCLIPPED, path="../beside/x.py")]
    (result,) = log(run)["results"]
    found = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert found == {"uri": (Path.cwd().parent / "beside" / "x.py").as_uri()}


def test_files_elsewhere_are_absolute(log: Log, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    run = Results(findings=[at(str(tmp_path / "other.py"))], root=tmp_path / "project")
    (result,) = log(run)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": (tmp_path / "other.py").as_uri()}


def test_standard_input_keeps_its_name(log: Log, tmp_path: Path) -> None:
    run = Results(findings=[at("-")], root=tmp_path, texts={"-": "x"})
    (result,) = log(run)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "-"


def test_findings_of_one_kind_on_equal_lines_differ(log: Log) -> None:
    findings = [at("a.py", Span(line, 1, line, 2)) for line in (1, 2, 3)]
    results = log(Results(findings=findings, texts={"a.py": "x\nx\nx\n"}))["results"]
    assert len({result["partialFingerprints"]["findingHash/v1"] for result in results}) == 3


def at(path: str, span: Span = UNCLIPPED.span) -> Finding:
    return replace(UNCLIPPED, path=path, span=span, related=())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("`a[i]` and (b)", "`a[i]` and (b)"),
        ("`f[i](2)`", "`f[i\\](2)`"),
        ("{'a': 1}", "{'a': 1}"),
        ("'{0}'.format", "'{{0}}'.format"),
        ("\udcff", "\\udcff"),
    ],
)
def test_only_what_means_something_is_escaped(text: str, message: str) -> None:
    assert escaped(text) == message
