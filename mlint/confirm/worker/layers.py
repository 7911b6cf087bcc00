"""What a layer takes: from the first layer of a model follows what the model takes."""

from __future__ import annotations

from typing import Any

from torch import nn

from mlint.confirm.specs import Spec

PIXELS = 64
_OF_PICTURES = 4
"""Channels: what has more is a map of features, and smaller."""
_CONVOLUTIONS = {
    1: (nn.Conv1d, nn.ConvTranspose1d, nn.LazyConv1d),
    2: (nn.Conv2d, nn.ConvTranspose2d, nn.LazyConv2d),
    3: (nn.Conv3d, nn.ConvTranspose3d, nn.LazyConv3d),
}
CONVOLUTION = tuple(each for kinds in _CONVOLUTIONS.values() for each in kinds)


def leaves(model: Any) -> list[Any]:
    """The modules that hold no others, in the order of their registration."""
    return [each for each in model.modules() if not list(each.children())]


def taken_by(layer: Any) -> Spec | None:
    """What a layer of torch takes; None for one that takes anything, or that is not known."""
    for dimensions, (plain, transposed, _) in _CONVOLUTIONS.items():
        if isinstance(layer, plain):
            return Spec((2, layer.in_channels, *_pixels(layer.in_channels, dimensions)))
        if isinstance(layer, transposed):
            return Spec((2, layer.in_channels, *((16,) if dimensions == 1 else (PIXELS // 16,) * dimensions)))
    for kinds, made in _TAKEN:
        if isinstance(layer, kinds):
            spec: Spec = made(layer)
            return spec
    return None


def _pixels(channels: int, dimensions: int) -> tuple[int, ...]:
    size = PIXELS if dimensions < 3 and channels <= _OF_PICTURES else PIXELS // 4
    return (size,) * dimensions


_TAKEN: tuple[tuple[Any, Any], ...] = (
    (nn.Linear, lambda layer: Spec((2, layer.in_features))),
    ((nn.Embedding, nn.EmbeddingBag), lambda layer: Spec((2, 8), "int64", layer.num_embeddings)),
    (nn.RNNBase, lambda layer: Spec((2, 7, layer.input_size))),
    (nn.RNNCellBase, lambda layer: Spec((2, layer.input_size))),
    (nn.BatchNorm1d, lambda layer: Spec((4, layer.num_features))),
    ((nn.BatchNorm2d, nn.InstanceNorm2d), lambda layer: Spec((2, layer.num_features, PIXELS, PIXELS))),
    (nn.GroupNorm, lambda layer: Spec((2, layer.num_channels, PIXELS, PIXELS))),
    (nn.LayerNorm, lambda layer: Spec((2, 8, *layer.normalized_shape))),
    (nn.MultiheadAttention, lambda layer: Spec((2, 8, layer.embed_dim))),
)
