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
from typing import Any, TypeAlias

import torch

from mlint.confirm.probe import Inconclusive
from mlint.confirm.specs import Spec
from mlint.confirm.worker.layers import leaves, taken_by
from mlint.confirm.worker.repair import Failure, better
from mlint.confirm.worker.stubs import MissingPackageError

Wanted: TypeAlias = "dict[str, Spec]"
_TRIES = 60
_SECONDS = 8.0
_LARGEST = 4_000_000  # numbers in one input
_STATE = "hidden"


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


def inferred(model: Any, tried: list[str]) -> Inputs:
    """Inputs that forward accepts in eval mode, found by trying. Raises Inconclusive."""
    signature = inspect.signature(model.forward)
    before = model.training
    model.eval()
    order = itertools.count()
    queue: list[tuple[float, int, Wanted]] = [(0, next(order), first_guess(model, signature))]
    seen: set[str] = set()
    end, last = time.monotonic() + _SECONDS, None
    while queue and len(seen) < _TRIES and time.monotonic() < end:
        wanted = heapq.heappop(queue)[2]
        shown = ", ".join(f"{name}: {spec}" for name, spec in wanted.items())
        if shown in seen or not _sensible(wanted):
            continue
        seen.add(shown)
        kwargs = made(model, wanted)
        failure = _failure(model, kwargs)
        if failure is None:
            model.train(before)
            tried.append(f"{shown}: runs")
            return Inputs((), kwargs, "inferred" if len(seen) == 1 else f"inferred in {len(seen)} tries", shown)
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
    model.train(before)
    raise Inconclusive(f"no inputs were found that it runs with, in {len(seen)} tries; the last: {last}")


def made(model: Any, wanted: Wanted) -> dict[str, Any]:
    """The tensors that the specs stand for."""
    found: dict[str, Any] = {
        name: tensor(spec, seed) for seed, (name, spec) in enumerate(wanted.items()) if spec.dtype != _STATE
    }
    for name, spec in wanted.items():
        if spec.dtype == _STATE:
            found[name] = _hidden_state(model, wanted)
    return found


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


# --- the first guess ------------------------------------------------------------------------------------------------


def first_guess(model: Any, signature: inspect.Signature) -> Wanted:
    """What forward's parameters take, by their annotations and names, and by the first layer of the model."""
    known = [spec for spec in map(taken_by, leaves(model)) if spec is not None]
    first = known[0] if known else Spec((2, 3, 64, 64))
    wanted: Wanted = {}
    for parameter in signature.parameters.values():
        variable = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if not variable and parameter.default is parameter.empty:
            annotated = _annotated(parameter.annotation, first)
            wanted[parameter.name] = annotated or (_by_name(parameter.name.lower(), first) if wanted else first)
    return wanted


def _by_name(name: str, first: Spec) -> Spec:
    batch, last = first.shape[0], first.shape[-1]
    if re.fullmatch(r"t|time(s|steps?)?|timestep|sigma|noise_level", name):
        return Spec((batch,), "int64", 10) if name.startswith("timestep") else Spec((batch,))
    if "adj" in name:
        return Spec((batch, batch))
    if "mask" in name:
        return Spec(first.shape[:2], "bool")
    if "len" in name:
        return Spec((batch,), "int64", last)
    if re.fullmatch(r"hidden|hx?|state|h_?0|hc", name):
        return Spec((), _STATE)
    if re.search(r"label|target|^y$|class", name) and not first.is_whole:
        return Spec((batch,), "int64", 10)
    return first


def _annotated(annotation: Any, first: Spec) -> Spec | None:
    """What a jaxtyping annotation says: `Float[Tensor, "batch 3 h w"]`."""
    text = getattr(annotation, "dim_str", None)
    name = getattr(annotation, "__name__", "") or str(annotation)
    if text is None:
        found = re.search(
            r"(Float|Int|Bool|Integer|UInt8|Num|Shaped|Real)\w*\[[^,\]]*,\s*[\"'](.*?)[\"']", str(annotation)
        )
        if found is None:
            return None
        name, text = found[1], found[2]
    batch = first.shape[0]
    known = {"b": batch, "batch": batch, "n": batch, "c": first.shape[1] if len(first.shape) > 1 else 3}
    features = first.shape[-1]
    shape = []
    for each in str(text).split():
        size = each.rpartition("=")[2].lstrip("#*")
        if each.startswith(("*", "...")):
            continue
        wide = features if size in ("d", "dim", "features", "feat", "channels") else 8
        shape.append(int(size) if size.isdigit() else known.get(size, wide))
    if "Bool" in name:
        return Spec(tuple(shape), "bool")
    return Spec(tuple(shape), "int64", first.below or 10) if "Int" in name else Spec(tuple(shape))


def _hidden_state(model: Any, wanted: Wanted) -> Any:
    """The first state of a recurrent model: from a method that makes one, or zeros as its first layer takes them."""
    spec = next((each for each in wanted.values() if each.dtype != _STATE), Spec((2, 2)))
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
    return all(math.prod(each.shape) <= _LARGEST and all(size > 0 for size in each.shape) for each in wanted.values())


def _failure(model: Any, kwargs: Mapping[str, Any]) -> Failure | None:
    """Why the model does not run with these inputs; None if it does."""
    running: list[tuple[Any, Any]] = []
    finished: list[Any] = []

    def begin(module: Any, given: Any) -> None:
        running.append((module, given))

    def end(module: Any, given: Any, result: Any) -> None:
        finished.append(running.pop())

    hooks = [
        hook
        for module in model.modules()
        for hook in (module.register_forward_pre_hook(begin), module.register_forward_hook(end))
    ]
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model(**kwargs)
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
