"""Patterns for paths in `exclude` and `per-file-ignores`, as ruff reads them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pattern:
    """One glob, relative to a folder. `*` matches across `/`; `{a,b}` is either; a leading `!` turns it round.

    It matches a path by its last part or as a whole. Raises ValueError for what is no pattern.
    """

    text: str
    base: str
    _name: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _path: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        glob = self.text.removeprefix("!").rstrip("/")
        whole = _forward(os.path.normpath(os.path.join(_escaped(self.base), os.path.expanduser(glob))))
        try:
            object.__setattr__(self, "_name", re.compile(_regex(glob)))
            object.__setattr__(self, "_path", re.compile(_regex(whole)))
        except re.error as error:
            raise ValueError(str(error)) from error

    def matches(self, path: str) -> bool:
        """Whether the absolute path is meant."""
        path = _forward(path)
        found = self._name.fullmatch(path.rpartition("/")[2]) or self._path.fullmatch(path)
        return bool(found) is not self.text.startswith("!")


class Patterns:
    """Several patterns. Names without wildcards, which most are, cost one look-up together."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        given = tuple(patterns)
        self._names = frozenset(each.text.rstrip("/") for each in given if _is_name(each.text))
        self._others = tuple(each for each in given if not _is_name(each.text))

    def match(self, path: str) -> bool:
        """Whether one of them means the absolute path."""
        return os.path.basename(path) in self._names or any(each.matches(path) for each in self._others)


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[\w.-]+/?", text) is not None and text.strip("./") != ""


def _forward(path: str) -> str:
    return path.replace(os.sep, "/")


def _escaped(folder: str) -> str:
    return re.sub(r"([*?\[\]{}])", r"[\1]", folder)


_PIECE = re.compile(
    r"(?P<deep>\*\*/)|(?P<any>\*+)|(?P<one>\?)|(?P<set>\[[!^]?\]?[^\]]*\])|(?P<group>\{[^{}]*\})|(?P<open>[\[{])|(.)",
    re.S,
)


def _regex(glob: str) -> str:
    return "".join(_piece(match) for match in _PIECE.finditer(glob))


def _piece(match: re.Match[str]) -> str:
    text = match[0]
    match match.lastgroup:
        case "deep":
            return "(?s:.*/)?"
        case "any":
            return "(?s:.*)"
        case "one":
            return "(?s:.)"
        case "set":
            inner = text[1:-1]
            negated = inner[0] in "!^"
            escaped = re.sub(r"([\\\[\]&~|^])", r"\\\1", inner[negated:])
            return f"[{'^' * negated}{escaped}]"
        case "group":
            return "(?:" + "|".join(_regex(each) for each in text[1:-1].split(",")) + ")"
        case "open":
            raise ValueError(f"`{text}` is never closed; for the character itself write `[{text}]`")
    return re.escape(text)
