"""A second device: a real GPU, or a fake one on which tensors have a device and a shape but no numbers.

On the fake device the model's parameters and buffers are moved as `.to()` would move them, and its inputs; what torch
then raises about devices is what it would raise on a GPU. A mode on top notes every move and everything that is made,
with the user's line, and gives back what a real run on the CPU read from numbers (`.item()`, masks), which a tensor
without numbers can't.
"""

from __future__ import annotations

import copy
import warnings
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.overrides import TorchFunctionMode
from torch.utils import _pytree

from mlint.confirm.probe import Inconclusive
from mlint.confirm.worker.model import LiveModel, is_about_devices
from mlint.confirm.worker.places import Place, Places
from mlint.confirm.worker.plain import replace_tensors
from mlint.confirm.worker.states import seeded

_MOVES = frozenset("to cpu cuda type float double half type_as".split())
_MAKES = frozenset(
    "zeros ones empty full arange linspace eye rand randn randint tensor as_tensor from_numpy randperm logspace".split()
)
_READS = frozenset("item __bool__ __int__ __float__ __index__ tolist numpy __array__".split())
_SIZED_BY_NUMBERS = frozenset("nonzero masked_select unique argwhere bincount unique_consecutive _unique2".split())
_NOT_CHECKED = frozenset(f"conv{kind}{axes}d" for kind in ("", "_transpose") for axes in (1, 2, 3))
"""Functions of which the fakes do not check that their tensors are on one device."""
_FROM_DATA = frozenset("tensor as_tensor from_numpy asarray".split())


FAKE = "a second device without numbers"


@dataclass(frozen=True)
class Moved:
    """A tensor that was moved, or made (then `source` is empty), and the line of the user's where."""

    operator: str
    source: str
    target: str
    place: Place | None

    @property
    def row(self) -> int:
        """The line; 0 if it is not theirs."""
        return self.place[1] if self.place else 0


@dataclass
class OnDevice:
    """What a run on the second device came to."""

    device: str
    moves: list[Moved] = field(default_factory=list)
    error: str | None = None
    error_row: int = 0
    operator: str = ""

    @property
    def devices_differ(self) -> bool:
        return self.error is not None and is_about_devices(self.error)


def run_on_device(model: LiveModel, mode: str = "eval", along: frozenset[str] = frozenset()) -> OnDevice:
    """Run the model on the second device: a GPU where the trial has one, else the fake one. Raises Inconclusive.

    `along` are the paths of plain attributes whose tensors are moved, too.
    """
    if model.way.device != "cpu":
        return _on_gpu(model, mode, along)
    reads = _recorded(model, mode)
    fakes = FakeTensorMode(allow_non_fake_inputs=True)
    device = fake_device()
    module = _moved(model.fresh(mode), fakes, device)
    replace_tensors(module, along, lambda tensor: _like(tensor, fakes, device))
    args, kwargs = model.mapped(lambda tensor: _like(tensor, fakes, device))
    log = _Log(model.way.places, fakes, reads)
    found = OnDevice(FAKE, log.moves)
    with patch.object(torch.nn.Module, "_apply", _apply), seeded(), fakes, log, torch.no_grad():
        _called(module, args, kwargs, model.way.places, found)
    found.operator = log.failed
    return found


def _apply(module: Any, move: Any, recurse: bool = True) -> Any:
    """What `Module.to()` does with each tensor of a module. Torch would swap tensors of this kind in place, which it
    can't while something refers to them weakly, as the fakes' mode does."""
    for child in module.children() if recurse else ():
        child._apply(move)
    for held in (module._parameters, module._buffers):
        for name, tensor in held.items():
            moved: Any = tensor if tensor is None else move(tensor)
            if isinstance(tensor, torch.nn.Parameter) and moved is not tensor:
                moved = torch.nn.Parameter(moved, tensor.requires_grad)
            held[name] = moved
    return module


def name_of(device: str) -> str:
    """What a GPU is called: `NVIDIA H100`."""
    return str(torch.cuda.get_device_name(device))


def _on_gpu(model: LiveModel, mode: str, along: frozenset[str]) -> OnDevice:
    module = model.fresh(mode)
    replace_tensors(module, along, lambda tensor: tensor.to(model.way.device))
    args, kwargs = model.given()
    log = _Log(model.way.places, None, [])
    found = OnDevice(name_of(model.way.device), log.moves)
    with seeded(), log, torch.no_grad():
        _called(module, args, kwargs, model.way.places, found)
    found.operator = log.failed
    return found


def _called(module: Any, args: Any, kwargs: Any, places: Places, found: OnDevice) -> None:
    try:
        module(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - an error about devices is what is looked for
        found.error = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        place = places.of_error(error)
        found.error_row = place[1] if place else 0


@cache
def fake_device() -> Any:
    """A device beside the CPU: cuda where torch was built with it (none is needed), else one made for the purpose."""
    if torch.backends.cuda.is_built():
        return torch.device("cuda", 0)
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _setup_privateuseone_for_python_backend("second")
    return torch.device("second", 0)


def _like(tensor: Any, fakes: Any, device: Any) -> Any:
    with fakes:
        return torch.empty_strided(tensor.size(), tensor.stride(), dtype=tensor.dtype, device=device)


def _moved(model: Any, fakes: Any, device: Any) -> Any:
    """The model with its parameters and buffers on the device; everything else stays, as with `.to()`."""
    known: dict[int, Any] = {}
    for module in model.modules():
        for held, is_parameter in ((module._parameters, True), (module._buffers, False)):
            for name, tensor in held.items():
                if tensor is not None:
                    if id(tensor) not in known:
                        fake = _like(tensor, fakes, device)
                        known[id(tensor)] = torch.nn.Parameter(fake, tensor.requires_grad) if is_parameter else fake
                    held[name] = known[id(tensor)]
    return model


# --- numbers that the code reads ------------------------------------------------------------------------------------


def _recorded(model: LiveModel, mode: str) -> list[tuple[str, Any]]:
    """What a run on the CPU reads from numbers, in order."""
    module = model.fresh(mode)
    args, kwargs = model.given()
    recorder = _Recorder()
    with seeded(), torch.no_grad(), recorder:
        try:
            module(*args, **kwargs)
        except Exception as error:
            if "cuda" not in str(error).lower():
                raise Inconclusive(f"it does not run: {error}") from error
    return recorder.reads


class _Recorder(TorchFunctionMode):
    def __init__(self) -> None:
        super().__init__()
        self.reads: list[tuple[str, Any]] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "")
        if _reads_numbers(name, args):
            self.reads.append((name, copy.copy(result) if isinstance(result, np.ndarray) else result))
        return result


def _reads_numbers(name: str, args: Any) -> bool:
    """Whether the result, or its shape, hangs on the numbers in a tensor."""
    if name in _READS or name in _SIZED_BY_NUMBERS or (name == "where" and len(args) == 1):
        return True
    if name == "__getitem__":
        index = args[1] if isinstance(args[1], tuple) else (args[1],)
        return any(isinstance(each, torch.Tensor) and each.dtype in (torch.bool, torch.uint8) for each in index)
    return name == "repeat_interleave" and any(isinstance(each, torch.Tensor) for each in args[1:])


class _Log(TorchFunctionMode):
    """Notes moves and makings; on the fake device it also makes real tensors fake, and gives numbers back."""

    def __init__(self, places: Places, fakes: Any, reads: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.moves: list[Moved] = []
        self.failed = ""  # the operator that raised first
        self._places, self._fakes, self._reads = places, fakes, list(reads)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        try:
            return self._run(func, args, dict(kwargs or {}))
        except Exception:
            self.failed = self.failed or str(getattr(func, "__name__", ""))
            raise

    def _run(self, func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        if self._fakes is None:
            return self._noted(func, args, kwargs, func(*args, **kwargs))
        if torch._C._get_dispatch_mode(torch._C._TorchDispatchModeKey.FAKE) is None:  # the fakes' own work
            return func(*args, **kwargs)
        args, kwargs = _pytree.tree_map(self._fake, (args, kwargs))
        name = getattr(func, "__name__", "")
        if _reads_numbers(name, args) and self._reads and self._reads[0][0] == name:
            return self._given_back(self._reads.pop(0)[1], args[0])
        _check_devices(name, args, kwargs)
        if name in _FROM_DATA:
            device = kwargs.pop("device", None)
            made = self._fake(func(*args, **kwargs))
            if isinstance(made, FakeTensor):
                made.constant = None  # with it the fake would try to move real numbers
            result = made.to(device) if device is not None else made
        else:
            result = func(*args, **kwargs)
        return self._noted(func, args, kwargs, result)

    def _fake(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor) and not isinstance(value, FakeTensor):
            return self._fakes.from_tensor(value.detach())
        return value

    def _given_back(self, result: Any, tensor: Any) -> Any:
        def back(value: Any) -> Any:
            return _like(value, self._fakes, tensor.device) if isinstance(value, torch.Tensor) else value

        return _pytree.tree_map(back, result)

    def _noted(self, func: Any, args: Any, kwargs: Any, result: Any) -> Any:
        name = getattr(func, "__name__", "")
        if isinstance(result, torch.Tensor):
            if name in _MOVES and args and isinstance(args[0], torch.Tensor):
                self.moves.append(Moved(name, str(args[0].device), str(result.device), self._places.here(4)))
            elif name in _MAKES:
                self.moves.append(Moved(name, "", str(result.device), self._places.here(4)))
        return result


def _check_devices(name: str, args: Any, kwargs: Any) -> None:
    """Raise what a GPU would raise, where the fakes do not."""
    if name == "__getitem__":
        indices = {str(each.device) for each in _pytree.tree_leaves(args[1]) if isinstance(each, torch.Tensor)}
        other = indices - {"cpu", str(args[0].device)}
        if other:
            raise RuntimeError(f"indices should be on the device of the indexed tensor, {args[0].device}: {min(other)}")
    elif name in _NOT_CHECKED:
        found = {str(each.device) for each in _pytree.tree_leaves((args, kwargs)) if isinstance(each, torch.Tensor)}
        if len(found) > 1:
            listed = " and ".join(sorted(found, reverse=True))
            raise RuntimeError(f"Expected all tensors to be on the same device, but found {listed}")
