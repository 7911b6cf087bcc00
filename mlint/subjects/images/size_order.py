"""Sizes and places in a picture that are used in the wrong order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mlint.facts.around.callees import called, passed_for
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.layout.along import Along, Side
from mlint.facts.layout.crossed import crossings
from mlint.facts.layout.measures import BOX, Measures
from mlint.facts.layout.points import POINT
from mlint.facts.layout.results import may_measure, passed_on, results, says_sizes
from mlint.facts.layout.sides import Crossed, side_said
from mlint.facts.layout.triage import may_cross
from mlint.facts.layout.turned import is_for_turning, turns
from mlint.facts.pairs.names.roles import is_size
from mlint.facts.pairs.names.words import split
from mlint.facts.project.units import Unit
from mlint.rule import Step
from mlint.subjects.owners import Function
from mlint.subjects.placed import Placed

_COORDINATES = ("x", "y")
_AS_ROWS = frozenset(("argwhere", "where", "nonzero"))


class SizeOrder(Placed):
    """Two numbers that count along the two sides of one picture, each in the place of the other.

    Where variables are named for the wrong side it stands where they are bound, and not where they are used.
    """

    def __init__(self, function: Function, crossed: Crossed, accesses: Accesses) -> None:
        self._crossed = crossed
        self._accesses = accesses
        super().__init__(function, crossed.at if crossed.misnamed is None else crossed.misnamed[0].bound)

    @classmethod
    def of(cls, owner: Function) -> Iterator[SizeOrder]:
        """The exchanged sides of a function and of what is nested in it: one a place, and one of all indices alike.

        Nothing is lowered where the text tells that no two sides can meet what takes them.
        """
        if not may_cross("\n".join(owner.lines), owner.words):
            return
        seen: set[object] = set()
        for body in owner.bodies:
            calls = _Calls(owner, Accesses(body))
            measures = Measures(calls.accesses, owner.value, calls.results)
            for crossed in crossings(calls.accesses, measures, calls.library, calls.passed):
                found = cls(owner, crossed, calls.accesses)
                place = (crossed.taker, crossed.first, crossed.second) if found.is_index else found.at
                if seen.isdisjoint((place, found.at)):
                    seen |= {place, found.at}
                    yield found

    @property
    def taker(self) -> str | None:
        """What takes the two, as a name; empty for a dictionary; None where the names alone are wrong, and right on
        another way."""
        return self._crossed.taker

    @property
    def wants(self) -> tuple[str, str]:
        """What is wanted of the two: `("width", "height")`."""
        return self._crossed.wants

    @property
    def misnamed(self) -> tuple[str, str] | None:
        """The names of both, where these say the sides wrongly."""
        found = self._crossed.misnamed
        return None if found is None else (found[0].text, found[1].text)

    @property
    def is_by_letters(self) -> bool:
        """Whether they are misnamed by letters of coordinates, which count from where one likes."""
        return self.misnamed is not None and not any(is_size(word) for name in self.misnamed for word in split(name))

    @property
    def picture(self) -> str:
        """The code of what was measured."""
        return self.function.code(self._crossed.first.thing)

    @property
    def is_index(self) -> bool:
        """Whether they are an index of the picture itself."""
        return isinstance(self.function.instructions.get(self._crossed.at), (ir.Item, ir.StoreItem))

    @property
    def is_of_box(self) -> bool:
        """Whether they are those of a box, which a call gives as x, y, width and height."""
        return self._crossed.first.of.startswith(BOX)

    @property
    def is_of_point(self) -> bool:
        """Whether they are a point (x, y) for another call."""
        return self._crossed.first.of.startswith(POINT)

    @property
    def is_seen(self) -> bool:
        """Whether something shows that what takes them is a picture with its rows first."""
        return self._crossed.seen

    @property
    def is_named_so(self) -> bool:
        """Whether a function of the project that takes the two by name makes an array of them with the width first:
        its names are wrong throughout, and what it makes is right."""
        fact = self.function.facts.calls.get(self._crossed.at)
        unit = None if fact is None else called(self.function.file.engine, fact)
        names = r"\s*,\s*".join(re.escape(each) for each in self.wants)
        return unit is not None and re.search(rf"[(\[]\s*{names}\b", unit.text) is not None

    @property
    def is_turned(self) -> bool:
        """Whether the function exchanges the sides on purpose: by its name, or since it turns the picture.

        A point lies where it lies, whatever is turned about it. The box around points that are found as rows and
        columns has its sides exchanged itself.
        """
        if self.wants[0] in _COORDINATES:
            return False
        if self.is_of_box and not _AS_ROWS.isdisjoint(self.function.words):
            return True
        return is_for_turning(self.function.name) or turns(self._accesses, self._crossed.first.of)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Where the two were measured, and what takes them."""
        crossed = self._crossed
        if self.is_of_box:
            return (Step(f"`{self.picture}` gives x before y", self.function.span(crossed.first.at)),)
        if self.is_of_point:
            return (Step(f"`{self.picture}` takes them as (x, y)", self.function.span(crossed.first.at)),)
        both = [(self._spelled(each), self.function.span(each.at)) for each in (crossed.first, crossed.second)]
        if crossed.first.at == crossed.second.at:
            found = [Step(f"`{both[0][0]}` and `{both[1][0]}`, in this order", both[0][1])]
        else:
            found = [Step(f"`{code}`", span) for code, span in both]
        do = "are" if crossed.taker is None else "go as"
        used = [Step(f"here they {do} ({', '.join(self.wants)})", self.function.span(crossed.at))]
        return (*found, *(used if crossed.misnamed is not None else ()))

    @property
    def sides(self) -> tuple[str, str]:
        """The height and the width of the picture, as one writes them: `("image.shape[0]", "image.shape[1]")`."""
        crossed = self._crossed
        height_first = side_said(crossed.wants[0]) is Side.WIDTH
        both = (crossed.first, crossed.second) if height_first else (crossed.second, crossed.first)
        return self._spelled(both[0]), self._spelled(both[1])

    def _spelled(self, along: Along) -> str:
        op = self.function.instructions.get(along.at)
        if isinstance(op, ir.Call) and op.arguments and all(each.value != along.thing for each in op.arguments):
            return self.function.code(along.at)  # `x.size(2)`
        thing = self.function.code(along.thing)
        return f"{thing}.{along.mark.value}" if isinstance(along.mark, Side) else f"{thing}.shape[{along.mark}]"


class _Calls:
    """The calls of a body, and the functions that they run. Nothing is evaluated before something is asked."""

    def __init__(self, owner: Function, accesses: Accesses) -> None:
        self._owner = owner
        self.accesses = accesses

    def library(self, call: ir.Call) -> str | None:
        """The dotted name of the library function or method that is called."""
        fact = self._owner.facts.calls.get(call.target)
        return None if fact is None else fact.entry.name if fact.entry is not None else fact.callee.symbol

    def _unit(self, call: ir.Call) -> tuple[Unit, Mapping[str, int]] | None:
        """The function of the project that is called, and what goes to which of its parameters."""
        fact = self._owner.facts.calls.get(call.target)
        unit = None if fact is None else called(self._owner.file.engine, fact)
        return None if fact is None or unit is None else (unit, passed_for(unit, call, fact))

    def passed(self, call: ir.Call) -> Mapping[str, int] | None:
        """What goes to which parameter of a function of the project."""
        found = self._unit(call)
        return None if found is None else found[1]

    def results(self, call: ir.Call, count: int) -> Sequence[Along | None] | None:
        """What so many values that a function of the project gives count along."""
        found = self._unit(call) if says_sizes(self.accesses.temporaries.callee_name(call)) else None
        if found is None or not may_measure(found[0]):
            return None
        items = results(self._owner.file.engine, found[0], count)
        return None if items is None else [passed_on(call, each, found[1], self.accesses) for each in items]
