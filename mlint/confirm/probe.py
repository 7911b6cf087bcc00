"""What a probe is: a function that tries one finding by running the code, and says what came of it.

A rule's probes stand beside it in the module `<rule's module>_probe`, which is imported only where code is run. They
know nothing of torch: they ask the `Trial`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from mlint.finding import Verdict
from mlint.pack import PROBES
from mlint.rule import Rule

if TYPE_CHECKING:
    from mlint.confirm.trial import Trial

PROBE_ATTRIBUTE = "__mlint_probe__"
Run = TypeVar("Run", bound="Callable[[Trial], Verdict]")


class Inconclusive(Exception):  # noqa: N818 - it is a verdict
    """The finding can't be tried, or the trial shows nothing; the message is the reason.

    `by_time`: more time might have shown something, so that the next run tries again.
    """

    def __init__(self, reason: str, *, by_time: bool = False) -> None:
        super().__init__(reason)
        self.by_time = by_time


@dataclass(frozen=True)
class Probe:
    """A probe, and the code of the rule whose findings it tries."""

    code: str
    run: Callable[[Trial], Verdict]


def probe(code: str) -> Callable[[Run], Run]:
    """Make a function the probe of the rule with this code. It may raise `Inconclusive` instead of returning."""

    def register(run: Run) -> Run:
        setattr(run, PROBE_ATTRIBUTE, Probe(code, run))
        return run

    return register


def probes_in(module: ModuleType) -> Iterator[Probe]:
    """The probes that a module defines."""
    for value in vars(module).values():
        found = getattr(value, PROBE_ATTRIBUTE, None)
        if isinstance(found, Probe):
            yield found


def probe_module(rule: Rule) -> str | None:
    """The name of the module that holds the rule's probe, if it has one."""
    name = f"{rule.check.__module__}{PROBES}"
    return name if find_spec(name) else None


def confirmed(reason: str, **evidence: object) -> Verdict:
    """The mistake happens when the code runs."""
    return _verdict("confirmed", reason, evidence)


def refuted(reason: str, **evidence: object) -> Verdict:
    """The code runs, and the mistake does not happen."""
    return _verdict("refuted", reason, evidence)


def _verdict(outcome: str, reason: str, evidence: dict[str, object]) -> Verdict:
    shown = tuple((name.replace("_", " "), str(value)) for name, value in evidence.items() if value not in (None, ""))
    return Verdict(outcome, reason, shown)
