"""What functions do to ranges, by name: the library tables name these in their `range` field.

Arguments are intervals, None where nothing is known (or nothing was given); the result is one too. The names:

- the same numbers, whole or in part: `same(x)`, `part(x, index)`
- of one or the other: `either(x, y, ...)`, `where(c, x, y)`
- known outright: `interval(low, high)`, `zeros()`, `ones()`, `full(v)`, `bit()` {0, 1}, `unit()` [0, 1],
  `below_one()` [0, 1), `signed_unit()` [-1, 1], `byte()` [0, 255], `non_negative()`, `reals()` (both directions
  really occur), `unknown()`
- limits: `clip(x, low, high)`, `minimum(x, y)`, `maximum(x, y)`, `relu(x)`, `relu6(x)`, `wrap(x, y)` (x modulo y)
- arithmetic: `add(x, y)`, `subtract(x, y)`, `multiply(x, y)`, `divide(x, y)`, `floor_divide(x, y)`,
  `remainder(x, y)`, `power(x, y)`, `negative(x)`, `abs(x)`, `square(x)`, `reciprocal(x)`, `invert(x)` (255 - x),
  `blend(a, alpha, b, beta, gamma)` (cv2.addWeighted), `lerp(a, b, t)`, `scale(x, alpha, beta)` (x * alpha + beta)
- functions: `exp`, `exp2`, `expm1`, `log`, `log2`, `log10`, `log1p`, `sqrt`, `rsqrt`, `sin`, `cos`, `tan`, `arcsin`,
  `arccos`, `arctan`, `arctan2(y, x)`, `sinh`, `cosh`, `tanh`, `sigmoid`, `softplus`, `logsigmoid`, `log_softmax`,
  `softmax`, `gelu` (also silu, mish), `elu`, `leaky_relu`, `sign`, `floor`, `ceil`, `round`, `trunc`, `hypot(x, y)`
- reductions: `sum`, `mean`, `max`, `min`, `ptp`, `std`, `var`, `norm`, `prod`, `cumsum`, `count()`, `index()`
- `average(x)`: weights that sum to one, whichever: blurs, linear and area resizing, pooling, median, warps
- `quantile(x, q)`
- numbers drawn: `normal(mean, std)`, `uniform(low, high)`, `integers(low, high)` (high excluded; one argument is high),
  `integers_closed(low, high)`, `exponential()`
- scaled: `by_max(x)`, `by_mean(x)`, `by_sum(x)`, `by_norm(x)` (divided by its own maximum, mean, sum, norm)
- made of others: `arange(start, stop, step)`, `linspace(a, b)`, `interp(x, xp, fp)`, `take(table, index)`,
  `rescale(x, low, high)` (scaled by its own minimum and maximum), `standardize(x)` (mean 0, deviation 1),
  `resize_cubic(x)` (overshoots), `restored()` (from frequencies that were filtered: overshoots too),
  `filter(x)` (a kernel that may amplify),
  `derivative(x)` (differences of neighbours), `stretch(x)` (scaled by two of its
  quantiles, beyond which some of it lies)
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from mlint.facts.domain import intervals, transfers
from mlint.facts.domain.intervals import BYTE, NON_NEGATIVE, REALS, UNIT, Basis, Interval, point
from mlint.facts.domain.transfers import SIGNED_UNIT as SIGNED_UNIT
from mlint.facts.domain.transfers import Transfer
from mlint.facts.domain.transfers import noise as noise

RANGES_BY_NAME: Mapping[str, Transfer] = {
    "same": transfers.same,
    "part": transfers.same,
    "either": transfers.either,
    "where": transfers.where,
    "interval": transfers.interval,
    "zeros": transfers.bounded(point(0.0)),
    "ones": transfers.bounded(point(1.0)),
    "full": transfers.same,
    "bit": transfers.bounded(UNIT),
    "unit": transfers.bounded(UNIT),
    "below_one": transfers.bounded(transfers.BELOW_ONE),
    "signed_unit": transfers.bounded(SIGNED_UNIT),
    "byte": transfers.bounded(BYTE),
    "non_negative": transfers.bounded(NON_NEGATIVE.resting_on(Basis.HULL)),
    "reals": transfers.bounded(REALS),
    "unknown": transfers.amplified,
    "clip": transfers.clip,
    "minimum": transfers.minimum,
    "maximum": transfers.maximum,
    "relu": transfers.relu,
    "relu6": transfers.relu6,
    "wrap": transfers.wrap,
    "add": transfers.add,
    "subtract": transfers.subtract,
    "multiply": transfers.multiply,
    "divide": transfers.divide,
    "floor_divide": transfers.both(intervals.floor_division),
    "remainder": transfers.wrap,
    "power": transfers.both(intervals.power),
    "negative": transfers.negative,
    "abs": transfers.absolute,
    "square": transfers.square,
    "reciprocal": lambda x=None, *_: transfers.divide(point(1.0), x),
    "invert": lambda x=None, *_: transfers.subtract(point(255.0), x),
    "blend": transfers.blend,
    "lerp": transfers.lerp,
    "scale": transfers.scale,
    "exp": transfers.increasing(math.exp, NON_NEGATIVE),
    "exp2": transfers.increasing(lambda x: 2.0**x, NON_NEGATIVE),
    "expm1": transfers.increasing(transfers.expm1, Interval(-1.0, math.inf)),
    "log": transfers.increasing(math.log, REALS, NON_NEGATIVE),
    "log2": transfers.increasing(math.log2, REALS, NON_NEGATIVE),
    "log10": transfers.increasing(math.log10, REALS, NON_NEGATIVE),
    "log1p": transfers.increasing(math.log1p, REALS, Interval(-1.0, math.inf)),
    "sqrt": transfers.increasing(math.sqrt, NON_NEGATIVE, NON_NEGATIVE),
    "rsqrt": lambda x=None, *_: transfers.divide(
        point(1.0), None if x is None else intervals.monotone(math.sqrt, x, NON_NEGATIVE)
    ),
    "sin": transfers.bounded(SIGNED_UNIT),
    "cos": transfers.bounded(SIGNED_UNIT),
    "tan": transfers.bounded(REALS.resting_on(Basis.HULL)),
    "arcsin": transfers.bounded(Interval(-math.pi / 2, math.pi / 2)),
    "arccos": transfers.bounded(Interval(0.0, math.pi)),
    "arctan": transfers.squashing(math.atan, Interval(-math.pi / 2, math.pi / 2)),
    "arctan2": transfers.bounded(Interval(-math.pi, math.pi)),
    "sinh": transfers.increasing(math.sinh, REALS),
    "cosh": transfers.bounded(Interval(1.0, math.inf, Basis.HULL)),
    "tanh": transfers.squashing(math.tanh, SIGNED_UNIT),
    "sigmoid": transfers.squashing(transfers.sigmoid, UNIT),
    "softplus": transfers.increasing(transfers.softplus, NON_NEGATIVE),
    "logsigmoid": transfers.bounded(Interval(-math.inf, 0.0)),
    "log_softmax": transfers.bounded(Interval(-math.inf, 0.0)),
    "softmax": transfers.bounded(UNIT),
    "gelu": transfers.gelu,
    "elu": transfers.elu,
    "leaky_relu": transfers.leaky_relu,
    "sign": transfers.bounded(SIGNED_UNIT),
    "floor": transfers.rounding(math.floor),
    "ceil": transfers.rounding(math.ceil),
    "round": transfers.rounding(round),
    "trunc": transfers.rounding(math.trunc),
    "hypot": transfers.hypot,
    "sum": transfers.total,
    "cumsum": transfers.total,
    "mean": transfers.same,
    "average": transfers.same,
    "quantile": transfers.same,
    "stretch": transfers.bounded(REALS.resting_on(Basis.FREE)),
    "by_max": transfers.by_max,
    "by_mean": transfers.by_mean,
    "by_sum": transfers.by_sum,
    "by_norm": transfers.by_norm,
    "max": transfers.same,
    "min": transfers.same,
    "ptp": transfers.width,
    "std": transfers.deviation,
    "var": transfers.variance,
    "norm": transfers.norm,
    "prod": transfers.product,
    "count": transfers.bounded(NON_NEGATIVE.resting_on(Basis.HULL)),
    "index": transfers.bounded(NON_NEGATIVE.resting_on(Basis.HULL)),
    "normal": transfers.bounded(REALS),
    "uniform": transfers.uniform,
    "integers": transfers.integers,
    "integers_closed": transfers.closed,
    "exponential": transfers.bounded(NON_NEGATIVE),
    "arange": transfers.arange,
    "linspace": transfers.sequence,
    "interp": transfers.interp,
    "take": transfers.same,
    "rescale": transfers.rescale,
    "standardize": transfers.bounded(REALS.resting_on(Basis.FREE)),
    "resize_cubic": transfers.resize_cubic,
    "restored": transfers.bounded(REALS.resting_on(Basis.FREE)),
    "filter": transfers.amplified,
    "derivative": transfers.derivative,
}
