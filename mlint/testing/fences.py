"""The fenced blocks of a Markdown page that mlint reads as files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OPEN = re.compile(r"(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)")
_HEADING = re.compile(r"#{1,6} ")
_TITLE = re.compile(r'title="(?P<title>[^"]+)"')
_MISSPELT = {"python", "python3", "Python", "PY"}


class PageError(Exception):
    """A page that can't be understood, or that proves nothing; `line` is the line of the page."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Fence:
    """A block: `line` is the page's line of its opening, `section` that of the heading above, `title` its file name."""

    line: int
    section: int
    language: str
    title: str | None
    text: str


def fences(page: str, *, every: bool = False) -> Iterator[Fence]:
    """The blocks of a page that are files: those marked `py`, and those of any language with `title="name"`.

    `every`: the other blocks too. Raises PageError for a block that is never closed, and for one of Python that would
    not be read.
    """
    section = 0
    lines = enumerate(page.split("\n"), start=1)
    for number, line in lines:
        if _HEADING.match(line):
            section = number
        opening = _OPEN.fullmatch(line)
        if opening:
            text = _body(opening, lines, number)
            language, title = _info(opening["info"], number)
            if every or title or language == "py":
                yield Fence(number, section, language, title, text)


def _body(opening: re.Match[str], lines: Iterator[tuple[int, str]], number: int) -> str:
    """The text up to the closing fence, without the indentation of the opening one (a block in a list)."""
    indent, fence = len(opening["indent"]), opening["fence"]
    body: list[str] = []
    for _, line in lines:
        closing = line.strip()
        if closing.startswith(fence) and not closing.strip(fence[0]):
            return "".join(f"{row}\n" for row in body)
        body.append(line[indent:] if not line[:indent].strip() else line)
    raise PageError(f"the block is never closed: no line of {fence} follows", number)


def _info(info: str, number: int) -> tuple[str, str | None]:
    language, _, rest = info.strip().partition(" ")
    title = _TITLE.fullmatch(rest.strip())
    if language in _MISSPELT:
        raise PageError(f"a block of `{language}` is not tested: write `py`, or `text` for what is no module", number)
    if rest.strip() and not title and language in {"py", "toml"}:
        raise PageError(f'not understood beside `{language}`: `{rest.strip()}`; a file name is `title="a.py"`', number)
    return language, title["title"] if title else None
