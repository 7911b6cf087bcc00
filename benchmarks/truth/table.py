"""The table: for each rule what is found, and how much of what is reported is true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.truth.alarms import Alarm
from benchmarks.truth.judgements import Place, Share, Verdicts, share
from benchmarks.truth.mutants import Mutant
from benchmarks.truth.real import RULES, Found
from benchmarks.truth.seeded import Outcome

COLUMNS = (
    "rule",
    "seeded, tuning: default",
    "possible",
    "seeded, held-out: default",
    "possible",
    "real bugs: default",
    "possible",
    "findings",
    "judged",
    "true",
    "95 %",
    "per 10,000 lines",
)


MOVES = ("ML501", "ML502")
"""A family of its own among the rules about devices."""


@dataclass
class Measured:
    """All that was measured. `lines`: of the packages in which alarms were counted."""

    seeded: Sequence[tuple[Mutant, Outcome]] = ()
    real: Sequence[Found] = ()
    alarms: Sequence[Alarm] = ()
    judged: Mapping[Place, Verdicts] = field(default_factory=dict)
    lines: int = 0


def table(measured: Measured) -> str:
    """The table as Markdown."""
    rules = sorted({each.rule for each, _ in measured.seeded} | {each.place.rule for each in measured.alarms})
    rows = [_row(rule, {rule}, measured) for rule in rules]
    rows += [_row(f"{kind}: {', '.join(each)}", set(each), measured) for kind, each in RULES.items()]
    rows += [_row(", ".join(MOVES), set(MOVES), measured), _row("all", set(rules), measured)]
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _row(title: str, rules: set[str], measured: Measured) -> tuple[str, ...]:
    seeded = [(mutant, outcome) for mutant, outcome in measured.seeded if mutant.rule in rules]
    real = [each for each in measured.real if rules == set(RULES[each.bug.kind])]
    alarms = [each for each in measured.alarms if each.place.rule in rules and each.is_default]
    judged = [measured.judged[place] for place in dict.fromkeys(_places(alarms)) if place in measured.judged]
    precision = share(each.is_true for each in judged)
    density = f"{10_000 * len(alarms) / measured.lines:.2f}" if measured.lines else "-"
    return (
        title,
        *_recall(seeded, "tuning"),
        *_recall(seeded, "held-out"),
        str(share(each.default for each in real)),
        str(share(each.possible for each in real)),
        str(len(alarms)),
        str(precision.of),
        str(precision),
        precision.interval,
        density,
    )


def _places(alarms: Iterable[Alarm]) -> list[Place]:
    return [each.place for each in alarms]


def _recall(seeded: Sequence[tuple[Mutant, Outcome]], half: str) -> tuple[str, str]:
    outcomes = [outcome for mutant, outcome in seeded if mutant.half == half]
    return str(share(each.default for each in outcomes)), str(share(each.possible for each in outcomes))


def operator_table(seeded: Sequence[tuple[Mutant, Outcome]]) -> str:
    """Recall by operator, as Markdown."""
    names = sorted({(mutant.rule, mutant.operator) for mutant, _ in seeded})
    header = ("rule", "operator", "tuning: default", "possible", "held-out: default", "possible")
    rows = [
        (rule, name, *_recall(chosen, "tuning"), *_recall(chosen, "held-out"))
        for rule, name in names
        for chosen in [[each for each in seeded if each[0].operator == name]]
    ]
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def real_table(real: Sequence[Found]) -> str:
    """Recall on real bugs by kind and confidence, and what else is reported in their files, as Markdown."""
    header = ("kind", "sure", "default", "possible")
    groups = sorted({(each.bug.kind, each.bug.confidence) for each in real})
    rows = [
        (kind, sure, str(share(each.default for each in chosen)), str(share(each.possible for each in chosen)))
        for kind, sure in groups
        for chosen in [[each for each in real if (each.bug.kind, each.bug.confidence) == (kind, sure)]]
    ]
    lines = [header, tuple("---" for _ in header), *rows]
    elsewhere = sum(len(each.elsewhere) for each in real)
    shown: list[Share] = [share(each.default for each in real), share(each.possible for each in real)]
    text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    size = sum(each.lines for each in real)
    return (
        f"{text}\n\nAll: {shown[0]} by default, {shown[1]} with `possible`; {elsewhere} findings elsewhere in the same "
        f"files ({size} lines) by default."
    )
