"""What was seen at a place of the code while it ran."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch


@dataclass(frozen=True)
class Seen:
    """One value of a watched expression: its numbers, in short."""

    dtype: str
    low: float
    high: float
    size: int
    finite: bool
    value: Any

    @property
    def is_whole(self) -> bool:
        """Whether its dtype holds whole numbers only."""
        return "int" in self.dtype or self.dtype == "bool"


@dataclass(frozen=True)
class Applied:
    """One execution of a watched call: whether what it was called on changed, or came back."""

    receiver: str
    result: str
    changed: bool
    returned_itself: bool
    is_module: bool


@dataclass
class Watch:
    """Collects what is seen."""

    seen: list[Seen] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)

    def see(self, value: Any) -> Any:
        """Note a value, and return it."""
        noted = seen_in(value)
        if noted is not None:
            self.seen.append(noted)
        return value

    def apply(self, receiver: Any, call: Callable[[Any], Any]) -> Any:
        """Make the call, and note what it did to what it was made on."""
        before = _snapshot(receiver)
        result = call(receiver)
        changed = not _equal(before, _snapshot(receiver))
        is_module = isinstance(receiver, torch.nn.Module)
        self.applied.append(Applied(_shown(receiver), _shown(result), changed, result is receiver, is_module))
        return result


def seen_in(value: Any) -> Seen | None:
    """What there is to say of a value; None for what holds no numbers."""
    if isinstance(value, torch.Tensor):
        dtype = str(value.dtype).removeprefix("torch.")
        value = value.detach().cpu().double().numpy() if not value.dtype.is_complex else value.detach().cpu().numpy()
    elif isinstance(value, (np.ndarray, np.generic, int, float)):
        value = np.asarray(value)
        dtype = str(value.dtype)
    else:
        return None
    if value.dtype.kind not in "fiub" or not value.size:
        return None
    numbers = value.astype(np.float64)
    finite = np.isfinite(numbers)
    known = numbers[finite] if not finite.all() else numbers
    low, high = (float(known.min()), float(known.max())) if known.size else (float("nan"), float("nan"))
    return Seen(dtype, low, high, int(value.size), bool(finite.all()), numbers.copy())


def _snapshot(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().clone(), value.dtype, value.device, value.shape, value.requires_grad, value.stride()
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, torch.nn.Module):
        return [(each.dtype, each.device, each.requires_grad) for each in value.parameters()]
    try:
        return copy.deepcopy(vars(value)) if hasattr(value, "__dict__") else copy.copy(value)
    except Exception:  # noqa: BLE001 - it can't be copied: then nothing is known of what changed
        return None


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and one and isinstance(one[0], torch.Tensor):
        return one[1:] == other[1:] and bool(torch.equal(one[0], other[0]))
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - as above
        return False


def _shown(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} tensor {list(value.shape)} on {value.device}"
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array {list(value.shape)}"
    return type(value).__name__
