"""Intervals of numbers: what each end rests on, how two are joined, and arithmetic on the ends.

The arithmetic is right at infinities, for empty products (`0 * inf` is 0: an infinite end is only approached) and for
divisors that reach zero. It knows nothing of correlation: `minus(x, x)` is as wide as if the two were strangers. What
is correlated is resolved by `terms.py`.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mlint.facts.domain.records import replace


class Basis(enum.IntEnum):
    """What an end of an interval rests on.

    `SEEN`: constants, dtypes and library contracts; the end can occur (or be approached). `FREE`: a parameter of the
    function, or data from outside, that nothing in the code bounds. `HULL`: an over-approximation (joins, widening,
    lost relations): the value lies inside, but the end may never occur.
    """

    SEEN = 3
    FREE = 2
    HULL = 1


@dataclass(slots=True, unsafe_hash=True)
class Interval:
    """A closed interval of numbers; `low` may be -inf, `high` may be inf; `nan` when not-a-number can occur.

    `Interval(0, 1, Basis.FREE)` gives both ends that basis; `high_basis` is never None once it is made.
    """

    low: float
    high: float
    low_basis: Basis = Basis.SEEN
    high_basis: Basis | None = None
    nan: bool = False

    def __post_init__(self) -> None:
        if self.high_basis is None:
            self.high_basis = self.low_basis

    def __str__(self) -> str:
        return f"[{number(self.low)}, {number(self.high)}]"

    @property
    def basis(self) -> Basis:
        """What the whole rests on: the weaker of its ends."""
        return min(self.lower[1], self.upper[1])

    @property
    def lower(self) -> End:
        """The lower end with what it rests on."""
        return self.low, self.low_basis

    @property
    def upper(self) -> End:
        """The upper end with what it rests on."""
        return self.high, self.low_basis if self.high_basis is None else self.high_basis

    @property
    def bounded(self) -> bool:
        """Whether both ends are finite."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def is_point(self) -> bool:
        """Whether it holds one number only."""
        return self.low == self.high and math.isfinite(self.low)

    def leaves(self, low: float, high: float) -> bool:
        """Whether values outside [low, high] occur."""
        return self.low < low or self.high > high

    def within(self, low: float, high: float) -> bool:
        """Whether every value lies in [low, high]."""
        return low <= self.low and self.high <= high and not self.nan

    def resting_on(self, basis: Basis) -> Interval:
        """The same numbers, with no end resting on anything better than `basis`."""
        low, high = min(self.low_basis, basis), min(self.upper[1], basis)
        if (low, high) == (self.low_basis, self.high_basis):
            return self
        return replace(self, low_basis=low, high_basis=high)

    def join(self, other: Interval) -> Interval:
        """The hull of both. Each end rests on the side that it comes from."""
        return between(_lowest((self.lower, other.lower)), _highest((self.upper, other.upper)), self.nan or other.nan)

    def meet(self, other: Interval) -> Interval:
        """What lies in both, when both are true of one value; `self` where they contradict each other."""
        low, high = _highest((self.lower, other.lower)), _lowest((self.upper, other.upper))
        return between(low, high, self.nan and other.nan) if low[0] <= high[0] else self

    def widen(self, newer: Interval) -> Interval:
        """An end that has moved since the last turn of a loop goes to infinity, and rests on nothing seen."""
        low = (self.low, min(self.low_basis, newer.low_basis)) if newer.low >= self.low else (-math.inf, Basis.HULL)
        high = (self.high, min(self.upper[1], newer.upper[1])) if newer.high <= self.high else (math.inf, Basis.HULL)
        return between(low, high, self.nan or newer.nan)


End = tuple[float, Basis]
"""A number and what it rests on."""


def between(low: End, high: End, nan: bool = False) -> Interval:
    """The interval with these ends."""
    return Interval(low[0], high[0], low[1], high[1], nan)


def _lowest(ends: Iterable[End]) -> End:
    # Of equal ends the one that rests on more: it can occur by that way.
    return min(ends, key=lambda end: (end[0], -end[1]))


def _highest(ends: Iterable[End]) -> End:
    return max(ends, key=lambda end: (end[0], end[1]))


def number(value: float) -> str:
    """A number as a message shows it: `382.5`, `255`, `-inf`."""
    return str(int(value)) if math.isfinite(value) and value == int(value) and abs(value) < 1e15 else f"{value:g}"


def point(value: float) -> Interval:
    """The interval of one number."""
    return Interval(value, value)


REALS = Interval(-math.inf, math.inf)
"""Every number, and both directions really occur (the normal distribution)."""
NON_NEGATIVE = Interval(0.0, math.inf)
UNIT = Interval(0.0, 1.0)
BYTE = Interval(0.0, 255.0)


def _combined(operation: Callable[[float, float], float], left: Interval, right: Interval) -> Interval:
    """The hull of `operation` at the four corners: right where it is monotone in each argument."""
    corners = [
        (operation(a, b), min(left_basis, right_basis))
        for a, left_basis in (left.lower, left.upper)
        for b, right_basis in (right.lower, right.upper)
    ]
    return between(_lowest(corners), _highest(corners), left.nan or right.nan)


def plus(left: Interval, right: Interval) -> Interval:
    """`left + right` of strangers."""
    low, high = left.low + right.low, left.high + right.high
    nan = left.nan or right.nan or _opposite_infinities(left, right)
    return between(
        (-math.inf if math.isnan(low) else low, min(left.low_basis, right.low_basis)),
        (math.inf if math.isnan(high) else high, min(left.upper[1], right.upper[1])),
        nan,
    )


def _opposite_infinities(left: Interval, right: Interval) -> bool:
    # An infinite end is approached, not reached: inf - inf arises only where infinity itself is the value.
    return (left.low == math.inf and right.low == -math.inf) or (left.low == -math.inf == right.high)


def negate(value: Interval) -> Interval:
    """`-value`"""
    (low, low_basis), (high, high_basis) = value.lower, value.upper
    return Interval(-high, -low, high_basis, low_basis, value.nan)


def minus(left: Interval, right: Interval) -> Interval:
    """`left - right` of strangers."""
    return plus(left, negate(right))


def _product(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def times(left: Interval, right: Interval) -> Interval:
    """`left * right` of strangers."""
    return _combined(_product, left, right)


def _quotient(a: float, b: float) -> float:
    return 0.0 if math.isinf(b) or a == 0 else a / b


def over(left: Interval, right: Interval) -> Interval:
    """`left / right` of strangers. A divisor that reaches zero makes it unbounded, and not-a-number if 0/0 can be."""
    if right.low > 0 or right.high < 0:
        return _combined(_quotient, left, right)
    basis = min(left.basis, right.basis)
    nan = left.nan or right.nan or (left.low <= 0 <= left.high)
    if right.low == 0 and left.low >= 0:  # the smallest quotient is by the largest divisor
        smallest = _quotient(left.low, right.high) if right.high > 0 else 0.0
        return between((smallest, min(left.low_basis, right.upper[1])), (math.inf, basis), nan)
    return Interval(-math.inf, math.inf, basis, nan=nan)


def rounded(function: Callable[[float], float], value: Interval) -> Interval:
    """A monotone function that is defined everywhere, infinity included (`math.floor` need not be told of it)."""
    low, high = (end if math.isinf(end) else float(function(end)) for end in (value.low, value.high))
    return between((low, value.low_basis), (high, value.upper[1]), value.nan)


def monotone(function: Callable[[float], float], value: Interval, domain: Interval = REALS) -> Interval | None:
    """An increasing function on its domain; what lies outside of it becomes not-a-number. None where all does."""
    low, high = max(value.low, domain.low), min(value.high, domain.high)
    if low > high:
        return None
    nan = value.nan or value.low < domain.low or value.high > domain.high
    return between((_at(function, low), value.low_basis), (_at(function, high), value.upper[1]), nan)


def _at(function: Callable[[float], float], place: float) -> float:
    try:
        return float(function(place))
    except OverflowError:
        return math.inf
    except ValueError:  # the edge of the domain: log(0)
        return -math.inf


def absolute(value: Interval) -> Interval:
    """`abs(value)`"""
    if value.low >= 0:
        return value
    flipped = negate(value)
    if value.high <= 0:
        return flipped
    return between((0.0, Basis.SEEN), _highest((value.upper, flipped.upper)), value.nan)


def power(base: Interval, exponent: Interval) -> Interval | None:
    """`base ** exponent`; None where nothing can be said."""
    if exponent.is_point and exponent.low == int(exponent.low) and exponent.low >= 0:
        whole = int(exponent.low)
        reach = absolute(base) if whole % 2 == 0 else base
        return rounded(lambda end: _raised(end, whole), reach).resting_on(exponent.basis) if whole else point(1.0)
    if base.low < 0:
        if not exponent.is_point or exponent.low == int(exponent.low) or base.high < 0:
            return None
        base = replace(base, low=0.0, low_basis=Basis.SEEN, nan=True)  # a root of what is negative is no number
    if exponent.basis is not Basis.SEEN and exponent.low < 0 <= exponent.high:
        exponent = replace(exponent, low=0.0)  # a gamma: nobody passes a negative one
    if base.low == 0 and exponent.low < 0:
        return Interval(0.0, math.inf, min(base.basis, exponent.basis), nan=base.nan or exponent.nan)
    return _combined(_raised, base, exponent)


def _raised(base: float, exponent: float) -> float:
    try:
        if math.isinf(base) and exponent == 0:
            return 1.0
        return float(base**exponent)
    except OverflowError:
        return math.inf if base > 0 or exponent % 2 == 0 else -math.inf


def below(end: float, step: float = 0.0) -> float:
    """The largest number of those that lie `step` apart that is less; of all that there are, where `step` is 0."""
    return end - step if step else math.nextafter(end, -math.inf)


def floor_division(left: Interval, right: Interval) -> Interval:
    """`left // right`"""
    found = rounded(math.floor, over(left, right))
    ends = [end for each in (left, right) for end in (each.low, each.high) if math.isfinite(end)]
    if all(end == int(end) for end in ends) or not found.low:
        return found
    return replace(found, low=found.low - 1)  # 1.0 // 0.05 is 19.0, though 1.0 / 0.05 is 20.0


def modulo(left: Interval, right: Interval, integers: bool = False) -> Interval | None:
    """`left % right` with the sign of the divisor, as Python, numpy and torch have it."""
    nan = left.nan or right.nan or right.low <= 0 <= right.high
    step = 1.0 if integers else 0.0
    if right.low >= 0:
        if left.low >= 0 and left.high < right.low:
            return replace(left, nan=nan)
        high = min(right.upper, left.upper) if left.low >= 0 and left.high < right.high else right.upper
        top = below(high[0], step) if high[0] == right.high else high[0]
        return between((0.0, left.basis), (max(top, 0.0), min(high[1], left.basis)), nan)
    if right.high <= 0:
        return between((min(right.low + step, 0.0), min(right.low_basis, left.basis)), (0.0, left.basis), nan)
    return None


def lesser(left: Interval, right: Interval) -> Interval:
    """The elementwise minimum."""
    return between(_lowest((left.lower, right.lower)), _lowest((left.upper, right.upper)), left.nan or right.nan)


def greater(left: Interval, right: Interval) -> Interval:
    """The elementwise maximum."""
    return between(_highest((left.lower, right.lower)), _highest((left.upper, right.upper)), left.nan or right.nan)
