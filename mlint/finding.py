"""The values that every part of mlint passes on: where, how sure, what, and what went wrong instead."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file: lines and columns count from 1, columns in code points, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Confidence(enum.IntEnum):
    """How sure a finding is; the order is the meaning of `--min-confidence`.

    `CERTAIN`: follows from the code seen, on some feasible path, with known values.
    `LIKELY`: strong evidence and at most one stated assumption.
    `POSSIBLE`: the shape of the mistake without the evidence.
    """

    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Related:
    """A place that a finding rests on, and what is true there."""

    message: str
    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of trying a finding by running the code: `confirmed`, `refuted` or `inconclusive`, and why.

    `evidence` are names and values that were seen.
    """

    outcome: str
    reason: str
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake at one place.

    `message` is one line: what happens, with values. `advice` says what to write instead. `related` are the lines
    that prove it. `path` is the file as the user named it. `verdict` is there once the code was run (`--confirm`).
    """

    code: str
    name: str
    message: str
    path: str
    span: Span
    confidence: Confidence
    advice: str = ""
    related: tuple[Related, ...] = field(default=())
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be checked: a file (ML000), or a rule that failed on one (`rule` names it).

    `message` is one line that names cause and cure. Any problem makes the exit code 2.
    """

    path: str
    message: str
    line: int | None = None
    column: int | None = None
    rule: str | None = None
