"""A model that was built and runs: one run in either mode, and what it did."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch.utils import _pytree

from mlint.confirm.probe import Inconclusive
from mlint.confirm.worker import outputs
from mlint.confirm.worker.graph import Graph
from mlint.confirm.worker.inputs import Inputs
from mlint.confirm.worker.places import Places
from mlint.confirm.worker.plain import Held, held, plain_tensors
from mlint.confirm.worker.spy import Acted, Spy
from mlint.confirm.worker.states import seeded, switched

if TYPE_CHECKING:
    from mlint.confirm.worker.devices import OnDevice


@dataclass
class LiveRun:
    """What one call of a model came to."""

    output: Any
    changed: tuple[str, ...]
    acted: list[Acted]
    lines: frozenset[int] = frozenset()

    @property
    def structure(self) -> str:
        """What the output is made of, in words."""
        return outputs.structure(self.output)

    @property
    def count(self) -> int | None:
        """How many values the tuple has that was returned; 1 for a tensor, 0 for None; None for anything else."""
        if self.output is None:
            return 0
        if isinstance(self.output, torch.Tensor):
            return 1
        return len(self.output) if type(self.output) is tuple else None

    def difference(self, other: LiveRun) -> str | None:
        """How the outputs differ, in words; None if they are the same up to rounding."""
        return outputs.difference(self.output, other.output)


def is_about_devices(error: str) -> bool:
    """Whether the text of an error says that tensors of two devices met.

    Convolutions say so by the types (`Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) ...`).
    """
    return "device" in error or "torch.cuda." in error or "is on CPU" in error


@dataclass(frozen=True)
class Way:
    """How models are run: which files are the user's, on which device, and by what they are traced."""

    places: Places
    device: str = "cpu"
    tracer: str = "auto"


class LiveModel:
    """A model, and inputs that it runs with. Every run is one of a copy, with the same random numbers."""

    def __init__(self, module: Any, made: str, inputs: Inputs, way: Way) -> None:
        self.module, self.made, self.inputs = module, made, inputs
        self.name = type(module).__name__
        self.way = way
        self._graphs: dict[str, Graph | Inconclusive] = {}

    @property
    def flags(self) -> tuple[str, ...]:
        """The parameters of forward that are true or false by default."""
        parameters = inspect.signature(self.module.forward).parameters.values()
        return tuple(each.name for each in parameters if isinstance(each.default, bool))

    def run(self, mode: str, seed: int = 0, **flags: bool) -> LiveRun:
        """Call the model in `train` or `eval` mode, without gradients. Raises Inconclusive if it fails.

        A model that can't run on the GPU, because some tensors of it stay on the CPU, is run there as a whole.
        """
        try:
            return self._run(self.way.device, mode, seed, flags)
        except Inconclusive as unclear:
            if self.way.device == "cpu" or not is_about_devices(str(unclear)):
                raise
            return self._run("cpu", mode, seed, flags)

    def _run(self, device: str, mode: str, seed: int, flags: Mapping[str, bool]) -> LiveRun:
        model = self.fresh(mode, device)
        before = {name: value.clone() for name, value in _state(model).items()}
        args, kwargs = self.given(device)
        spy, lines = Spy(self.way.places), set[int]()
        with seeded(seed), torch.no_grad(), spy, self.way.places.lines_run(lines):
            try:
                output = model(*args, **{**kwargs, **flags})
            except Exception as error:
                raise Inconclusive(f"in {mode} mode it raises {type(error).__name__}: {_line(error)}") from error
        if output is not None and not outputs.has_tensors(output):
            raise Inconclusive(f"it returns {outputs.structure(output)}, in which nothing can be compared")
        changed = tuple(
            name
            for name, value in _state(model).items()
            if name in before and (value.shape != before[name].shape or not torch.equal(value, before[name]))
        )
        return LiveRun(output, changed, spy.acted, frozenset(lines))

    def run_on_device(self, mode: str = "eval", along: Collection[str] = ()) -> OnDevice:
        """Call the model with everything that `.to()` moves on a second device. Raises Inconclusive.

        `along` are attributes with plain tensors that are moved, too.
        """
        from mlint.confirm.worker.devices import run_on_device

        return run_on_device(self, mode, frozenset(along))

    def graph(self, mode: str) -> Graph:
        """The traced graph in a mode. Raises Inconclusive where it can't be traced."""
        if mode not in self._graphs:
            try:
                self._graphs[mode] = self._traced(mode)
            except Inconclusive as unclear:
                self._graphs[mode] = unclear
        found = self._graphs[mode]
        if isinstance(found, Inconclusive):
            raise found
        return found

    def _traced(self, mode: str) -> Graph:
        from mlint.confirm.worker.tracing import traced

        model = self.fresh(mode)
        names = {tensor.data_ptr(): name for name, tensors in plain_tensors(model).items() for tensor in tensors}
        graph = traced(self.way.tracer, model, self.given(), self.way.places)
        named = tuple(replace(each, name=names.get(each.pointer, "")) for each in graph.constants)
        return replace(graph, constants=named)

    @property
    def plain(self) -> tuple[str, ...]:
        """The attributes of the model and its parts that hold tensors of which torch does not know."""
        return tuple(plain_tensors(self.module))

    def is_registered(self, name: str) -> bool:
        """Whether an attribute of the model is a parameter, a buffer or a module of its own."""
        module = self.module
        return any(name in held for held in (module._parameters, module._buffers, module._modules))

    def numbers(self, name: str) -> list[Any]:
        """The numbers in the tensors of a plain attribute."""
        return [each.detach().cpu().numpy() for each in plain_tensors(self.module).get(name, ())]

    def held(self, name: str) -> Held | None:
        """What an attribute of the model holds in a list, tuple or dict; None if there is nothing of the kind."""
        return held(self.fresh("eval"), name)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters that the model lists as its own."""
        return tuple(name for name, _ in self.module.named_parameters())

    def learning(self, mode: str) -> frozenset[str]:
        """The names of the parameters that get a gradient in a mode. Raises Inconclusive."""
        model = self.fresh(mode).requires_grad_(True)
        args, kwargs = self.given()
        with seeded(), torch.enable_grad():
            try:
                returned = outputs.leaves(model(*args, **kwargs))
                total = sum(each.double().sum() for each in returned if _is_differentiable(each))
                if not isinstance(total, torch.Tensor):
                    raise Inconclusive("nothing that it returns has a gradient")
                torch.autograd.backward(total)
            except Exception as error:
                raise Inconclusive(f"in {mode} mode no gradient can be had: {_line(error)}") from error
        return frozenset(name for name, each in model.named_parameters() if each.grad is not None)

    def with_inputs(self, kwargs: dict[str, Any]) -> LiveModel:
        """The same model with other inputs by name."""
        return LiveModel(self.module, self.made, replace(self.inputs, kwargs=kwargs), self.way)

    def fresh(self, mode: str, device: str | None = None) -> Any:
        """A copy of the model that nothing else uses, in a mode, on the device or another."""
        try:
            model = copy.deepcopy(self.module)
        except Exception as error:
            raise Inconclusive(f"the model can't be copied: {_line(error)}") from error
        return switched(model.to(device or self.way.device), mode == "train")

    def given(self, device: str | None = None) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Copies of the inputs, on the device or another."""
        return self.mapped(lambda tensor: tensor.detach().clone().to(device or self.way.device))

    def mapped(self, change: Callable[[Any], Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The inputs, with each tensor changed."""
        found: tuple[tuple[Any, ...], dict[str, Any]] = _pytree.tree_map(
            lambda each: change(each) if isinstance(each, torch.Tensor) else each,
            (self.inputs.args, self.inputs.kwargs),
        )
        return found


def _is_differentiable(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point() and value.requires_grad


def _state(model: Any) -> dict[str, Any]:
    return {name: value for name, value in model.state_dict().items() if isinstance(value, torch.Tensor)}


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
