"""Siblings with one name that was not renamed, as rules see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from mlint.facts.pairs.added import left_short
from mlint.facts.pairs.agreed import unlike_keys
from mlint.facts.pairs.aligned import out_of_line
from mlint.facts.pairs.alike import bound_alike
from mlint.facts.pairs.asked_twice import asked_twice
from mlint.facts.pairs.at_once import bound_at_once
from mlint.facts.pairs.beside import told_beside
from mlint.facts.pairs.columns import columns
from mlint.facts.pairs.copied import left_in_whole
from mlint.facts.pairs.doubles import doubles
from mlint.facts.pairs.fourth import fourth_of_four
from mlint.facts.pairs.idle_parts import idle_parts
from mlint.facts.pairs.indices import indices, stopped
from mlint.facts.pairs.itself import against_itself
from mlint.facts.pairs.own_names import as_another
from mlint.facts.pairs.past_end import past_the_end
from mlint.facts.pairs.pointless import pointless
from mlint.facts.pairs.renewed import made_of_another
from mlint.facts.pairs.roles import family, is_reversible, precedes
from mlint.facts.pairs.same_parts import same_parts
from mlint.facts.pairs.side_elements import of_other_side
from mlint.facts.pairs.slip import Slip
from mlint.facts.pairs.slips import slips
from mlint.facts.pairs.stepped import left_out, set_twice
from mlint.facts.pairs.twice import twice
from mlint.facts.pairs.twins import left_in_copy
from mlint.facts.pairs.unfilled import unfilled
from mlint.facts.pairs.zipped import taken_alone
from mlint.finding import Confidence
from mlint.rule import Report, Step
from mlint.subjects.owners import Function
from mlint.subjects.pairs.evidence import Evidence, Told, evidence, finder_says
from mlint.subjects.pairs.layouts import Layout, copied_functions, may_have_siblings, named_functions, twin_methods


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
        if may_have_siblings(owner):
            layout = Layout.of(owner)
            row, scope = layout.row, layout.scope
            found = (
                *slips(row, scope),
                *doubles(row, scope),
                *columns(row, scope),
                *left_short(row, scope),
                *bound_alike(row, scope),
                *bound_at_once(row, scope),
                *told_beside(row, scope),
                *indices(row),
                *of_other_side(row),
                *stopped(row),
                *idle_parts(row, scope),
                *same_parts(row, scope),
                *against_itself(row, scope),
                *made_of_another(row, scope),
                *past_the_end(row),
                *asked_twice(row, scope),
                *twice(row, scope),
                *fourth_of_four(row, scope),
                *taken_alone(row, scope),
                *pointless(row, scope),
                *out_of_line(row, scope),
                *unfilled(row, scope),
                *unlike_keys(row),
                *left_out(row, scope),
                *set_twice(row, scope),
            )
            yield from (cls(layout, slip) for slip in found)

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
        if self.slip.double:
            return f"one of the two should be `{self.expected}`"
        return "its sibling asks for `{}` (`{}` becomes `{}`)".format(self.expected, *self.slip.renaming)

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
        return evidence(Told(self.slip, self._reversed_on_purpose, self._layout.is_of_test, self._often_equal))

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
        found = [Step(f"its sibling: `{self.model}`", self._model_layout.span(self.slip.model))]
        bound = self._layout.binding(self.expected, self.slip.suspect.start)
        if self.slip.unread and bound is not None:
            found.append(Step(f"`{self.expected}` is bound here and not read after", bound))
        return tuple(found)

    def report(
        self, *, confidence: Confidence, advice: str = "", because: Iterable[Step] = (), **values: object
    ) -> Report:
        """A report at the name that was not renamed."""
        return Report(self._layout.span(self.slip.atom), values, confidence, advice, tuple(because))
