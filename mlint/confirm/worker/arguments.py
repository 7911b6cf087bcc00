"""Arguments for constructors and functions whose caller is not there: a value that fits the parameter's name."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import re
import sys
import types
from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, Literal, get_args, get_origin, get_type_hints

from torch import nn

from mlint.confirm.worker.names import NOTHING, WIDTH, named
from mlint.confirm.worker.standing import Bag, StandIn, by_name
from mlint.confirm.worker.usage import Usage, usages

_MAKERS: tuple[tuple[str, Any], ...] = (
    ("norm", nn.BatchNorm2d),
    ("act", nn.ReLU),
    ("nonlin", nn.ReLU),
    ("conv", nn.Conv2d),
    ("drop", nn.Dropout),
    ("pool", nn.MaxPool2d),
    ("init", lambda *given, **named: None),
)
_WIDE = re.compile(r"chan|ch$|planes|dim$|feat|filters|inp|oup|inc$|outc$|hidden|width|(^|_)(in|out)_size")
_ENDS = re.compile(r"^(num_)?(in|out|input|output)_?(ch|chs|chans?|channels?|c|nc)$")
ALIKE = ((_WIDE, WIDTH), (_ENDS, 3))
"""Numbers that may have to be the same: all widths, or the channels of a picture that comes in and goes out."""
_BLOCK = re.compile(r"(?!num_|n_)(?:\w+_)?(?:block|bottleneck)(?:_\w+)?")
_BUILDING_BLOCK = re.compile(r"Block|Bottleneck|Layer|Unit|Cell")


class UnknownArgumentError(Exception):
    """Nothing tells what to pass; the message names the parameter."""


def arguments(function: Any, given: Mapping[str, object] | None = None) -> tuple[dict[str, object], set[str]]:
    """Arguments to call a function or class with, and which of them are guesses. Raises UnknownArgumentError."""
    made: dict[str, object] = {}
    guessed: set[str] = set()
    hints, used = _hints(function), usages(function)
    for parameter in _parameters(function):
        if given is not None and parameter.name in given:
            made[parameter.name] = given[parameter.name]
        elif parameter.default is parameter.empty:
            annotation = hints.get(parameter.name, parameter.annotation)
            made[parameter.name] = _fitting(function, parameter.name, annotation, used.get(parameter.name, Usage()))
            guessed.add(parameter.name)
    return made, guessed


def _parameters(function: Any) -> list[inspect.Parameter]:
    """The parameters with names; of a class that passes on whatever it is given, those that it inherits."""
    listed = list(inspect.signature(function).parameters.values())
    found = [each for each in listed if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    if inspect.isclass(function) and any(each.kind is each.VAR_KEYWORD for each in listed):
        known = {each.name for each in found}
        for base in function.__mro__[1:]:
            if base is nn.Module or base is object:
                break
            if "__init__" in vars(base):
                found += [each for each in _parameters(base) if each.name not in known and each.default is each.empty]
                break
    return found


def _fitting(function: Any, name: str, annotation: Any, usage: Usage) -> Any:
    """A value that the function can use as it does. Raises UnknownArgumentError."""
    if usage.strings and annotation in (str, inspect.Parameter.empty):
        return usage.strings[0]
    is_open = annotation in (inspect.Parameter.empty, Any)
    if usage.keys and (is_open or annotation is dict):
        return Bag()
    if usage.asked & {"keys", "items", "values"}:
        return {}
    if usage.is_called and (is_open or "Callable" in str(annotation) or get_origin(annotation) is type):
        return maker(function, name, usage.asked)
    if is_open and (_BLOCK.fullmatch(name.lower()) or "expansion" in usage.asked):
        with contextlib.suppress(UnknownArgumentError):
            return maker(function, name, usage.asked)
    try:
        value = guess(name, annotation)
    except UnknownArgumentError:
        if usage.asked and is_open:
            return StandIn()
        raise
    if usage.is_taken_apart and is_open and isinstance(value, int) and not isinstance(value, bool):
        return (value,) * 4
    return value


def maker(function: Any, name: str, asked: Collection[str]) -> Any:
    """What makes a layer where a parameter is called: by its name, or a class of modules beside the function."""
    for part, made in _MAKERS:
        if part in name.lower():
            return made
    beside = getattr(function, "__globals__", None) or vars(sys.modules.get(function.__module__, object()))
    classes = [each for each in beside.values() if inspect.isclass(each) and issubclass(each, nn.Module)]
    for each in classes:
        is_like = each is not function and all(hasattr(each, attribute) for attribute in asked)
        if is_like and _BUILDING_BLOCK.search(each.__name__):
            return each
    raise UnknownArgumentError(f"nothing tells which class or function to pass for `{name}`")


def rates(function: Any) -> dict[str, object]:
    """Rates of dropout that are 0 by default, as somebody would set them who wants dropout."""
    parameters = inspect.signature(function).parameters.values()
    return {each.name: 0.1 for each in parameters if each.default == 0 and _is_rate(each)}


def _is_rate(parameter: inspect.Parameter) -> bool:
    is_number = isinstance(parameter.default, (int, float)) and not isinstance(parameter.default, bool)
    return is_number and ("drop" in parameter.name.lower() or parameter.name in ("p", "rate"))


def evened(
    made: Mapping[str, object], guessed: Collection[str], names: re.Pattern[str], size: int
) -> dict[str, object]:
    """The arguments with the guessed numbers of these names the same: what is added up must be alike.

    Raises ValueError where that changes nothing.
    """
    same = {name: size for name in guessed if type(made.get(name)) is int and names.search(name.lower())}
    if all(made[name] == size for name in same):
        raise ValueError("no number was guessed that could be another")
    return {**made, **same}


def _hints(function: Any) -> dict[str, Any]:
    try:
        return get_type_hints(function.__init__ if inspect.isclass(function) else function)
    except Exception:  # noqa: BLE001 - an annotation may be anything
        return {}


def guess(name: str, annotation: Any = inspect.Parameter.empty) -> Any:
    """A value for a parameter of this name. Raises UnknownArgumentError."""
    by_type = _of_type(annotation, name)
    if by_type is not NOTHING:
        return by_type
    known = by_name(name)
    if known is NOTHING:
        raise UnknownArgumentError(f"nothing tells what to pass for `{name}`")
    return known


def _of_type(annotation: Any, name: str) -> Any:
    if isinstance(annotation, str):
        annotation = {"int": int, "float": float, "bool": bool, "str": str}.get(annotation, annotation)
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return inner[0]
    if type(None) in inner and (origin is types.UnionType or "Union" in str(origin)):
        rest = [each for each in inner if each is not type(None)]
        return _of_type(rest[0], name) if len(rest) == 1 else NOTHING
    number = named(name)
    if origin in (list, tuple) and inner and inner[0] is int:
        count = len(inner) if origin is tuple and Ellipsis not in inner else 3
        return origin([number if isinstance(number, int) else 8] * count)
    return _of_class(annotation, name, number) if isinstance(annotation, type) else NOTHING


def _of_class(annotation: type, name: str, number: Any) -> Any:
    if issubclass(annotation, Enum):
        return next(iter(annotation))
    if dataclasses.is_dataclass(annotation):
        return _filled(annotation)
    if annotation is bool:
        return number if isinstance(number, bool) else False
    if annotation is int:
        return number if isinstance(number, int) else 8
    if annotation is float:
        return float(number) if isinstance(number, (int, float)) else 0.5
    if issubclass(annotation, nn.Module):
        return StandIn()
    if annotation is str:
        if isinstance(number, str):
            return number
        if "act" in name.lower():
            return "relu"
        raise UnknownArgumentError(f"nothing tells which string to pass for `{name}`")
    return NOTHING


def _filled(cls: Any) -> Any:
    """A dataclass with a value for each field that has none."""
    given = {}
    for each in dataclasses.fields(cls):
        missing = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        if missing or each.default in (None, -1):
            try:
                given[each.name] = guess(each.name, each.type)
            except UnknownArgumentError:
                if missing:
                    raise
    return cls(**given)
