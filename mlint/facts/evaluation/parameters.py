"""What a parameter is before anything is known of its caller: by its annotation, its default, its name."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from functools import lru_cache

from mlint.facts.domain.devices import is_device_name
from mlint.facts.domain.intervals import Basis, Interval
from mlint.facts.domain.polynomials import leaf
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import OPTIONAL, UNKNOWN, Kind, Value, constant

Resolve = Callable[[str], str | None]
"""The qualified name that a dotted name stands for."""

_FREE = Interval(-math.inf, math.inf, Basis.FREE)
_FRACTION = (0.05, 0.95)
_BY_NAME = {
    "torch.Tensor": Value(Kind.TENSOR),
    "numpy.ndarray": Value(Kind.ARRAY),
    "numpy.typing.NDArray": Value(Kind.ARRAY),
    "torch.nn.Module": Value(Kind.MODULE),
    "torch.device": Value(Kind.DEVICE),
    "torch.dtype": Value(Kind.DTYPE),
    "PIL.Image.Image": Value(Kind.PIL),
    "pathlib.Path": Value(Kind.PATH),
    "builtins.float": Value(Kind.NUMBER, "float", _FREE),
    "builtins.int": Value(Kind.NUMBER, "int", _FREE),
    "builtins.bool": Value(Kind.NUMBER, "bool", Interval(0, 1)),
    "builtins.str": Value(Kind.TEXT),
    "builtins.dict": Value(Kind.DICT),
    "builtins.list": Value(Kind.LIST),
    "builtins.tuple": Value(Kind.TUPLE),
}
_TYPED = frozenset(f"torch.{name}Tensor" for name in "Float Double Half Long Int Short Byte Bool".split())
"""Annotations that say tensor, whatever dtype and device they seem to name."""
_SHAPED = re.compile(r"^[\w.]+\[([\w.]+),", re.DOTALL)
"""`Float[Tensor, "batch channels"]`, as jaxtyping has it."""
_OPTIONAL = re.compile(r"^(?:typing\.)?Optional\[(.+)\]$", re.DOTALL)
_UNION = re.compile(r"^(?:typing\.)?Union\[(.+)\]$", re.DOTALL)
_DOTTED = re.compile(r"[A-Za-z_][\w.]*")


def annotated(text: str, resolve: Resolve) -> Value:
    """What an annotation says; UNKNOWN where it names several things or nothing that is known."""
    text = text.strip().strip("'\"")
    optional = _OPTIONAL.match(text)
    if optional is not None:
        return _optional(annotated(optional[1], resolve))
    given = [part.strip() for part in _parts(text) if part.strip()]
    parts = [part for part in given if part != "None"]
    if len(parts) != 1:
        return UNKNOWN
    name = _DOTTED.match(parts[0])
    qualified = resolve(name[0]) if name is not None else None
    shaped = _SHAPED.match(parts[0]) if qualified is not None and qualified.startswith("jaxtyping.") else None
    qualified = resolve(shaped[1]) if shaped is not None else "torch.Tensor" if qualified in _TYPED else qualified
    found = _BY_NAME.get(qualified, UNKNOWN) if qualified is not None else UNKNOWN
    return found if parts == given else _optional(found)


def _optional(value: Value) -> Value:
    """The value where None is as good."""
    return value if value.kind is Kind.UNKNOWN else replace(value, traits=value.traits | {OPTIONAL})


@lru_cache(maxsize=4096)
def literal(text: str) -> Value:
    """The value of an expression that is a literal; UNKNOWN for any other."""
    try:
        return constant(ast.literal_eval(text))
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return UNKNOWN


def kind_of(qualified: str) -> Kind | None:
    """What an instance of a class of that qualified name is."""
    return _BY_NAME[qualified].kind if qualified in _BY_NAME else None


def _parts(text: str) -> list[str]:
    union = _UNION.match(text)
    return union[1].split(",") if union is not None else text.split("|")


def parameter(name: str, where: tuple[str, str], annotation: Value, default: Value | None) -> Value:
    """The value of a parameter at the function's entry.

    A number that nothing bounds is free; a default tells the kind, and a dtype or flag that is not passed.
    """
    value = annotation
    if value == UNKNOWN and default is not None:
        value = _from_default(default)
    elif value.kind is Kind.NUMBER and value.dtype == "float" and default is not None:
        value = replace(value, range=_by_default(default))
    if default is not None and default.kind is Kind.NONE:
        value = _optional(value)
    if is_device_name(name) and (value.kind in (Kind.DEVICE, Kind.TEXT) or value == UNKNOWN):
        value = Value(Kind.TEXT if value.kind is Kind.TEXT else Kind.DEVICE, device=f"of:{name}")
    elif value.kind in (Kind.UNKNOWN, Kind.TENSOR):
        value = replace(value, device=f"of:{name}")
    identity = ("parameter", where, name)
    objects = frozenset({identity}) if value.kind not in (Kind.NUMBER, Kind.TEXT, Kind.DTYPE) else frozenset()
    return replace(value, objects=objects, term=leaf(identity, value.range), parameters=frozenset({name}))


def _by_default(default: Value) -> Interval:
    """Nothing bounds a number that a caller passes; where the default is a fraction, so is what callers pass."""
    if default.dtype == "bool":
        return Interval(0, 1)
    is_fraction = isinstance(default.const, float) and _FRACTION[0] <= default.const <= _FRACTION[1]
    return Interval(0, 1, Basis.HULL) if is_fraction else _FREE


def _from_default(default: Value) -> Value:
    if default.kind is Kind.NUMBER:
        return Value(Kind.NUMBER, default.dtype, _by_default(default))
    if default.kind in (Kind.DTYPE, Kind.TEXT):
        return replace(default, traits=default.traits | {"default"})
    return UNKNOWN
