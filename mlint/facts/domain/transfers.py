"""What functions do to ranges: one Python function each, over intervals, None where nothing is known."""

from __future__ import annotations

import math
from collections.abc import Callable

from mlint.facts.domain import intervals
from mlint.facts.domain.intervals import NON_NEGATIVE, REALS, UNIT, Basis, Interval, between, point
from mlint.facts.domain.records import replace

Bounds = Interval | None
Transfer = Callable[..., Bounds]

SIGNED_UNIT = Interval(-1.0, 1.0)
BELOW_ONE = Interval(0.0, intervals.below(1.0))
"""[0, 1)"""

# What a kernel of cv2.INTER_CUBIC (a = -0.75) can add beyond both ends, as a part of the width, in two dimensions.
_CUBIC_OVERSHOOT = 0.4453125

_BYTES_WIDE = 128.0


def same(x: Bounds = None, *_: Bounds) -> Bounds:
    return x


def either(*arguments: Bounds) -> Bounds:
    joined: Bounds = None
    for argument in arguments:
        if argument is None:
            return None
        joined = argument if joined is None else joined.join(argument)
    return joined


def where(_condition: Bounds = None, x: Bounds = None, y: Bounds = None) -> Bounds:
    return either(x, y)


def interval(low: Bounds = None, high: Bounds = None, *_: Bounds) -> Bounds:
    if low is None or high is None:
        return None
    return between(low.lower, high.upper, low.nan or high.nan) if low.low <= high.high else None


def clip(x: Bounds = None, low: Bounds = None, high: Bounds = None, *_: Bounds) -> Bounds:
    """A limit that is not known may lie anywhere, so it leaves nothing known; an infinite one is none."""
    if low is None or high is None:
        return None
    if x is None:
        x = REALS.resting_on(Basis.HULL)
        if low.low == -math.inf and high.high == math.inf:
            return None
    found = x if low.low == -math.inf else intervals.greater(x, low)
    return _limited(found if high.high == math.inf else intervals.lesser(found, high), low, high)


def _limited(found: Interval, *limits: Interval) -> Bounds:
    """A limit that a caller passes is there to hold: what goes beyond it is not claimed."""
    if any(limit.basis is not Basis.SEEN for limit in limits):
        found = found.resting_on(Basis.HULL)
    return None if found.low == -math.inf and found.high == math.inf else found


def minimum(x: Bounds = None, y: Bounds = None, *_: Bounds) -> Bounds:
    if x is None or y is None:
        limit = x or y
        return None if limit is None else _limited(between((-math.inf, Basis.HULL), limit.upper), limit)
    return _limited(intervals.lesser(x, y), x, y) if Basis.FREE in (x.basis, y.basis) else intervals.lesser(x, y)


def maximum(x: Bounds = None, y: Bounds = None, *_: Bounds) -> Bounds:
    if x is None or y is None:
        limit = x or y
        return None if limit is None else _limited(between(limit.lower, (math.inf, Basis.HULL)), limit)
    return _limited(intervals.greater(x, y), x, y) if Basis.FREE in (x.basis, y.basis) else intervals.greater(x, y)


def relu(x: Bounds = None, *_: Bounds) -> Bounds:
    return maximum(x, point(0.0))


def relu6(x: Bounds = None, *_: Bounds) -> Bounds:
    return clip(x, point(0.0), point(6.0))


def both(operation: Callable[[Interval, Interval], Bounds]) -> Transfer:
    def transfer(x: Bounds = None, y: Bounds = None, *_: Bounds) -> Bounds:
        return None if x is None or y is None else operation(x, y)

    return transfer


def add(x: Bounds = None, y: Bounds = None, *_: Bounds) -> Bounds:
    """Something unknown plus what really goes both ways without end goes so too, whatever it is."""
    if x is None or y is None:
        return REALS if noise(x) or noise(y) else _drawn_upwards(x or y)
    return intervals.plus(x, y)


def noise(x: Bounds) -> bool:
    """Whether it is seen to have no end in either direction."""
    return x is not None and x.low == -math.inf and x.high == math.inf and x.basis is Basis.SEEN


def _drawn_upwards(x: Bounds) -> Bounds:
    """What comes of numbers that are seen to have no upper end (drawn from a Poisson distribution) and something
    unknown, which is taken to be positive."""
    endless = x is not None and x.high == math.inf and x.upper[1] is Basis.SEEN
    return between((-math.inf, Basis.HULL), (math.inf, Basis.FREE)) if endless else None


def subtract(x: Bounds = None, y: Bounds = None, *_: Bounds) -> Bounds:
    return add(x, None if y is None else intervals.negate(y))


def multiply(x: Bounds = None, y: Bounds = None, *_: Bounds) -> Bounds:
    if x is None or y is None:
        return REALS if noise(x) or noise(y) else _drawn_upwards(x or y)
    return intervals.times(x, y)


def divide(x: Bounds = None, y: Bounds = None, *_: Bounds) -> Bounds:
    if x is None or y is None:
        return REALS if noise(x) else _drawn_upwards(x)
    return intervals.over(x, y)


def square(x: Bounds = None, *_: Bounds) -> Bounds:
    return Interval(0.0, math.inf, Basis.HULL) if x is None else intervals.power(x, point(2.0))


def absolute(x: Bounds = None, *_: Bounds) -> Bounds:
    return Interval(0.0, math.inf, Basis.HULL) if x is None else intervals.absolute(x)


def negative(x: Bounds = None, *_: Bounds) -> Bounds:
    return None if x is None else intervals.negate(x)


def blend(
    a: Bounds = None, alpha: Bounds = None, b: Bounds = None, beta: Bounds = None, gamma: Bounds = None, *_: Bounds
) -> Bounds:
    return add(add(multiply(a, alpha), multiply(b, beta)), gamma)


def lerp(a: Bounds = None, b: Bounds = None, t: Bounds = None, *_: Bounds) -> Bounds:
    if t is not None and t.within(0.0, 1.0):
        return either(a, b)
    return add(a, multiply(t, subtract(b, a)))


def scale(x: Bounds = None, alpha: Bounds = None, beta: Bounds = None, *_: Bounds) -> Bounds:
    return add(multiply(x, alpha), beta)


def increasing(function: Callable[[float], float], image: Interval, domain: Interval = REALS) -> Transfer:
    """An increasing function; of something unknown its image is known, though perhaps never filled."""

    def transfer(x: Bounds = None, *_: Bounds) -> Bounds:
        return image.resting_on(Basis.HULL) if x is None else intervals.monotone(function, x, domain)

    return transfer


def bounded(image: Interval) -> Transfer:
    """A function whose image is taken to be filled, whatever goes in."""

    def transfer(*_: Bounds) -> Bounds:
        return image

    return transfer


def squashing(function: Callable[[float], float], image: Interval) -> Transfer:
    """An increasing function onto a bounded image: of an unknown input the image can be filled."""

    def transfer(x: Bounds = None, *_: Bounds) -> Bounds:
        return image if x is None else intervals.monotone(function, x)

    return transfer


def sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def expm1(x: float) -> float:
    return math.expm1(x)


def rounding(function: Callable[[float], float]) -> Transfer:
    def transfer(x: Bounds = None, *_: Bounds) -> Bounds:
        return None if x is None else intervals.rounded(function, x)

    return transfer


def leaky_relu(x: Bounds = None, *_: Bounds) -> Bounds:
    return None if x is None else x.join(point(0.0)) if x.low < 0 else x


def gelu(x: Bounds = None, *_: Bounds) -> Bounds:
    """Also silu and mish: they dip below zero by less than 0.31, and stay below the larger of x and 0."""
    if x is None:
        return between((-0.31, Basis.HULL), (math.inf, Basis.HULL))
    low = (0.0, Basis.HULL) if x.low >= 0 else (max(x.low, -0.31), Basis.HULL)
    return between(low, (max(x.high, 0.0), x.upper[1]), x.nan)


def elu(x: Bounds = None, *_: Bounds) -> Bounds:
    return maximum(x, point(-1.0)) if x is not None else Interval(-1.0, math.inf, Basis.HULL)


def hypot(x: Bounds = None, y: Bounds = None, *_: Bounds) -> Bounds:
    total = add(square(x), square(y))
    return None if total is None else intervals.monotone(math.sqrt, total, NON_NEGATIVE)


def total(x: Bounds = None, *_: Bounds) -> Bounds:
    """How many are summed is not known, so an end that is not zero may go far, and is never claimed."""
    if x is None:
        return None
    low = (0.0, x.low_basis) if x.low >= 0 else (-math.inf, Basis.HULL)
    high = (0.0, x.upper[1]) if x.high <= 0 else (math.inf, Basis.HULL)
    return between(low, high, x.nan)


def deviation(x: Bounds = None, *_: Bounds) -> Bounds:
    if x is None or not x.bounded:
        return Interval(0.0, math.inf, Basis.HULL if x is None else x.basis)
    # The sample deviation of two numbers, the larger one, is the width over the square root of two.
    return Interval(0.0, (x.high - x.low) / math.sqrt(2), x.basis, nan=x.nan)


def variance(x: Bounds = None, *_: Bounds) -> Bounds:
    return square(deviation(x))


def width(x: Bounds = None, *_: Bounds) -> Bounds:
    return Interval(0.0, math.inf, Basis.HULL) if x is None else Interval(0.0, x.high - x.low, x.basis, nan=x.nan)


def norm(x: Bounds = None, *_: Bounds) -> Bounds:
    return NON_NEGATIVE.resting_on(Basis.HULL)


def product(x: Bounds = None, *_: Bounds) -> Bounds:
    if x is None:
        return None
    if x.low >= 0:
        return UNIT.resting_on(x.basis) if x.high <= 1 else NON_NEGATIVE.resting_on(Basis.HULL)
    return SIGNED_UNIT.resting_on(x.basis) if x.low >= -1 and x.high <= 1 else REALS.resting_on(Basis.HULL)


def uniform(low: Bounds = None, high: Bounds = None, *_: Bounds) -> Bounds:
    """Numbers drawn from [low, high)."""
    found = closed(low, high)
    if low is None or found is None or found.high == low.low or not math.isfinite(found.high):
        return found
    return replace(found, high=intervals.below(found.high))


def closed(low: Bounds = None, high: Bounds = None, *_: Bounds) -> Bounds:
    """Numbers from `low` to `high`."""
    return None if low is None or high is None else either(low, high)


def integers(low: Bounds = None, high: Bounds = None, *_: Bounds) -> Bounds:
    if low is None:
        return None
    if high is None:
        low, high = point(0.0), low
    return between(low.lower, (max(high.high - 1, low.low), high.upper[1]))


def arange(start: Bounds = None, stop: Bounds = None, step: Bounds = None, *_: Bounds) -> Bounds:
    if start is None or stop is None:
        down = step is not None and step.low < 0
        low = -math.inf if down else 0.0 if start is None else start.low
        return between((low, Basis.HULL), (math.inf, Basis.HULL))
    if start.is_point and stop.is_point and (step is None or step.is_point):
        return _counted(start.low, stop.low, 1.0 if step is None else step.low)
    return sequence(start, stop)


def _counted(start: float, stop: float, step: float) -> Bounds:
    """The first and the last of the numbers from `start` to before `stop`."""
    turns = math.ceil((stop - start) / step - 1e-9) if step else 0
    last = start + step * max(turns - 1, 0)
    return Interval(min(start, last), max(start, last))


def sequence(start: Bounds = None, stop: Bounds = None, *_: Bounds) -> Bounds:
    """Numbers from `start` to `stop`; how far a caller lets them go is the caller's business."""
    found = closed(start, stop)
    return found if found is None or found.basis is not Basis.FREE else found.resting_on(Basis.HULL)


def interp(_x: Bounds = None, _places: Bounds = None, table: Bounds = None, *_: Bounds) -> Bounds:
    return table


def wrap(x: Bounds = None, y: Bounds = None, *_: Bounds) -> Bounds:
    if y is None:
        return None
    return intervals.modulo(x or REALS, y)


def rescale(_x: Bounds = None, low: Bounds = None, high: Bounds = None, *_: Bounds) -> Bounds:
    return interval(low, high) if low is not None and high is not None else UNIT


def by_max(x: Bounds = None, *_: Bounds) -> Bounds:
    """`x / max(x)`, the maximum being taken to be positive: what is far below zero may be so of a small one."""
    if x is None or x.high <= 0:
        return None
    return UNIT if x.low >= 0 else between((-math.inf, x.low_basis), (1.0, Basis.HULL), x.nan)


def by_mean(x: Bounds = None, *_: Bounds) -> Bounds:
    """`x / mean(x)`: however large a part of x may be, the mean is less."""
    low = (0.0, x.low_basis) if x is not None and x.low >= 0 else (-math.inf, Basis.HULL)
    return between(low, (math.inf, Basis.FREE))


def by_sum(x: Bounds = None, *_: Bounds) -> Bounds:
    """`x / sum(x)`: the sign of the sum is not known where x may be negative."""
    return UNIT if x is not None and x.low >= 0 else None


def derivative(x: Bounds = None, *_: Bounds) -> Bounds:
    """Differences of neighbours, by a kernel whose weights are not known: those of bytes do not fit into bytes."""
    if x is None:
        return None
    return REALS.resting_on(Basis.FREE if x.bounded and x.high - x.low >= _BYTES_WIDE else Basis.HULL)


def by_norm(x: Bounds = None, *_: Bounds) -> Bounds:
    return UNIT if x is not None and x.low >= 0 else SIGNED_UNIT


def resize_cubic(x: Bounds = None, *_: Bounds) -> Bounds:
    if x is None or not x.bounded:
        return x
    beyond = (x.high - x.low) * _CUBIC_OVERSHOOT
    return between((x.low - beyond, x.low_basis), (x.high + beyond, x.upper[1]), x.nan)


def amplified(x: Bounds = None, kernel: Bounds = None, *_: Bounds) -> Bounds:
    """A kernel may amplify, of which nothing follows; one with weights below zero sharpens, or takes differences."""
    return derivative(x) if kernel is not None and kernel.low < 0 and kernel.low_basis is Basis.SEEN else None
