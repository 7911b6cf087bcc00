"""The value that an entry's texts come to, given the arguments of one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from mlint.facts.domain import numbers, promotion
from mlint.facts.domain.intervals import Basis, Interval, point
from mlint.facts.domain.objects import part_of
from mlint.facts.domain.polynomials import Term, literal
from mlint.facts.domain.ranges import RANGES_BY_NAME
from mlint.facts.domain.records import replace
from mlint.facts.domain.terms import term
from mlint.facts.domain.values import UNKNOWN, Kind, Value, join_all
from mlint.facts.tables import answers
from mlint.facts.tables.answers import CONTAINERS, Absent, Bound, argument, data, first_argument
from mlint.facts.tables.entries import Result, kind_named
from mlint.facts.tables.expressions import Argument, Expression, Transfer, Word, alternatives
from mlint.facts.tables.table_dtypes import array


def evaluate(result: Result, bound: Bound) -> Value:
    """The value that a call with these arguments gives."""
    value = _base(result, bound)
    changes: dict[str, object] = {}
    if result.kind is not None:
        changes["kind"] = _kind(result.kind, bound)
    if result.dtype is not None:
        changes["dtype"] = answers.dtype(result.dtype, bound)
    if result.device is not None:
        changes["device"] = answers.device(result.device, bound)
    if result.items is not None:
        changes["items"] = tuple(evaluate(item, bound) for item in result.items)
    if result.element is not None:
        changes["element"] = evaluate(result.element, bound)
    if result.entries is not None:
        changes["entries"] = tuple((key, evaluate(inner, bound)) for key, inner in result.entries)
    if result.traits:
        changes["traits"] = value.traits | _traits(result.traits, bound)
    if result.symbol is not None:
        changes["symbol"] = result.symbol
    value = _numbered(replace(value, **changes), result, bound)
    return value if result.const is None else replace(result.const, traits=value.traits, symbol=value.symbol)


def _base(result: Result, bound: Bound) -> Value:
    """What the result is like before anything else is said of it."""
    if result.operation:
        left, op, right = result.operation
        return numbers.binary(op, _operand(left, bound), _operand(right, bound))
    if result.like is None:
        return UNKNOWN
    value = _like(result.like, bound)
    if result.cast is None:
        return replace(value, term=None)
    found = answers.target(result.cast, bound)
    if isinstance(found, Absent):
        return value
    return replace(numbers.convert(value, found), kind=value.kind, device=value.device)


def _operand(name: str, bound: Bound) -> Value:
    """A number, array or tensor to compute with; a list is the array of its numbers."""
    value = argument(name, bound) or UNKNOWN
    if value.kind not in CONTAINERS:
        return value
    inside = data(value)
    return Value(Kind.ARRAY, array(inside), inside.range)


def element(value: Value) -> Value:
    """What iterating over a value gives."""
    if value.items:
        return part_of(value, join_all(value.items))
    if value.element is not None:
        return part_of(value, value.element)
    if value.kind in (Kind.TENSOR, Kind.ARRAY):
        return replace(value, term=None, objects=frozenset(), items=None, entries=None)
    return part_of(value, UNKNOWN)


def _like(text: str, bound: Bound) -> Value:
    for (expression,) in alternatives(text if "$" in text or "(" in text else f"${text}"):
        value = _picked(expression, bound)
        if value is not None:
            return value if _is_item(expression) else replace(value, objects=frozenset())
    return UNKNOWN


def _is_item(expression: Expression) -> bool:
    """Whether what is picked is itself in the container, and nothing that is made of it."""
    return isinstance(expression, Transfer) and expression.name in ("element", "entry", "first", "second", "zipped")


def _picked(expression: Expression, bound: Bound) -> Value | None:
    """`$x`, or a part of it.

    `element($x)`: what iterating gives; `only($x)`: its only item, else x; `data($x)`: what its numbers have in common;
    `entry($x)`: any value of a dict; `first($x)`, `second($x)`: items; `zipped($x)`: a tuple of each item's elements.
    """
    if isinstance(expression, Argument):
        return argument(expression.name, bound)
    if isinstance(expression, Word):
        return None
    value = _picked(expression.arguments[0], bound)
    return None if value is None else PICKS[expression.name](value)


def _only(value: Value) -> Value:
    return value.items[0] if value.items is not None and len(value.items) == 1 else value


def _entry(value: Value) -> Value:
    known = join_all(item for _, item in value.entries) if value.entries else value.element or UNKNOWN
    return part_of(value, known)


def _zipped(value: Value) -> Value:
    return Value(Kind.TUPLE, items=tuple(map(element, value.items))) if value.items else Value(Kind.TUPLE)


def _item(index: int) -> Callable[[Value], Value]:
    def pick(value: Value) -> Value:
        if value.items is None:
            return value.element or UNKNOWN
        return value.items[index] if index < len(value.items) else UNKNOWN

    return pick


PICKS: Mapping[str, Callable[[Value], Value]] = {
    "element": element,
    "data": data,
    "entry": _entry,
    "only": _only,
    "zipped": _zipped,
    "first": _item(0),
    "second": _item(1),
}


def _kind(text: str, bound: Bound) -> Kind:
    named = kind_named(text)
    if named is not None:
        return named
    for (expression,) in alternatives(text):
        if isinstance(expression, Word):
            return kind_named(expression.text) or Kind.UNKNOWN
        found = _kind_of(argument(first_argument(expression), bound))
        if found is not None:
            return found
    return Kind.UNKNOWN


def _kind_of(value: Value | None) -> Kind | None:
    """Numbers stay numbers; lists of numbers become arrays."""
    if value is None or value.kind is Kind.UNKNOWN:
        return None
    return Kind.ARRAY if value.kind in (*CONTAINERS, Kind.PIL) else value.kind


def _numbered(value: Value, result: Result, bound: Bound) -> Value:
    """The value with its range and term."""
    saturates = "saturate(" in (result.range or "") and not promotion.is_float(value.dtype)
    if result.term is not None and not saturates:
        value = replace(value, term=_term(result.term, bound))
    if result.range is not None:
        found = _range(result.range, bound, value.dtype)
        told = value.term.range if value.term is not None else None
        value = replace(value, range=found.meet(told) if found is not None and told is not None else found or told)
    return value if value.kind in (Kind.DTYPE, Kind.CLASS) else numbers.fitted(value)


def _range(text: str, bound: Bound, dtype: str | None) -> Interval | None:
    for row in alternatives(text):
        if len(row) == 2:
            low, high = (_interval(end, bound, dtype) for end in row)
            found = None if low is None or high is None else low.join(high)
        else:
            found = _interval(row[0], bound, dtype)
        if found is not None:
            return found
    return None


def _interval(expression: Expression, bound: Bound, dtype: str | None) -> Interval | None:
    if isinstance(expression, Word):
        return None if expression.number is None else point(expression.number)
    if isinstance(expression, Argument):
        value = argument(expression.name, bound)
        return None if value is None else data(value).range
    if expression.name == "where":
        mask, chosen, other = _values(expression, bound)
        return numbers.where(mask, chosen, other).range
    if expression.name in FOLDS:
        return _folded(FOLDS[expression.name], argument(first_argument(expression), bound) or UNKNOWN)
    arguments = [_interval(inner, bound, dtype) for inner in expression.arguments]
    if expression.name == "saturate":
        return _saturated(arguments[0], dtype)
    transfer = RANGES_BY_NAME[expression.name]
    found: Interval | None = transfer(*arguments)
    return found.resting_on(Basis.HULL) if found is not None and _hang_together(expression, bound) else found


FOLDS = {"maxima": "maximum", "minima": "minimum"}
"""Of all items of a `*x`."""


def _folded(name: str, value: Value) -> Interval | None:
    if not value.items:
        return data(value).range
    first, *rest = (data(item).range for item in value.items)
    return reduce(RANGES_BY_NAME[name], rest, first)


def _values(expression: Transfer, bound: Bound) -> list[Value]:
    return [data(argument(first_argument(inner), bound) or UNKNOWN) for inner in expression.arguments]


_BOUNDING = frozenset(("clip", "minimum", "maximum", "either", "saturate"))


def _hang_together(expression: Transfer, bound: Bound) -> bool:
    """Whether the operands may be computed from one another, so that not every pair of their values occurs."""
    if len(expression.arguments) < 2 or expression.name in _BOUNDING:
        return False
    values = [value for value in _values(expression, bound) if value.range is not None]
    return any(numbers.correlated(a, b) for at, a in enumerate(values) for b in values[at + 1 :])


def _saturated(found: Interval | None, dtype: str | None) -> Interval | None:
    """What cv2 makes of a result that does not fit: the nearest that does."""
    limit = promotion.limits(dtype)
    if limit is None or found is None:
        return limit or found
    return RANGES_BY_NAME["clip"](found, point(limit.low), point(limit.high))


def _term(text: str, bound: Bound) -> Term | None:
    return _term_of(alternatives(text)[0][0], bound)


def _term_of(expression: Expression, bound: Bound) -> Term | None:
    if isinstance(expression, Word):
        return None if expression.number is None else literal(expression.number)
    if isinstance(expression, Argument):
        value = argument(expression.name, bound)
        return None if value is None else numbers.term_of(data(value))
    if expression.name in PICKS:
        picked = _picked(expression, bound)
        return None if picked is None else numbers.term_of(picked)
    if expression.name in FOLDS:
        items = (argument(first_argument(expression), bound) or UNKNOWN).items or ()
        terms = [numbers.term_of(data(item)) for item in items]
        return term(FOLDS[expression.name], *terms) if len(terms) == 2 else None
    given = [inner for inner in expression.arguments if not _is_absent(inner, bound)]
    return term(expression.name, *(_term_of(inner, bound) for inner in given)) if given else None


def _is_absent(expression: Expression, bound: Bound) -> bool:
    return isinstance(expression, Argument) and argument(expression.name, bound) is None


_SWAPPED = {"rgb": "bgr", "bgr": "rgb"}


def _traits(words: Sequence[str], bound: Bound) -> frozenset[str]:
    found: set[str] = set()
    for word in words:
        if word.startswith("$"):
            found |= (argument(word[1:], bound) or UNKNOWN).traits
        elif word.startswith("swapped $"):
            found |= {_SWAPPED.get(trait, trait) for trait in (argument(word[9:], bound) or UNKNOWN).traits}
        else:
            found.add(word)
    return frozenset(found)
