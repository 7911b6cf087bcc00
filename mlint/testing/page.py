"""Rule pages as tests: the blocks of a Markdown page, the markers in them, and whether findings agree with them."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from mlint.finding import Confidence
from mlint.testing.fences import Fence, PageError, fences

UNTITLED = "example.py"

_MARKER = re.compile(
    r"""\#[ ]*error(?P<missed>\?)?:[ ]*
    \[(?P<code>[A-Z]{2,3}[0-9]{3})(?:,[ ]*(?P<confidence>possible|likely|certain))?\]
    (?:[ ]*"(?P<text>[^"]*)")?[ ]*""",
    re.VERBOSE,
)
# What somebody may have meant as a marker: a word and a code in brackets, or the word `error` alone.
_MEANT = re.compile(r"#\s*(error\b|\w+\s*\??\s*:?\s*\[[a-z]{2,3}[0-9]{3})", re.IGNORECASE)
_SUPPRESSION = re.compile(r"#\s*mlint:")


@dataclass(frozen=True, slots=True)
class Marker:
    """What a line says of itself: `# error: [ML302, possible] "part of the message"`.

    `confidence` is None where any confidence that is reported by default will do. `missed`: the marker is
    `# error?:`, a mistake that is known not to be found.
    """

    line: int
    code: str
    confidence: Confidence | None
    text: str
    missed: bool


@dataclass(frozen=True, slots=True)
class PageFile:
    """A block as a file: `text` is without its markers, `markers` count lines from the file's first."""

    path: str
    text: str
    markers: tuple[Marker, ...]
    offset: int

    def page_line(self, line: int) -> int:
        """The line of the page on which the file's line lies."""
        return line + self.offset


@dataclass(frozen=True, slots=True)
class Project:
    """One block, or neighbouring blocks with file names: what is checked together. `line` is its line in the page."""

    line: int
    files: tuple[PageFile, ...]

    @property
    def markers(self) -> list[Marker]:
        return [marker for file in self.files for marker in file.markers]


def projects(page: str) -> list[Project]:
    """The projects of a page's Markdown text. Raises PageError, with its line, for what is not understood."""
    return [_project(group) for group in _groups(fences(page))]


def require_assertions(found: Iterable[Project]) -> None:
    """Raise PageError unless there is a project that must be reported, and one that must be clean."""
    wanted = [[marker.missed for marker in project.markers] for project in found]
    if not any(False in missed for missed in wanted):
        raise PageError('the page shows no mistake: no block has a line with `# error: [CODE] "message"`', 1)
    if [] not in wanted:
        raise PageError("the page shows no correct code: every block has a marker", 1)


def _groups(blocks: Iterable[Fence]) -> Iterator[list[Fence]]:
    """Blocks with file names join the ones before them, up to a heading, a block without, or the same name again."""
    group: list[Fence] = []
    for block in blocks:
        titles = {member.title for member in group}
        joins = block.title and group and block.section == group[0].section and block.title not in titles
        if group and not (joins and None not in titles):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _project(group: list[Fence]) -> Project:
    return Project(group[0].line, tuple(_file(block) for block in group))


def _file(block: Fence) -> PageFile:
    path = block.title or UNTITLED
    parts = PurePosixPath(path).parts
    if ".." in parts or PurePosixPath(path).is_absolute() or "\\" in path:
        raise PageError(f"the file name {path!r} must lie inside the project", block.line)
    if block.language != "py":
        return PageFile(path, block.text, (), block.line)
    lines = block.text.split("\n")
    markers: list[Marker] = []
    for row, column, comment in comments(block.text, block.line):
        markers += _markers(comment, row, block.line)
        start = _MARKER.search(comment)
        if start:
            # Cut off, so that no rule takes the marker for a comment that explains the code.
            lines[row - 1] = lines[row - 1][: column + start.start()].rstrip(" ")
    return PageFile(path, "\n".join(lines), tuple(markers), block.line)


def comments(text: str, offset: int) -> list[tuple[int, int, str]]:
    """Row (from 1), column (from 0) and text of each comment.

    Raises PageError, with `offset` as the line, for what is no Python.
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise PageError(f"the block is no Python: {error}", offset) from error
    return [(*token.start, token.string) for token in tokens if token.type == tokenize.COMMENT]


def _markers(comment: str, row: int, offset: int) -> Iterator[Marker]:
    rest = _MARKER.sub("", comment)
    if _MEANT.search(rest) and not _SUPPRESSION.search(rest):
        raise PageError(f'not understood: `{rest.strip()}`; a marker is `# error: [CODE] "message"`', row + offset)
    for match in _MARKER.finditer(comment):
        level = match["confidence"]
        confidence = Confidence[level.upper()] if level else None
        yield Marker(row, match["code"], confidence, match["text"] or "", bool(match["missed"]))
