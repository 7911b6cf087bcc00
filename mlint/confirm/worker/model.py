"""A model that was built and runs: one run in either mode, and what it did."""

from __future__ import annotations

import copy
import inspect
import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.utils import _pytree

from mlint.confirm.probe import Inconclusive
from mlint.confirm.worker import outputs
from mlint.confirm.worker.inputs import Inputs
from mlint.confirm.worker.places import Places
from mlint.confirm.worker.spy import Acted, Spy

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


class LiveModel:
    """A model, and inputs that it runs with. Every run is one of a copy, with the same random numbers."""

    def __init__(self, module: Any, made: str, inputs: Inputs, places: Places, device: str) -> None:
        self.module, self.made, self.inputs = module, made, inputs
        self.name = type(module).__name__
        self.places, self.device = places, device

    @property
    def flags(self) -> tuple[str, ...]:
        """The parameters of forward that are true or false by default."""
        parameters = inspect.signature(self.module.forward).parameters.values()
        return tuple(each.name for each in parameters if isinstance(each.default, bool))

    def run(self, mode: str, seed: int = 0, **flags: bool) -> LiveRun:
        """Call the model in `train` or `eval` mode, without gradients. Raises Inconclusive if it fails."""
        model = self.fresh().train(mode == "train")
        before = {name: value.clone() for name, value in _state(model).items()}
        args, kwargs = self.given()
        spy, lines = Spy(self.places), set[int]()
        with seeded(seed), torch.no_grad(), spy, self.places.lines_run(lines):
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

    def run_on_device(self, mode: str = "eval") -> OnDevice:
        """Call the model with everything that `.to()` moves on a second device. Raises Inconclusive."""
        from mlint.confirm.worker.devices import run_on_device

        return run_on_device(self, mode)

    def fresh(self) -> Any:
        """A copy of the model that nothing else uses, on the device."""
        try:
            model = copy.deepcopy(self.module)
        except Exception as error:
            raise Inconclusive(f"the model can't be copied: {_line(error)}") from error
        return model.to(self.device)

    def given(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Copies of the inputs, on the device."""
        return self.mapped(lambda tensor: tensor.detach().clone().to(self.device))

    def mapped(self, change: Callable[[Any], Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The inputs, with each tensor changed."""
        found: tuple[tuple[Any, ...], dict[str, Any]] = _pytree.tree_map(
            lambda each: change(each) if isinstance(each, torch.Tensor) else each,
            (self.inputs.args, self.inputs.kwargs),
        )
        return found


def stir(model: Any) -> None:
    """Give parameters that are one number throughout, such as a last layer of zeros, numbers as training would."""
    with torch.no_grad():
        for parameter in model.parameters():
            lazy = isinstance(parameter, torch.nn.parameter.UninitializedParameter)
            if lazy or not parameter.is_floating_point() or parameter.numel() < 2:
                continue
            if bool((parameter == parameter.flatten()[0]).all()):
                noise = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1))
                parameter += (0.1 * noise).to(parameter)


def _state(model: Any) -> dict[str, Any]:
    return {name: value for name, value in model.state_dict().items() if isinstance(value, torch.Tensor)}


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:160]


@contextmanager
def seeded(seed: int = 0) -> Iterator[None]:
    """Random numbers begin anew; warnings go nowhere."""
    torch.manual_seed(seed)
    random.seed(seed)
    try:
        import numpy
    except ImportError:
        pass
    else:
        numpy.random.seed(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
