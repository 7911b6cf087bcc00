"""What people read: mutants to judge, misses, findings that nobody has judged."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.truth.alarms import Alarm
from benchmarks.truth.judgements import Place, Verdicts
from benchmarks.truth.mutants import Mutant
from benchmarks.truth.seeded import Outcome
from mlint.source import read

_AROUND = 6


def sample(mutants: Sequence[Mutant], roots: Mapping[str, Path], count: int) -> str:
    """So many mutants of the tuning half, the same each time."""
    tuning = sorted((each for each in mutants if each.half == "tuning"), key=lambda each: each.key)
    return "\n\n".join(shown(each, roots[each.package]) for each in tuning[:count])


def misses(seeded: Sequence[tuple[Mutant, Outcome]], roots: Mapping[str, Path], wanted: str) -> str:
    """The mutants of an operator or a rule in the tuning half that are not reported by default.

    Those of the held-out half are never shown: who sees them tunes to them. Exits where only such are asked for.
    """
    if wanted in ("held-out", *{each.package for each, _ in seeded if each.half == "held-out"}):
        sys.exit("the misses of the held-out half are not shown")
    found = [
        f"[{'possible' if outcome.possible else 'not reported'}] {shown(mutant, roots[mutant.package])}"
        for mutant, outcome in seeded
        if mutant.half == "tuning" and wanted in (mutant.operator, mutant.rule, mutant.package, "all")
        if not outcome.default
    ]
    return "\n\n".join(found)


def shown(mutant: Mutant, root: Path) -> str:
    """A mutant as the change that it is."""
    before = read(str(root / mutant.file)).text
    after = mutant.seed.applied(before.encode()).decode()
    change = difflib.unified_diff(before.split("\n"), after.split("\n"), n=_AROUND, lineterm="")
    title = f"{mutant.rule} {mutant.operator}: {mutant.package} {mutant.file} {mutant.function}"
    return "\n".join([title, *list(change)[2:]])


def unjudged(found: Sequence[Alarm], verdicts: Mapping[Place, Verdicts], rule: str) -> str:
    """The findings by default of a rule (or `all`) that nobody has judged."""
    return "\n".join(
        f"{each.place.package} {each.place.file}:{each.line} {each.place.rule} {each.message}"
        for each in found
        if each.is_default and each.place not in verdicts and rule in (each.place.rule, "all")
    )
