"""What a rule sees that stands at one place of a function: its code, where it is, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from mlint.finding import Confidence, Span
from mlint.rule import Report, Silence, Step
from mlint.subjects.owners import Function


class Placed:
    """An instruction of a function, `at`, that a rule looks at: a call, a move, a store."""

    scope: ClassVar[str] = "function"

    def __init__(self, function: Function, at: int) -> None:
        self.function = function
        self.at = at

    @property
    def code(self) -> str:
        """The source text, on one line."""
        return self.function.code(self.at)

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.function.span(self.at)

    def is_commented(self, about: re.Pattern[str]) -> bool:
        """Whether a comment on its lines or on the two above says something that the pattern matches."""
        outline, lines = self.function.outline, self.function.lines
        start = 0 if outline is None else outline.first_line - 1
        first, last = self.span.line - start, self.span.end_line - start
        above = [line.strip().lstrip("# ") for line in lines[max(0, first - 3) : first - 1] if line.lstrip()[:1] == "#"]
        beside = [line.partition("#")[2] for line in lines[first - 1 : last]]
        return about.search(" ".join((*above, *beside))) is not None

    def report(
        self,
        *,
        confidence: Confidence = Confidence.LIKELY,
        advice: str = "",
        because: Iterable[Step] = (),
        **values: object,
    ) -> Report:
        """A report at the place."""
        return self.function.report(self.at, confidence=confidence, advice=advice, because=because, **values)

    def silence(self, reason: str) -> Silence:
        """Why a rule that looked at the place says nothing of it."""
        return self.function.silence(self.at, reason)
