"""What the messages of errors ask of an input."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from mlint.confirm.specs import Spec

SIZES = (28, 32, 64, 96, 128, 224, 256, 299, 16, 8)
_VIDEO = 5
"""Axes: the frames stand before the channels, or behind them."""


def from_message(spec: Spec, text: str, error: Exception) -> Iterator[Spec]:
    for pattern, repair in _REPAIRS:
        found = re.search(pattern, text)
        if found:
            yield from repair(spec, found)
    if isinstance(error, IndexError) or re.search(r"subscriptable|dimension", text, re.I):
        if len(spec.shape) < 5:
            yield spec.shaped(*spec.shape, 8)
            yield spec.shaped(*spec.shape[:1], 8, *spec.shape[1:])
        if len(spec.shape) > 1:
            yield spec.shaped(*spec.shape[:-1])


def _more_axes(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    last = spec.shape[-1] if spec.shape else 8
    channels = spec.shape[1] if len(spec.shape) > 2 else 3
    shapes = {2: (2, 8), 3: (2, 8, last), 4: (2, channels, 32, 32), 5: (2, 3, 4, 32, 32)}
    if int(found[1]) in shapes:
        yield spec.shaped(*shapes[int(found[1])])
    if int(found[1]) == _VIDEO:
        yield spec.shaped(2, _VIDEO, channels, 32, 32)


def _fewer_axes(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    count = int(found[1])
    if count < len(spec.shape):
        yield spec.shaped(spec.shape[0], *spec.shape[len(spec.shape) - count + 1 :])
        yield spec.shaped(*spec.shape[:count])


def _as_indices(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    yield spec.shaped(*spec.shape[:2]).whole()


def _smaller_indices(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    if spec.is_whole:
        yield spec.whole(max(1, (spec.below or 10) // 10))
        yield spec.whole(2)


def _as_unit(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    if not spec.is_whole:
        yield replace(spec, dtype="float32", below=1)


def _as_floats(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    if spec.is_whole:
        yield spec.floating()


def _sizes_named(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    """The message speaks of the size of the picture, and names numbers."""
    if len(spec.shape) > 3:
        for number in re.findall(r"(?<![\w.])\d+", found.string):
            if 4 <= int(number) <= 600:
                yield spec.shaped(*spec.shape[:2], *(int(number),) * (len(spec.shape) - 2))


def _equal_sizes(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    one, other = int(found[1]), int(found[2])
    for old, new in ((one, other), (other, one)):
        yield from _replaced(spec, old, new)
    yield from _pictures(spec)


def _replaced(spec: Spec, old: int, new: int) -> Iterator[Spec]:
    for axis, size in enumerate(spec.shape):
        if size == old:
            yield spec.shaped(*spec.shape[:axis], new, *spec.shape[axis + 1 :])


def _pictures(spec: Spec) -> Iterator[Spec]:
    if len(spec.shape) > 3:
        for size in SIZES:
            yield spec.shaped(*spec.shape[:2], *(size,) * (len(spec.shape) - 2))


def _axes(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    count = int(found[1])
    yield spec.shaped(*(*spec.shape, *(32,) * 5)[:count])


_LETTERS = re.compile(
    r"[A-Z\d*]\w*(?:x[A-Z\d*]\w*)+|[\[(]['\"]?[A-Z*b\d][\w*]*['\"]?(?:, ?['\"]?[A-Z*\d][\w*]*['\"]?)+[\])]"
)


def _lettered(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    """The message writes the shape: `Bx2xHxW`, `['B', 'C', 'H', 'W']`."""
    for shown in _LETTERS.findall(found[1]):
        parts = re.findall(r"[A-Za-z]\w*|\d+|\*", shown.replace("x", " "))
        if any(not each.isdigit() for each in parts) and len(parts) < 6:
            yield spec.shaped(*(_lettered_size(each, spec) for each in parts))


def _lettered_size(letter: str, spec: Spec) -> int:
    if letter.isdigit():
        return int(letter)
    if letter in ("B", "b", "batch", "*"):
        return 2
    if letter == "C":
        return spec.shape[1] if len(spec.shape) > 2 else 3
    return 32 if letter in ("H", "W") else 8


def _channels(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    yield from _replaced(spec, int(found[2]), int(found[1]))


def _normalized(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    tail = tuple(int(each) for each in found[1].split(","))
    yield spec.shaped(*spec.shape[: max(1, len(spec.shape) - len(tail))], *tail)


def _multiplied(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    got, want = int(found[2]), int(found[3])
    yield from _replaced(spec, got, want)
    if len(spec.shape) > 3:
        size = max(1, round(spec.shape[-1] * (want / got) ** (1 / (len(spec.shape) - 2))))
        yield spec.shaped(*spec.shape[:2], *(size,) * (len(spec.shape) - 2))


def _reshaped(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    sizes = [int(each) for each in found[1].split(",")]
    known = [size for size in sizes if size > 0]
    if known and len(spec.shape) == 2:
        yield spec.shaped(spec.shape[0], math.prod(known))
    yield spec.shaped(2, *known)
    yield from _pictures(spec)


def _larger(spec: Spec, found: re.Match[str]) -> Iterator[Spec]:
    if len(spec.shape) > 2:
        yield spec.shaped(*spec.shape[:2], *(size * 2 for size in spec.shape[2:]))


_REPAIRS: tuple[tuple[str, Callable[[Spec, re.Match[str]], Iterator[Spec]]], ...] = (
    (r"(?is)(?:expect|must be|should be|shape)(.*)", _lettered),
    (r"not enough values to unpack \(expected (\d+)", _more_axes),
    (r"too many values to unpack \(expected (\d+)", _fewer_axes),
    (r"scalar types: Long|indices.*must be|expected scalar type Long|must be Long|used as indices", _as_indices),
    (r"index out of range|out of bounds", _smaller_indices),
    (r"scalar type (?:Float|Double)|expected.*Float|dtype|not implemented for 'Long'|Long and Float", _as_floats),
    (r"(?i)height|width|image|resolution|size|divisible", _sizes_named),
    (r"tensor a \((\d+)\) must match the size of tensor b \((\d+)\)", _equal_sizes),
    (r"(?:Expected (?:\dD \(unbatched\) or )?|expected )(\d)D", _axes),
    (r"to be 1D or (2)D", _axes),
    (r"expected (\d) dimensions", _axes),
    (r"number of dimensions to be (?:between )?(\d)", _axes),
    (r"greater or equal to 0|between 0 and 1|in range \[0, 1\]|all elements of input should be|non-negative", _as_unit),
    (r"to have (\d+) channels, but got (\d+)", _channels),
    (r"expected input with shape \[\*, ([\d, ]+)\]", _normalized),
    (r"shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)", _multiplied),
    (r"shape '\[(.*?)\]' is invalid for input of size (\d+)", _reshaped),
    (r"Kernel size can't be greater|too small|negative dimension|must be greater|output size", _larger),
)
