"""What a model returned: its structure in words, and how far two outputs are from each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import torch
from torch.utils import _pytree

TOLERANCE = 1e-4


def leaves(value: Any) -> list[Any]:
    """The tensors and numbers in a nested value, in order."""
    return [leaf for each in _pytree.tree_leaves(value) for leaf in _opened(each)]


def _opened(value: Any) -> list[Any]:
    if isinstance(value, torch.Tensor):
        return [value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [leaf for each in vars(value).values() for leaf in leaves(each)]
    if isinstance(value, torch.distributions.Distribution):
        return [leaf for each in vars(value).values() if isinstance(each, torch.Tensor) for leaf in leaves(each)]
    return [value]


def structure(value: Any) -> str:
    """`tuple of 2 (tensor, None)`, `tensor`, `dict with out, aux`."""
    if isinstance(value, torch.Tensor):
        return "tensor"
    if value is None:
        return "None"
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return f"{type(value).__name__} with {', '.join(value._fields)}"
    if isinstance(value, Mapping):
        return f"{_article(value)} with {', '.join(map(str, value))}"
    if isinstance(value, (tuple, list)):
        inner = ", ".join(structure(each) for each in value[:4]) + (", ..." if len(value) > 4 else "")
        return f"{type(value).__name__} of {len(value)} ({inner})"
    return type(value).__name__


def _article(value: Any) -> str:
    return "dict" if type(value) is dict else type(value).__name__


def difference(one: Any, other: Any) -> str | None:
    """How two outputs differ, in words; None if they are the same up to rounding."""
    if structure(one) != structure(other):
        return f"{structure(one)} against {structure(other)}"
    mine, theirs = leaves(one), leaves(other)
    if len(mine) != len(theirs):
        return f"{len(mine)} values against {len(theirs)}"
    largest = 0.0
    for a, b in zip(mine, theirs, strict=True):
        if not isinstance(a, torch.Tensor) or not isinstance(b, torch.Tensor):
            continue
        if a.shape != b.shape or a.dtype != b.dtype:
            return f"{str(a.dtype).removeprefix('torch.')}{list(a.shape)} against {list(b.shape)}"
        largest = max(largest, _distance(a, b))
    return f"the largest relative difference is {largest:.2g}" if largest > TOLERANCE else None


def _distance(a: Any, b: Any) -> float:
    if a.numel() == 0:
        return 0.0
    a, b = (each.detach().cpu().to(torch.complex128 if each.is_complex() else torch.float64) for each in (a, b))
    if not torch.equal(torch.isnan(a), torch.isnan(b)):
        return float("inf")
    a, b = (torch.nan_to_num(torch.view_as_real(each) if each.is_complex() else each) for each in (a, b))
    return float((a - b).abs().max() / (torch.maximum(a.abs().max(), b.abs().max()) + 1e-6))


def has_tensors(value: Any) -> bool:
    """Whether anything in the output can be compared."""
    return any(isinstance(each, torch.Tensor) for each in leaves(value))
