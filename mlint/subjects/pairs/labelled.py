"""Values that are said to be for one role and have the other, as rules see them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import ClassVar

from mlint.facts.pairs.labels.averaged import averaged_over_other
from mlint.facts.pairs.labels.branches import in_other_branch
from mlint.facts.pairs.labels.claims import KEYWORD, PARAMETER, claims
from mlint.facts.pairs.labels.crossed import compared_with_other, crossed_data
from mlint.facts.pairs.labels.dropped import dropped_for_partner
from mlint.facts.pairs.labels.entries import shared_entries
from mlint.facts.pairs.labels.exchanged import Exchange, exchanges
from mlint.facts.pairs.labels.flags import wrong_flags
from mlint.facts.pairs.labels.guarded import filled_in_its_place, kept_in_its_place, used_in_its_place
from mlint.facts.pairs.labels.idle import asked_by_label
from mlint.facts.pairs.labels.in_full import spelled
from mlint.facts.pairs.labels.limits import backwards
from mlint.facts.pairs.labels.mixup import Mixup
from mlint.facts.pairs.labels.mixups import mixups
from mlint.facts.pairs.labels.normalised import normalised_by_other
from mlint.facts.pairs.labels.odd_one import odd_one
from mlint.facts.pairs.labels.padding import paddings
from mlint.facts.pairs.labels.placed import ITEM, misplaced
from mlint.facts.pairs.labels.sides import BOUND, LIMIT, SIZE, STEP, sides_mixed
from mlint.facts.pairs.labels.unread import left_unread
from mlint.facts.pairs.names.roles import is_reversible, reverses
from mlint.finding import Confidence
from mlint.rule import Report, Step
from mlint.subjects.owners import Function
from mlint.subjects.pairs.label_evidence import LabelEvidence, Said, label_evidence
from mlint.subjects.pairs.layouts import Layout, may_have_two_roles


class Labelled:
    """A value with what it is said to be for: a target, a keyword, a key, a text, a parameter, a function's name.

    `told` says what is wrong: the value has the other role of a pair, or the place of another argument.
    """

    scope: ClassVar[str] = "function"

    def __init__(self, layout: Layout, told: Mixup | Exchange) -> None:
        self._layout = layout
        self.told = told

    @classmethod
    def of(cls, owner: Function) -> Iterator[Labelled]:
        """The values of a function whose role is the other one of a pair, in the order of the text."""
        if not may_have_two_roles(owner):
            return
        layout = Layout.of(owner)
        turned = [
            *exchanges(layout.row, layout.parameters, owner.name),
            *misplaced(layout.row, layout.scope.uses, layout),
            *paddings(layout.row, layout.means),
            *sides_mixed(layout.row, layout.scope),
            *backwards(layout.row),
            *normalised_by_other(layout.row),
        ]
        found: list[Mixup | Exchange] = [*turned, *wrong_flags(layout.row)]
        claimed = list(claims(layout.row, layout.parameters))
        asked = asked_by_label(layout.row, layout.scope, claimed)
        told = (
            *mixups(layout.row, layout.scope, claimed),
            *left_unread(layout.row, layout.scope, claimed),
            *asked,
            *spelled(layout.row, layout.scope, claimed),
            *shared_entries(layout.row, layout.scope),
            *in_other_branch(layout.row, layout.scope),
            *crossed_data(layout.row, layout.scope),
            *compared_with_other(layout.row, layout.scope),
            *used_in_its_place(layout.row, layout.scope),
            *filled_in_its_place(layout.row),
            *kept_in_its_place(layout.row),
            *dropped_for_partner(layout.row, layout.scope),
            *averaged_over_other(layout.row),
        )
        odd = [*odd_one(layout.row, layout.named_for)]
        found += odd
        for mixup in told:
            if any(mixup.atom is each.atom for each in odd):
                continue
            at = mixup.claim.value.start
            # Of an exchange of keywords the roles of the two say more.
            inside = [each for each in turned if each.claim.whole.start < at < each.claim.whole.end]
            if mixup.claim.how == KEYWORD:
                found = [each for each in found if each not in inside]
            if mixup.claim.how == KEYWORD or not inside:
                found.append(mixup)
        places: dict[int, list[Labelled]] = {}
        for each in sorted(found, key=lambda each: each.atom.at):
            if not _may_be_right(layout, each):
                places.setdefault(each.atom.at, []).append(cls(layout, each))
        for said in places.values():
            yield said[0] if len(said) == 1 else max(said, key=lambda each: each.evidence.confidence)

    @property
    def evidence(self) -> LabelEvidence:
        """What tells that the value is of the other role, and how sure that is."""
        mixup = self.told if isinstance(self.told, Mixup) else None
        explained = self._layout.is_explained(self.told.atom, self.expected)
        of_test = self._layout.is_of_test
        evaluates = self._layout.serves_as_training(self.name, self.expected)
        return label_evidence(Said(mixup, self._reversed_on_purpose, of_test, self._either_way, explained, evaluates))

    @property
    def _either_way(self) -> bool:
        """Whether two arguments have each other's place by names that let the other order be meant, too."""
        return isinstance(self.told, Exchange) and (self.told.either_way or self.told.is_of_order)

    @property
    def name(self) -> str:
        """The name in the value that has the other role."""
        return self.told.atom.text

    @property
    def expected(self) -> str:
        """The name in scope that has the role that is called for."""
        return self.told.expected

    @property
    def label(self) -> str:
        """What the value is said to be for: "the keyword `width`"."""
        claim = self.told.claim
        return f"the {claim.how} `{claim.label.strip()}`"

    @property
    def _reversed_on_purpose(self) -> bool:
        """Whether the function, the statement or a comment says that it exchanges sides (a flip, an inverse)."""
        if isinstance(self.told, Exchange):
            called = self._layout.row.atoms_of(self.told.claim.whole)
            # A function that rotates passes its corners on in order.
            around = self._layout.reverses and self.told.claim.how != ITEM
            said = around or reverses(atom.text for atom in called)
            return said or self._layout.tells_of_exchange(self.told.atom)
        return (self._layout.reverses or self.told.reversing) and is_reversible(self.told.said.family)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The label, the name that is expected where it is bound, and the other half of an exchange."""
        if isinstance(self.told, Exchange):
            other = self.told.other
            if other.how in (STEP, LIMIT, SIZE, BOUND):
                return (
                    Step(f"`{self.told.claim.label}` is of the other side", self._layout.span(self.told.claim.node)),
                )
            text = f"`{self.told.expected}` goes to the {other.how} `{other.label}` here"
            return (Step(text, self._layout.span(other.node)),)
        mixup = self.told
        found = [Step(f"{self.label} speaks of the other of the two", self._layout.span(mixup.claim.node))]
        bound = self._layout.binding(mixup.expected, mixup.claim.whole.start) if mixup.local else None
        if bound is not None:
            unread = " and not read after" if mixup.unread else ""
            found.append(Step(f"`{mixup.expected}` is bound here{unread}", bound))
        if mixup.crossed is not None:
            found.append(Step("mixed up the other way round here", self._layout.span(mixup.crossed.node)))
        return tuple(found)

    def report(
        self, *, confidence: Confidence, advice: str = "", because: Iterable[Step] = (), **values: object
    ) -> Report:
        """A report at the name that has the other role."""
        return Report(self._layout.span(self.told.atom), values, confidence, advice, tuple(because))


def _may_be_right(layout: Layout, told: Mixup | Exchange) -> bool:
    """Whether the method that is called is another one in a class that inherits, with other places for the two, or
    whether rows and columns that a shape was unpacked into go on in their order, whatever they are called."""
    other = told.crossed if isinstance(told, Mixup) else told.other
    call = told.claim.whole.node
    if isinstance(told, Exchange) and told.claim.how == ITEM and told.claim.label == "height":
        return layout.scope.uses.unpacks_shape((told.atom.text, told.expected), told.claim.whole.start)
    if other is None or told.claim.how != PARAMETER or not isinstance(call, ast.Call):
        return False
    return layout.may_be_otherwise(layout.row.called(call), (told.claim.label, other.label))
