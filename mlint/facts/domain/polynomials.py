"""Polynomials over terms: leaves and literals, and the arithmetic that keeps a sum multiplied out.

A term is a leaf (`value`: something of which only its identity is known), a literal (`number`), a function of terms,
or a polynomial over those, always multiplied out with like parts joined: two terms of one value are equal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b

from mlint.facts.domain.extents import Variable, extent
from mlint.facts.domain.intervals import Interval, point

MAX_NODES = 24
MAX_PARTS = 12
_MAX_KEY = 96
POLYNOMIAL = "polynomial"
"""The op of a polynomial; the reduction of an array to its sum is the function `sum`."""
MAX_POWER = 4

Powers = tuple[tuple["Term", int], ...]
Polynomial = dict[Powers, Fraction]


@dataclass(slots=True, unsafe_hash=True)
class Term:
    """An operation on terms, `key` alone tells it from others.

    A leaf has the op `value` and an identity in `name` (a site, a parameter); a literal has the op `number` and its
    value in `name`; a polynomial has its `parts`. `size` counts the nodes. `range` is where it lies as far as the term
    tells. `sources` are the identities of the leaves that it was computed from, those of leaves that it
    no longer names included.
    """

    key: str
    op: str = field(compare=False)
    arguments: tuple[Term, ...] = field(default=(), compare=False)
    name: object = field(default=None, compare=False)
    parts: tuple[tuple[Powers, Fraction], ...] = field(default=(), compare=False)
    range: Interval | None = field(default=None, compare=False)
    sources: frozenset[object] = field(default=frozenset(), compare=False)
    size: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return self.key


def leaf(identity: object, reach: Interval | None = None, sources: Iterable[object] = ()) -> Term:
    """The term of a value of which only its range is known, and what it was computed from."""
    mine = frozenset((identity, *sources)) if sources else frozenset((identity,))
    return _leaf(identity, reach, mine)


@lru_cache(maxsize=1 << 12)
def _leaf(identity: object, reach: Interval | None, sources: frozenset[object]) -> Term:
    """The same object for the same leaf: what is computed from it is found again by that (`terms.term`)."""
    return Term(_leaf_key(identity), "value", (), identity, (), reach, sources)


@lru_cache(maxsize=1 << 14)
def _leaf_key(identity: object) -> str:
    return key_of("", repr(identity))


def merged(*either: Term | None) -> Term | None:
    """The term of a value that came by one of several ways: of it only the sources are known. It equals nothing, not
    even itself, until the place where the ways meet gives it a name."""
    known = [each for each in either if each is not None]
    return Term("?", "merged", sources=frozenset().union(*(each.sources for each in known))) if known else None


def is_settled(whole: Term | None) -> bool:
    """Whether it stands for one value, so that the same term twice is the same number."""
    return whole is not None and whole.op != "merged"


@lru_cache(maxsize=1 << 12)
def literal(value: float) -> Term:
    """The term of a constant."""
    if not math.isfinite(value):
        return Term(repr(value), "number", name=float(value), range=point(value) if value == value else None)
    return made({(): _fraction(value)})


def _fraction(value: float) -> Fraction:
    """The number that was meant: 0.485 and 1/255 are the decimal and the quotient, not what a float makes of them."""
    near = Fraction(value).limit_denominator(1_000_000)
    if value and abs(float(near) - value) <= 1e-12 * abs(value):
        return near
    return Fraction(repr(float(value)))


def key_of(op: str, inside: str) -> str:
    """The key of an operation: its text, or a digest where that is long."""
    text = f"{op}({inside})" if op else inside
    return text if len(text) <= _MAX_KEY else f"{op}#{blake2b(text.encode(), digest_size=9).hexdigest()}"


def polynomial(whole: Term) -> Polynomial:
    """The term as coefficients by products of powers of terms that are no polynomials themselves."""
    if whole.op == POLYNOMIAL:
        return dict(whole.parts)
    if whole.op == "number" and math.isfinite(number_of(whole) or 0.0):
        return {(): _fraction(number_of(whole) or 0.0)}
    return {((whole, 1),): Fraction(1)}


def number_of(whole: Term) -> float | None:
    """The value of a literal; None of anything else."""
    return float(whole.name) if whole.op == "number" and isinstance(whole.name, (int, float)) else None


def made(parts: Polynomial) -> Term:
    """The term of a polynomial, in its normal form."""
    kept = {powers: coefficient for powers, coefficient in parts.items() if coefficient}
    if not kept or set(kept) == {()}:
        value = float(kept.get((), 0))
        return Term(f"{value:.15g}", "number", name=value, range=point(value))
    (first, *rest) = sorted(kept.items(), key=lambda part: [(atom.key, power) for atom, power in part[0]])
    if not rest and first[1] == 1 and len(first[0]) == 1 and first[0][0][1] == 1:
        return first[0][0][0]
    ordered = (first, *rest)
    atoms = {atom for powers, _ in ordered for atom, _ in powers}
    key = key_of("", " + ".join(_product_key(powers, coefficient) for powers, coefficient in ordered))
    return Term(
        key,
        POLYNOMIAL,
        parts=ordered,
        range=extent(ordered, {atom: variable(atom) for atom in atoms}),
        sources=frozenset().union(*(atom.sources for atom in atoms)),
        size=sum(atom.size for powers, _ in ordered for atom, _ in powers),
    )


def _product_key(powers: Powers, coefficient: Fraction) -> str:
    factors = [f"({atom.key})^{power}" if power != 1 else f"({atom.key})" for atom, power in powers]
    return "*".join([str(coefficient), *factors])


RANKS = {"min": 0, "mean": 1, "average": 1, "quantile": 1, "max": 2}


def variable(atom: Term, known: Interval | None = None) -> Variable:
    """An atom as the variable of a polynomial; its range may be given anew."""
    reach = atom.range if known is None else known
    if atom.op in RANKS and atom.arguments:
        return Variable(reach, atom.sources, atom.arguments[0].key, RANKS[atom.op])
    return Variable(reach, atom.sources, atom.key, 1)


def collapsed(whole: Term) -> Term:
    """A leaf in place of a term that has grown too large: equal terms give equal leaves."""
    if whole.op in ("value", "number"):
        return whole
    digest = blake2b(whole.key.encode(), digest_size=9).hexdigest()
    return Term(f"~{digest}", "value", name=("collapsed", digest), range=whole.range, sources=whole.sources)


def _bounded(parts: Polynomial, left: Term, right: Term, again: Callable[[Term, Term], Term]) -> Term:
    """The term of these parts; where they are too many, that of the operation on smaller operands."""
    size = sum(atom.size for powers in parts for atom, _ in powers)
    steep = any(abs(power) > MAX_POWER for powers in parts for _, power in powers)
    if len(parts) <= MAX_PARTS and size <= 2 * MAX_NODES and not steep:
        return made(parts)
    large, small = (left, right) if left.size >= right.size else (right, left)
    if large.op in ("value", "number"):
        return collapsed(made(parts))
    return again(collapsed(large), small if small.size < MAX_PARTS else collapsed(small))


def added(left: Term, right: Term) -> Term:
    """The sum."""
    parts = polynomial(left)
    for powers, coefficient in polynomial(right).items():
        parts[powers] = parts.get(powers, Fraction(0)) + coefficient
    return _bounded({powers: c for powers, c in parts.items() if c}, left, right, added)


def scaled(whole: Term, factor: Fraction) -> Term:
    """The term times a number."""
    return made({powers: coefficient * factor for powers, coefficient in polynomial(whole).items()})


def negated(whole: Term) -> Term:
    """The negative."""
    return scaled(whole, Fraction(-1))


def difference(left: Term, right: Term) -> Term:
    """The difference."""
    return added(left, negated(right))


def product(left: Term, right: Term) -> Term:
    """The product."""
    parts: Polynomial = {}
    for mine, a in polynomial(left).items():
        for yours, b in polynomial(right).items():
            powers = _joined(mine, yours)
            parts[powers] = parts.get(powers, Fraction(0)) + a * b
    return _bounded({powers: c for powers, c in parts.items() if c}, left, right, product)


def _joined(mine: Powers, yours: Powers) -> Powers:
    powers = dict(mine)
    for atom, power in yours:
        powers[atom] = powers.get(atom, 0) + power
    return tuple(sorted(((a, p) for a, p in powers.items() if p), key=lambda pair: pair[0].key))
