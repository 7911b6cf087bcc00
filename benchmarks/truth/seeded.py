"""Seeded bugs: which of them are reported at the place, and were not before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from benchmarks.truth.checking import Checker, Report
from benchmarks.truth.mutants import Mutant
from benchmarks.truth.seeds.seed import Lines


@dataclass(frozen=True)
class Outcome:
    """Whether a mutant is reported: by default, and with what is `possible`."""

    default: bool
    possible: bool


class Kept:
    """Outcomes in a file, one a line, by the keys of the mutants: a run that was stopped goes on where it was."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.outcomes: dict[str, Outcome] = {}
        if path.exists():
            for line in path.read_text().splitlines():
                key, default, possible = json.loads(line)
                self.outcomes[key] = Outcome(default, possible)

    def add(self, key: str, outcome: Outcome) -> None:
        """Keep an outcome."""
        self.outcomes[key] = outcome
        with self._path.open("a") as file:
            file.write(json.dumps([key, outcome.default, outcome.possible]) + "\n")


def check(mutants: Sequence[Mutant], roots: Mapping[str, Path], kept: Kept) -> Iterator[tuple[Mutant, Outcome]]:
    """The outcome of each mutant, package by package; those that are kept are not looked at again."""
    for package, group in groupby(mutants, key=lambda each: each.package):
        checker: Checker | None = None
        for mutant in group:
            if mutant.key not in kept.outcomes:
                checker = checker or Checker(roots[package])
                kept.add(mutant.key, outcome(mutant, roots[package], checker))
            yield mutant, kept.outcomes[mutant.key]


def outcome(mutant: Mutant, root: Path, checker: Checker) -> Outcome:
    """Check the broken file."""
    from mlint.source import read

    data = read(str(root / mutant.file)).text.encode()
    before = {_identity(each) for each in checker.before(mutant.file)}
    after = checker.after(mutant.file, mutant.seed.applied(data))
    places = mutant.seed.moved_places(data)
    new = [each for each in after if is_at(each, mutant.rule, places) and _identity(each) not in before]
    return Outcome(any(each.is_default for each in new), bool(new))


def _identity(report: Report) -> tuple[str, int, str, bool]:
    return report.rule, report.line, report.message, report.is_default


def is_at(report: Report, rule: str, places: Iterable[Lines]) -> bool:
    """Whether a report is of the rule's family, within a line of one of the places."""
    same = report.rule[:3] == rule[:3]
    return same and any(first - 1 <= report.line <= end + 1 for first, end in places)
