"""The range of a polynomial over variables whose ranges are known.

A polynomial in which no variable is raised takes its extremes at the corners of the box that its variables span, so
these are exact: `a*t + b*(1-t)` with t in [0, 1] lies between a and b. One variable may be raised (up to its cube);
its turning points are looked at too. Anything else falls back on the arithmetic of intervals, term by term.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Generic, TypeVar

from mlint.facts.domain import intervals
from mlint.facts.domain.intervals import REALS, Basis, End, Interval, between

Name = TypeVar("Name")

# Infinite ends stand as this number in the sums: a power of two, so that equal products cancel exactly.
_FAR = 2.0**100
_INFINITE = 2.0**60
MAX_VARIABLES = 6
_MAX_DEGREE = 8


@dataclass(slots=True, unsafe_hash=True)
class Variable:
    """What is known of a variable. `sources` are what it was computed from: two that share one may be correlated.

    `family` names an array, for the array itself (`rank` 1) and for its own minimum (0), maximum (2) and mean (1): of
    these it is known how they compare.
    """

    range: Interval | None
    sources: frozenset[object] = field(default=frozenset())
    family: object = None
    rank: int = 1


@dataclass(slots=True)
class _Axis:
    """A variable as the corners see it: its two ends, and the power to which it is raised where that is always one."""

    ends: tuple[End, End]
    variable: Variable
    curved: bool = False


Monomials = Sequence[tuple[tuple[tuple[Name, int], ...], Fraction]]


def extent(monomials: Monomials[Name], variables: Mapping[Name, Variable]) -> Interval | None:
    """The range of the sum of `coefficient * product(variable ** power)`; None where nothing is known."""
    names = list(dict.fromkeys(name for powers, _ in monomials for name, _ in powers))
    axes = {name: _axis(name, monomials, variables[name]) for name in names}
    nan = any(variable.range is not None and variable.range.nan for variable in (variables[name] for name in names))
    known = [axis for axis in axes.values() if axis is not None]
    degree = max((sum(abs(power) for _, power in powers) for powers, _ in monomials), default=0)
    too_curved = len(known) < len(axes) or sum(axis.curved for axis in known) > 1
    if too_curved or len(names) > MAX_VARIABLES or degree > _MAX_DEGREE:
        return _term_by_term(monomials, variables)
    found = _Box({name: axis for name, axis in axes.items() if axis is not None}, monomials).range()
    if found.low == -math.inf and found.high == math.inf and found.basis is Basis.HULL:
        return None
    return Interval(found.low, found.high, found.low_basis, found.high_basis, nan)


def _powers(name: Name, monomials: Monomials[Name]) -> set[int]:
    return {power for powers, _ in monomials for other, power in powers if other == name}


def _axis(name: Name, monomials: Monomials[Name], variable: Variable) -> _Axis | None:
    reach = REALS.resting_on(Basis.HULL) if variable.range is None else variable.range
    powers = _powers(name, monomials)
    if powers == {1}:
        return _Axis((reach.lower, reach.upper), variable)
    if len(powers) == 1:
        raised = _raised(reach, powers.pop())
        return None if raised is None else _Axis((raised.lower, raised.upper), variable)
    if powers <= {1, 2, 3} and reach.bounded:
        return _Axis((reach.lower, reach.upper), variable, curved=True)
    return None


def _raised(reach: Interval, power: int) -> Interval | None:
    raised = intervals.power(reach, intervals.point(abs(power)))
    if raised is None or power > 0:
        return raised
    return intervals.over(intervals.point(1.0), raised)


def _term_by_term(monomials: Monomials[Name], variables: Mapping[Name, Variable]) -> Interval | None:
    total = intervals.point(0.0)
    for powers, coefficient in monomials:
        part = intervals.point(float(coefficient))
        for name, power in powers:
            reach = variables[name].range
            raised = None if reach is None else _raised(reach, power)
            if raised is None:
                return None
            part = intervals.times(part, raised)
        total = intervals.plus(total, part)
    if len(monomials) == 1 and len(monomials[0][0]) == 1:
        return total
    return total.resting_on(Basis.HULL) if total.low > -math.inf or total.high < math.inf else total


class _Box(Generic[Name]):
    """The corners of the box, and which of them can be reached."""

    def __init__(self, axes: Mapping[Name, _Axis], monomials: Monomials[Name]) -> None:
        self.names = list(axes)
        self.axes = [axes[name] for name in self.names]
        places = {name: place for place, name in enumerate(self.names)}
        self.parts = [
            (float(coefficient), [(places[name], power) for name, power in powers]) for powers, coefficient in monomials
        ]
        self.ordered = self._orders()

    def _orders(self) -> list[tuple[int, int]]:
        """Pairs of axes of which the first is never greater, where the sum is linear in that family."""
        pairs = []
        for first, low in enumerate(self.axes):
            for second, high in enumerate(self.axes):
                a, b = low.variable, high.variable
                if a.family is not None and a.family == b.family and a.rank < b.rank and self._linear(a.family):
                    pairs.append((first, second))
        return pairs

    def _linear(self, family: object) -> bool:
        members = [
            [power for place, power in part if self.axes[place].variable.family == family] for _, part in self.parts
        ]
        return all(powers in ([], [1]) for powers in members)

    def range(self) -> Interval:
        """The hull of all corners that can be reached."""
        corners = [(self._value(corner), corner) for corner in self._corners()]
        low = min(value for value, _ in corners)
        high = max(value for value, _ in corners)
        return between(
            self._end(low, [corner for value, corner in corners if value == low]),
            self._end(high, [corner for value, corner in corners if value == high]),
        )

    def _corners(self) -> Iterator[tuple[End, ...]]:
        choices = [self._choices(axis) for axis in self.axes]
        for corner in product(*choices):
            if all(corner[first][0] <= corner[second][0] for first, second in self.ordered):
                yield from self._turning(corner)

    def _choices(self, axis: _Axis) -> tuple[End, ...]:
        low, high = axis.ends
        if axis.curved:
            return (low,)
        return (_near(low),) if low[0] == high[0] else (_near(low), _near(high))

    def _turning(self, corner: tuple[End, ...]) -> Iterator[tuple[End, ...]]:
        """The corner, and along the axis that is curved its other end and the turning points between."""
        curved = next((place for place, axis in enumerate(self.axes) if axis.curved), None)
        if curved is None:
            yield corner
            return
        low, high = self.axes[curved].ends
        basis = min(low[1], high[1])
        for place in (low, high, *((turn, basis) for turn in self._turns(corner, curved) if low[0] < turn < high[0])):
            yield (*corner[:curved], place, *corner[curved + 1 :])

    def _turns(self, corner: tuple[End, ...], curved: int) -> list[float]:
        a = [0.0] * 4
        for coefficient, part in self.parts:
            power = sum(power for place, power in part if place == curved)
            a[power] += coefficient * math.prod(corner[place][0] for place, _ in part if place != curved)
        # The derivative: a[1] + 2 a[2] x + 3 a[3] x^2
        if a[3] == 0:
            return [-a[1] / (2 * a[2])] if a[2] else []
        under = a[2] * a[2] - 3 * a[1] * a[3]
        return [(-a[2] + sign * math.sqrt(under)) / (3 * a[3]) for sign in (-1, 1)] if under >= 0 else []

    def _value(self, corner: tuple[End, ...]) -> float:
        found = math.fsum(
            coefficient * math.prod(self._factor(corner, place, power) for place, power in part)
            for coefficient, part in self.parts
        )
        return math.copysign(math.inf, found) if abs(found) > _INFINITE else found

    def _factor(self, corner: tuple[End, ...], place: int, power: int) -> float:
        value = corner[place][0]
        return float(value**power) if self.axes[place].curved else value

    def _end(self, value: float, corners: list[tuple[End, ...]]) -> End:
        if math.isinf(value):
            return value, max((self._unbounded(corner) for corner in corners), default=Basis.HULL)
        if any(self._correlated(place) for place in range(len(self.axes))):
            return value, Basis.HULL
        return value, max(self._supported(corner, value) for corner in corners)

    def _supported(self, corner: tuple[End, ...], value: float) -> Basis:
        """What a finite end rests on: the weakest of the variables that move it."""
        basis = Basis.SEEN
        for place, (_, rests_on) in enumerate(corner):
            if rests_on < basis and self._moves(corner, place, value):
                basis = rests_on
        return basis

    def _moves(self, corner: tuple[End, ...], place: int, value: float) -> bool:
        ends = map(_near, self.axes[place].ends)
        return any(self._value((*corner[:place], end, *corner[place + 1 :])) != value for end in ends)

    def _unbounded(self, corner: tuple[End, ...]) -> Basis:
        """What an infinite end rests on: the best of the variables without end that lead there by themselves.

        Whatever the others are, a variable that goes both ways without end makes the sum do so, unless its factor is
        zero; one that goes one way needs its factor's sign, which rests on the others.
        """
        best = Basis.HULL
        if all(coefficient > 0 for coefficient, _ in self.parts) and all(axis.ends[0][0] >= 0 for axis in self.axes):
            return max([rests_on for far, rests_on in corner if far >= _FAR], default=best)  # nothing takes away again
        for place, (far, rests_on) in enumerate(corner):
            if abs(far) < _FAR or rests_on <= best or self._correlated(place):
                continue
            low, high = self.axes[place].ends
            both_ways = low[0] == -math.inf and high[0] == math.inf
            if rests_on is Basis.FREE and not self._acts_on_known(place):
                continue
            others = [basis for other, (_, basis) in enumerate(corner) if other != place and self._shares(place, other)]
            best = max(best, rests_on if both_ways else min([rests_on, *others]))
        return best

    def _acts_on_known(self, place: int) -> bool:
        """Whether a parameter meets something of which more is known: a gain on an image, or what only it decides."""
        for _, part in self.parts:
            if all(index != place for index, _ in part):
                continue
            others = [axis for index, axis in enumerate(self.axes) if index != place]
            if len(part) > 1:
                others = [self.axes[index] for index, _ in part if index != place]
            reaches = [axis.variable.range for axis in others]
            if None not in reaches and any(reach is not None and reach.bounded for reach in reaches):
                return True
        return len(self.axes) == 1

    def _shares(self, place: int, other: int) -> bool:
        return any({place, other} <= {index for index, _ in part} for _, part in self.parts)

    def _correlated(self, place: int) -> bool:
        mine = self.axes[place].variable
        return any(
            other != place
            and not mine.sources.isdisjoint(axis.variable.sources)
            and (mine.family is None or mine.family != axis.variable.family)
            for other, axis in enumerate(self.axes)
        )


def _near(end: End) -> End:
    return (math.copysign(_FAR, end[0]), end[1]) if math.isinf(end[0]) else end
