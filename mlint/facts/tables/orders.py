"""In which order the arguments of library functions take the two sides and the two coordinates of a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

_WIDTH_FIRST, _HEIGHT_FIRST = ("width", "height"), ("height", "width")
SIDES = _WIDTH_FIRST, _HEIGHT_FIRST
"""The two orders of the sides."""
_POINT = ("x", "y")
_BOX = ("x", "y", "x", "y")

Taken = tuple[int, str, Sequence[str]]
"""An argument, by its place (without the object of a method) and its keyword, and what its items are in turn."""

# OpenCV, Pillow, scikit-image, torch and torchvision as they document these parameters.
_ITEMS: Mapping[str, tuple[Taken, ...]] = {
    "cv2.resize": ((1, "dsize", _WIDTH_FIRST),),
    "cv2.warpAffine": ((2, "dsize", _WIDTH_FIRST),),
    "cv2.warpPerspective": ((2, "dsize", _WIDTH_FIRST),),
    "cv2.VideoWriter": ((3, "frameSize", _WIDTH_FIRST),),
    "cv2.getRotationMatrix2D": ((0, "center", _POINT),),
    "cv2.circle": ((1, "center", _POINT),),
    "cv2.ellipse": ((1, "center", _POINT),),
    "cv2.rectangle": ((1, "pt1", _POINT), (2, "pt2", _POINT)),
    "cv2.putText": ((2, "org", _POINT),),
    "cv2.seamlessClone": ((3, "p", _POINT),),
    "PIL.Image.new": ((1, "size", _WIDTH_FIRST),),
    "PIL.Image.Image.resize": ((0, "size", _WIDTH_FIRST),),
    "PIL.Image.Image.thumbnail": ((0, "size", _WIDTH_FIRST),),
    "PIL.Image.Image.crop": ((0, "box", _BOX),),
    "PIL.Image.Image.paste": ((1, "box", _POINT),),
    "skimage.transform.resize": ((1, "output_shape", _HEIGHT_FIRST),),
    "torch.nn.functional.interpolate": ((1, "size", _HEIGHT_FIRST),),
    "torch.nn.Upsample": ((0, "size", _HEIGHT_FIRST),),
    "torchvision.transforms.functional.resize": ((1, "size", _HEIGHT_FIRST),),
    "torchvision.transforms.functional.center_crop": ((1, "output_size", _HEIGHT_FIRST),),
    "torchvision.transforms.Resize": ((0, "size", _HEIGHT_FIRST),),
    "torchvision.transforms.CenterCrop": ((0, "size", _HEIGHT_FIRST),),
    "torchvision.transforms.RandomCrop": ((0, "size", _HEIGHT_FIRST),),
    "torchvision.transforms.RandomResizedCrop": ((0, "size", _HEIGHT_FIRST),),
}
# Sides that are arguments of their own, by the places of the height and the width.
_APART: Mapping[str, tuple[int, int]] = {
    "albumentations.Resize": (0, 1),
    "albumentations.RandomCrop": (0, 1),
    "albumentations.CenterCrop": (0, 1),
    "torchvision.transforms.functional.crop": (3, 4),
    "torchvision.transforms.functional.resized_crop": (3, 4),
}
TAKING_ITEMS = frozenset(name.rpartition(".")[2] for name in _ITEMS)
"""The last names of the functions of which an argument has items in a known order."""
TAKING = TAKING_ITEMS | frozenset(name.rpartition(".")[2] for name in _APART)
"""The same with those that take height and width as two arguments."""


def named(last: str) -> Iterator[str]:
    """The dotted names of the functions that take sides or coordinates in an order, by the last part of the name."""
    yield from (name for name in (*_ITEMS, *_APART) if name.rpartition(".")[2] == last)


def items_taken(name: str) -> Iterator[Taken]:
    """The arguments of a library function, by its dotted name, whose items have a known order."""
    yield from _ITEMS.get(name, ())


def sides_taken(name: str) -> tuple[int, int] | None:
    """The places of height and width among the arguments of a library function; None where there is no entry."""
    return _APART.get(name)
