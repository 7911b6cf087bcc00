"""Which of all places are broken: few of each kind in each package, chosen by a hash."""

from __future__ import annotations

import ast
import hashlib
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.truth.code import File, Function, Package
from benchmarks.truth.releases import half_of
from benchmarks.truth.seeds.operators import OPERATORS
from benchmarks.truth.seeds.seed import Operator, Seed

A_PACKAGE = 12
"""At most as many mutants of an operator come from one package."""
ALTOGETHER = 60
"""At most as many mutants of an operator come from each half of the packages."""


@dataclass(frozen=True)
class Mutant:
    """One place, and how it is broken."""

    package: str
    file: str
    function: str
    operator: str
    rule: str
    seed: Seed

    @property
    def half(self) -> str:
        """`tuning` or `held-out`."""
        return half_of(self.package)

    @property
    def key(self) -> str:
        """What the mutant goes by where results are kept; nobody reads from it which it is."""
        said = (self.package, self.file, self.function, self.operator, repr(self.seed))
        return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]


def mutants_of(name: str, root: Path) -> list[Mutant]:
    """The mutants of a package: at most one a function, at most A_PACKAGE of each operator. The same each time."""
    found: dict[str, list[Mutant]] = {operator.name: [] for operator in OPERATORS}
    package = Package(root)
    data = {file.path.relative_to(root).as_posix(): file.data for file in package.files}
    for file in package.files:
        for function in file.functions:
            for operator in OPERATORS:
                found[operator.name] += _mutants(name, root, file, function, operator)
    taken: set[tuple[str, str]] = set()
    chosen: list[Mutant] = []
    for mutants in sorted(found.values(), key=len):  # operators with few places choose first
        chosen += _free(sorted(mutants, key=lambda each: each.key), taken, data)
    return chosen


def _mutants(name: str, root: Path, file: File, function: Function, operator: Operator) -> Iterator[Mutant]:
    seen = set()
    for seed in operator.find(function):
        if seed.edits in seen:
            continue
        seen.add(seed.edits)
        yield Mutant(
            package=name,
            file=file.path.relative_to(root).as_posix(),
            function=function.name,
            operator=operator.name,
            rule=operator.rule,
            seed=seed,
        )


def _free(mutants: Sequence[Mutant], taken: set[tuple[str, str]], data: Mapping[str, bytes]) -> list[Mutant]:
    """The first mutants that are Python and whose functions hold no other, which they then do."""
    chosen: list[Mutant] = []
    for mutant in mutants:
        place = (mutant.file, mutant.function)
        if len(chosen) == A_PACKAGE:
            break
        if place not in taken and _parses(mutant.seed.applied(data[mutant.file])):
            taken.add(place)
            chosen.append(mutant)
    return chosen


def _parses(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True


def limited(mutants: Sequence[Mutant], most: int = ALTOGETHER) -> list[Mutant]:
    """At most so many of each operator and half, taken from the packages in turn."""
    groups: dict[tuple[str, str], dict[str, list[Mutant]]] = {}
    for mutant in sorted(mutants, key=lambda each: each.key):
        group = groups.setdefault((mutant.operator, mutant.half), {})
        group.setdefault(mutant.package, []).append(mutant)
    chosen: list[Mutant] = []
    for packages in groups.values():
        turns = [(turn, mutant.key, mutant) for each in packages.values() for turn, mutant in enumerate(each)]
        chosen += [mutant for _, _, mutant in sorted(turns, key=lambda each: each[:2])[:most]]
    return sorted(chosen, key=lambda each: (each.package, each.file, each.key))


def chosen(mutants: Sequence[Mutant], names: Sequence[str]) -> list[Mutant]:
    """The mutants of some operators, rules or families (`ML2`); all where none is named. Exits at a name of nothing."""
    for name in names:
        if not any(_is_of(each.name, each.rule, name) for each in OPERATORS):
            sys.exit(f"{name} is no operator, and no rule or family of one")
    return [each for each in mutants if not names or any(_is_of(each.operator, each.rule, name) for name in names)]


def _is_of(operator: str, rule: str, name: str) -> bool:
    return operator == name or (name.startswith("ML") and rule.startswith(name))
