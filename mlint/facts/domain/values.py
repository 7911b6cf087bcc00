"""The abstract values: what is known of a value at a place, how two are joined, and what unknown means.

Every field of a `Value` is knowledge; a field of None (or `Kind.UNKNOWN`) says that nothing is known. A join keeps
what both sides agree on, and is unknown where one side is.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from mlint.facts.domain.channels import Channels, join_channels
from mlint.facts.domain.intervals import UNIT
from mlint.facts.domain.intervals import Basis as Basis
from mlint.facts.domain.intervals import Interval as Interval
from mlint.facts.domain.intervals import number as number
from mlint.facts.domain.polynomials import Term, merged
from mlint.facts.domain.records import replace, replacing

MAX_ITEMS = 32
MAX_TRACE = 12
OPTIONAL = "optional"
"""The trait of a parameter that may be None as well."""
BINARY = "binary"
"""The trait of what is 0 or 1 only, as a mask."""


class Kind(enum.Enum):
    """What sort of thing a value is."""

    UNKNOWN = "unknown"
    TENSOR = "tensor"
    ARRAY = "array"
    NUMBER = "number"
    TEXT = "str"
    NONE = "None"
    TUPLE = "tuple"
    LIST = "list"
    SET = "set"
    DICT = "dict"
    MODULE = "module"  # an instance of torch.nn.Module
    OPTIMIZER = "optimizer"
    OBJECT = "object"  # an instance of some other class
    CLASS = "class"
    FUNCTION = "function"
    NAMESPACE = "namespace"  # an imported Python module
    PIL = "PIL image"
    PATH = "path"
    DTYPE = "dtype"
    DEVICE = "device"
    CONTEXT = "context"
    ITERATOR = "iterator"


@dataclass(slots=True, unsafe_hash=True)
class Trace:
    """One step of how a value came about: `message` at the instruction `site` of the function `where`.

    `where` is the path and the qualified name of the function; the engine finds the span when it reports.
    """

    message: str
    site: int
    where: tuple[str, str]


class _Missing(enum.Enum):
    MISSING = enum.auto()


MISSING = _Missing.MISSING
"""The `const` of a value that is not a known constant."""

Object = tuple[object, ...]
"""The identity of an abstract object: `("new", where, site)`, `("parameter", where, name)`, `("attribute", object,
name)`, `("global", path, name)`, `("item", object)`."""


@dataclass(slots=True, unsafe_hash=True)
class Value:
    """What is known of a value. Never written to once it is made (`frozen` would make it three times as slow to make).

    `dtype`: numpy's name (`uint8`, `float32`, `bool` ...), or `float`/`int` when only the family is known.
    `range`: of a number, or of every element of an array or tensor.
    `term`: how it was computed, for relations. `device`: `cpu`, `cuda`, `cuda:1`, or `of:<name>`: where that variable
    is. `objects`: the abstract objects it may be. `items`: of a tuple or list whose length is known. `element`: of any
    item of a container whose length is not. `entries`: of a dict, by constant key. `symbol`: the qualified name of a
    known class, function, dtype or namespace; of an instance, that of its class. `parameters`: names of the parameters
    whose data went into it unchanged in meaning (an alias, a view, an item). `traits`: further properties by name
    (`image`, `integer-valued`, `binary`, `softmax` ...). `channels`: of an array of which parts were set one by one.
    `trace`: how it came about; no part of equality.
    """

    kind: Kind = Kind.UNKNOWN
    dtype: str | None = None
    range: Interval | None = None
    term: Term | None = None
    device: str | None = None
    objects: frozenset[Object] = frozenset()
    items: tuple[Value, ...] | None = None
    element: Value | None = None
    entries: tuple[tuple[object, Value], ...] | None = None
    const: object = MISSING
    symbol: str | None = None
    parameters: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    channels: Channels | None = None
    trace: tuple[Trace, ...] = field(default=(), compare=False)

    def with_trace(self, step: Trace) -> Value:
        """The same value, with one more step of history (the newest `MAX_TRACE` are kept)."""
        if self.trace and self.trace[-1].site == step.site:
            return self
        return _with_trace(self, (*self.trace, step)[-MAX_TRACE:])

    @property
    def is_float(self) -> bool:
        """Whether it is known to hold floating point numbers."""
        return self.dtype is not None and self.dtype.startswith(("float", "bfloat"))

    @property
    def is_known(self) -> bool:
        """Whether anything at all is known of it."""
        return self is not UNKNOWN and self != UNKNOWN

    def __str__(self) -> str:
        return describe(self)


_with_trace = replacing(Value, "trace")
with_term = replacing(Value, "term")
"""The value with another term."""
UNKNOWN = Value()


def constant(value: object) -> Value:
    """The value of a literal or of a folded constant."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return _simple(value)
    return Value(const=value) if _is_hashable(value) else Value()


def truth(const: object = MISSING, made: Term | None = None) -> Value:
    """A bool of Python, known or not."""
    if isinstance(const, bool):
        return constant(const)
    return Value(Kind.NUMBER, "bool", UNIT, term=made, traits=frozenset({BINARY}))


@lru_cache(maxsize=1 << 12, typed=True)
def _simple(value: bool | float | str | None) -> Value:
    if value is None:
        return Value(Kind.NONE, const=None)
    if isinstance(value, bool):
        return Value(Kind.NUMBER, "bool", Interval(int(value), int(value)), const=value)
    if isinstance(value, (int, float)):
        size = float(value) if abs(value) < 1e300 else math.copysign(math.inf, value)
        dtype = "int" if isinstance(value, int) else "float"
        return Value(Kind.NUMBER, dtype, Interval(size, size), const=value)
    return Value(Kind.TEXT, const=value)


def _is_hashable(value: object) -> bool:
    """A tuple is, unless a list or dict stands in it."""
    return all(map(_is_hashable, value)) if isinstance(value, tuple) else not isinstance(value, (list, dict, set))


def join(left: Value, right: Value) -> Value:
    """What holds of a value that is one or the other."""
    if left is right or left == right:
        return left
    if left.kind is right.kind:
        return _join_fields(left, right, left.kind)
    return _join_fields(left, right, Kind.UNKNOWN)


def _join_fields(left: Value, right: Value, kind: Kind) -> Value:
    both = left.range is not None and right.range is not None
    reach = left.range.join(right.range) if both else None  # type: ignore[union-attr,arg-type]
    made = left.term if left.term == right.term else merged(left.term, right.term)
    channels = _join_channels(left, right, made)
    return Value(
        kind,
        dtype=join_dtype(left.dtype, right.dtype),
        range=reach if channels is None else channels.whole,
        term=made,
        device=left.device if left.device == right.device else None,
        objects=left.objects | right.objects if left.objects and right.objects else frozenset(),
        items=_join_items(left.items, right.items),
        element=_join_elements(left, right),
        entries=_join_entries(left.entries, right.entries),
        const=left.const if _same_constant(left.const, right.const) else MISSING,
        symbol=left.symbol if left.symbol == right.symbol else None,
        parameters=left.parameters | right.parameters,
        traits=left.traits & right.traits,
        channels=channels,
        trace=left.trace or right.trace,
    )


def _join_channels(left: Value, right: Value, made: Term | None) -> Channels | None:
    if left.channels is None and right.channels is None:
        return None
    one, other = channels_of(left), channels_of(right)
    return None if one is None or other is None else join_channels(one, other, made)


def channels_of(value: Value) -> Channels | None:
    """What is known of the parts of an array; where none was set, that each has the range of the whole."""
    known = value.channels
    if known is not None and known.is_of(value.range, value.term):
        return known
    return None if value.range is None else Channels(value.range, value.term, value.range, ())


def _same_constant(left: object, right: object) -> bool:
    return type(left) is type(right) and left == right


def join_dtype(left: str | None, right: str | None) -> str | None:
    """The dtype that both agree on; the family (`float`, `int`) where only that is the same."""
    if left == right or left is None or right is None:
        return left if left == right else None
    for family, prefixes in (("float", ("float", "bfloat")), ("int", ("int", "uint"))):
        if left.startswith(prefixes) and right.startswith(prefixes):
            return family
    return None


def _join_elements(left: Value, right: Value) -> Value | None:
    """What any item of either is; an empty container has none that could be otherwise."""
    if left.element is not None and right.element is not None:
        return join(left.element, right.element)
    filled, other = (left, right) if left.element is not None else (right, left)
    return filled.element if other.items == () or other.entries == () else None


def _join_items(left: tuple[Value, ...] | None, right: tuple[Value, ...] | None) -> tuple[Value, ...] | None:
    if left is None or right is None or len(left) != len(right):
        return None
    return tuple(map(join, left, right))


Entries = tuple[tuple[object, Value], ...]


def _join_entries(left: Entries | None, right: Entries | None) -> Entries | None:
    if left is None or right is None or [key for key, _ in left] != [key for key, _ in right]:
        return None
    return tuple((key, join(a, b)) for (key, a), (_, b) in zip(left, right, strict=True))


def join_all(values: Iterable[Value]) -> Value:
    """The join of all; UNKNOWN where there is none."""
    joined: Value | None = None
    for value in values:
        joined = value if joined is None else join(joined, value)
    return UNKNOWN if joined is None else joined


def widen(older: Value, newer: Value) -> Value:
    """The join of a loop's turn with the turns before, made to end: a range that still grows becomes unbounded, and
    deeper structure that still changes is given up."""
    joined = join(older, newer)
    if joined is older or joined == older:
        return older
    interval = joined.range
    if interval is not None and older.range is not None:
        interval = older.range.widen(interval)
        if joined.channels is not None:  # narrowed part by part: the whole is in doubt
            interval = interval.resting_on(joined.channels.whole.basis)
    return replace(
        joined,
        range=interval,
        items=None,
        entries=None,
        element=joined.element if older.items == () else _widened_element(older, joined),
        const=MISSING,
        term=merged(older.term, newer.term),
        channels=None,
    )


def _widened_element(older: Value, joined: Value) -> Value | None:
    """What any item is; which objects that may be is kept, since there are only so many."""
    known = older.element is not None and joined.element is not None and joined.element.objects
    return widen(older.element, joined.element) if known else None  # type: ignore[arg-type]


def describe(value: Value) -> str:
    """One short line: `float32 tensor [0, 1] on cpu`; `unknown` where nothing is known."""
    if isinstance(value.const, (int, float, str)) or value.kind is Kind.NONE:
        return repr(value.const)
    parts = [value.dtype or "", _kind_name(value), str(value.range) if value.range else ""]
    parts.append(_place(value))
    return " ".join(part for part in parts if part) or "unknown"


def _kind_name(value: Value) -> str:
    if value.items is not None and value.kind in (Kind.TUPLE, Kind.LIST):
        inside = ", ".join(describe(item) for item in value.items)
        return f"({inside})" if value.kind is Kind.TUPLE else f"[{inside}]"
    if value.kind is Kind.UNKNOWN or (value.kind is Kind.NUMBER and value.dtype):
        return ""
    if value.symbol and value.kind in (Kind.MODULE, Kind.OBJECT, Kind.CLASS, Kind.FUNCTION, Kind.DTYPE):
        return f"{value.kind.value} {value.symbol.rpartition('::')[2]}"
    return str(value.kind.value)


def _place(value: Value) -> str:
    """Where it is; of what only might be a tensor nothing is said."""
    if value.device is None or value.kind is Kind.UNKNOWN:
        return ""
    if value.device.startswith("of:"):
        return f"where `{value.device[3:].partition('@')[0]}` is"
    return f"on {value.device}"
