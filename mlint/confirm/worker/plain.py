"""What modules hold in plain attributes: tensors, and modules in lists and dicts, of which torch does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

_OWN = frozenset(vars(nn.Module()))
"""What every module has: its parameters, buffers, submodules and hooks."""
_DEEPEST = 4


@dataclass(frozen=True)
class Held:
    """What one attribute holds, and how much of it torch knows of.

    `weights` are parameters and buffers, `missing` those that the module does not list as its own; `switches` says
    whether a module in it acts otherwise in train mode and is not switched by `eval()`. `alone`: it holds one thing.
    """

    weights: int
    missing: int
    modules: int
    switches: bool
    alone: bool


def plain_tensors(model: Any) -> dict[str, list[Any]]:
    """The tensors in plain attributes, by the attribute's path: `mean`, `encoder.scales`."""
    found: dict[str, list[Any]] = {}
    for path, module in model.named_modules():
        for name, value in _attributes(module):
            tensors = [each for each in _inside(value, torch.Tensor) if not isinstance(each, nn.Parameter)]
            if tensors:
                found[f"{path}.{name}" if path else name] = tensors
    return found


def replace_tensors(model: Any, paths: frozenset[str], change: Callable[[Any], Any]) -> None:
    """Put another tensor in the place of each tensor in the attributes of these paths."""
    for path, module in model.named_modules():
        for name, value in _attributes(module):
            if (f"{path}.{name}" if path else name) in paths:
                object.__setattr__(module, name, _replaced(value, change, 0))


def held(model: Any, name: str) -> Held | None:
    """What the model's attribute of this name holds; None if there is no module and no parameter in it."""
    value = vars(model).get(name, model._modules.get(name))
    modules = [inner for each in _inside(value, nn.Module) for inner in each.modules()]
    weights = {id(each): each for each in _inside(value, nn.Parameter)}
    for module in modules:
        for tensor in (*module._parameters.values(), *module._buffers.values()):
            if tensor is not None:
                weights[id(tensor)] = tensor
    if not modules and not weights:
        return None
    known = {id(each) for each in (*model.parameters(), *model.buffers())}
    listed = {id(each) for each in model.modules()}
    unlisted = [each for each in modules if id(each) not in listed]
    return Held(
        weights=len(weights),
        missing=sum(each not in known for each in weights),
        modules=len(modules),
        switches=any(map(_has_modes, unlisted)),
        alone=_count(value) == 1,
    )


def _has_modes(module: Any) -> bool:
    kinds = (nn.modules.dropout._DropoutNd, nn.modules.batchnorm._BatchNorm, nn.RReLU)
    return isinstance(module, kinds)


def _count(value: Any) -> int:
    return len(value) if isinstance(value, (list, tuple, set, Mapping)) else 1


def _attributes(module: Any) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in list(vars(module).items()) if name not in _OWN)


def _inside(value: Any, kind: type, depth: int = 0) -> Iterator[Any]:
    """The things of a kind in nested lists, tuples and dicts."""
    if isinstance(value, kind):
        yield value
    elif depth < _DEEPEST and isinstance(value, (list, tuple, set)):
        for each in value:
            yield from _inside(each, kind, depth + 1)
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for each in value.values():
            yield from _inside(each, kind, depth + 1)


def _replaced(value: Any, change: Callable[[Any], Any], depth: int) -> Any:
    if isinstance(value, torch.Tensor):
        return value if isinstance(value, nn.Parameter) else change(value)
    if depth < _DEEPEST and type(value) in (list, tuple):
        return type(value)(_replaced(each, change, depth + 1) for each in value)
    if depth < _DEEPEST and type(value) is dict:
        return {name: _replaced(each, change, depth + 1) for name, each in value.items()}
    return value
