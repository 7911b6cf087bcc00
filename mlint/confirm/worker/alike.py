"""Whether two results are the same, whatever they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch.utils import _pytree

_DEEPEST = 5


def alike(one: Any, other: Any, depth: int = 0) -> bool:
    """Whether two values hold the same: numbers up to rounding, objects by what is in their attributes."""
    if one is other:
        return True
    if type(one) is not type(other) or depth > _DEEPEST:
        return False
    if isinstance(one, torch.nn.Module):
        return repr(one) == repr(other) and alike(_held(one), _held(other), depth + 1)
    if isinstance(one, torch.Tensor):
        return _same_numbers(one.detach().cpu().numpy(), other.detach().cpu().numpy())
    if isinstance(one, np.ndarray):
        return _same_numbers(one, other)
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(alike(a, b, depth + 1) for a, b in zip(one, other, strict=True))
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(alike(one[key], other[key], depth + 1) for key in one)
    return _equal(one, other) or (_has_state(one) and alike(vars(one), vars(other), depth + 1))


def says_something(value: Any) -> bool:
    """Whether there is anything to compare in a result."""
    return any(each is not None for each in _pytree.tree_leaves(value))


def _held(module: Any) -> dict[str, Any]:
    own = vars(torch.nn.Module())
    plain = {name: value for name, value in vars(module).items() if name not in own}
    return {**dict(module.state_dict()), **plain}


def _has_state(value: Any) -> bool:
    return hasattr(value, "__dict__") and not callable(value)


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - a comparison may be anything
        return False


def _same_numbers(one: Any, other: Any) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind in "fc":
        return bool(np.allclose(one, other, rtol=1e-5, atol=1e-7, equal_nan=True))
    return bool(np.array_equal(one, other))
