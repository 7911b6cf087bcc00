"""Values that are said to be for one role and have the other, as rules see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from mlint.facts.pairs.claims import claims
from mlint.facts.pairs.mixups import Mixup, mixups
from mlint.facts.pairs.roles import is_reversible
from mlint.finding import Confidence
from mlint.rule import Report, Step
from mlint.subjects.layouts import Layout, may_have_two_roles
from mlint.subjects.owners import Function


class Labelled:
    """A value with what it is said to be for: a target, a keyword, a key, a text, a parameter, a function's name."""

    scope: ClassVar[str] = "function"

    def __init__(self, layout: Layout, mixup: Mixup) -> None:
        self._layout = layout
        self.mixup = mixup

    @classmethod
    def of(cls, owner: Function) -> Iterator[Labelled]:
        """The values of a function whose role is the other one of a pair, in the order of the text."""
        if not may_have_two_roles(owner):
            return
        layout = Layout.of(owner)
        for mixup in mixups(layout.row, layout.scope, list(claims(layout.row, layout.parameters))):
            yield cls(layout, mixup)

    @property
    def name(self) -> str:
        """The name in the value that has the other role."""
        return self.mixup.atom.text

    @property
    def expected(self) -> str:
        """The name in scope that has the role that is called for."""
        return self.mixup.expected

    @property
    def label(self) -> str:
        """What the value is said to be for: "the keyword `width`"."""
        claim = self.mixup.claim
        return f"the {claim.how} `{claim.label.strip()}`"

    @property
    def reversed_on_purpose(self) -> bool:
        """Whether the function or the statement says that it exchanges sides (a flip, an inverse)."""
        return (self._layout.reverses or self.mixup.reversing) and is_reversible(self.mixup.said.family)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The label, the name that is expected where it is bound, and the other half of an exchange."""
        mixup = self.mixup
        found = [Step(f"{self.label} speaks of the other of the two", self._layout.span(mixup.claim.node))]
        bound = self._layout.binding(mixup.expected, mixup.claim.whole.start) if mixup.local else None
        if bound is not None:
            unread = " and read nowhere" if mixup.unread else ""
            found.append(Step(f"`{mixup.expected}` is bound here{unread}", bound))
        if mixup.crossed is not None:
            found.append(Step("mixed up the other way round here", self._layout.span(mixup.crossed.node)))
        return tuple(found)

    def report(
        self, *, confidence: Confidence, advice: str = "", because: Iterable[Step] = (), **values: object
    ) -> Report:
        """A report at the name that has the other role."""
        return Report(self._layout.span(self.mixup.atom.node), values, confidence, advice, tuple(because))
