"""Real bugs: which of them are reported, and what else is in the same files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.truth.checking import Checker, Report
from benchmarks.truth.releases import Unobtainable, lay_out
from mlint.finding import Confidence

RULES = {
    "A": ("ML101", "ML102", "ML703"),
    "B": ("ML201", "ML202"),
    "C": ("ML301",),
    "D": ("ML302",),
    "E": ("ML401", "ML402"),
    "F": ("ML403", "ML404", "ML501", "ML502", "ML503", "ML504"),
}
"""Which rules each kind of bug is for."""


@dataclass(frozen=True)
class Bug:
    """A known bug: where it is, what kind it is, and how sure it is that it is one (`high`, `medium`)."""

    key: str
    kind: str
    confidence: str
    release: str
    file: str
    lines: tuple[int, int]


@dataclass(frozen=True)
class Found:
    """What is reported of a bug, and of its file elsewhere."""

    bug: Bug
    rules: frozenset[str]
    default: bool
    possible: bool
    elsewhere: tuple[Report, ...]
    lines: int


def bugs(path: Path) -> list[Bug]:
    """The bugs of a file, one JSON object a line, of the kinds that rules are for and in released packages."""
    found = []
    for line in path.read_text().splitlines():
        each = json.loads(line)
        if each["kind"] in RULES and "pypi" in each["source"]:
            source, (first, end) = each["source"], each["lines"]
            found.append(
                Bug(each["id"], each["kind"], each["confidence"], source["pypi"], source["file"], (first, end))
            )
    return found


def look(known: list[Bug], cache: Path, kept: Path) -> Iterator[Found]:
    """Check the files of the bugs, each with its whole release around it; what is reported is kept in a folder.

    What can't be had is said and left out.
    """
    kept.mkdir(parents=True, exist_ok=True)
    checkers: dict[str, Checker] = {}
    for bug in known:
        try:
            root = lay_out(bug.release, cache)
        except Unobtainable as error:
            print(f"left out: {bug.key}: {error}")
            continue
        file = kept / f"{bug.key}.json"
        if not file.exists():
            if bug.release not in checkers:
                checkers = {bug.release: Checker(root)}
            reports = checkers[bug.release].all_of(bug.file)
            file.write_text(
                json.dumps([[each.rule, each.line, int(each.confidence), each.message] for each in reports])
            )
        written = json.loads(file.read_text())
        reports = [Report(rule, line, Confidence(sure), message) for rule, line, sure, message in written]
        lines = (root / bug.file).read_bytes().count(b"\n")
        yield found_of(bug, reports, lines)


def found_of(bug: Bug, reports: list[Report], lines: int) -> Found:
    """What the reports on a file say of a bug in it."""
    first, end = bug.lines
    near = [each for each in reports if first - 1 <= each.line <= end + 1]
    hits = [each for each in near if each.rule in RULES[bug.kind]]
    elsewhere = tuple(each for each in reports if each.is_default and each not in hits)
    rules = frozenset(each.rule for each in hits)
    return Found(bug, rules, any(each.is_default for each in hits), bool(hits), elsewhere, lines)
