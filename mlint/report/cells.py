"""How text takes its place on a terminal: what each character is shown as, and how many columns that fills."""

from __future__ import annotations

import unicodedata

TAB = 4
JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """The text on one line, with characters that move the cursor, change colours or reorder text as escapes."""
    return text if text.isprintable() else "".join(map(shown, text))


def shown(char: str) -> str:
    """A character as it may go to a terminal.

    Escapes stand for control and format characters (newlines, ESC, bidirectional overrides), for surrogates and for
    unassigned code points. Joiners stay: emoji and Persian words are made with them.
    """
    if char.isprintable() or char in JOINERS or unicodedata.category(char) == "Zs":
        return char
    return char.encode("unicode_escape").decode("ascii")


def columns(text: str) -> int:
    """How many columns of a terminal a text without control characters fills."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def cells(line: str) -> list[str]:
    """What each character of a source line is shown as; tabs reach to the next stop."""
    if line.isprintable():
        return list(line)
    found, column = [], 0
    for char in line:
        cell = " " * (TAB - column % TAB) if char == "\t" else shown(char)
        column += columns(cell)
        found.append(cell)
    return found


def _columns_of(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me") or char in JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
