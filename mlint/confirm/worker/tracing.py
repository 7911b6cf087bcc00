"""Tracing: from a model and its inputs to a graph, by torch.jit.trace, or by torch.export where that can't do it.

A tracer gets a model that takes tensors by position and returns a flat tuple of tensors: what models take and return
beside those, None and numbers and dicts, is no matter of a graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import torch
from torch.utils import _pytree

from mlint.confirm.probe import Inconclusive
from mlint.confirm.worker import outputs
from mlint.confirm.worker.graph import Graph
from mlint.confirm.worker.places import Places
from mlint.confirm.worker.tracing_export import Export
from mlint.confirm.worker.tracing_jit import Jit


class Tracer(Protocol):
    """One way to trace."""

    name: str

    @property
    def is_there(self) -> bool:
        """Whether this torch has it."""
        ...

    def graph(self, model: Any, tensors: tuple[Any, ...], names: tuple[str, ...], places: Places) -> Graph:
        """The graph of a model that takes these tensors, called `names`. Raises whatever stops the tracing."""
        ...


TRACERS: tuple[Tracer, ...] = (Jit(), Export())


def traced(choice: str, module: Any, given: tuple[Any, Any], places: Places) -> Graph:
    """The graph of the module called with `given` (args and kwargs). Raises Inconclusive.

    `choice` is the name of a tracer, or `auto`: the first that works.
    """
    leaves, spec = _pytree.tree_flatten(given)
    flat = _Flat(module, leaves, spec)
    if not flat.tensors:
        raise Inconclusive("it takes no tensor, so that there is nothing to trace")
    failed = [f"this torch has no tracer that is called {choice}"]
    for tracer in TRACERS:
        if choice in ("auto", tracer.name) and tracer.is_there:
            try:
                return tracer.graph(flat, flat.tensors, tuple(_names(module, given)), places)
            except (MemoryError, OSError):
                raise
            except Exception as error:  # noqa: BLE001 - a tracer gives up in many ways
                failed.append(f"{tracer.name}: {type(error).__name__}: {' '.join(str(error).split())[:120]}")
    raise Inconclusive(f"it can't be traced: {failed[-1]}")


class _Flat(torch.nn.Module):
    """A model as tracers want it."""

    def __init__(self, model: Any, leaves: list[Any], spec: Any) -> None:
        super().__init__()
        self.model = model
        self._leaves = [None if isinstance(each, torch.Tensor) else each for each in leaves]
        self._places = [place for place, each in enumerate(leaves) if isinstance(each, torch.Tensor)]
        self._spec = spec
        self.tensors = tuple(leaves[place] for place in self._places)

    def forward(self, *tensors: Any) -> Any:
        """The tensors that the model returns."""
        leaves = list(self._leaves)
        for place, tensor in zip(self._places, tensors, strict=True):
            leaves[place] = tensor
        args, kwargs = _pytree.tree_unflatten(leaves, self._spec)
        returned = outputs.leaves(self.model(*args, **kwargs))
        return tuple(each for each in returned if isinstance(each, torch.Tensor))


def _names(module: Any, given: tuple[Any, Any]) -> Iterator[str]:
    """What the tensors are called, by the parameters of forward that take them."""
    import inspect

    args, kwargs = given
    parameters = list(inspect.signature(module.forward).parameters)
    named = [*((parameters[min(place, len(parameters) - 1)], each) for place, each in enumerate(args)), *kwargs.items()]
    for name, value in named:
        for each in _pytree.tree_leaves(value):
            if isinstance(each, torch.Tensor):
                yield name
