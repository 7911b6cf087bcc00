"""Better inputs, from how a trial of others failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils import _pytree

from mlint.confirm.specs import Several, Spec, several
from mlint.confirm.worker.layers import CONVOLUTION, taken_by
from mlint.confirm.worker.messages import SIZES, from_message

_MOST = 24
_LONGEST = 6
_AS_THEY_ARE = ("hidden", "plain")
_USUAL = (
    Spec((2, 3, 32, 32)),
    Spec((4, 32)),
    Spec((2, 3, 64, 64)),
    Spec((2, 3, 224, 224)),
    Spec((2, 1, 28, 28)),
    Spec((2, 8), "int64", 50),
    Spec((2, 1, 32, 32)),
    Spec((2, 32, 8)),
    Spec((2, 8, 32)),
    Spec((2, 3, 4, 32, 32)),
)


@dataclass
class Failure:
    """A trial that raised: the error, the innermost module, what that was given, and how many had finished."""

    error: Exception
    module: Any
    given: Any
    depth: int

    @property
    def tensor(self) -> Any:
        """The first tensor that the failing module was given."""
        return next((each for each in _pytree.tree_leaves(self.given) if isinstance(each, torch.Tensor)), None)

    def __str__(self) -> str:
        where = f" in {type(self.module).__name__}" if self.module is not None else ""
        return f"{type(self.error).__name__}{where}: {' '.join(str(self.error).split())[:120]}"


def better(wanted: dict[str, Spec], failure: Failure) -> list[dict[str, Spec]]:
    """Inputs to try next, the most promising first."""
    lists = {name: spec for name, spec in wanted.items() if isinstance(spec, Several)}
    if lists:
        apart = dict(_apart(wanted))
        found = list(_of_lists(wanted, lists, str(failure.error)))
        return found + [_together(each, wanted) for each in _better(apart, failure)]
    return _better(wanted, failure)


def _apart(wanted: dict[str, Spec]) -> Iterator[tuple[str, Spec]]:
    """The inputs, with each part of a list for itself."""
    for name, spec in wanted.items():
        if isinstance(spec, Several):
            yield from ((f"{name}[{place}]", part) for place, part in enumerate(spec.parts))
        else:
            yield name, spec


def _together(apart: dict[str, Spec], wanted: dict[str, Spec]) -> dict[str, Spec]:
    """The inputs, with the parts of each list in it again."""
    found: dict[str, Spec] = {}
    for name, spec in wanted.items():
        if isinstance(spec, Several):
            parts = [apart[f"{name}[{place}]"] for place in range(len(spec.parts))]
            found[name] = several(parts, spec.spread)
        else:
            found[name] = apart[name]
    return found


def _of_lists(wanted: dict[str, Spec], lists: dict[str, Several], text: str) -> Iterator[dict[str, Spec]]:
    """Longer and shorter lists, and lists in the other order."""
    counts = [int(each) for each in re.findall(r"expected (\d)", text)]
    if re.search(r"index out of range", text):
        counts += [len(spec.parts) + 1 for spec in lists.values()]
    for name, spec in lists.items():
        parts = spec.parts
        for count in counts:
            if 0 < count <= _LONGEST:
                yield {**wanted, name: several((parts * _LONGEST)[:count], spec.spread)}
        if re.search(r"[Ss]izes? of tensors must match|must match the size", text):
            sizes = [part.shape[2:] for part in parts]
            yield {**wanted, name: several(map(_resized, parts, sizes[::-1]), spec.spread)}
            yield {**wanted, name: several(map(_resized, parts, sizes[:1] * len(parts)), spec.spread)}


def _resized(part: Spec, size: tuple[int, ...]) -> Spec:
    return part.shaped(*part.shape[:2], *size)


def _better(wanted: dict[str, Spec], failure: Failure) -> list[dict[str, Spec]]:
    names = [name for name, spec in wanted.items() if spec.dtype not in _AS_THEY_ARE]
    found: list[dict[str, Spec]] = []
    if not names:
        return found
    fed = _fed(wanted, names, failure)
    for name, spec in _from_layer(fed or names[0], wanted, fed is not None, failure):
        found.append({**wanted, name: spec})
    found += _alike(wanted, names, str(failure.error))
    for name in names:
        for spec in from_message(wanted[name], str(failure.error), failure.error):
            found.append(_with_its_likes(wanted, name, spec))
            found.append({**wanted, name: spec})
    first = wanted[names[0]]
    usual = (*_USUAL, first.shaped(2, 8, first.shape[-1] if first.shape else 8))
    found += [each for spec in usual for each in (_with_its_likes(wanted, names[0], spec), {**wanted, names[0]: spec})]
    return [each for place, each in enumerate(found) if each != wanted and each not in found[:place]][:_MOST]


def _alike(wanted: dict[str, Spec], names: list[str], text: str) -> list[dict[str, Spec]]:
    """All inputs like one of them, where the message says that they must agree."""
    if len(names) < 2 or not re.search(r"same|match|equal|smaller than num_classes", text):
        return []
    return [{**wanted, **dict.fromkeys(names, wanted[name])} for name in names]


def _with_its_likes(wanted: dict[str, Spec], name: str, spec: Spec) -> dict[str, Spec]:
    """The input and those that were as it was, as they must be now."""
    return {each: spec if old == wanted[name] else old for each, old in wanted.items()}


def _fed(wanted: dict[str, Spec], names: list[str], failure: Failure) -> str | None:
    """The input of the model that the failing module was given as it is."""
    given = failure.tensor
    if given is None:
        return None
    return next((name for name in names if wanted[name].shape == tuple(given.shape)), None)


def _from_layer(name: str, wanted: dict[str, Spec], direct: bool, failure: Failure) -> Iterator[tuple[str, Spec]]:
    """What the failing layer takes, brought back to the input that leads there."""
    layer, spec, takes = failure.module, wanted[name], taken_by(failure.module)
    if takes is None or failure.tensor is None:
        return
    if direct:
        if takes.is_whole and not spec.is_whole and len(wanted) > 1:  # all inputs are tokens
            yield from ((each, takes) for each, other in wanted.items() if not other.is_whole and "mask" not in each)
        yield from ((name, each) for each in _direct(spec, layer, takes))
    elif isinstance(layer, nn.Linear):
        yield from ((name, each) for each in _before_linear(spec, failure.tensor.shape[-1], layer.in_features))
    elif isinstance(layer, CONVOLUTION):
        yield from ((name, each) for each in _before_convolution(spec, failure.tensor.shape, layer, takes))
    elif isinstance(layer, nn.Embedding):
        yield name, spec.shaped(*spec.shape[:2]).whole(layer.num_embeddings)
    else:
        yield name, takes


def _direct(spec: Spec, layer: Any, takes: Spec) -> Iterator[Spec]:
    if isinstance(layer, nn.Linear):
        yield spec.shaped(*spec.shape[:-1], layer.in_features)
    elif isinstance(layer, nn.RNNBase):
        yield spec.shaped(*(spec.shape[:2] if len(spec.shape) > 2 else (*spec.shape[:1], 7)), layer.input_size)
    elif len(takes.shape) == len(spec.shape):
        yield spec.shaped(spec.shape[0], takes.shape[1], *spec.shape[2:])
    yield takes


def _before_linear(spec: Spec, got: int, want: int) -> Iterator[Spec]:
    shape = spec.shape
    if len(shape) > 2 and got != want:  # what convolutions left was flattened: scale the picture
        dimensions = len(shape) - 2
        size = round(shape[-1] * (want / got) ** (1 / dimensions))
        for each in (size, size + 1, size - 1, size + 2, *SIZES):
            if 1 <= each <= 600:
                yield spec.shaped(*shape[:2], *(each,) * dimensions)
        yield spec.shaped(*shape[:-1], want)
    elif got != want:
        yield spec.shaped(*shape[:-1], shape[-1] + want - got)
        yield spec.shaped(*shape[:-1], want)
        if len(shape) == 2 and want % max(1, got) == 0:
            yield spec.shaped(*shape, want // got)


def _before_convolution(spec: Spec, got: Any, layer: Any, takes: Spec) -> Iterator[Spec]:
    shape = spec.shape
    if len(got) == len(takes.shape):
        if got[1] != layer.in_channels:
            if len(shape) == len(takes.shape):
                yield spec.shaped(shape[0], max(1, shape[1] + layer.in_channels - got[1]), *shape[2:])
            if len(shape) == 3:
                yield spec.shaped(shape[0], shape[2], shape[1])
        elif len(shape) > 2:
            yield spec.shaped(*shape[:2], *(size * 2 for size in shape[2:]))
    yield takes
