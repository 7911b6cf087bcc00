"""What the text of code calls, and with which names, told without a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

# The arguments of a call that are names; and what is called, which stands before them.
_ARGUMENTS = re.compile(r"\(\s*([\w.]+(?:\s*,\s*[\w.]+(?=\s*[,)]))+)")
# Names that stand behind another argument of their call.
_BEHIND = re.compile(r"""[)\]}"'],\s*([A-Za-z_][\w.]*(?:\s*,\s*[A-Za-z_][\w.]*)+)\s*(?=[,)])""")
_CALLEE = re.compile(r"(?<![\w.])[A-Za-z_][\w.]*$")
_BEFORE_ARGUMENTS = re.compile(r"([A-Za-z_][\w.]*)\($")
# What a call is looked for in before its names, in letters.
_LONGEST_CALLEE = 100
_LONGEST_CALL = 300


def called_with_names(code: str) -> Iterator[tuple[str, str]]:
    """What is called with names alone at first, and these."""
    for found in _ARGUMENTS.finditer(code):
        at = found.start()
        callee = _CALLEE.search(code, max(0, at - _LONGEST_CALLEE), at)
        if callee is not None:
            yield callee[0], found[1]


def called_with_names_behind(code: str) -> Iterator[tuple[str, str]]:
    """What is called with names alone behind an argument that is none, and all of them: `_` for one that is none."""
    for found in _BEHIND.finditer(code):
        before = code[max(0, found.start(1) - _LONGEST_CALL) : found.start(1)]
        at = _opening(before)
        callee = None if at is None or before[at] != "(" else _BEFORE_ARGUMENTS.search(before[: at + 1])
        if at is not None and callee is not None:
            yield callee[1], "_," * _commas(before[at + 1 :]) + found[1]


def _commas(arguments: str) -> int:
    """How many commas of a text stand in no bracket."""
    depth = count = 0
    for sign in arguments:
        depth += (sign in "([{") - (sign in ")]}")
        count += sign == "," and not depth
    return count


def called_around(before: str) -> str:
    """The name of the call whose bracket is the last that is open."""
    at = _opening(before)
    found = None if at is None or before[at] != "(" else _BEFORE_ARGUMENTS.search(before[: at + 1])
    return "" if found is None else found[1]


def _opening(before: str) -> int | None:
    """Where the last bracket stands that is open at the end of a text."""
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        depth += (before[at] in ")]}") - (before[at] in "([{")
        if depth < 0:
            return at
    return None
