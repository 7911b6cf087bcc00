"""What is known of one callable, attribute, constant or class of a library, as read from a table.

See `tables.py` for the schema.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from mlint.facts.domain.ranges import RANGES_BY_NAME
from mlint.facts.domain.values import Kind, Value, constant
from mlint.facts.tables import expressions
from mlint.facts.tables.expressions import ExpressionError

Spec = Mapping[str, object]

RESULT_KEYS = frozenset(
    (
        "like",
        "cast",
        "operation",
        "kind",
        "dtype",
        "range",
        "device",
        "term",
        "items",
        "element",
        "entries",
        "traits",
        "const",
        "symbol",
    )
)
ENTRY_KEYS = RESULT_KEYS | {
    "params", "attribute", "class", "dtype_name", "bases", "mode_dependent", "forward", "hooks", "same", "mutates",
    "moves", "mode", "context", "members", "host", "registers", "cases", "note",
}  # fmt: skip
_KINDS = {kind.value: kind for kind in Kind} | {"pil": Kind.PIL, "text": Kind.TEXT, "none": Kind.NONE}


class TableError(ValueError):
    """An entry that cannot be read; the message names the entry and the cause."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: `aliases` are other names for it, `stars` is 1 for `*x` and 2 for `**x`."""

    name: str
    aliases: tuple[str, ...] = ()
    stars: int = 0
    keyword_only: bool = False
    default: Value | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How a value comes about. Texts are expressions; None where nothing is said."""

    like: str | None = None
    cast: str | None = None
    operation: tuple[str, ...] = ()
    kind: str | None = None
    dtype: str | None = None
    range: str | None = None
    device: str | None = None
    term: str | None = None
    items: tuple[Result, ...] | None = None
    element: Result | None = None
    entries: tuple[tuple[object, Result], ...] | None = None
    traits: tuple[str, ...] = ()
    const: Value | None = None
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the tables. `parameters` is None where the signature is not known."""

    name: str
    parameters: tuple[Parameter, ...] | None = None
    result: Result = field(default_factory=Result)
    attribute: bool = False
    is_class: bool = False
    dtype_name: str | None = None
    bases: tuple[str, ...] = ()
    mode_dependent: bool | str | None = None
    forward: str | None = None
    hooks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    same: str | None = None
    mutates: str | None = None
    moves: str | None = None
    mode: str | None = None
    context: str | None = None
    members: str | None = None
    host: bool = False
    registers: str | None = None
    cases: tuple[tuple[tuple[expressions.Condition, ...], Entry], ...] = ()
    note: str = ""

    @property
    def last(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    def parameter(self, name: str) -> Parameter | None:
        """The parameter that a keyword of this name binds, `**x` aside."""
        for parameter in self.parameters or ():
            if parameter.stars == 0 and (name == parameter.name or name in parameter.aliases):
                return parameter
        return None

    @property
    def takes_any_keyword(self) -> bool:
        """Whether a keyword that no parameter is named after is accepted, as far as is known."""
        return self.parameters is None or any(parameter.stars == 2 for parameter in self.parameters)


def build(name: str, spec: Spec) -> Entry:
    """The entry that a table describes. Raises `TableError`."""
    unknown = sorted(set(spec) - ENTRY_KEYS)
    if unknown:
        near = difflib.get_close_matches(unknown[0], ENTRY_KEYS, 1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        raise TableError(f"facts about `{name}`: unknown key `{unknown[0]}`{hint}")
    try:
        return _entry(name, spec)
    except (ExpressionError, TypeError, AttributeError) as error:
        raise TableError(f"facts about `{name}`: {error}") from error


def _entry(name: str, spec: Spec) -> Entry:
    params = _text(spec, "params")
    spec = _by_name(name, spec)
    return Entry(
        name,
        parameters=None if params is None else parameters(params),
        result=_result(spec),
        attribute=_flag(spec, "attribute"),
        is_class=_flag(spec, "class"),
        dtype_name=_text(spec, "dtype_name"),
        bases=tuple(_words(spec.get("bases", ()))),
        mode_dependent=_mode_dependent(spec.get("mode_dependent")),
        forward=_text(spec, "forward"),
        hooks=_hooks(spec.get("hooks", {})),
        same=_text(spec, "same"),
        mutates=_text(spec, "mutates"),
        moves=_text(spec, "moves"),
        mode=_text(spec, "mode"),
        context=_text(spec, "context"),
        members=_text(spec, "members"),
        host=_flag(spec, "host"),
        registers=_text(spec, "registers"),
        cases=tuple(_case(name, spec, case) for case in _tables(spec.get("cases", ()))),
        note=_text(spec, "note") or "",
    )


# What `ranges.py` calls the functions that libraries name otherwise.
_OTHER_NAMES = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2", "neg": "negative", "absolute": "abs",
    "fabs": "abs", "sub": "subtract", "mul": "multiply", "sgn": "sign", "fmax": "maximum", "fmin": "minimum",
    "expit": "sigmoid", "fix": "trunc", "pow": "power", "amax": "max", "amin": "min", "nanmax": "max",
    "nanmin": "min", "nanmean": "mean", "nanstd": "std", "nanvar": "var", "rint": "round", "around": "round",
    "true_divide": "divide", "div": "divide", "mod": "remainder", "silu": "gelu", "mish": "gelu", "swish": "gelu",
    "celu": "elu", "hardsigmoid": "unit", "average": "mean", "median": "mean",
    "erf": "signed_unit",
    "softsign": "signed_unit", "floor_division": "floor_divide", "nansum": "sum",
}  # fmt: skip


def _by_name(name: str, spec: Spec) -> Spec:
    """The spec with `by_name(x)` in its range and term said by the name of the function."""
    last = name.rpartition(".")[2].rstrip("_")
    last = _OTHER_NAMES.get(last, last)
    known = {"range": last if last in RANGES_BY_NAME else "unknown", "term": last}
    changed = {
        key: text.replace("by_name(", f"{known[key]}(")
        for key in known
        if isinstance(text := spec.get(key), str) and "by_name(" in text
    }
    return {**spec, **changed}


def _case(name: str, spec: Spec, case: Spec) -> tuple[tuple[expressions.Condition, ...], Entry]:
    condition = _text(case, "if")
    if condition is None:
        raise TypeError("a case needs `if`")
    merged = {key: value for key, value in spec.items() if key != "cases"}
    merged.update({key: value for key, value in case.items() if key != "if"})
    for key in [key for key, value in merged.items() if value == ""]:
        del merged[key]
    return expressions.conditions(condition), build(name, merged)


def _result(spec: Spec) -> Result:
    for key in ("like", "cast", "kind", "dtype", "range", "device", "term"):
        text = _text(spec, key)
        if text is not None and not (key == "kind" and text in _KINDS):
            expressions.alternatives(text)
    items, element, entries = spec.get("items"), spec.get("element"), spec.get("entries")
    return Result(
        like=_text(spec, "like"),
        cast=_text(spec, "cast"),
        operation=tuple((_text(spec, "operation") or "").replace("$", "").split()),
        kind=_text(spec, "kind"),
        dtype=_text(spec, "dtype"),
        range=_text(spec, "range"),
        device=_text(spec, "device"),
        term=_text(spec, "term"),
        items=None if items is None else tuple(map(_inner, _sequence(items))),
        element=None if element is None else _inner(element),
        entries=None if entries is None else tuple((key, _inner(value)) for key, value in _mapping(entries).items()),
        traits=tuple(_words(spec.get("traits", ()))),
        const=constant(spec["const"]) if "const" in spec else None,
        symbol=_text(spec, "symbol"),
    )


def _inner(spec: object) -> Result:
    """The result of an item: a table, or a text that says what it is like."""
    if isinstance(spec, str):
        expressions.alternatives(spec)
        return Result(like=spec)
    return _result(_mapping(spec))


@cache
def parameters(text: str) -> tuple[Parameter, ...]:
    """`"input, *size, dim|axis=-1, *, out"` as parameters. Raises `ExpressionError` for a default that is none."""
    found, keyword_only = [], False
    listed = text.strip().removesuffix(",")
    for part in map(str.strip, listed.split(",") if listed else ()):
        if part == "*":
            keyword_only = True
            continue
        names, _, default = part.partition("=")
        stars = len(names) - len(names.lstrip("*"))
        first, *aliases = (name.strip() for name in names.lstrip("*").split("|"))
        value = constant(expressions.literal(default.strip())) if default else None
        found.append(Parameter(first, tuple(aliases), stars, keyword_only, value))
        keyword_only = keyword_only or stars == 1
    return tuple(found)


def kind_names() -> tuple[str, ...]:
    """The names of kinds in a table."""
    return tuple(_KINDS)


def kind_named(text: str) -> Kind | None:
    """The kind of that name in a table; None where there is none."""
    return _KINDS.get(text)


def _mode_dependent(value: object) -> bool | str | None:
    if value is None or isinstance(value, (bool, str)):
        return value
    raise TypeError("`mode_dependent` is true, false, `members` or `$parameter`")


def _hooks(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(str(words).split())) for name, words in _mapping(value).items())


def _text(spec: Spec, key: str) -> str | None:
    value = spec.get(key)
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"`{key}` is not a text")


def _flag(spec: Spec, key: str) -> bool:
    value = spec.get(key, False)
    if isinstance(value, bool):
        return value
    raise TypeError(f"`{key}` is neither true nor false")


def _words(value: object) -> Sequence[str]:
    return value.split() if isinstance(value, str) else [str(item) for item in _sequence(value)]


def _sequence(value: object) -> Sequence[object]:
    if isinstance(value, (list, tuple)):
        return value
    raise TypeError(f"{value!r} is not a list")


def _mapping(value: object) -> Mapping[str, object]:
    if isinstance(value, dict):
        return value
    raise TypeError(f"{value!r} is not a table")


def _tables(value: object) -> Sequence[Spec]:
    return [_mapping(item) for item in _sequence(value)]
