"""What holds where a condition is true, or false: of the values that it compares, and of those they come from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from mlint.facts.domain import promotion
from mlint.facts.domain.intervals import Basis, End, Interval, below, between, minus, over, point
from mlint.facts.domain.polynomials import POLYNOMIAL, Term, polynomial
from mlint.facts.domain.records import replace
from mlint.facts.domain.terms import interval_of
from mlint.facts.domain.values import MISSING, Kind, Value, constant

_NEGATED = {"<": ">=", "<=": ">", "==": "!=", "!=": "==", ">": "<=", ">=": "<"}
_MIRRORED = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">": "<", ">=": "<="}
_FREE_LOW: End = (-math.inf, Basis.HULL)
_FREE_HIGH: End = (math.inf, Basis.HULL)


@dataclass(frozen=True, slots=True)
class Constraint:
    """That every value with this term lies in `range`, or has this dtype."""

    term: Term
    range: Interval | None = None
    dtype: str | None = None


def constraints(condition: Value, holds: bool) -> tuple[Constraint, ...]:
    """What follows where a condition that is no array is true (`holds`), or false."""
    return () if condition.term is None else tuple(_following(condition.term, holds))


def _following(made: Term, holds: bool) -> Iterator[Constraint]:
    if made.op == "not":
        yield from _following(made.arguments[0], not holds)
    elif made.op in _NEGATED and len(made.arguments) == 2:
        op = made.op if holds else _NEGATED[made.op]
        left, right = made.arguments
        yield from _of_side(op, left, right)
        yield from _of_side(_MIRRORED[op], right, left)


def _of_side(op: str, subject: Term, other: Term) -> Iterator[Constraint]:
    if subject.op == "number":
        return
    if subject.op == ".dtype":
        yield from _of_dtype(op, subject, other)
        return
    reach = _reach(op, other.range)
    if reach is None:
        return
    yield Constraint(subject, reach)
    if (alone := _solved(subject, reach)) is not None:
        yield alone
    elif subject.op == "max" and op in ("<", "<=", "=="):
        yield Constraint(subject.arguments[0], between(_FREE_LOW, reach.upper))
    elif subject.op == "min" and op in (">", ">=", "=="):
        yield Constraint(subject.arguments[0], between(reach.lower, _FREE_HIGH))
    elif subject.op == "abs" and op in ("<", "<="):
        yield Constraint(subject.arguments[0], Interval(-reach.high, reach.high, reach.upper[1]))


def _solved(subject: Term, reach: Interval) -> Constraint | None:
    """Where the one thing lies that `subject` scales and shifts: of `2 * r + 1 < 2` that r is less than a half."""
    parts = polynomial(subject) if subject.op == POLYNOMIAL else {}
    scales = {powers: scale for powers, scale in parts.items() if powers}
    if len(scales) != 1:
        return None
    ((powers, scale),) = scales.items()
    if len(powers) != 1 or powers[0][1] != 1:
        return None
    shifted = minus(reach, point(float(parts.get((), 0))))
    return Constraint(powers[0][0], over(shifted, point(float(scale))))


def _of_dtype(op: str, subject: Term, other: Term) -> Iterator[Constraint]:
    if op == "==" and isinstance(other.name, tuple) and other.name[:1] == ("dtype",):
        yield Constraint(subject.arguments[0], dtype=str(other.name[1]))


def _reach(op: str, other: Interval | None) -> Interval | None:
    """Where a value lies that compares so with one that lies in `other`."""
    if other is None or op == "!=":
        return None
    if op == "<" and 1 <= other.high < math.inf:  # what comes near to zero is as good as zero
        return between(_FREE_LOW, (below(other.high), other.upper[1]))
    if op in ("<", "<="):
        return between(_FREE_LOW, other.upper)
    if op in (">", ">="):
        return between(other.lower, _FREE_HIGH)
    return other


def constrained(value: Value, constraint: Constraint) -> Value:
    """The value, if it is one that the constraint is about, as it is where that holds."""
    if value.term is None or value.term != constraint.term:
        return value
    if constraint.dtype is not None:
        return of_dtype(value, constraint.dtype)
    return value if constraint.range is None else replace(value, range=_cut(value.range, constraint.range))


def _cut(known: Interval | None, reach: Interval) -> Interval:
    """A limit that a condition sets occurs only where the value is seen to go beyond it."""
    if known is None:
        return reach.resting_on(Basis.HULL)
    low, high = min(reach.low_basis, known.low_basis), min(reach.upper[1], known.upper[1])
    return known.meet(between((reach.low, low), (reach.high, high), reach.nan))


def of_dtype(value: Value, dtype: str) -> Value:
    """The value where it is known to have this dtype."""
    limit = promotion.limits(dtype)
    if value.range is None or limit is None:
        return replace(value, dtype=dtype, range=value.range if limit is None else limit)
    return replace(value, dtype=dtype, range=_cut(value.range, limit))


def refine(op: str, value: Value, other: Value) -> Value:
    """`value` where `value op other` is true."""
    if op in ("is", "is not"):
        return constant(None) if op == "is" and other.kind is Kind.NONE else value
    if value.kind is Kind.DTYPE:
        return other if op == "==" and other.kind is Kind.DTYPE else value
    if op == "==" and other.const is not MISSING and value.kind in (Kind.UNKNOWN, Kind.NUMBER, Kind.TEXT):
        return replace(other, trace=value.trace)
    reach = _reach(op, other.range)
    if reach is None:
        # Equal to something unknown is as unknown as that: no longer whatever a caller likes.
        same = op == "==" and value.kind is Kind.NUMBER and value.const is MISSING
        return replace(value, range=None, term=other.term) if same else value
    whole = promotion.INTEGRAL in value.traits or promotion.is_integer(value.dtype)
    if whole and other.const is not MISSING and op in ("<", ">"):
        reach = _stepped(op, reach)
    return replace(value, range=_cut(value.range, reach))


def _stepped(op: str, reach: Interval) -> Interval:
    """Of whole numbers, `x < 3` is `x <= 2`."""
    if op == "<":
        return replace(reach, high=math.ceil(reach.high) - 1) if math.isfinite(reach.high) else reach
    return replace(reach, low=math.floor(reach.low) + 1) if math.isfinite(reach.low) else reach


def selected(mask: Value, value: Value, holds: bool) -> Value:
    """The elements of `value` at which the mask, an array of bools, is true (`holds`), or false."""
    found = constraints(mask, holds)
    if value.range is not None and not found and _hang_together(mask, value):
        return replace(value, range=value.range.resting_on(Basis.HULL))
    for constraint in found:
        value = told(constrained(value, constraint), constraint)
    return value


def _hang_together(mask: Value, value: Value) -> bool:
    return mask.term is not None and value.term is not None and not mask.term.sources.isdisjoint(value.term.sources)


def told(value: Value, constraint: Constraint) -> Value:
    """What the constraint tells of a value that was computed from its term: `x * 2` where `x < 1`."""
    term, about = value.term, constraint.term
    if term is None or term == about or value.range is None or constraint.range is None:
        return value
    if about.sources and term.sources.isdisjoint(about.sources):
        return value
    reach = interval_of(term, {about: _cut(about.range, constraint.range)})
    return value if reach is None else replace(value, range=value.range.meet(reach))
