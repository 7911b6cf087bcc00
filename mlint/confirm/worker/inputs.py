"""Inputs for a model: what the user says, what the model says itself, else what its first layer takes, then repaired.

A trial of inputs that fails tells where: the module that was running, what it was given, and the error. From these
follow better inputs; the ones that came furthest are tried first.
"""

from __future__ import annotations

import heapq
import inspect
import itertools
import math
import re
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

from mlint.confirm.probe import Inconclusive
from mlint.confirm.specs import Plain, Several, Spec
from mlint.confirm.worker.guessing import STATE, Wanted, beginnings
from mlint.confirm.worker.repair import Failure, better
from mlint.confirm.worker.states import switched
from mlint.confirm.worker.stubs import MissingPackageError

_TRIES = 60
_SECONDS = 8.0
_LONG = 0.4  # seconds for one run: a probe runs the model some ten times
_LARGEST = 4_000_000  # numbers in one input


@dataclass
class Inputs:
    """Inputs that a model runs with; `tried` says what was tried before, for `--explain-inputs`."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    source: str
    shown: str
    tried: list[str] = field(default_factory=list)


def example_of(model: Any) -> Inputs | None:
    """The inputs that the model itself names: `example_input_array`."""
    example = getattr(model, "example_input_array", None)
    if isinstance(example, torch.Tensor):
        example = (example,)
    if isinstance(example, dict):
        return Inputs((), example, "its example_input_array", shown_values(example.values()))
    if isinstance(example, (tuple, list)) and example:
        return Inputs(tuple(example), {}, "its example_input_array", shown_values(example))
    return None


def inferred(model: Any, tried: list[str], made_with: Mapping[str, object]) -> Inputs:
    """Inputs that forward accepts in eval mode, found by trying. Raises Inconclusive.

    `made_with` are the arguments of the constructor.
    """
    signature = inspect.signature(model.forward)
    before = model.training
    switched(model, training=False)
    order = itertools.count()
    begin = beginnings(model, signature, made_with)
    queue: list[tuple[float, int, Wanted]] = [(0.5 * place, next(order), each) for place, each in enumerate(begin)]
    seen: set[str] = set()
    end, last = time.process_time() + _SECONDS, None
    while queue and len(seen) < _TRIES and time.process_time() < end:
        wanted = heapq.heappop(queue)[2]
        shown = _shown(wanted)
        if shown in seen or not _sensible(wanted):
            continue
        seen.add(shown)
        args, kwargs = made(model, wanted)
        failure = _failure(model, args, kwargs)
        if failure is None:
            tried.append(f"{shown}: runs")
            wanted = _lighter(model, wanted, tried)
            args, kwargs = made(model, wanted)
            switched(model, before)
            shown = _shown(wanted)
            return Inputs(args, kwargs, "inferred" if len(seen) == 1 else f"inferred in {len(seen)} tries", shown)
        last = failure
        tried.append(f"{shown}: {failure}")
        if _widened(model, failure, wanted):
            wanted = {
                name: replace(spec, dtype="float64") if spec.dtype == "float32" else spec
                for name, spec in wanted.items()
            }
            heapq.heappush(queue, (-math.inf, next(order), wanted))
            continue
        for place, candidate in enumerate(better(wanted, failure)):
            heapq.heappush(queue, (place // 4 - failure.depth, next(order), candidate))
    switched(model, before)
    text = f"no inputs were found that it runs with, in {len(seen)} tries; the last: {last}"
    raise Inconclusive(text, by_time=time.process_time() >= end)


def _shown(wanted: Wanted) -> str:
    return ", ".join(f"{name}: {spec}" for name, spec in wanted.items())


def _lighter(model: Any, wanted: Wanted, tried: list[str]) -> Wanted:
    """The inputs, or smaller ones if the model takes long for them and takes smaller ones too."""
    while True:
        args, kwargs = made(model, wanted)
        start = time.process_time()
        _failure(model, args, kwargs)
        smaller = {name: _halved(spec) for name, spec in wanted.items()}
        if time.process_time() - start < _LONG or smaller == wanted:
            return wanted
        args, kwargs = made(model, smaller)
        if _failure(model, args, kwargs) is not None:
            return wanted
        wanted = smaller
        tried.append(f"{_shown(wanted)}: runs, and is faster")


def _halved(spec: Spec) -> Spec:
    """A picture of half the height and width."""
    if len(spec.shape) < 4 or min(spec.shape[2:]) < 16:
        return spec
    return spec.shaped(*spec.shape[:2], *(size // 2 for size in spec.shape[2:]))


def made(model: Any, wanted: Wanted) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments that the specs stand for, by position and by name."""
    spread: tuple[Any, ...] = ()
    found: dict[str, Any] = {}
    for seed, (name, spec) in enumerate(wanted.items()):
        if isinstance(spec, Several):
            tensors = [tensor(part, seed + place) for place, part in enumerate(spec.parts)]
            if spec.spread:
                spread = tuple(tensors)
            else:
                found[name] = tensors
        elif isinstance(spec, Plain):
            found[name] = spec.value
        elif spec.dtype != STATE:
            found[name] = tensor(spec, seed)
    for name, spec in wanted.items():
        if spec.dtype == STATE:
            found[name] = _hidden_state(model, wanted)
    return spread, found


def tensor(spec: Spec, seed: int = 0) -> Any:
    """A tensor as the spec says, of the same random numbers each time."""
    generator = torch.Generator().manual_seed(seed)
    dtype = getattr(torch, spec.dtype)
    if spec.is_whole:
        return torch.randint(0, min(spec.below or 2, 100), spec.shape, generator=generator).to(dtype)
    if spec.dtype == "bool":
        return torch.ones(spec.shape, dtype=torch.bool)
    if spec.below is not None:
        return torch.rand(spec.shape, generator=generator).to(dtype) * spec.below
    return torch.randn(spec.shape, generator=generator).to(dtype)


def shown_values(values: Any) -> str:
    """What inputs are, in the words of specs."""
    return ", ".join(
        f"{str(each.dtype).removeprefix('torch.')}[{','.join(map(str, each.shape))}]"
        if isinstance(each, torch.Tensor)
        else type(each).__name__
        for each in values
    )


def _hidden_state(model: Any, wanted: Wanted) -> Any:
    """The first state of a recurrent model: from a method that makes one, or zeros as its first layer takes them."""
    spec = next((each for each in wanted.values() if each.shape), Spec((2, 2)))
    sizes = [spec.shape[1] if len(spec.shape) > 1 else spec.shape[0], spec.shape[0]]
    makers = (getattr(model, name, None) for name in ("init_hidden", "initHidden", "init_state"))
    for method in filter(callable, makers):
        for arguments in ((sizes[0],), (sizes[1],), ()):
            try:
                return method(*arguments)
            except Exception:  # noqa: BLE001 - the next way to call it
                continue
    for layer in model.modules():
        if isinstance(layer, torch.nn.RNNBase):
            batch = sizes[1] if layer.batch_first else sizes[0]
            state = torch.zeros(layer.num_layers * (2 if layer.bidirectional else 1), batch, layer.hidden_size)
            return (state, state.clone()) if isinstance(layer, torch.nn.LSTM) else state
    return None


# --- trying ---------------------------------------------------------------------------------------------------------


def _sensible(wanted: Wanted) -> bool:
    parts = [part for each in wanted.values() for part in (each.parts if isinstance(each, Several) else (each,))]
    return all(math.prod(each.shape) <= _LARGEST and all(size > 0 for size in each.shape) for each in parts)


def _failure(model: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Failure | None:
    """Why the model does not run with these inputs; None if it does."""
    running: list[tuple[Any, Any]] = []
    finished: list[Any] = []

    def begin(module: Any, given: Any) -> None:
        running.append((module, given))

    def end(module: Any, given: Any, result: Any) -> None:
        finished.append(running.pop())

    hooks = register_module_forward_pre_hook(begin), register_module_forward_hook(end)
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model(*args, **kwargs)
    except (MemoryError, OSError, MissingPackageError):  # other inputs would not change that
        raise
    except Exception as error:
        if "allocate memory" in str(error):
            raise
        module, given = running[-1] if running else (None, ())
        return Failure(error, module, given, len(finished))
    finally:
        for hook in hooks:
            hook.remove()
    return None


def _widened(model: Any, failure: Failure, wanted: Wanted) -> bool:
    """A model that computes in float64 gets weights and inputs of float64."""
    text = str(failure.error)
    if "float64" in {spec.dtype for spec in wanted.values()} or any(spec.is_whole for spec in wanted.values()):
        return False
    if not re.search(r"\bDouble\b|\bdouble\b|float64", text) or not re.search(r"dtype|scalar type|same", text):
        return False
    model.double()
    return True
