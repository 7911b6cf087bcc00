"""Siblings with one name that was not renamed, as rules see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import ClassVar

from mlint.facts.pairs.copies.added import left_short, may_be_added
from mlint.facts.pairs.copies.agreed import unlike_keys
from mlint.facts.pairs.copies.aligned import out_of_line
from mlint.facts.pairs.copies.alike import bound_alike
from mlint.facts.pairs.copies.asked_twice import asked_twice, may_be_asked_twice
from mlint.facts.pairs.copies.at_once import bound_at_once, may_be_at_once
from mlint.facts.pairs.copies.beside import may_be_told_beside, told_beside
from mlint.facts.pairs.copies.columns import columns
from mlint.facts.pairs.copies.copied import left_in_whole
from mlint.facts.pairs.copies.doubles import doubles
from mlint.facts.pairs.copies.fourth import fourth_of_four
from mlint.facts.pairs.copies.idle_parts import idle_parts
from mlint.facts.pairs.copies.indices import indices, may_stop_counting, stopped
from mlint.facts.pairs.copies.itself import against_itself, may_be_itself
from mlint.facts.pairs.copies.own_names import as_another
from mlint.facts.pairs.copies.past_end import may_go_past_the_end, past_the_end
from mlint.facts.pairs.copies.pointless import may_be_pointless, pointless
from mlint.facts.pairs.copies.renewed import made_of_another, may_be_made_of_another
from mlint.facts.pairs.copies.same_parts import same_parts
from mlint.facts.pairs.copies.side_elements import may_go_with_one, of_other_side
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.copies.slips import slips
from mlint.facts.pairs.copies.stepped import left_out, may_be_left_out, set_twice
from mlint.facts.pairs.copies.twice import may_be_twice, twice
from mlint.facts.pairs.copies.twins import left_in_copy
from mlint.facts.pairs.copies.unfilled import may_be_unfilled, unfilled
from mlint.facts.pairs.copies.zipped import may_be_taken_alone, taken_alone
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import family, is_reversible, precedes
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.pairs.reading.shapes import Row
from mlint.finding import Confidence
from mlint.rule import Report, Step
from mlint.subjects.owners import Function
from mlint.subjects.pairs.evidence import Evidence, Told, evidence, finder_says
from mlint.subjects.pairs.layouts import Layout, copied_functions, may_have_siblings, named_functions, twin_methods

_Finder = Callable[[Row, Scope], Iterable[Slip]]
_FINDERS: Sequence[tuple[_Finder, Callable[[Script], bool] | None]] = (
    (slips, None),
    (doubles, None),
    (columns, None),
    (left_short, may_be_added),
    (bound_alike, None),
    (bound_at_once, may_be_at_once),
    (told_beside, may_be_told_beside),
    (lambda row, _: indices(row), None),
    (lambda row, _: stopped(row), may_stop_counting),
    (lambda row, _: of_other_side(row), may_go_with_one),
    (idle_parts, None),
    (same_parts, None),
    (against_itself, may_be_itself),
    (made_of_another, may_be_made_of_another),
    (lambda row, _: past_the_end(row), may_go_past_the_end),
    (asked_twice, may_be_asked_twice),
    (twice, may_be_twice),
    (fourth_of_four, may_be_twice),
    (taken_alone, may_be_taken_alone),
    (pointless, may_be_pointless),
    (out_of_line, None),
    (unfilled, may_be_unfilled),
    (lambda row, _: unlike_keys(row), None),
    (left_out, may_be_left_out),
    (set_twice, may_be_left_out),
)
"""What finds slips, with the question that tells it even where there are no siblings: a line tells it by itself."""
_QUESTIONS = tuple(dict.fromkeys(tells for _, tells in _FINDERS if tells is not None))


def _rank(each: Siblings) -> tuple[int, bool, bool, bool, bool]:
    """Where it stands, and how little tells it."""
    slip, told = each.slip, finder_says(each.slip)
    sure, loose = told is Confidence.LIKELY, told is Confidence.POSSIBLE
    return slip.atom.at, loose, not sure, slip.double, not slip.labelled


class Siblings:
    """Two statements, branches, entries, arguments ... of one shape, in one of which a name was not renamed."""

    scope: ClassVar[str] = "function"

    def __init__(self, layout: Layout, slip: Slip, model_layout: Layout | None = None) -> None:
        self._layout = layout
        self._model_layout = model_layout or layout
        self.slip = slip

    @classmethod
    def of(cls, owner: Function) -> Iterator[Siblings]:
        """The siblings of a function with a name that breaks their renaming, in the order of the text."""
        found = [*cls._inside(owner), *cls._between_methods(owner)]
        places = set()
        for each in sorted(found, key=_rank):
            if each.slip.atom.at not in places:
                places.add(each.slip.atom.at)
                yield each

    @classmethod
    def _inside(cls, owner: Function) -> Iterator[Siblings]:
        layout, siblings = Layout.of(owner), may_have_siblings(owner)
        told = () if siblings else [tells for tells in _QUESTIONS if tells(layout.script)]
        for find, tells in _FINDERS if siblings or told else ():
            if siblings or tells in told:
                yield from (cls(layout, slip) for slip in find(layout.row, layout.scope))

    @classmethod
    def _between_methods(cls, owner: Function) -> Iterator[Siblings]:
        for twin, renaming in twin_methods(owner):
            layout, other = Layout.of(owner), Layout.of(twin)
            for slip in left_in_copy(layout.row, layout.scope, other.row, renaming):
                yield cls(layout, slip, other)
        for model, renaming in copied_functions(owner):
            layout, other = Layout.of(owner), Layout.of(model)
            for slip in left_in_whole(layout.row, layout.scope, other.row, renaming):
                yield cls(layout, slip, other)
        for model in named_functions(owner):
            layout, other = Layout.of(owner), Layout.of(model)
            for slip in as_another(layout.row, other.row, owner.name, model.name):
                yield cls(layout, slip, other)

    @property
    def name(self) -> str:
        """The name that was not renamed."""
        return self.slip.atom.text

    @property
    def expected(self) -> str:
        """The name that the renaming asks for."""
        return self.slip.expected

    @property
    def reason(self) -> str:
        """Why another name is expected: "its sibling asks for `y2` (`x` becomes `y`)"."""
        if self.slip.kind is Kind.ASKED_BEFORE:
            told = "nothing comes to this branch"
            return f"{told}, which should ask for `{self.expected}`" if self.expected else told
        if self.slip.double:
            return f"one of the two should be `{self.expected}`"
        return "its sibling asks for `{}` (`{}` becomes `{}`)".format(self.expected, *self.slip.renaming)

    @property
    def advice(self) -> str:
        """What to write instead."""
        if not self.expected:
            return "ask for what this branch is for, or drop it"
        return f"write `{self.expected}`, or give the shared value a name that says that both use it"

    @property
    def model(self) -> str:
        """The sibling that the suspect is compared with: its source text on one line, cut short."""
        return self._model_layout.code(self.slip.model)

    @property
    def model_line(self) -> int:
        """The line of that sibling."""
        return self._model_layout.span(self.slip.model).line

    @property
    def evidence(self) -> Evidence:
        """What tells that the name should have been renamed, and how sure that is."""
        slip, layout = self.slip, self._layout
        uses, at = layout.scope.uses, slip.suspect.start
        told = Told(
            slip,
            self._reversed_on_purpose,
            layout.is_of_test,
            self._often_equal,
            explained=layout.is_explained(slip.atom, self.expected),
            in_evaluation=layout.serves_as_training(self.name, self.expected),
            left_over=slip.unread and not slip.partners and uses.is_literal(self.expected, at),
            taken_along=slip.unread and uses.is_taken_along(self.expected, at),
        )
        return evidence(told)

    @property
    def _reversed_on_purpose(self) -> bool:
        """Whether the function says that it exchanges the two (a flip, a transposition)."""
        return self._layout.reverses and is_reversible(family(*self.slip.renaming))

    @property
    def _often_equal(self) -> bool:
        """Whether the two can well be the same thing: sizes in and out, attention to itself, or no known pair.

        A query is its own key and value, and a key the value, but no value is a key.
        """
        name = family(*self.slip.renaming)
        return name in (None, "flow") or (name == "attention" and precedes(*self.slip.asked))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The sibling, and the expected name where it is bound."""
        before = "it is asked here" if self.slip.kind is Kind.ASKED_BEFORE else "its sibling"
        found = [Step(f"{before}: `{self.model}`", self._model_layout.span(self.slip.model))]
        bound = self._layout.binding(self.expected, self.slip.suspect.start)
        if self.slip.unread and bound is not None:
            found.append(Step(f"`{self.expected}` is bound here and not read after", bound))
        return tuple(found)

    def report(
        self, *, confidence: Confidence, advice: str = "", because: Iterable[Step] = (), **values: object
    ) -> Report:
        """A report at the name that was not renamed."""
        return Report(self._layout.span(self.slip.atom), values, confidence, advice, tuple(because))
