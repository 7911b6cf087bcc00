from __future__ import annotations

import math
import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.facts.domain.intervals import REALS, Basis, Interval
from mlint.facts.domain.polynomials import MAX_NODES, Term, leaf, literal
from mlint.facts.domain.terms import atoms, interval_of, substitute, term

X, Y, T = leaf("x"), leaf("y"), leaf("t", Interval(0, 1))
A, B = leaf("a", Interval(0, 255)), leaf("b", Interval(0, 255))


def made(op: str, *arguments: Term | float) -> Term:
    built = term(op, *(each if isinstance(each, Term) else literal(each) for each in arguments))
    assert built is not None
    return built


def ends(whole: Term) -> tuple[float, float] | None:
    return None if whole.range is None else (whole.range.low, whole.range.high)


def test_equal_values_have_equal_terms() -> None:
    assert made("*", made("/", X, 255), 255) == X
    assert made("-", X, X) == literal(0)
    assert made("+", X, Y) == made("+", Y, X)
    assert made("/", made("*", X, Y), Y) == X
    assert made("max", made("-", X, made("min", X))) == made("-", made("max", X), made("min", X))


def test_blends_are_convex() -> None:
    blends = [
        made("+", made("*", A, T), made("*", B, made("-", 1, T))),
        made("+", A, made("*", T, made("-", B, A))),
        made("blend", A, T, B, made("-", 1, T), 0),
        made("lerp", A, B, T),
    ]
    assert [ends(blend) for blend in blends] == [(0, 255)] * 4
    assert all(blend.range is not None and blend.range.basis is Basis.SEEN for blend in blends)


def test_a_blend_with_an_unbounded_weight_is_unbounded() -> None:
    factor = leaf("f", Interval(-math.inf, math.inf, Basis.FREE))
    blend = made("+", made("*", A, factor), made("*", B, made("-", 1, factor)))
    assert blend.range == Interval(-math.inf, math.inf, Basis.FREE)


@pytest.mark.parametrize(
    ("top", "bottom", "expected"),
    [
        (made("-", X, made("min", X)), made("-", made("max", X), made("min", X)), (0, 1)),
        (made("-", X, made("min", X)), made("+", made("-", made("max", X), made("min", X)), 1e-8), (0, 1)),
        (made("*", 255, made("-", X, made("min", X))), made("-", made("max", X), made("min", X)), (0, 255)),
        (A, made("max", A), (0, 1)),
        (X, made("max", made("abs", X)), (-1, 1)),
        (X, made("max", X), None),
    ],
)
def test_what_is_scaled_by_its_own_extremes(top: Term, bottom: Term, expected: tuple[float, float] | None) -> None:
    assert ends(made("/", top, bottom)) == expected


def test_an_array_and_its_own_extremes() -> None:
    assert ends(made("-", A, made("min", A))) == (0, 255)
    assert ends(made("-", A, made("mean", A))) == (-255, 255)
    assert ends(made("-", X, made("min", X))) == (0, math.inf)


def test_gray_weights_sum_to_one() -> None:
    gray = made("+", made("+", made("*", 0.299, A), made("*", 0.587, B)), made("*", 0.114, leaf("c", Interval(0, 255))))
    assert ends(gray) == (0, 255)


def test_turning_points_are_found() -> None:
    smooth = made("*", made("*", T, T), made("-", 3, made("*", 2, T)))
    assert ends(smooth) == (0, 1)
    assert ends(made("*", T, made("-", 1, T))) == (0, 0.25)


def test_noise_makes_anything_unbounded() -> None:
    assert made("+", X, leaf("n", REALS)).range == REALS


def test_assumptions_reach_inside_functions() -> None:
    whole = made("*", made("sqrt", X), 2)
    found = interval_of(whole, {X: Interval(0, 9)})
    assert found is not None
    assert (found.low, found.high) == (0, 6)


def test_a_leaf_remembers_what_it_was_computed_from() -> None:
    gray = leaf("gray", Interval(0, 255), sources=A.sources)
    mixed = made("-", made("*", A, 1.5), made("*", gray, 0.5))
    assert mixed.range is not None
    assert mixed.range.basis is Basis.HULL


def test_terms_stay_small() -> None:
    grown = X
    for step in range(200):
        grown = made("*", made("sin", made("+", grown, leaf(step))), leaf(("f", step)))
    assert grown.size <= 3 * MAX_NODES


def test_substitution() -> None:
    whole = made("+", made("*", X, 2), made("sqrt", Y))
    known: Mapping[Term, Term] = {X: A, Y: literal(4)}
    found = substitute(whole, known.get)
    assert found == made("+", made("*", A, 2), made("sqrt", 4))
    assert substitute(whole, {X: A}.get) is None
    assert atoms(whole) == {X, Y}


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> tuple[Term, object]:
    """A term over a, b and t, and the Python function that it stands for."""
    names = {"a": A, "b": B, "t": T}
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from([*names, "#"]))
        if name == "#":
            value = draw(st.sampled_from([0.0, 1.0, 2.0, 255.0, -1.0, 0.5]))
            return literal(value), lambda **_: value
        return names[name], lambda **values: values[name]
    op = draw(st.sampled_from(["+", "-", "*", "minimum", "maximum", "abs", "sqrt"]))
    left, f = draw(expressions(depth=depth - 1))
    right, g = draw(expressions(depth=depth - 1))
    if op in ("abs", "sqrt"):
        absolute = made("abs", left)
        if op == "abs":
            return absolute, lambda **v: abs(f(**v))  # type: ignore[operator]
        return made("sqrt", absolute), lambda **v: math.sqrt(abs(f(**v)))  # type: ignore[operator]
    operations = {
        "+": lambda x, y: x + y,
        "-": lambda x, y: x - y,
        "*": lambda x, y: x * y,
        "minimum": min,
        "maximum": max,
    }
    return made(op, left, right), lambda **v: operations[op](f(**v), g(**v))  # type: ignore[operator]


@given(expressions(), st.floats(0, 255), st.floats(0, 255), st.floats(0, 1))
def test_every_value_lies_in_the_range(pair: tuple[Term, object], a: float, b: float, t: float) -> None:
    whole, concrete = pair
    value = concrete(a=a, b=b, t=t)  # type: ignore[operator]
    reach = whole.range
    if reach is None:
        return
    slack = 1e-6 * max(1.0, abs(value), *(abs(end) for end in (reach.low, reach.high) if math.isfinite(end)))
    assert reach.low - slack <= value <= reach.high + slack


@given(expressions())
def test_a_seen_end_of_a_polynomial_occurs(pair: tuple[Term, object]) -> None:
    """Of sums and products of strangers each end is taken at a corner."""
    whole, concrete = pair
    reach = whole.range
    if reach is None or not reach.bounded or reach.basis is not Basis.SEEN or re.search(r"\w\(", whole.key):
        return  # a function of strangers that come twice need not come to its end
    steps = [step / 16 for step in range(17)]
    grid = [(255 * a, 255 * b, t) for a in steps for b in steps for t in steps]
    values = [concrete(a=float(a), b=float(b), t=t) for a, b, t in grid]  # type: ignore[operator]
    width = max(1.0, reach.high - reach.low)
    assert min(values) <= reach.low + 0.02 * width
    assert max(values) >= reach.high - 0.02 * width


def test_the_sum_of_an_array_is_no_polynomial() -> None:
    whole = made("sum", leaf("p"), literal(1))
    assert substitute(whole, lambda each: A if each == leaf("p") else each) == made("sum", A, literal(1))
    assert interval_of(whole, {leaf("p"): Interval(-1, 1)}) == REALS.resting_on(Basis.HULL)
    assert made("-", whole, whole) == literal(0)
    assert made("*", whole, 2) != literal(0)
