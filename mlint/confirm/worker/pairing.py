"""Things that come in twos: does the code use the second one, and does it bear that the two are not alike?

The code is run as it is written, and with the name in it that the finding asks for. Then the thing of that name alone
is changed, and then it and all that goes with it: where `train_x` and `val_x` stand beside `train_y` and `val_y`, those
of `val` have another shape together.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from mlint.confirm.probe import Inconclusive
from mlint.confirm.worker.alike import alike, says_something
from mlint.confirm.worker.arguments import arguments
from mlint.confirm.worker.battery import batteries, value_for
from mlint.confirm.worker.model import LiveModel
from mlint.confirm.worker.states import seeded

_EACH = 3
"""Of the arguments that there are, every third is tried."""
_DOMAINS = ("unit", "bytes")


@dataclass
class Pair:
    """What came of running the code in both ways.

    `unused`: whatever the expected thing is, the result as written is the same, and with it in its place it is not.
    `breaks`: what is raised as written where the two are not alike, while nothing is with the expected name.
    `same`: both ways give the same in every call in which the two things are not.
    """

    unused: bool = False
    breaks: str = ""
    same: bool = False
    calls: int = 0
    shown: str = ""


@dataclass
class Both:
    """Looks at the two things where the code stands: whether the place was reached, and whether they differed."""

    reached: bool = False
    differed: bool = False

    def look(self, value: Any, other: Callable[[], Any]) -> Any:
        """Note the two, and return the one."""
        self.reached = True
        with contextlib.suppress(Exception):
            self.differed = self.differed or _is_another(value, other())
        return value

    def again(self) -> None:
        """Forget what was seen."""
        self.reached = self.differed = False


@dataclass(frozen=True)
class Ran:
    """One call: what came of it, or what it raised."""

    result: Any
    error: str = ""


def _is_another(one: Any, other: Any) -> bool:
    """Whether two things differ, in their sizes too: sizes may be all that is asked for."""
    shapes = getattr(one, "shape", None), getattr(other, "shape", None)
    return not alike(one, other) and (shapes[0] is None or shapes[0] != shapes[1])


Run = Callable[[Mapping[str, Any]], Ran]


def compared(function: Any, written: Run, repaired: Run, skip: int, name: str, expected: str, both: Both) -> Pair:
    """What the calls of a function show, as it is and with the expected name. Raises Inconclusive."""
    parameters = [each.name for each in list(inspect.signature(function).parameters.values())[skip:]]
    second = seconds(parameters, name, expected)
    found, same, unused, first_error, reached = Pair(), [], [], "", False
    for given in _givens(function, skip, second):
        both.again()
        mine, theirs = written(given), repaired(given)
        first_error, reached = first_error or mine.error, reached or both.reached
        if mine.error:
            continue
        found.calls += 1
        if both.differed and not theirs.error and says_something(mine.result):
            same.append(alike(mine.result, theirs.result))
        if expected in given:
            unused.append(_is_unused(written, repaired, given, expected, mine, theirs))
        if second and not found.breaks:
            other = {**given, **{each: unlike(given[each]) for each in second if each in given}}
            both.again()
            raised, runs = written(other), repaired(other)
            if raised.error and not runs.error and not theirs.error:
                found.breaks, found.shown = raised.error, ", ".join(second)
            elif both.differed and not raised.error and not runs.error and says_something(raised.result):
                same.append(alike(raised.result, runs.result))
    if not found.calls:
        raise Inconclusive(f"no call of it runs: {first_error[:120]}")
    if not reached:
        raise Inconclusive("the line is not reached with the arguments that were tried")
    found.unused = bool(unused) and all(each is not False for each in unused) and any(unused)
    found.same = bool(same) and all(same)
    return found


def _is_unused(
    written: Run, repaired: Run, given: Mapping[str, Any], expected: str, mine: Ran, theirs: Ran
) -> bool | None:
    """Whether the expected argument changes nothing as written, and something if it is used; None: that is unclear."""
    other = {**given, expected: unlike(given[expected])}
    changed, used = written(other), repaired(other)
    if changed.error or not alike(mine.result, changed.result):
        return False
    if not says_something(mine.result):
        return None
    if theirs.error or used.error:
        return None
    return True if not alike(theirs.result, used.result) else None


def seconds(parameters: list[str], name: str, expected: str) -> tuple[str, ...]:
    """The parameters that go with the expected one, by the part of its name that is not the other's."""
    mine, theirs = _difference(name, expected)
    if not theirs:
        return ()
    found = [
        each
        for each in parameters
        if each == expected or (theirs in each and each.replace(theirs, mine, 1) in parameters and each != name)
    ]
    return tuple(found)


def _difference(one: str, other: str) -> tuple[str, str]:
    """`("train", "val")` of `train_x` and `val_x`."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


def _givens(function: Any, skip: int, wanted: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Arguments for a few calls, those that are wanted among them though they have defaults."""
    parameters = inspect.signature(function).parameters
    for domain, spare in itertools.product(_DOMAINS, _SPARE):
        for given in itertools.islice(batteries(function, domain, skip, spare), 0, None, _EACH):
            more = {name: value_for(parameters[name], domain, spare) for name in wanted if name not in given.kwargs}
            yield {**given.kwargs, **more}


@dataclass(frozen=True)
class _Thing:
    """What is passed where nothing tells what to pass: it can be kept, returned and compared."""

    name: str


def _number(name: str) -> float:
    return 2.0 + len(name) / 8


def _matrix(name: str) -> Any:
    return np.random.default_rng(len(name)).uniform(0, 1, (4, 4))


_SPARE: tuple[Callable[[str], Any], ...] = (_number, _matrix, _Thing)


def unlike(value: Any) -> Any:
    """A value of the kind, with other numbers and another size."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 3
    if isinstance(value, float):
        return value * 0.7 + 0.1
    if isinstance(value, str):
        return f"{value}_other"
    if isinstance(value, _Thing):
        return _Thing(f"{value.name}_other")
    if isinstance(value, (list, tuple)):
        return type(value)([*map(unlike, value), *map(unlike, value[:1])])
    if isinstance(value, np.ndarray):
        return np.concatenate([value[::-1] // 2 if value.dtype.kind in "iu" else value[::-1] * 0.5, value[:2]])
    if isinstance(value, torch.Tensor) and value.ndim:
        whole = not value.is_floating_point()
        return torch.cat([value.flip(0) // 2 if whole else value.flip(0) * 0.5, value[:2]])
    return value


def caller(target: Any, cls: Any) -> Run:
    """Calls a function, or a method of a new object each time; what comes of it holds what became of the object."""

    def run(given: Mapping[str, Any]) -> Ran:
        with seeded(), contextlib.suppress(ImportError):
            try:
                bound = [_instance(cls, target)] if cls is not None else []
                result = target(*bound, **copy.deepcopy(dict(given)))
                result = list(result) if inspect.isgenerator(result) else result
                return Ran((result, *(vars(each) for each in bound)))
            except (MemoryError, OSError):
                raise
            except Exception as error:  # noqa: BLE001 - these arguments are not what the function takes
                return Ran(None, f"{type(error).__name__}: {' '.join(str(error).split())[:120]}")
        return Ran(None, "it imports what is not there")

    return run


def _instance(cls: Any, target: Any) -> Any:
    """An object to call a method of; for the constructor, one that is still empty."""
    return object.__new__(cls) if target.__name__ == "__init__" else cls(**arguments(cls)[0])


# --- models ---------------------------------------------------------------------------------------------------------


def compared_models(written: LiveModel, repaired: LiveModel, name: str, expected: str, both: Both) -> Pair:
    """What a model shows, as it is and with the expected name. Raises Inconclusive."""
    found = Pair(shown=written.made)
    same = []
    for mode in ("train", "eval"):
        both.again()
        mine = written.run(mode)
        if not both.reached:
            continue
        found.calls += 1
        with contextlib.suppress(Inconclusive):
            same.append(both.differed and mine.difference(repaired.run(mode)) is None)
        found.unused = found.unused or _is_without_effect(written, repaired, expected, mode)
    if not found.calls:
        raise Inconclusive("the line is not reached with the inputs that were tried")
    found.breaks = _breaks(written, repaired, name, expected)
    found.same = (len(same) == found.calls and all(same)) or _is_same_unlike(written, repaired, name, expected, both)
    return found


def _is_without_effect(written: LiveModel, repaired: LiveModel, expected: str, mode: str) -> bool:
    """Whether the expected input, or part of the model, does nothing as written, and something with its name."""
    with contextlib.suppress(Inconclusive):
        if expected in written.graph(mode).unused:
            return expected not in repaired.graph(mode).unused
    own = {each for each in written.parameters if each.startswith(f"{expected}.") or each == expected}
    with contextlib.suppress(Inconclusive):
        if own and not any(own & written.learning(each) for each in ("train", "eval")):
            return bool(own & repaired.learning(mode))
    return False


def _unlike_inputs(written: LiveModel, name: str, expected: str) -> dict[str, Any]:
    """The inputs, with other ones where they go with the expected name; empty where there are none."""
    inputs = written.inputs.kwargs
    second = [each for each in seconds(list(inputs), name, expected) if each in inputs]
    return {**inputs, **{each: unlike(inputs[each]) for each in second}} if second else {}


def _breaks(written: LiveModel, repaired: LiveModel, name: str, expected: str) -> str:
    """What is raised as written where the inputs of the two are not alike, and is not with the expected name."""
    other = _unlike_inputs(written, name, expected)
    with contextlib.suppress(Inconclusive):
        if other:
            repaired.run("eval")
            repaired.with_inputs(other).run("eval")
            try:
                written.with_inputs(other).run("eval")
            except Inconclusive as raised:
                return str(raised)
    return ""


def _is_same_unlike(written: LiveModel, repaired: LiveModel, name: str, expected: str, both: Both) -> bool:
    """Whether inputs that are not alike give the same in both ways."""
    other = _unlike_inputs(written, name, expected)
    with contextlib.suppress(Inconclusive):
        both.again()
        mine = written.with_inputs(other).run("eval") if other else None
        if mine is not None and both.differed:
            return mine.difference(repaired.with_inputs(other).run("eval")) is None
    return False
