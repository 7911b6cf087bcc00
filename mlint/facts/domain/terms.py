"""Terms: how a number was computed, so that relations between values survive.

`a*t + b*(1-t)` lies between a and b when t lies in [0, 1]; `(x - x.min()) / (x.max() - x.min())` is [0, 1];
`x / 255 * 255` is x: intervals alone cannot tell, terms can.

Here are the operations on terms, and where their results lie; what a term is, and its arithmetic, are in
`polynomials.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction

from mlint.facts.domain.extents import Variable, extent
from mlint.facts.domain.intervals import Interval
from mlint.facts.domain.polynomials import (
    MAX_NODES,
    MAX_POWER,
    POLYNOMIAL,
    RANKS,
    Powers,
    Term,
    added,
    collapsed,
    difference,
    is_settled,
    key_of,
    literal,
    made,
    negated,
    number_of,
    polynomial,
    product,
    scaled,
    variable,
)
from mlint.facts.domain.ranges import RANGES_BY_NAME


def _quotient(left: Term, right: Term) -> Term:
    divisor = polynomial(right)
    if not divisor or right == literal(0.0):
        return function("divide", left, right)
    if (related := _ratio(left, right) or _weighted(left, right)) is not None:
        return related
    if len(divisor) == 1:
        ((powers, coefficient),) = divisor.items()
        inverse = {tuple((atom, -power) for atom, power in powers): 1 / coefficient}
        return product(left, made(inverse))
    return product(left, function("reciprocal", right))


def _ratio(left: Term, right: Term) -> Term | None:
    """What is scaled by its own extremes, sum or norm: `(x - min(x)) / (max(x) - min(x) + eps)`, `x / max(x)`."""
    right = _unguarded(right)
    divisor = polynomial(right)
    spread = {powers[0][0]: c for powers, c in divisor.items() if len(powers) == 1 and powers[0][1] == 1}
    if len(spread) != len(divisor) - (() in divisor) or divisor.get((), Fraction(0)) < 0:
        return None
    if (stretched := _stretched(left, spread)) is not None:
        return stretched
    for top, coefficient in spread.items():
        scaling = _SCALINGS.get(top.op)
        if scaling is None or coefficient <= 0:
            continue
        of, *axes = top.arguments
        if len(spread) == 1 and (alone := _by_own(left, top, coefficient, scaling)) is not None:
            return alone
        bottom = function("min", of, *axes)
        if top.op == "max" and spread == {top: coefficient, bottom: -coefficient}:
            factor = _multiple(left, difference(of, bottom))
            if factor is not None:
                return scaled(function("rescale", of), factor / coefficient)
    return None


def _unguarded(divisor: Term) -> Term:
    """Without a guard against zero, `max(spread, 1e-8)`: where it holds the quotient is only smaller."""
    if divisor.op != "maximum" or len(divisor.arguments) != 2:
        return divisor
    for guard, other in (divisor.arguments, reversed(divisor.arguments)):
        if (number_of(guard) or 0.0) > 0:
            return other
    return divisor


def _by_own(left: Term, top: Term, coefficient: Fraction, scaling: str) -> Term | None:
    """What is divided by its own maximum, sum or norm alone; or, less its mean, by its deviation."""
    of, *axes = top.arguments
    factor = _multiple(left, difference(of, function("mean", of, *axes)) if top.op == "std" else of)
    if factor is not None:
        return scaled(function(scaling, of), factor / coefficient)
    if top.op == "max" and of.op == "abs" and (factor := _multiple(left, of.arguments[0])) is not None:
        return scaled(function("by_norm", of.arguments[0]), factor / coefficient)
    return None


def _weighted(left: Term, right: Term) -> Term | None:
    """What is divided by the sum of its own weights: `(a * x + b * y) / (a + b)` lies between x and y."""
    weights, rest = polynomial(right), polynomial(left)
    if not 2 <= len(weights) == len(rest):
        return None
    found: list[Term] = []
    for powers, coefficient in weights.items():
        of = next((each for each in rest if _left_over(each, powers)), None)
        if of is None:
            return None
        factor = rest.pop(of) / coefficient
        found += [scaled(each, factor) for each in _left_over(of, powers)]
    return function("either", *dict.fromkeys(found))


def _left_over(product: Powers, weight: Powers) -> list[Term]:
    """What a weight is multiplied by, where that is one thing."""
    left = dict(product)
    for atom, power in weight:
        left[atom] = left.get(atom, 0) - power
    found = [(atom, power) for atom, power in left.items() if power]
    return [found[0][0]] if len(found) == 1 and found[0][1] == 1 else []


def _stretched(left: Term, spread: Mapping[Term, Fraction]) -> Term | None:
    """What is scaled by two of its quantiles: `(x - percentile(x, 2)) / (percentile(x, 98) - percentile(x, 2))`."""
    if len(spread) != 2 or any(each.op != "quantile" for each in spread) or not _are_inner(spread):
        return None
    bottom, top = sorted(spread, key=lambda each: spread[each])
    of = top.arguments[0]
    if of != bottom.arguments[0] or spread[bottom] != -spread[top]:
        return None
    factor = _multiple(left, difference(of, bottom))
    return None if factor is None else scaled(function("stretch", of), factor / spread[top])


def _are_inner(quantiles: Collection[Term]) -> bool:
    """Whether none of them is the minimum or the maximum, as far as is known. 1 is the maximum, or one in a hundred."""
    places = [number_of(argument) for each in quantiles for argument in each.arguments[1:2]]
    top = 100.0 if any(place is not None and place > 1 for place in places) else 1.0
    return not {0.0, top} & set(places)


def _times(left: Term, right: Term) -> Term:
    """The product; `x * (255 / max(x))` is `x / max(x)`, scaled."""
    for whole, other in ((left, right), (right, left)):
        found = _by_inverse(whole, other)
        if found is not None:
            return found
    return product(left, right)


def _by_inverse(whole: Term, other: Term) -> Term | None:
    """The product with a number over a divisor that scales `whole` by its own extremes, sum or norm."""
    parts = list(polynomial(other).items())
    if len(parts) != 1 or len(parts[0][0]) != 1:
        return None
    (((atom, power),), coefficient) = parts[0]
    if power == -1:
        divisor = atom
    elif power == 1 and atom.op == "reciprocal":
        divisor = atom.arguments[0]
    else:
        return None
    found = _ratio(whole, divisor)
    return None if found is None else scaled(found, coefficient)


def _increasing(op: str) -> Callable[[Term], Term]:
    """The maximum is moved outside: `log(1 + max(x))` is `max(log(1 + x))`."""

    def build(x: Term) -> Term:
        moving = [(powers, factor) for powers, factor in polynomial(x).items() if powers]
        if len(moving) == 1 and moving[0][1] > 0 and len(moving[0][0]) == 1:
            (((atom, power),), factor) = moving[0]
            if atom.op == "max" and power == 1:
                of, *axes = atom.arguments
                inner = added(scaled(of, factor), difference(x, scaled(atom, factor)))
                return function("max", function(op, inner), *axes)
        return function(op, x)

    return build


_SCALINGS = {"max": "by_max", "sum": "by_sum", "norm": "by_norm", "std": "standardize", "mean": "by_mean"}


def _multiple(left: Term, right: Term) -> Fraction | None:
    """The number by which `right` gives `left`."""
    mine, yours = polynomial(left), polynomial(right)
    if mine.keys() != yours.keys() or not mine or not all(yours.values()):
        return None
    ratios = {mine[powers] / yours[powers] for powers in mine}
    return ratios.pop() if len(ratios) == 1 else None


def _raised(base: Term, exponent: Term) -> Term:
    value = number_of(exponent)
    if value is not None and value == int(value) and 0 <= value <= MAX_POWER:
        result = literal(1.0)
        for _ in range(int(value)):
            result = product(result, base)
        return result
    return function("power", base, exponent)


def _reduced(op: str) -> Callable[[Term], Term]:
    """A minimum, maximum or mean is moved inside: `max(2 * x - min(x))` is `2 * max(x) - min(x)`."""

    def reduce(whole: Term, *axes: Term) -> Term:
        if whole.op == "number":
            return whole
        constant = {p: c for p, c in polynomial(whole).items() if all(atom.op in RANKS for atom, _ in p)}
        moving = {p: c for p, c in polynomial(whole).items() if p not in constant}
        if not moving:  # those of single axes are arrays too
            return function(op, whole, *axes)
        if len(moving) == 1:
            ((powers, factor),) = moving.items()
            turned = {"min": "max", "max": "min"}.get(op, op) if factor < 0 else op
            inner = scaled(function(turned, made({powers: Fraction(1)}), *axes), factor)
        else:
            inner = function(op, made(moving), *axes)
        return added(inner, made(constant)) if constant else inner

    return reduce


def _limited(x: Term, low: Term, high: Term) -> Term:
    if x.range and low.range and high.range and low.range.high <= x.range.low and x.range.high <= high.range.low:
        return x
    return function("clip", x, low, high)


def _lerp(a: Term, b: Term, t: Term) -> Term:
    return added(a, product(t, difference(b, a)))


def _hypot(x: Term, y: Term) -> Term:
    return function("sqrt", added(product(x, x), product(y, y)))


_BUILDERS: Mapping[str, Callable[..., Term]] = {
    "+": added,
    "add": added,
    "-": difference,
    "subtract": difference,
    "*": _times,
    "multiply": _times,
    "/": _quotient,
    "divide": _quotient,
    "**": _raised,
    "power": _raised,
    "negative": negated,
    "square": lambda x: product(x, x),
    "reciprocal": lambda x: _quotient(literal(1.0), x),
    "invert": lambda x: difference(literal(255.0), x),
    "same": lambda x: x,
    "full": lambda x: x,
    "zeros": lambda *_: literal(0.0),
    "ones": lambda *_: literal(1.0),
    "blend": lambda a, alpha, b, beta, gamma=None: added(
        added(product(a, alpha), product(b, beta)), gamma or literal(0.0)
    ),
    "scale": lambda x, alpha, beta=None: added(product(x, alpha), beta or literal(0.0)),
    "lerp": _lerp,
    "hypot": _hypot,
    "clip": _limited,
    "max": _reduced("max"),
    "min": _reduced("min"),
    "mean": _reduced("mean"),
    **{op: _increasing(op) for op in ("log", "log2", "log10", "log1p", "sqrt", "exp")},
}


_DRAWN = frozenset(
    """normal uniform integers integers_closed exponential unknown interval reals non_negative unit below_one
    signed_unit byte bit count index average filter derivative restored either""".split()
)
"""Two calls of these, or with arguments that are not told here, give different values."""


_LEAST = {"clip": 3, "blend": 4, "scale": 2, "lerp": 3}
"""How many arguments must be known: with fewer it is not told which are missing."""


def term(op: str, *arguments: Term | None) -> Term | None:
    """The operation on these terms, simplified; None where an argument is missing.

    `op` is an operator as Python writes it, a name of `ranges.py`, or any other name: such a function is only known by
    its arguments.
    """
    key = (op, *map(id, arguments))
    if key not in _made:
        if len(_made) >= _MOST_MADE:
            _made.clear()
        _made[key] = _term(op, arguments), arguments
    return _made[key][0]


_MOST_MADE = 1 << 12
_made: dict[tuple[object, ...], tuple[Term | None, tuple[Term | None, ...]]] = {}
"""Operations on the very same terms, which live as long as they stand here: functions are evaluated again and again."""


def _term(op: str, arguments: tuple[Term | None, ...]) -> Term | None:
    known = [argument for argument in arguments if argument is not None and is_settled(argument)]
    if len(known) < len(arguments) or op in _DRAWN or len(known) < _LEAST.get(op, 0):
        return None
    build = _BUILDERS.get(op)
    return build(*known) if build is not None and known else function(op, *known)


_FORMS = frozenset((".shape", ".ndim", ".dtype", ".device"))
"""What tells of the form of an array, and nothing of the numbers in it."""


def function(op: str, *arguments: Term) -> Term:
    """A function of terms that is no polynomial."""
    small = [argument if argument.size <= MAX_NODES // 2 else collapsed(argument) for argument in arguments]
    key = key_of(op, ", ".join(argument.key for argument in small))
    return Term(
        key,
        op,
        tuple(small),
        range=_range(op, [argument.range for argument in small]),
        sources=frozenset((key,)) if op in _FORMS else frozenset().union(*(argument.sources for argument in small)),
        size=1 + sum(argument.size for argument in small),
    )


def _range(op: str, arguments: list[Interval | None]) -> Interval | None:
    transfer = RANGES_BY_NAME.get(op)
    return None if transfer is None else transfer(*arguments)


def interval_of(whole: Term, assume: Mapping[Term, Interval], strangers: Collection[Term] = ()) -> Interval | None:
    """Where the term lies if the terms in `assume` lie where that says, and `strangers` hang together with nothing."""
    if whole in assume:
        return assume[whole]
    if whole.op == POLYNOMIAL:
        atoms = {atom for powers, _ in whole.parts for atom, _ in powers}
        known = {atom: variable(atom, interval_of(atom, assume)) for atom in atoms}
        known.update({atom: Variable(known[atom].range) for atom in atoms if atom in strangers})
        return extent(whole.parts, known)
    if whole.arguments:  # without assumptions it lies there all the same: `clip(x, 0, 1)`
        return _range(whole.op, [interval_of(argument, assume) for argument in whole.arguments]) or whole.range
    return whole.range


def atoms(whole: Term) -> frozenset[Term]:
    """The leaves of a term."""
    if whole.op == "value":
        return frozenset((whole,))
    inside = whole.arguments or tuple(atom for powers, _ in whole.parts for atom, _ in powers)
    return frozenset().union(*map(atoms, inside))


def substitute(whole: Term, replaced: Callable[[Term], Term | None]) -> Term | None:
    """The term with each leaf replaced; None where a leaf has nothing in its place."""
    if whole.op == "value":
        return replaced(whole)
    if whole.op == "number":
        return whole
    if whole.op != POLYNOMIAL:
        return term(whole.op, *(substitute(argument, replaced) for argument in whole.arguments))
    total: Term | None = literal(0.0)
    for powers, coefficient in whole.parts:
        part: Term | None = made({(): coefficient})
        for atom, power in powers:
            base = substitute(atom, replaced)
            for _ in range(abs(power)):
                part = term("*" if power > 0 else "/", part, base)
        total = term("+", total, part)
    return total
