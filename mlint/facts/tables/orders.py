"""In which order the arguments of library functions take the two sides and the two coordinates of a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

_WIDTH_FIRST, _HEIGHT_FIRST = ("width", "height"), ("height", "width")
SIDES = _WIDTH_FIRST, _HEIGHT_FIRST
"""The two orders of the sides."""
_POINT = ("x", "y")
_BOX = ("x", "y", "x", "y")
POINTS = ("x", "y", "x", "y")
"""Two points, or any number of them one by one."""
_XY = ((0, "xy", POINTS),)
_ENDS = ((1, "pt1", _POINT), (2, "pt2", _POINT))

Taken = tuple[int, str, Sequence[str]]
"""An argument, by its place (without the object of a method) and its keyword, and what its items are in turn."""

_HIGH = ((1, "size", _HEIGHT_FIRST),)
_WIDE = ((1, "size", _WIDTH_FIRST),)
# OpenCV, Pillow, pygame, scikit-image, SciPy, torch, torchvision, kornia and TensorFlow as they document these.
_ITEMS: Mapping[str, tuple[Taken, ...]] = {
    "cv2.resize": ((1, "dsize", _WIDTH_FIRST),),
    "cv2.warpAffine": ((2, "dsize", _WIDTH_FIRST),),
    "cv2.warpPerspective": ((2, "dsize", _WIDTH_FIRST),),
    "cv2.warpPolar": ((1, "dsize", _WIDTH_FIRST), (2, "center", _POINT)),
    "cv2.getRectSubPix": ((1, "patchSize", _WIDTH_FIRST), (2, "center", _POINT)),
    "cv2.VideoWriter": ((3, "frameSize", _WIDTH_FIRST),),
    "cv2.calibrateCamera": ((2, "imageSize", _WIDTH_FIRST),),
    "cv2.getOptimalNewCameraMatrix": ((2, "imageSize", _WIDTH_FIRST), (4, "newImgSize", _WIDTH_FIRST)),
    "cv2.initUndistortRectifyMap": ((4, "size", _WIDTH_FIRST),),
    "cv2.stereoRectify": ((4, "imageSize", _WIDTH_FIRST),),
    "cv2.dnn.blobFromImage": ((2, "size", _WIDTH_FIRST),),
    "cv2.getRotationMatrix2D": ((0, "center", _POINT),),
    "cv2.circle": ((1, "center", _POINT),),
    "cv2.drawMarker": ((1, "position", _POINT),),
    "cv2.ellipse": ((1, "center", _POINT),),
    "cv2.floodFill": ((2, "seedPoint", _POINT),),
    "cv2.line": _ENDS,
    "cv2.arrowedLine": _ENDS,
    "cv2.rectangle": _ENDS,
    "cv2.putText": ((2, "org", _POINT),),
    "cv2.seamlessClone": ((3, "p", _POINT),),
    "cv2.fillPoly": ((1, "pts", POINTS),),
    "cv2.polylines": ((1, "pts", POINTS),),
    "cv2.getPerspectiveTransform": ((0, "src", POINTS), (1, "dst", POINTS)),
    "cv2.perspectiveTransform": ((0, "src", POINTS),),
    # Points that are moved at random, as for elastic deformations, may lie anywhere: where they come to counts.
    "cv2.getAffineTransform": ((1, "dst", POINTS),),
    "PIL.Image.new": _WIDE,
    "PIL.Image.frombytes": _WIDE,
    "PIL.Image.frombuffer": _WIDE,
    "PIL.Image.Image.resize": ((0, "size", _WIDTH_FIRST),),
    "PIL.Image.Image.thumbnail": ((0, "size", _WIDTH_FIRST),),
    "PIL.Image.Image.transform": ((0, "size", _WIDTH_FIRST),),
    "PIL.Image.Image.crop": ((0, "box", _BOX),),
    "PIL.Image.Image.paste": ((1, "box", _POINT),),
    **{f"PIL.ImageDraw.ImageDraw.{name}": _XY for name in ("line", "polygon", "rectangle", "ellipse", "point")},
    "PIL.ImageDraw.ImageDraw.text": ((0, "xy", _POINT),),
    "PIL.ImageOps.fit": _WIDE,
    "PIL.ImageOps.pad": _WIDE,
    "pygame.display.set_mode": ((0, "size", _WIDTH_FIRST),),
    "pygame.image.frombuffer": _WIDE,
    "pygame.transform.scale": _WIDE,
    "skimage.transform.resize": ((1, "output_shape", _HEIGHT_FIRST),),
    "scipy.misc.imresize": _HIGH,
    "tensorflow.image.resize": _HIGH,
    "tensorflow.image.resize_images": _HIGH,
    "tensorflow.image.resize_bilinear": _HIGH,
    "torch.nn.functional.interpolate": _HIGH,
    "torch.nn.functional.adaptive_avg_pool2d": ((1, "output_size", _HEIGHT_FIRST),),
    "torch.nn.Upsample": ((0, "size", _HEIGHT_FIRST),),
    "torchvision.transforms.functional.resize": _HIGH,
    "torchvision.transforms.functional.center_crop": ((1, "output_size", _HEIGHT_FIRST),),
    "torchvision.transforms.Resize": ((0, "size", _HEIGHT_FIRST),),
    "torchvision.transforms.CenterCrop": ((0, "size", _HEIGHT_FIRST),),
    "torchvision.transforms.RandomCrop": ((0, "size", _HEIGHT_FIRST),),
    "torchvision.transforms.RandomResizedCrop": ((0, "size", _HEIGHT_FIRST),),
    "kornia.geometry.resize": _HIGH,
    "kornia.geometry.transform.resize": _HIGH,
}
# Numbers that are arguments of their own, by the places of what counts along the height and along the width.
_APART: Mapping[str, tuple[tuple[int, int], ...]] = {
    "albumentations.Resize": ((0, 1),),
    "albumentations.RandomCrop": ((0, 1),),
    "albumentations.CenterCrop": ((0, 1),),
    "albumentations.PadIfNeeded": ((0, 1),),
    "albumentations.RandomSizedCrop": ((1, 2),),
    "cv2.resizeWindow": ((2, 1),),
    "PyQt5.QtGui.QImage": ((2, 1),),
    "PySide2.QtGui.QImage": ((2, 1),),
    "PyQt6.QtGui.QImage": ((2, 1),),
    "PySide6.QtGui.QImage": ((2, 1),),
    "tensorflow.image.resize_with_pad": ((1, 2),),
    "tensorflow.image.crop_to_bounding_box": ((1, 2), (3, 4)),
    "torchvision.transforms.functional.crop": ((1, 2), (3, 4)),
    "torchvision.transforms.functional.resized_crop": ((1, 2), (3, 4)),
}
TAKING_SIDES = frozenset(
    name.rpartition(".")[2] for name, taken in _ITEMS.items() if any(items in SIDES for _, _, items in taken)
)
"""The last names of the functions of which an argument is the two sides of a picture."""
TAKING = frozenset(name.rpartition(".")[2] for name in (*_ITEMS, *_APART))
"""The same with those that take points, or height and width as two arguments."""


def named(last: str) -> Iterator[str]:
    """The dotted names of the functions that take sides or coordinates in an order, by the last part of the name."""
    yield from (name for name in (*_ITEMS, *_APART) if name.rpartition(".")[2] == last)


def items_taken(name: str) -> Iterator[Taken]:
    """The arguments of a library function, by its dotted name, whose items have a known order."""
    yield from _ITEMS.get(name, ())


def sides_taken(name: str) -> tuple[tuple[int, int], ...]:
    """The places of what counts along the height and along the width among the arguments of a library function."""
    return _APART.get(name, ())
