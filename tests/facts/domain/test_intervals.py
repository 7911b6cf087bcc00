from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.facts.domain import intervals
from mlint.facts.domain.intervals import REALS, Basis, Interval, between, number

NUMBERS = st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, -1.0, 255.0])


@st.composite
def reaches(draw: st.DrawFn) -> Interval:
    low, high = sorted(0.0 if abs(end) < 1e-9 else end for end in (draw(NUMBERS), draw(NUMBERS)))
    bases = st.sampled_from(list(Basis))
    ends = [(low, draw(bases)), (high, draw(bases))]
    if draw(st.integers(0, 5)) == 0:
        ends[0] = (-math.inf, ends[0][1])
    if draw(st.integers(0, 5)) == 0:
        ends[1] = (math.inf, ends[1][1])
    return between(ends[0], ends[1], draw(st.booleans()))


def inside(draw: st.DataObject, reach: Interval) -> float:
    value = draw.draw(st.floats(max(reach.low, -1e9), min(reach.high, 1e9)))
    # Quotients of numbers next to zero leave what a float can hold.
    return reach.low if 0 < abs(value) < 1e-9 and not math.isinf(reach.low) else value


def near(value: float, reach: Interval | None) -> bool:
    if reach is None:
        return True
    slack = 1e-6 * max(1.0, abs(value))
    return reach.low - slack <= value <= reach.high + slack


@given(reaches(), reaches(), reaches())
def test_join_is_a_join(a: Interval, b: Interval, c: Interval) -> None:
    assert a.join(a) == a
    assert a.join(b) == b.join(a)
    assert a.join(b).join(c) == a.join(b.join(c))
    joined = a.join(b)
    assert joined.low <= a.low
    assert a.high <= joined.high
    assert joined.nan or not a.nan


@given(reaches(), st.lists(reaches(), max_size=8))
def test_widening_bounds_and_ends(start: Interval, turns: list[Interval]) -> None:
    now, changes = start, 0
    for turn in turns:
        newer = now.join(turn)
        wide = now.widen(newer)
        assert wide.low <= newer.low
        assert newer.high <= wide.high
        changes += (wide.low, wide.high) != (now.low, now.high)
        now = wide
    assert changes <= 2


@given(reaches(), reaches())
def test_a_meet_lies_in_both_or_gives_up(a: Interval, b: Interval) -> None:
    met = a.meet(b)
    assert met == a or (met.low >= max(a.low, b.low) and met.high <= min(a.high, b.high))


@pytest.mark.parametrize(
    ("operation", "concrete"),
    [
        (intervals.plus, lambda x, y: x + y),
        (intervals.minus, lambda x, y: x - y),
        (intervals.times, lambda x, y: x * y),
        (intervals.over, lambda x, y: x / y),
        (intervals.floor_division, lambda x, y: x // y),
        (intervals.modulo, lambda x, y: x % y),
        (intervals.lesser, min),
        (intervals.greater, max),
    ],
)
@given(a=reaches(), b=reaches(), data=st.data())
def test_arithmetic_holds_every_result(operation, concrete, a: Interval, b: Interval, data: st.DataObject) -> None:  # type: ignore[no-untyped-def]
    x, y = inside(data, a), inside(data, b)
    result = operation(a, b)
    try:
        value = concrete(x, y)
    except ZeroDivisionError:
        assert result is None or result.nan or not result.bounded
        return
    assert near(value, result)


@given(a=reaches(), power=st.integers(0, 4), data=st.data())
def test_whole_powers_hold_every_result(a: Interval, power: int, data: st.DataObject) -> None:
    assert near(inside(data, a) ** power, intervals.power(a, intervals.point(power)))


@given(a=reaches(), data=st.data())
def test_absolute_and_negative(a: Interval, data: st.DataObject) -> None:
    x = inside(data, a)
    assert near(abs(x), intervals.absolute(a))
    assert near(-x, intervals.negate(a))


def test_an_end_keeps_what_it_rests_on() -> None:
    seen, hull = Interval(0, 382.5), Interval(-5, 100, Basis.HULL)
    joined = seen.join(hull)
    assert [joined.lower, joined.upper] == [(-5, Basis.HULL), (382.5, Basis.SEEN)]


def test_division_by_what_reaches_zero_is_unbounded() -> None:
    quotient = intervals.over(Interval(0, 255), Interval(0, 2))
    assert (quotient.low, quotient.high, quotient.nan) == (0, math.inf, True)
    assert intervals.over(Interval(1, 2), Interval(-1, 1)).low == -math.inf


def test_empty_products_of_infinity() -> None:
    assert intervals.times(REALS, Interval(0, 0)) == Interval(0, 0)


@pytest.mark.parametrize(("value", "text"), [(382.5, "382.5"), (255.0, "255"), (-math.inf, "-inf"), (1e20, "1e+20")])
def test_numbers_as_messages_show_them(value: float, text: str) -> None:
    assert number(value) == text
