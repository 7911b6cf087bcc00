"""Whether the text of a function can exchange two sides of a picture: cheap, nothing is parsed."""

from __future__ import annotations

import re
from collections.abc import Set

from mlint.facts.layout.arrays import MAKING
from mlint.facts.pairs.names.words import listed
from mlint.facts.tables.orders import TAKING

_UNDER_NAMES = tuple(
    re.compile(rf"[(,{{\s][\"']?\w*(?:{side})(?:[\"']\s*:|=(?!=))")
    for side in ("width|[wW]|cols|columns", "height|[hH]|rows")
)
"""A keyword or a key for the one side, and one for the other."""
_MEASURED = re.compile(r"([\w.]+)\.(?:shape\b|size\()")
_UNPACKED = re.compile(r"^\s*\(?(?:\w+\s*,\s*)*(\w+)\s*,\s*(\w+)\)?\s*=[^=\n]*\.(?:shape|size)\b", re.MULTILINE)
_BOXES = ("boundingRect(", "selectROI(", "detectMultiScale(", ".xyxy", ".xywh")
_ASKED = re.compile(r"(?<!re)(?:size|shape|dim|resol)\w*\(")
"""What gives a size, by its name."""
_POINTING = listed("circle rectangle putText ellipse drawMarker arrowedLine floodFill")
_PLACED = re.compile(r"\w\[[^\[\]:,]*[A-Za-z_][^\[\],]*,[^\[\],]*[A-Za-z_]")
"""An index of two parts that both hold a name."""
_INDEX = r"\[[^\[\]]*[A-Za-z_][^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*,[^\]]*[A-Za-z_]"


def may_cross(text: str, words: Set[str]) -> bool:
    """Whether the function may give the two sides of a picture to what takes them in an order, or index the picture
    by them. `words`: those of the text."""
    if any(each in text for each in _BOXES):
        return True
    measured = any(each in text for each in (".shape", ".size", ".width", "CAP_PROP_FRAME_WIDTH"))
    if any(f"{each}(" in text for each in TAKING & words) and (measured or _ASKED.search(text) is not None):
        return True
    if not _POINTING.isdisjoint(words) and _PLACED.search(text) is not None:
        return True
    if not measured:
        return False
    if not MAKING.isdisjoint(words) or any(_are_passed(text, *names) for names in _UNPACKED.findall(text)):
        return True
    if all(pattern.search(text) is not None for pattern in _UNDER_NAMES):
        return True
    if len(_UNPACKED.findall(text)) > 1:
        return True
    return any(_is_indexed(text, array) for array in sorted(set(_MEASURED.findall(text))))


def _are_passed(text: str, one: str, other: str) -> bool:
    """Whether a call is given what is made of two names, one after the other."""
    pairs = rf"\b{one}\b[^(),]*,[^(),]*\b{other}|\b{other}\b[^(),]*,[^(),]*\b{one}"
    return re.search(rf"\((?:[^()]*,)?[^(),]*(?:{pairs})\b", text) is not None


def _is_indexed(text: str, array: str) -> bool:
    """Whether an array has an index of two parts that both hold a name."""
    return f"{array}[" in text and re.search(re.escape(array) + _INDEX, text) is not None
