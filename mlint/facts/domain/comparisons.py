"""Comparisons of abstract values: whether one holds, where that is known, and what was compared."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

from mlint.facts.domain import promotion
from mlint.facts.domain.intervals import UNIT, Interval
from mlint.facts.domain.numbers import NUMERIC, kind_of, term_of
from mlint.facts.domain.polynomials import Term, leaf
from mlint.facts.domain.terms import term
from mlint.facts.domain.values import BINARY, MISSING, OPTIONAL, Kind, Value, constant, truth

_OPERATORS: Mapping[str, Callable[..., object]] = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def compare(op: str, left: Value, right: Value) -> Value:
    """`left op right`: a bool, or an array of them; its term remembers what was compared."""
    if op in ("is", "is not"):
        return _identity(left, right, op == "is")
    if op in ("in", "not in"):
        return truth()
    decided = _decided(op, left, right)
    if decided is not None:
        return constant(decided)
    made = term(op, _comparable(left), _comparable(right))
    kind = kind_of(left, right) if left.kind in NUMERIC and right.kind in NUMERIC else Kind.NUMBER
    if kind in (Kind.ARRAY, Kind.TENSOR):
        device = left.device if kind is Kind.TENSOR and left.kind is kind else None
        return Value(kind, "bool", UNIT, made, device, traits=frozenset({BINARY}))
    return truth(made=made)


def _comparable(value: Value) -> Term | None:
    if value.kind in (Kind.DTYPE, Kind.CLASS) and (named_dtype := value.dtype or promotion.meant(value)):
        return leaf(("dtype", named_dtype))
    if isinstance(value.const, str):
        return leaf(("dtype", promotion.canonical(value.const))) if promotion.canonical(value.const) else None
    return term_of(value)


def _identity(left: Value, right: Value, same: bool) -> Value:
    kinds = (left.kind, right.kind)
    if Kind.UNKNOWN in kinds or OPTIONAL in left.traits | right.traits:
        return truth()
    if Kind.NONE in kinds:
        return constant((left.kind is right.kind) == same)
    return truth()


def _decided(op: str, left: Value, right: Value) -> bool | None:
    """What the comparison of two single values comes to, where that is known."""
    if left.const is not MISSING and right.const is not MISSING:
        try:
            result = _OPERATORS[op](left.const, right.const)
        except TypeError:
            return None
        return result if isinstance(result, bool) else None
    if left.kind is Kind.DTYPE and right.kind in (Kind.DTYPE, Kind.CLASS) and op in ("==", "!="):
        return _same_dtype(op, left.dtype, right.dtype)
    if left.kind is not Kind.NUMBER or right.kind is not Kind.NUMBER:
        return None
    return _decided_by_range(op, left.range, right.range)


def _same_dtype(op: str, left: str | None, right: str | None) -> bool | None:
    families = ("float", "int", None)
    return None if left in families or right in families else (left == right) == (op == "==")


def _decided_by_range(op: str, left: Interval | None, right: Interval | None) -> bool | None:
    if left is None or right is None or left.nan or right.nan:
        return None
    if op in (">", ">="):
        op, left, right = {">": "<", ">=": "<="}[op], right, left
    if op == "<":
        return True if left.high < right.low else False if left.low >= right.high else None
    if op == "<=":
        return True if left.high <= right.low else False if left.low > right.high else None
    if left.high < right.low or right.high < left.low:
        return op == "!="
    return None
