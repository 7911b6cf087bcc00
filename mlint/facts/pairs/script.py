"""The text of a function as triage reads it: code lines and statements, without a parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

_LONG_TEXT = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'', re.DOTALL)
_COMMENT = re.compile(r"""^((?:[^#"'\n]|"[^"\n]*"|'[^'\n]*')*)#.*$""", re.MULTILINE)
_BRACKETS = re.compile(r"[()\[\]{}]")
_WORD = re.compile(r"[^\W\d]\w*|\d+")
_OPENING = frozenset("([{")
# A bracket in a text can look as if it was never closed; no statement of interest has more lines.
_MOST_LINES = 40
_MOST_ROWS = 60
# As a parameter, and once more.
_BOUND = 2
# A longer statement is a table of data; a search for names in it takes time that grows with the square of its length.
_LONGEST = 2000


@lru_cache(maxsize=1 << 12)
def words_of(line: str) -> tuple[str, ...]:
    """The names, keywords, numbers and the words of texts in a line of code, in order."""
    return tuple(_WORD.findall(line))


def without_tables(lines: Sequence[str]) -> list[str]:
    """The lines of a module without its long displays and calls: tables of weights, of settings, of words.

    Whatever is the same in two rows of such a table is so by nature.
    """
    found: list[str] = []
    statement: list[str] = []
    for line in (*lines, "end"):
        if line[:1] not in ("", " ", "\t", "#", ")", "]", "}"):
            if not (len(statement) > _MOST_ROWS and statement[0].rstrip().endswith(tuple(_OPENING))):
                found += statement
            statement = []
        statement.append(line)
    return found


class Script:
    """The code of some lines: no comments, no docstrings, no empty lines, no tables of data."""

    def __init__(self, lines: Sequence[str]) -> None:
        text = "\n".join(lines)
        if '"""' in text or "'''" in text:
            text = _LONG_TEXT.sub('""', text)
        if "#" in text:
            text = _COMMENT.sub(r"\1", text)
        self.text = text
        self.lines = [line for each in text.split("\n") if (line := each.strip()) and len(line) <= _LONGEST]

    @cached_property
    def words(self) -> frozenset[str]:
        """All words."""
        return frozenset(_WORD.findall(self.text))

    def is_idle(self, name: str) -> bool:
        """Whether the name stands so seldom that it may be bound and read nowhere."""
        return len(re.findall(rf"\b{name}\b", self.text)) <= _BOUND

    @cached_property
    def statements(self) -> list[str]:
        """The lines, those of one bracket joined."""
        found: list[str] = []
        pending: list[str] = []
        depth = 0
        for line in self.lines:
            pending.append(line)
            for bracket in _BRACKETS.findall(line):
                depth += 1 if bracket in _OPENING else -1
            if depth <= 0 or len(pending) >= _MOST_LINES:
                found.append(" ".join(pending))
                pending = []
                depth = 0
        if pending:
            found.append(" ".join(pending))
        return [statement for statement in found if len(statement) <= _LONGEST]
