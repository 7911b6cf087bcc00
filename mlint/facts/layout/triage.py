"""Whether the text of a function can exchange two sides of a picture: cheap, nothing is parsed."""

from __future__ import annotations

import re
from collections.abc import Set

from mlint.facts.tables.orders import TAKING

_UNDER_NAMES = tuple(
    re.compile(rf"[(,{{\s][\"']?\w*(?:{side})(?:[\"']\s*:|=(?!=))")
    for side in ("width|[wW]|cols|columns", "height|[hH]|rows")
)
"""A keyword or a key for the one side, and one for the other."""
_MEASURED = re.compile(r"([\w.]+)\.(?:shape\b|size\()")
_UNPACKED = re.compile(r"^\s*\(?(?:\w+\s*,\s*)*(\w+)\s*,\s*(\w+)\)?\s*=[^=\n]*\.(?:shape|size)\b", re.MULTILINE)
_INDEX = r"\[[^\[\]]*[A-Za-z_][^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*,[^\]]*[A-Za-z_]"


def may_cross(text: str, words: Set[str]) -> bool:
    """Whether the function may give the two sides of a picture to what takes them in an order, or index the picture
    by them. `words`: those of the text."""
    if "boundingRect(" in text or "selectROI(" in text:
        return True
    if not any(each in text for each in (".shape", ".size", ".width", "CAP_PROP_FRAME_WIDTH")):
        return False
    if not TAKING.isdisjoint(words):
        return True
    if all(pattern.search(text) is not None for pattern in _UNDER_NAMES):
        return True
    if len(_UNPACKED.findall(text)) > 1:
        return True
    return any(_is_indexed(text, array) for array in sorted(set(_MEASURED.findall(text))))


def _is_indexed(text: str, array: str) -> bool:
    """Whether an array has an index of two parts that both hold a name."""
    return f"{array}[" in text and re.search(re.escape(array) + _INDEX, text) is not None
