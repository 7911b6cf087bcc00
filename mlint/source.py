"""A file as text: reading, decoding, its comments, and which of its rows belong together."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import tokenize
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property


class Unreadable(Exception):  # noqa: N818 - it reads as what it says: raise Unreadable("no such file")
    """A file that cannot be checked. `message` is one line; the place, where there is one, counts from 1."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message, line, column)
        self.message, self.line, self.column = message, line, column

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Source:
    """The text of one file: decoded, without byte order mark, its newlines made `\\n`.

    `path` is the file as the user named it, `digest` that of its bytes.
    """

    path: str
    text: str = field(repr=False)
    digest: str

    @cached_property
    def lines(self) -> list[str]:
        """The text split at newlines and at nothing else (a form feed, say, ends no line)."""
        return self.text.split("\n")

    @cached_property
    def rows(self) -> Rows:
        """Which rows belong to one statement, and where a comment can stand."""
        return Rows.of(self.text)


def read(path: str) -> Source:
    """Read and decode the file; raise Unreadable if that fails for whatever reason."""
    return decode(path, read_bytes(path))


def read_bytes(path: str) -> bytes:
    """Read the file; raise Unreadable, which says why it can't be."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise Unreadable(_cause(error)) from error


def _cause(error: OSError | ValueError) -> str:
    match error:
        case FileNotFoundError():
            return "no such file"
        case IsADirectoryError():
            return "is a folder, not a file"
        case PermissionError():
            return "permission to read it is denied"
        case OSError():
            return f"cannot be read: {error.strerror or error}"
    return f"cannot be read: {error}"


# --- decoding -------------------------------------------------------------------------------------------------------

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?\r?$")
_UTF16_OR_32 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def decode(path: str, data: bytes) -> Source:
    """Decode as Python does (PEP 263: byte order mark, coding comment, else UTF-8); raise Unreadable if it can't be."""
    if data.startswith(_UTF16_OR_32):
        raise Unreadable("is UTF-16 or UTF-32, which Python does not read; save it as UTF-8", 1, 1)
    encoding = declared_encoding(data)
    bare = data.removeprefix(codecs.BOM_UTF8)
    text = _decoded(bare, encoding)
    if "\0" in text:
        raise Unreadable("contains null bytes", *_place(text[: text.index("\0")]))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Source(path, text, hashlib.blake2b(data, digest_size=16).hexdigest())


def declared_encoding(data: bytes) -> str:
    """The encoding that byte order mark or coding comment asks for; raise Unreadable if they differ or name none."""
    cookie = _cookie(data.removeprefix(codecs.BOM_UTF8))
    if cookie is None:
        return "utf-8"
    line, name = cookie
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        raise Unreadable(f"declares an unknown encoding: {name}", line, 1) from error
    if data.startswith(codecs.BOM_UTF8) and codec not in ("utf-8", "utf-8-sig"):
        raise Unreadable(f"has a UTF-8 byte order mark, but declares the encoding {name}", line, 1)
    return codec


def _cookie(data: bytes) -> tuple[int, str] | None:
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", data[:2000])[:2], start=1):
        if found := _COOKIE.match(line):
            return number, found[1].decode("ascii")
        if not _BLANK.match(line):
            return None
    return None


def _decoded(data: bytes, encoding: str) -> str:
    try:
        with warnings.catch_warnings():  # codecs such as unicode_escape warn about what they decode
            warnings.simplefilter("ignore")
            text = data.decode(encoding)
        if encoding != "utf-8":
            text.encode("utf-8")  # some codecs make lone surrogates, which no parser takes
    except UnicodeDecodeError as error:
        place = _place(data[: error.start].decode(encoding, "replace"))
        raise Unreadable(f"is not {encoding}: byte 0x{data[error.start]:02x} does not decode", *place) from error
    except (LookupError, ValueError) as error:  # not a text encoding, or one without positions in its errors
        raise Unreadable(f"does not decode as {encoding}", 1, 1) from error
    return text


def _place(before: str) -> tuple[int, int]:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1


# --- comments and rows ----------------------------------------------------------------------------------------------

STRING = (
    r'"""(?:[^"\\]|\\.|"(?!""))*(?:"""|\Z)'
    r"|'''(?:[^'\\]|\\.|'(?!''))*(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
)
_COMMENT_OR_STRING = re.compile(rf"(#[^\n]*)|{STRING}", re.DOTALL)
_MARKERS = re.compile(r"noqa|mlint:", re.IGNORECASE)


def comments(source: Source) -> dict[int, str]:
    """The comments of a file by row; empty, and cheap, if none of them can be a suppression."""
    if "mlint:" not in source.text and "noqa" not in source.text.lower():
        return {}
    found = dict(_scanned_comments(source.text))
    # Since Python 3.12 an f-string can hold its own quotes: f"{d["#"]}". Only then can the scan be misled.
    if any(mark in comment for comment in found.values() for mark in "\"'"):
        return _tokenized_comments(source.text) or found
    return found


def _scanned_comments(text: str) -> Iterator[tuple[int, str]]:
    row, seen = 1, 0
    for match in _COMMENT_OR_STRING.finditer(text):
        if match[1] and _MARKERS.search(match[1]):
            row += text.count("\n", seen, match.start())
            seen = match.start()
            yield row, match[1]


def _tokenized_comments(text: str) -> dict[int, str] | None:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


_ROW_TOKEN = re.compile(rf"#[^\n]*|(?P<string>{STRING})|(?P<open>[(\[{{])|(?P<close>[)\]}}])|\\\n|\n", re.DOTALL)


@dataclass(frozen=True)
class Rows:
    """Rows that belong together, for where a comment can stand.

    `statements` holds (first, last) of each logical line of several rows, `joined` each row whose end is no place for
    a comment (a string or a backslash carries on over it) and the row where that ends.
    """

    statements: tuple[tuple[int, int], ...]
    joined: dict[int, int]

    @classmethod
    def of(cls, text: str) -> Rows:
        """Find them by brackets, strings and backslashes, without a parse."""
        statements: list[tuple[int, int]] = []
        joined: dict[int, int] = {}
        row = first = 1
        depth = 0
        for token in _ROW_TOKEN.finditer(text):
            string = token[0]
            if token.lastgroup == "open":
                depth += 1
            elif token.lastgroup == "close":
                depth = max(0, depth - 1)
            elif string == "\n" and depth == 0:
                if row > first:
                    statements.append((first, row))
                first = row = row + 1
            elif string == "\n":
                row += 1
            elif newlines := string.count("\n"):
                joined.update(dict.fromkeys(range(row, row + newlines), row + newlines))
                row += newlines
        return cls(tuple(statements), joined)

    def noqa_row(self, row: int) -> int:
        """The first row from this one on whose end can hold a comment."""
        while row in self.joined:
            row = self.joined[row]
        return row

    def statement(self, row: int) -> tuple[int, int]:
        """First and last row of the logical line that the row is part of."""
        at = bisect_right(self.statements, (row, 1 << 60)) - 1
        if at >= 0 and self.statements[at][1] >= row:
            return self.statements[at]
        return row, row
