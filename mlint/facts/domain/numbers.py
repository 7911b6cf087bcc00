"""Arithmetic on abstract values: what an operator or a cast makes of them.

The range of a result is what its term tells (relations between the operands resolved), cut with the arithmetic of the
operands' ranges. An end that is called seen can really occur; where the operands may hang together in a way that no
term tells, the ends rest on nothing better than `HULL`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence

from mlint.facts.domain import devices, promotion
from mlint.facts.domain.conditions import selected
from mlint.facts.domain.intervals import NON_NEGATIVE, REALS, UNIT, Basis, Interval, point
from mlint.facts.domain.polynomials import Term, is_settled, leaf, literal
from mlint.facts.domain.promotion import INTEGRAL
from mlint.facts.domain.ranges import RANGES_BY_NAME, noise
from mlint.facts.domain.records import replace
from mlint.facts.domain.terms import function, term
from mlint.facts.domain.values import (
    BINARY,
    MAX_TRACE,
    MISSING,
    UNKNOWN,
    Kind,
    Trace,
    Value,
    constant,
    join,
    truth,
    with_term,
)

NUMERIC = (Kind.UNKNOWN, Kind.NUMBER, Kind.ARRAY, Kind.TENSOR)
NAMED = (*NUMERIC, Kind.PIL)
"""What can have a term."""
_NAMES = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "//": "floor_divide", "%": "remainder", "**": "power",
}  # fmt: skip
_BITWISE = ("&", "|", "^", "<<", ">>")
_FOLDED: Mapping[str, Callable[..., object]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod, "**": operator.pow, "&": operator.and_, "|": operator.or_, "^": operator.xor,
    "<<": operator.lshift, ">>": operator.rshift,
}  # fmt: skip
_MOST_DIGITS = 4_096
_WIDE = 65_535.0
"""The width of 16 bits: bytes are computed with in such a dtype because they do not wrap in it."""


def term_of(value: Value) -> Term | None:
    """The term of a value: of a known number its literal."""
    return literal(float(value.const)) if _is_literal(value) else value.term  # type: ignore[arg-type]


def _is_literal(value: Value) -> bool:
    """Whether it is a known number whose term is that number."""
    return isinstance(value.const, (bool, int, float)) and abs(value.const) < 1e300


def lacks_name(value: Value) -> bool:
    """Whether it is one that can have a term, and has none that stands for it."""
    return value.kind in NAMED and not is_settled(value.term) and not _is_literal(value)


def named(value: Value, identity: object, inputs: Iterable[Value] = ()) -> Value:
    """The value with a term: where it has none it becomes a leaf with this identity, which remembers what it was
    computed from, so that nobody takes it for a stranger to its inputs."""
    if not lacks_name(value):
        return value
    known = (each.term for each in (value, *inputs) if each.term is not None and not _is_literal(each))
    is_constant = value.range is not None and value.range.is_point  # zeros that are shaped like an image
    sources = frozenset[object]() if is_constant else frozenset[object]().union(*(term.sources for term in known))
    return with_term(value, leaf(identity, value.range, sources))


def binary(op: str, left: Value, right: Value, inplace: bool = False) -> Value:
    """`left op right` of numbers, arrays and tensors; UNKNOWN where they are none."""
    left, right = _opened(left), _opened(right)
    if left.kind not in NUMERIC or right.kind not in NUMERIC:
        return _of_others(left, right)
    folded = _fold(op, left, right)
    if folded is not None:
        return folded
    kind = kind_of(left, right)
    if op == "@":
        dtype = promotion.result("*", left, right, kind)
        return replace(_shell(left, right, kind), dtype=dtype, range=mixed(left, right))
    dtype = promotion.result(op, left, right, kind)
    shell = _shell(left, right, kind)
    if inplace and left.kind in (Kind.ARRAY, Kind.TENSOR):
        dtype, shell = left.dtype, replace(shell, device=left.device)
    result = replace(shell, dtype=dtype, traits=_traits(op, left, right, dtype))
    if op in _BITWISE:
        return replace(result, range=_bitwise(op, left, right, dtype))
    made = term(op, term_of(left), term_of(right))
    return fitted(replace(result, range=_range(op, left, right, made), term=made), inplace)


def _opened(value: Value) -> Value:
    """A PIL image that meets an array is one, too."""
    return replace(value, kind=Kind.ARRAY) if value.kind is Kind.PIL else value


def mixed(left: Value, right: Value) -> Interval | None:
    """Where the elements of a matrix product lie: sums of products, of which it is not known how many."""
    if noise(left.range) or noise(right.range):
        return REALS
    if left.range is None or right.range is None:
        return None
    return NON_NEGATIVE.resting_on(Basis.HULL) if left.range.low >= 0 and right.range.low >= 0 else None


def _shell(left: Value, right: Value, kind: Kind) -> Value:
    """A result of this kind, on the device of its operands, with their history."""
    arrays = [value for value in (left, right) if value.kind is not Kind.NUMBER]
    device = devices.together(value.device for value in arrays)
    device = device if kind in (Kind.TENSOR, Kind.UNKNOWN) else None
    return Value(kind, device=device, trace=joined_traces(left.trace, right.trace))


def joined_traces(left: tuple[Trace, ...], right: tuple[Trace, ...]) -> tuple[Trace, ...]:
    """Two histories as one, no step twice."""
    seen = {(step.where, step.site) for step in left}
    return (*left, *(step for step in right if (step.where, step.site) not in seen))[-MAX_TRACE:]


def _of_others(left: Value, right: Value) -> Value:
    # What a tensor or an array meets becomes one, be it a list, a PIL image or an object that wraps numbers.
    for kind in (Kind.TENSOR, Kind.ARRAY):
        if kind in (left.kind, right.kind):
            return Value(kind, trace=joined_traces(left.trace, right.trace))
    return UNKNOWN


def kind_of(left: Value, right: Value) -> Kind:
    """What two operands make together: a tensor before an array before what is unknown; else a number."""
    for kind in (Kind.TENSOR, Kind.ARRAY, Kind.UNKNOWN):
        if kind in (left.kind, right.kind):
            return kind
    return Kind.NUMBER


def _fold(op: str, left: Value, right: Value) -> Value | None:
    """A constant, where both are and the result is no monster."""
    a, b = left.const, right.const
    if not isinstance(a, (int, float)) or not isinstance(b, (int, float)) or op not in _FOLDED or _is_huge(op, a, b):
        return None
    try:
        result = _FOLDED[op](a, b)
    except (ArithmeticError, TypeError, ValueError):
        return UNKNOWN
    return constant(result) if isinstance(result, (int, float)) else UNKNOWN


def _is_huge(op: str, a: float, b: float) -> bool:
    if op in ("<<", ">>"):
        return abs(b) > _MOST_DIGITS
    return op == "**" and abs(b) * max(math.log2(abs(a)) if a else 0.0, 1.0) > _MOST_DIGITS


def _range(op: str, left: Value, right: Value, made: Term | None) -> Interval | None:
    transfer = RANGES_BY_NAME.get(_NAMES.get(op, ""))
    plain = None if transfer is None else transfer(left.range, right.range)
    if plain is not None and right.range is not None and op in ("//", "%"):
        plain = _whole(op, plain, right.range) if _integral(left, right) else _never_met(op, left, plain)
    if plain is not None and not noise(plain) and correlated(left, right):
        plain = plain.resting_on(Basis.HULL)
    told = made.range if made is not None else None
    if plain is None or told is None:
        return plain or told
    return plain.meet(told)


def _whole(op: str, found: Interval, divisor: Interval) -> Interval:
    """A remainder of whole numbers stays one below the divisor; what is divided by zero is zero."""
    if op == "%" and found.high == divisor.high and divisor.low > 0:
        found = replace(found, high=found.high - 1)
    return found.join(point(0.0)) if divisor.low <= 0 <= divisor.high else found


def _never_met(op: str, left: Value, found: Interval) -> Interval:
    """A remainder of what may be whole numbers does not come near the divisor, as far as is known."""
    if op == "%" and left.dtype is None:
        return replace(found, high_basis=Basis.HULL)
    return found


def correlated(left: Value, right: Value) -> bool:
    """Whether the two may hang together, so that not every pair of their values occurs."""
    if left.const is not MISSING or right.const is not MISSING:
        return False
    a, b = term_of(left), term_of(right)
    return a is None or b is None or not a.sources.isdisjoint(b.sources)


def _integral(*values: Value) -> bool:
    return all(INTEGRAL in value.traits or promotion.is_integer(value.dtype) for value in values)


def _traits(op: str, left: Value, right: Value, dtype: str | None) -> frozenset[str]:
    traits: set[str] = set()
    if promotion.is_float(dtype) and op in ("+", "-", "*", "//", "%") and _integral(left, right):
        traits.add(INTEGRAL)
    if op in ("*", "&", "|", "^") and BINARY in left.traits and BINARY in right.traits:
        traits.add(BINARY)
    return frozenset(traits)


def _bitwise(op: str, left: Value, right: Value, dtype: str | None) -> Interval | None:
    if left.dtype == "bool" and right.dtype == "bool" and op in ("&", "|", "^"):
        return UNIT
    a, b = left.range, right.range
    if a is None or b is None or a.low < 0 or b.low < 0 or not (a.bounded and b.bounded):
        return promotion.limits(dtype)
    if op == "&":
        return Interval(0.0, min(a.high, b.high), Basis.HULL)
    if op in ("|", "^"):
        return Interval(0.0, 2.0 ** int(max(a.high, b.high)).bit_length() - 1, Basis.HULL)
    if b.high > 64:
        return promotion.limits(dtype)
    if op == ">>":
        return Interval(a.low // 2**b.high, a.high // 2**b.low, Basis.HULL)
    shifted = Interval(a.low * 2**b.low, a.high * 2**b.high, Basis.HULL)
    limit = promotion.limits(dtype)
    return limit if limit is not None and not shifted.within(limit.low, limit.high) else shifted


def fitted(value: Value, inplace: bool = False) -> Value:
    """Integers wrap where they do not fit: then the numbers are new ones, anywhere in the dtype's limits."""
    limit = promotion.limits(value.dtype)
    if limit is None or value.kind is Kind.NUMBER:
        return value
    if value.range is None or not value.range.within(limit.low, limit.high):
        return replace(value, range=limit, term=value.term if limit.high - limit.low >= _WIDE else None)
    return value


def unary(op: str, value: Value) -> Value:
    """`-x`, `+x`, `~x`, `not x`."""
    if op == "not":
        const = MISSING if value.const is MISSING else not value.const
        return truth(const, term("not", value.term))
    if value.kind not in NUMERIC:
        return UNKNOWN
    if isinstance(value.const, (int, float)):
        return _fold_unary(op, value.const)
    if op == "+":
        return value
    if op == "~":
        return _inverted(value)
    made = term("negative", term_of(value))
    reach = RANGES_BY_NAME["negative"](value.range)
    return fitted(replace(_plain(value), range=reach, term=made, traits=value.traits & {INTEGRAL}))


def _plain(value: Value) -> Value:
    """The kind, dtype, device and history of a value, as a new one has them."""
    return Value(value.kind, value.dtype, device=value.device, trace=value.trace)


def _fold_unary(op: str, const: float) -> Value:
    if op == "-":
        return constant(-const)
    if op == "~":
        return constant(~const) if isinstance(const, int) else UNKNOWN
    return constant(+const)


def _inverted(value: Value) -> Value:
    if value.dtype == "bool":
        return replace(_plain(value), range=UNIT, traits=value.traits, term=term("not", value.term))
    limit = promotion.limits(value.dtype)
    if limit is not None and limit.low == 0 and value.range is not None:
        return replace(_plain(value), range=RANGES_BY_NAME["subtract"](point(limit.high), value.range))
    flipped = RANGES_BY_NAME["subtract"](point(-1.0), value.range) if value.dtype is not None else None
    return replace(_plain(value), range=flipped)


def convert(value: Value, dtype: str | None) -> Value:
    """The value cast to a dtype; None where it is not known to which."""
    if dtype is None:
        kept = value.range if value.range is not None and value.range.within(0, 1) else None
        return replace(_plain(value), dtype=None, range=None if kept is None else kept.resting_on(Basis.HULL))
    result = replace(_plain(value), dtype=dtype)
    if promotion.is_float(dtype):
        integral = frozenset({INTEGRAL}) if _integral(value) else frozenset()
        return replace(result, range=value.range, term=term_of(value), traits=value.traits | integral)
    if dtype == "bool":
        return replace(result, range=UNIT, traits=frozenset({BINARY}))
    return _to_integer(value, result)


def made(value: Value, dtype: str | None) -> Value:
    """`np.uint8(value)`: of a number a number, of anything else an array."""
    kind = value.kind if value.kind in (Kind.NUMBER, Kind.UNKNOWN) else Kind.ARRAY
    return replace(convert(value, dtype), kind=kind)


def _to_integer(value: Value, result: Value) -> Value:
    limit = promotion.limits(result.dtype)
    whole = RANGES_BY_NAME["trunc"](value.range)
    if limit is not None and (whole is None or not whole.within(limit.low, limit.high)):
        source = term_of(value)
        made = function("byte", source) if result.dtype == "uint8" and source is not None else None
        if limit.high - limit.low >= _WIDE:
            made = term("trunc", source)
        return replace(result, range=limit, term=made)
    if result.dtype in ("uint32", "uint64") and (whole is None or whole.low < 0):
        return replace(result, range=NON_NEGATIVE.resting_on(Basis.HULL))
    if _integral(value):
        return replace(result, range=value.range, term=term_of(value), traits=value.traits)
    return replace(result, range=whole, term=term("trunc", term_of(value)))


def store(base: Value, index: Value, value: Value) -> Value:
    """An array after `base[index] = value`: it keeps its dtype, to which the value is cast.

    What a mask does not select stays as it was, the rest may be either. The term of the result is still to be given.
    """
    rest = selected(index, base, False) if index.dtype == "bool" else base
    new = convert(value, base.dtype) if base.dtype is not None else value
    reach = None if rest.range is None or new.range is None else rest.range.join(new.range)
    trace = joined_traces(base.trace, value.trace)
    return replace(base, range=reach, term=None, const=MISSING, traits=base.traits & new.traits, trace=trace)


def where(mask: Value, chosen: Value, other: Value) -> Value:
    """`np.where(mask, chosen, other)`: each side only occurs where the mask lets it."""
    both = replace(join(selected(mask, chosen, True), selected(mask, other, False)), term=None)
    return replace(both, dtype=promotion.result("+", chosen, other, kind_of(chosen, other)))


def applied(name: str, arguments: Sequence[Value]) -> tuple[Interval | None, Term | None]:
    """The range and the term of a function that `ranges.py` names, of these values."""
    made = term(name, *map(term_of, arguments))
    plain = RANGES_BY_NAME[name](*(value.range for value in arguments))
    told = made.range if made is not None else None
    if plain is None or told is None:
        return plain or told, made
    return plain.meet(told), made
