"""What is reported on the pinned packages: the findings that readers judge."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.truth.checking import Checker
from benchmarks.truth.judgements import Place, place_of
from benchmarks.truth.releases import files_of
from mlint.finding import Confidence
from mlint.source import Unreadable, read


@dataclass(frozen=True)
class Alarm:
    """One finding: `place` is what readers judge."""

    place: Place
    line: int
    is_default: bool
    message: str


def alarms(roots: Mapping[str, Path], kept: Path) -> Iterator[Alarm]:
    """All findings in the packages, at `possible`. Each package is checked once; its findings are kept in a folder."""
    kept.mkdir(parents=True, exist_ok=True)
    for package, root in roots.items():
        file = kept / f"{package}.json"
        if not file.exists():
            file.write_text(json.dumps(list(_findings(root))))
        for rule, path, line, content, is_default, message in json.loads(file.read_text()):
            yield Alarm(place_of(package, path, rule, content), line, is_default, message)


def _findings(root: Path) -> Iterator[list[object]]:
    checker = Checker(root)
    for path in files_of(root):
        name = path.relative_to(root).as_posix()
        try:
            lines = read(str(path)).lines
        except Unreadable:
            continue
        for each in checker.all_of(name):
            is_default = each.confidence >= Confidence.LIKELY
            yield [each.rule, name, each.line, lines[each.line - 1].strip(), is_default, each.message]


def lines_in(roots: Mapping[str, Path]) -> int:
    """How many lines of Python the packages have."""
    return sum(path.read_bytes().count(b"\n") for root in roots.values() for path in files_of(root))
