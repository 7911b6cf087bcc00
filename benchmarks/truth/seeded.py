"""Seeded bugs: which of them are reported at the place, and were not before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from benchmarks.truth.checking import Checker, Report
from benchmarks.truth.mutants import Mutant
from benchmarks.truth.seeds.seed import Lines
from mlint.source import read


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
    """Check the broken file, and the file as it is where something is reported at the place."""
    data = read(str(root / mutant.file)).text.encode()
    family, places = mutant.rule[:3], mutant.seed.moved_places(data)
    after = checker.after(mutant.file, mutant.seed.applied(data), family, places)
    there = [each for each in after if is_at(each, mutant.rule, places)]
    if not there:
        return Outcome(False, False)
    before = checker.before(mutant.file, family, mutant.seed.places)
    return compared(there, [replace(each, line=mutant.seed.moved(each.line, data)) for each in before])


def compared(after: Sequence[Report], before: Sequence[Report]) -> Outcome:
    """Whether something is reported that was not, or not at that level."""
    sure = {(each.rule, each.line) for each in before if each.is_default}
    known = {(each.rule, each.line, each.message) for each in before}
    default = any(each.is_default and (each.rule, each.line) not in sure for each in after)
    return Outcome(default, default or any((each.rule, each.line, each.message) not in known for each in after))


def is_at(report: Report, rule: str, places: Iterable[Lines]) -> bool:
    """Whether a report is of the rule's family, within a line of one of the places."""
    same = report.rule[:3] == rule[:3]
    return same and any(first - 1 <= report.line <= end + 1 for first, end in places)
