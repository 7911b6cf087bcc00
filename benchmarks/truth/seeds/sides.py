"""ML703: the two sides of a picture change places.

A place stays where the two are the same, where the function turns pictures (by its name, or by `rot90`, `transpose`),
and where nothing in the function reads a shape or a size: then only names tell which side is which.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from benchmarks.truth.code import Function, dotted, keyword, lines_of
from benchmarks.truth.seeds.seed import Operator, Seed

_SIZED = {"cv2.resize": 1, "cv2.warpAffine": 2, "cv2.warpPerspective": 2, "cv2.VideoWriter": 3, "Image.new": 1}
_TURNING = re.compile(r"rot|transpos|swap|flip|landscape|portrait|orient", re.IGNORECASE)
_SIZE = re.compile(r"\.shape\b|\.size\b")


def size_exchanged(function: Function) -> Iterator[Seed]:
    """`cv2.resize(image, (w, h))` to `cv2.resize(image, (h, w))`."""
    for call, size in _sized(function):
        one, other = size.elts
        code = function.file.code
        if code(one) != code(other):
            edits = function.file.replace(one, code(other)), function.file.replace(other, code(one))
            yield Seed(edits, (lines_of(call),))


def names_exchanged(function: Function) -> Iterator[Seed]:
    """`h, w = image.shape[:2]` to `w, h = image.shape[:2]`, where a call takes a size of both names."""
    calls = [
        (call, {each.id for each in ast.walk(size) if isinstance(each, ast.Name)}) for call, size in _sized(function)
    ]
    for node in ast.walk(function.node):
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if not isinstance(node, ast.Assign) or not isinstance(target, ast.Tuple) or len(target.elts) < 2:
            continue
        one, other = target.elts[:2]
        if not (isinstance(one, ast.Name) and isinstance(other, ast.Name)) or not _SIZE.search(
            function.file.code(node.value)
        ):
            continue
        taking = [call for call, names in calls if {one.id, other.id} <= names]
        if taking:
            edits = function.file.replace(one, other.id), function.file.replace(other, one.id)
            yield Seed(edits, (lines_of(node), *map(lines_of, taking)))


def _sized(function: Function) -> Iterator[tuple[ast.Call, ast.Tuple]]:
    """The calls that take a size that is written out, where a shape or a size is read and nothing is turned."""
    text = function.file.code(function.node)
    if _SIZE.search(text) is None or _TURNING.search(text) is not None:
        return
    for call in function.calls:
        place = _SIZED.get(dotted(call.func) or "")
        given = keyword(call, "dsize")
        size = given.value if given else call.args[place] if place is not None and place < len(call.args) else None
        if place is not None and isinstance(size, ast.Tuple) and len(size.elts) == 2:
            yield call, size


SIDES = (
    Operator("exchange-size", "ML703", size_exchanged),
    Operator("exchange-names", "ML703", names_exchanged),
)
