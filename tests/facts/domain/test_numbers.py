from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlint.facts.domain import comparisons, numbers, promotion
from mlint.facts.domain.conditions import constrained, constraints, refine
from mlint.facts.domain.intervals import REALS, Basis, Interval
from mlint.facts.domain.polynomials import leaf
from mlint.facts.domain.values import MISSING, UNKNOWN, Kind, Value, constant

np = pytest.importorskip("numpy")

DTYPES = ["uint8", "int16", "int32", "float32", "float64", "bool"]
OPERATORS = ["+", "-", "*", "/", "//", "%"]


def array(name: str, low: float, high: float, dtype: str = "float32", kind: Kind = Kind.ARRAY) -> Value:
    return numbers.named(Value(kind, dtype, Interval(low, high)), name)


def unknown(name: str) -> Value:
    return numbers.named(UNKNOWN, name)


IMAGE = array("image", 0, 255, "uint8")
FLOATS = numbers.convert(IMAGE, "float32")


@st.composite
def samples(draw: st.DrawFn, name: str) -> tuple[Value, object]:
    """An abstract array, and a concrete one that it describes."""
    dtype = draw(st.sampled_from(DTYPES))
    limit = promotion.limits(dtype) or Interval(-1000, 1000)
    whole = st.integers(int(limit.low), int(limit.high))
    low, high = sorted((draw(whole), draw(whole)))
    inside = st.integers(low, high) if promotion.is_integer(dtype) else st.floats(low, high, width=32)
    concrete = np.array(draw(st.lists(inside, min_size=3, max_size=3)), dtype=dtype)
    return array(name, low, high, dtype), concrete


def holds(value: Value, concrete: object) -> bool:
    """Whether what is known of the value is true of the concrete array."""
    result = np.asarray(concrete)
    if value.dtype in promotion.KNOWN:
        assert result.dtype == value.dtype
    reach = value.range
    finite = result[np.isfinite(result)] if result.dtype.kind == "f" else result
    if reach is None or finite.size == 0:
        return True
    slack = 1e-4 * max(1.0, float(np.abs(finite.astype("float64")).max()))
    return bool(reach.low - slack <= finite.min() and finite.max() <= reach.high + slack)


@settings(max_examples=300)
@given(samples("a"), samples("b"), st.sampled_from(OPERATORS))
def test_operators_as_numpy(a: tuple[Value, object], b: tuple[Value, object], op: str) -> None:
    if "bool" in (a[0].dtype, b[0].dtype) and op in ("-", "//", "%"):
        return
    with np.errstate(all="ignore"):
        concrete = eval(f"x {op} y", {"x": a[1], "y": b[1]})
    if op == "/" and not {"float32", "float64"} & {a[0].dtype, b[0].dtype}:
        concrete = concrete.astype("float64")  # numpy divides bytes in float16 or float64, as it was built
    value = numbers.binary(op, a[0], b[0])
    if "bool" in (a[0].dtype, b[0].dtype):
        value = Value(value.kind, None, value.range)
    assert holds(value, concrete)


@settings(max_examples=200)
@given(samples("a"), st.sampled_from([0, 1, 2, -3, 0.5, 255.0, 1e-3]), st.sampled_from(OPERATORS))
def test_operators_with_plain_numbers_as_numpy(a: tuple[Value, object], number: float, op: str) -> None:
    if a[0].dtype == "bool" or (a[0].dtype == "uint8" and number < 0):
        return
    with np.errstate(all="ignore"):
        concrete = eval(f"x {op} y", {"x": a[1], "y": number})
    assert holds(numbers.binary(op, a[0], constant(number)), concrete)


@settings(max_examples=200)
@given(samples("a"), st.sampled_from(DTYPES))
def test_casts_as_numpy(a: tuple[Value, object], dtype: str) -> None:
    with np.errstate(all="ignore"):
        concrete = np.asarray(a[1]).astype(dtype)
    assert holds(numbers.convert(a[0], dtype), concrete)


@given(samples("a"), st.sampled_from(["<", "<=", ">", ">=", "=="]), st.integers(-300, 300))
def test_masks_select_and_store(a: tuple[Value, object], op: str, limit: int) -> None:
    if a[0].dtype in ("bool", "uint8", "int16"):
        return
    concrete = np.asarray(a[1]).copy()
    mask = eval(f"x {op} y", {"x": concrete, "y": limit})
    condition = comparisons.compare(op, a[0], constant(limit))
    assert condition.dtype == "bool"
    concrete[mask] = 7
    assert holds(numbers.store(a[0], condition, constant(7)), concrete)


def reach(value: Value) -> tuple[float, float, Basis] | None:
    return None if value.range is None else (value.range.low, value.range.high, value.range.basis)


def test_a_gain_on_an_image_is_seen() -> None:
    bright = numbers.binary("*", FLOATS, constant(1.5))
    assert (bright.dtype, reach(bright)) == ("float32", (0, 382.5, Basis.SEEN))


def test_bytes_wrap() -> None:
    assert reach(numbers.binary("*", IMAGE, constant(2))) == (0, 255, Basis.SEEN)
    assert numbers.binary("+", IMAGE, IMAGE).dtype == "uint8"
    assert numbers.binary("*", IMAGE, constant(2.0)).dtype == "float64"
    tensor = array("t", 0, 255, "uint8", Kind.TENSOR)
    assert numbers.binary("*", tensor, constant(2.0)).dtype == "float32"


def test_correlated_operands() -> None:
    assert reach(numbers.binary("-", FLOATS, FLOATS)) == (0, 0, Basis.SEEN)
    assert reach(numbers.binary("*", FLOATS, FLOATS)) == (0, 65025, Basis.SEEN)
    gray = numbers.named(Value(Kind.ARRAY, "float32", Interval(0, 255)), "gray", [FLOATS])
    assert reach(numbers.binary("-", FLOATS, gray)) == (-255, 255, Basis.HULL)


def test_free_gain_and_noise() -> None:
    free = Value(Kind.NUMBER, "float", Interval(-math.inf, math.inf, Basis.FREE), leaf("f"))
    assert reach(numbers.binary("*", FLOATS, free)) == (-math.inf, math.inf, Basis.FREE)
    noise = numbers.named(Value(Kind.ARRAY, "float64", REALS), "noise")
    assert reach(numbers.binary("+", unknown("x"), noise)) == (-math.inf, math.inf, Basis.SEEN)
    assert reach(numbers.binary("*", unknown("x"), constant(255))) is None


def test_scaled_there_and_back() -> None:
    x = unknown("x")
    assert numbers.binary("*", numbers.binary("/", x, constant(255)), constant(255)).term == x.term


@pytest.mark.parametrize(
    ("op", "a", "b", "expected"),
    [("+", 1, 2, 3), ("**", 10, 10**10, MISSING), ("/", 1, 0, MISSING), ("<<", 1, 10**9, MISSING), ("<", 1, 2, True)],
)
def test_constants_fold_within_bounds(op: str, a: int, b: int, expected: object) -> None:
    fold = comparisons.compare if op == "<" else numbers.binary
    assert fold(op, constant(a), constant(b)).const == expected


def test_casts_to_bytes() -> None:
    wide = numbers.binary("*", FLOATS, constant(1.5))
    assert reach(numbers.convert(wide, "uint8")) == (0, 255, Basis.SEEN)
    assert numbers.convert(FLOATS, "uint8").term == IMAGE.term
    half = numbers.convert(numbers.binary("/", FLOATS, constant(2)), "uint8")
    assert reach(half) == (0, 127, Basis.SEEN)
    assert numbers.convert(unknown("x"), None).dtype is None


def test_a_branch_bounds_what_the_maximum_was_taken_of() -> None:
    x = unknown("x")
    highest = Value(Kind.NUMBER, None, *numbers.applied("max", [x]))
    condition = comparisons.compare("<=", highest, constant(1))
    (_, found) = constraints(condition, True)
    bounded = constrained(x, found)
    assert bounded.range is not None
    assert bounded.range.high == 1
    assert len(constraints(condition, False)) == 1


def test_refining() -> None:
    count = Value(Kind.NUMBER, "int", Interval(0, 9))
    assert reach(refine("<", count, constant(3)))[:2] == (0, 2)  # type: ignore[index]
    assert refine("==", unknown("x"), constant(3)).const == 3
    dtype = Value(Kind.DTYPE, "uint8", symbol="numpy.uint8")
    assert refine("==", Value(Kind.DTYPE), dtype) == dtype


def test_where_takes_each_side_where_the_mask_lets_it() -> None:
    wide = numbers.binary("*", FLOATS, constant(1.5))
    mask = comparisons.compare(">", wide, constant(255))
    assert reach(numbers.where(mask, constant(255.0), wide)) == (0, 255, Basis.SEEN)


@pytest.mark.parametrize(
    ("spelling", "dtype"),
    [
        ("numpy.uint8", "uint8"),
        ("torch.uint8", "uint8"),
        ("torch.ByteTensor", "uint8"),
        ("torch.cuda.ByteTensor", "uint8"),
        ("torch.float", "float32"),
        ("torch.long", "int64"),
        ("<f4", "float32"),
        ("u1", "uint8"),
        ("float", "float64"),
        ("str", None),
    ],
)
def test_spellings_of_dtypes(spelling: str, dtype: str | None) -> None:
    assert promotion.canonical(spelling) == dtype


def test_promotion_is_numpys() -> None:
    names = [
        *("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
        "float16",
        "float32",
        "float64",
    ]
    wrong = [(a, b) for a in names for b in names if promotion.promoted(a, b) != np.promote_types(a, b).name]
    assert wrong == []
