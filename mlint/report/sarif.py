"""`sarif`: the OASIS interchange format, version 2.1.0, as code scanning services read it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mlint import __version__
from mlint.finding import Confidence, Span
from mlint.report.checkout import checkout, inside, uri_path
from mlint.report.entries import Entry, entries
from mlint.report.fingerprint import fingerprints
from mlint.report.json import verdict
from mlint.report.sarif_rules import PROBLEMS, descriptors, problem_descriptors
from mlint.report.sarif_text import escaped
from mlint.report.surrogates import without_surrogates

if TYPE_CHECKING:
    from mlint.run import Results

Json = dict[str, object]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
BASE = "SRCROOT"
RANKS = {Confidence.CERTAIN: 90.0, Confidence.LIKELY: 60.0, Confidence.POSSIBLE: 30.0}


def write(run: Results, out: TextIO) -> None:
    """Write a log with one run: findings are its results, problems are notifications of its invocation."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(run)]}
    out.write(json.dumps(log, indent=2) + "\n")


def _run(run: Results) -> Json:
    folder, listed = checkout(run), entries(run)
    found = [entry for entry in listed if entry.problem is None]
    problems = [entry for entry in listed if entry.problem is not None]
    places = _Places(run, folder)
    rules = descriptors(run.rules, found)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    prints = fingerprints(run, found, folder)
    return {
        "tool": {
            "driver": {
                "name": "mlint",
                "version": __version__,
                "rules": rules,
                "notifications": problem_descriptors(),
            }
        },
        "invocations": [
            {
                "executionSuccessful": not problems,
                "toolExecutionNotifications": [_notification(run, entry, places) for entry in problems],
            }
        ],
        "originalUriBaseIds": {BASE: {"uri": _file_uri(folder.as_posix().rstrip("/") + "/")}},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(entry, index[entry.code], print_, places) for entry, print_ in zip(found, prints, strict=True)
        ],
    }


def _result(entry: Entry, rule: int, fingerprint: str, places: _Places) -> Json:
    advice = f"\nWrite instead: {entry.advice}" if entry.advice else ""
    properties: Json = {"confidence": str(entry.confidence), "name": entry.name}
    result: Json = {
        "ruleId": entry.code,
        "ruleIndex": rule,
        "level": entry.level,
        "rank": RANKS[entry.confidence],
        "message": {"text": escaped(entry.message + advice)},
        "locations": [places.location(entry.path, entry.span)],
        "partialFingerprints": {"findingHash/v1": fingerprint},
        "properties": properties,
    }
    if entry.verdict:
        result["properties"] = {**properties, "verdict": verdict(entry.verdict)}
    if entry.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": escaped(related.message)}, **places.location(related.path, related.span)}
            for number, related in enumerate(entry.related, 1)
        ]
    return result


def _notification(run: Results, entry: Entry, places: _Places) -> Json:
    failed = entry.problem.rule if entry.problem else None
    notification: Json = {
        "descriptor": {"id": entry.code, "index": PROBLEMS.index(entry.code)},
        "level": "error",
        "message": {"text": escaped(entry.message)},
        "locations": [places.location(entry.path, entry.span)],
    }
    code = next((rule.code for rule in run.rules if failed in (rule.code, rule.name)), None) if failed else None
    return {**notification, "associatedRule": {"id": code}} if code else notification


class _Places:
    """Locations in the files of a run: relative to the checkout, or absolute outside it."""

    def __init__(self, run: Results, folder: Path) -> None:
        self.run, self.folder = run, folder

    def location(self, path: str, span: Span) -> Json:
        region = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
        return {"physicalLocation": {"artifactLocation": self._artifact(path), "region": region}}

    def _artifact(self, path: str) -> Json:
        within = inside(self.run, path, self.folder)
        if within is None:
            return {"uri": _file_uri(Path(os.path.abspath(path)).as_posix())}
        return {"uri": uri_path(within), "uriBaseId": BASE}


def _file_uri(path: str) -> str:
    """An absolute path as a URI; Windows paths begin with a drive and not with a slash."""
    return "file://" + ("" if path.startswith("/") else "/") + without_surrogates(uri_path(path))
