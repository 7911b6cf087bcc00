"""What .gitignore files leave out, as git understands them: each folder has its own, and the nearest one decides.

Not by the pathspec package: its patterns match what lies in a folder together with the folder, so that a later
`!name` brings back more than it does for git.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class _Pattern:
    regex: re.Pattern[str]
    negated: bool
    folders_only: bool


@dataclass(frozen=True)
class _File:
    """A .gitignore file: its patterns, the last first."""

    folder: str
    patterns: tuple[_Pattern, ...]

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Whether the last pattern that matches ignores the entry; None if none does."""
        relative = path[len(self.folder.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
        for pattern in self.patterns:
            if (is_folder or not pattern.folders_only) and pattern.regex.fullmatch(relative):
                return not pattern.negated
        return None


@dataclass(frozen=True)
class Ignored:
    """The .gitignore files that hold in a folder, the nearest first. What it is asked of lies in a folder walked to."""

    files: tuple[_File, ...] = ()

    @classmethod
    def around(cls, folder: str) -> Ignored:
        """For a folder: those in it and above it up to the top of its repository; without one only its own."""
        found = own = _read(folder)
        while not os.path.exists(os.path.join(folder, ".git")):
            parent = os.path.dirname(folder)
            if parent == folder:
                return cls(own)
            folder = parent
            found = (*found, *_read(folder))
        return cls(found)

    def inside(self, folder: str) -> Ignored:
        """For a folder directly inside of that folder; a repository of its own begins afresh."""
        own = _read(folder)
        if os.path.exists(os.path.join(folder, ".git")):
            return Ignored(own)
        return Ignored((*own, *self.files)) if own else self

    def matches(self, path: str, is_folder: bool) -> bool:
        """Whether an entry of that folder (its absolute path) is ignored."""
        verdicts = (file.verdict(path, is_folder) for file in self.files)
        return next((verdict for verdict in verdicts if verdict is not None), False)


def _read(folder: str) -> tuple[_File, ...]:
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8-sig", errors="surrogateescape") as file:
            lines = file.read().split("\n")
    except OSError:
        return ()
    patterns = tuple(pattern for line in reversed(lines) if (pattern := _pattern(line)))
    return (_File(folder, patterns),) if patterns else ()


# --- patterns -------------------------------------------------------------------------------------------------------

_TRAILING_SPACE = re.compile(r"(?<!\\) +$")
_PIECE = re.compile(
    r"(?P<any>\*+)|(?P<one>\?)|(?P<set>\[[!^]?\]?(?:\\.|[^\]\\])*\])|\\(?P<escaped>.)|(?P<open>\[)|(?P<plain>.)"
)


def _pattern(line: str) -> _Pattern | None:
    """The pattern on a line; None for a comment, a blank line, or what can match nothing."""
    text = _TRAILING_SPACE.sub("", line)
    negated = text.startswith("!")
    text = text[negated:]
    folders_only = text.endswith("/")
    text = text.removesuffix("/")
    if not text or (text.startswith("#") and not negated):
        return None
    try:
        regex = re.compile(_path_regex(text), re.DOTALL)
    except (re.error, ValueError):
        return None
    return _Pattern(regex, negated, folders_only)


def _path_regex(text: str) -> str:
    """A pattern with a slash starts at the folder of its file, one without matches at any depth."""
    parts: list[list[re.Match[str]]] = [[]]
    for piece in _PIECE.finditer(text.removeprefix("/")):
        if piece[0] == "/":  # not one inside of a set
            parts.append([])
        else:
            parts[-1].append(piece)
    found = "" if "/" in text else "(?:.*/)?"
    for number, part in enumerate(parts, start=1):
        if [piece[0] for piece in part] == ["**"]:
            found += ".+" if number == len(parts) else "(?:.*/)?"
        else:
            found += "".join(map(_piece, part)) + "/" * (number < len(parts))
    return found


def _piece(match: re.Match[str]) -> str:
    text = match[0]
    match match.lastgroup:
        case "any":
            return "[^/]*"
        case "one":
            return "[^/]"
        case "set":
            negated = text[1] in "!^"
            inner = re.sub(r"\\(.)|([\[&~|^])", lambda each: "\\" + (each[1] or each[2]), text[1 + negated : -1])
            return f"(?!/)[{'^' * negated}{inner}]"
        case "open":
            raise ValueError("a set that does not end matches nothing")
    return re.escape(match["escaped"] or text)
