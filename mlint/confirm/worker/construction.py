"""Other arguments for a constructor that failed with guesses: what the error asks for."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mlint.confirm.worker.arguments import UnknownArgumentError, guess

_SEVERAL = re.compile(r"len\(\)|unpack|subscriptable|iterable|tuple|list|sequence", re.I)
_NONE = re.compile(
    r"NoneType|None\b|must be (specified|set|supplied|given|provided)|not specified|has to be|either", re.I
)
_SIZES = re.compile(r"divi[sd]|multiple|greater|larger|smaller|size|must be|invalid|number of|negative|match", re.I)
_FETCHED = re.compile(r"pretrained|pretrain|weights|checkpoint|download|imagenet")
_COUNTS = (4, 2, 3, 6)
_FACTORS = (2, 7, 4)
_MOST = 40

Arguments = Mapping[str, object]


def repaired(make: Callable[[Arguments], Any], function: Any, given: dict[str, object], guessed: set[str]) -> Any:
    """What `make` returns for the arguments, or for others that its errors ask for. Raises the first error."""
    first: Exception | None = None
    queue, tries = [given], 0
    seen: list[Arguments] = []
    while queue and tries < _MOST:
        arguments = queue.pop(0)
        if arguments in seen:
            continue
        seen.append(arguments)
        tries += 1
        try:
            return make(arguments), arguments
        except (NameError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - it says what other arguments to try
            first = first or error
            queue += itertools.islice(_better(function, arguments, guessed, error), _MOST)
    assert first is not None
    raise first


def _better(function: Any, given: Arguments, guessed: set[str], error: Exception) -> Iterator[dict[str, object]]:
    text = f"{type(error).__name__}: {error}"
    parameters = inspect.signature(function).parameters
    if re.search(r"network|urlopen|download|Connection|HTTP|[Hh]ub\b|load weights", text):
        yield from _without_fetching(parameters, given)
    if _NONE.search(text) or isinstance(error, AssertionError):
        yield from _with_defaults_filled(parameters, given)
    numbers = [name for name in guessed if isinstance(given.get(name), int) and not isinstance(given[name], bool)]
    several = [name for name in guessed if isinstance(given.get(name), (tuple, list)) and given[name]]
    if re.search(r"values|length|unpack|out of range|elements", text):
        yield from ({**given, name: _as_long(given[name], count)} for count in _COUNTS for name in several)
    if _SEVERAL.search(text):
        yield from ({**given, name: (given[name],) * count} for count in _COUNTS for name in numbers)
        yield from ({**given, **{name: (given[name],) * count for name in numbers}} for count in _COUNTS)
    if _SIZES.search(text) or isinstance(error, (AssertionError, ZeroDivisionError)):
        for factor in _FACTORS:
            yield from ({**given, name: _times(given[name], factor)} for name in numbers)
            yield {**given, **{name: _times(given[name], factor) for name in numbers}}
        yield from ({**given, name: 32} for name in numbers if given[name] != 32)


def _as_long(given: Any, count: int) -> Any:
    """The first of the values, as many times."""
    return type(given)([given[0]] * count)


def _times(number: object, factor: int) -> int:
    assert isinstance(number, int)
    return number * factor


def _without_fetching(parameters: Mapping[str, inspect.Parameter], given: Arguments) -> Iterator[dict[str, object]]:
    """Weights that would come from the network are left as they are made."""
    names = [name for name in parameters if _FETCHED.search(name)]
    if names:
        yield {**given, **{name: False if isinstance(parameters[name].default, bool) else None for name in names}}


def _with_defaults_filled(parameters: Mapping[str, inspect.Parameter], given: Arguments) -> Iterator[dict[str, object]]:
    """What is None unless the caller says otherwise gets a value by its name."""
    filled: dict[str, object] = {}
    for name, parameter in parameters.items():
        if parameter.default is None and given.get(name) is None:
            try:
                value = guess(name, parameter.annotation)
            except UnknownArgumentError:
                continue
            if value is not None:
                filled[name] = value
    if filled:
        yield {**given, **filled}
        yield from ({**given, name: value} for name, value in filled.items())
