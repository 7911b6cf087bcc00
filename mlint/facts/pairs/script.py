"""The text of a function as triage reads it: code lines and statements, without a parser."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from mlint.facts.pairs.forgotten import COLLECTING
from mlint.facts.pairs.words import stems

_LONG_TEXT = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'', re.DOTALL)
_COMMENT = re.compile(r"""^((?:[^#"'\n]|"[^"\n]*"|'[^'\n]*')*)#.*$""")
_WORD = re.compile(r"[^\W\d]\w*|\d+")
_ASCII = [chr(code) for code in range(1 << 7)]
_ONLY_WORDS = {ord(sign): " " for sign in _ASCII if not (sign.isalnum() or sign == "_")}
# A comparison leads either way in lines that are copies.
_ONLY_SIGNS = {ord(sign): None for sign in _ASCII if sign.isalnum() or sign in "_ \t"} | {ord(">"): "<"}
# A bracket in a text can look as if it was never closed; no statement of interest has more lines.
_MOST_LINES = 40
_MOST_ROWS = 60
_BOUND_BY = re.compile(r"(?:for )?\(?(\w+(?:, \w+)*)\)?(?: =(?!=)| in )")
_ATTRIBUTE = re.compile(r"\bself\.(\w+)")
_PARAMETERS = re.compile(r"(?:async )?def \w+\((.*)")
_PARAMETER = re.compile(r"(?<![.\w])\w+(?= *[,:=)]|$)")
_FILLED = re.compile(rf"(\w+)\.(?:{'|'.join(sorted(COLLECTING))})\(")
# What nobody means to read, and the classes that annotations name.
_UNMEANT = re.compile(r"_|[A-Z]\w*[a-z]")
_TYPES = frozenset({"None", "True", "False", "str", "int", "float", "bool", "object", "Any"})
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
            if not (len(statement) > _MOST_ROWS and statement[0].rstrip().endswith(("(", "[", "{"))):
                found += statement
            statement = []
        statement.append(line)
    return found


class Line(NamedTuple):
    """A line of code, or the lines of one bracket joined: its words and numbers in order, and its other signs.

    `>` is a `<` among these.
    """

    text: str
    words: tuple[str, ...]
    signs: str

    @classmethod
    def of(cls, text: str) -> Line:
        """The line that has the text."""
        return cls(text, tuple(text.translate(_ONLY_WORDS).split()), text.translate(_ONLY_SIGNS))

    @classmethod
    def joined(cls, lines: Sequence[Line]) -> Line:
        """Several lines as one."""
        words = tuple(word for line in lines for word in line.words)
        return cls(" ".join(line.text for line in lines), words, "".join(line.signs for line in lines))

    @property
    def opened(self) -> int:
        """How many more brackets it opens than it closes."""
        count = self.signs.count
        return count("(") + count("[") + count("{") - count(")") - count("]") - count("}")


def bound_by(line: Line) -> Sequence[str]:
    """The names that an assignment or the head of a loop binds."""
    found = _BOUND_BY.match(line.text)
    return () if found is None else found[1].split(", ")


def given_to(line: Line) -> Sequence[str]:
    """The parameters of a definition."""
    if not line.text.startswith(("def ", "async ")):
        return ()
    found = _PARAMETERS.match(line.text)
    return () if found is None else _PARAMETER.findall(found[1])


class Script:
    """The code of some lines: no comments, no docstrings, no empty lines, no tables of data."""

    def __init__(self, lines: Sequence[str]) -> None:
        text = "\n".join(lines)
        if '"""' in text or "'''" in text:
            text = _LONG_TEXT.sub('""', text)
        if "#" in text:
            text = "\n".join(_COMMENT.sub(r"\1", line) if "#" in line else line for line in text.split("\n"))
        self.text = text
        self.statements: list[Line] = []
        self.fragments: list[Line] = []
        self._read([Line.of(line) for each in text.split("\n") if (line := each.strip()) and len(line) <= _LONGEST])

    @cached_property
    def words(self) -> frozenset[str]:
        """All words."""
        return frozenset().union(*(line.words for line in (*self.statements, *self.fragments)))

    def is_idle(self, name: str) -> bool:
        """Whether the name stands so seldom that it may be bound and read nowhere."""
        return self._times[name] <= _BOUND

    @cached_property
    def _times(self) -> Counter[str]:
        """How often each word stands in the statements."""
        return Counter(chain.from_iterable(line.words for line in self.statements))

    def is_idle_name(self, name: str) -> bool:
        """Whether the name stands in the lines, and so seldom that nothing may read it."""
        return name in self.words and self.is_idle(name)

    @cached_property
    def idle_names(self) -> frozenset[str]:
        """The names that a line binds, or takes as a parameter, and that no other has, but to fill them."""
        times = Counter(self._times)
        times.subtract(_ATTRIBUTE.findall(self.text))  # `self.mask` reads no `mask`
        filled = Counter(found[1] for line in self.statements if (found := _FILLED.match(line.text)) is not None)
        made = {name for bound, given in self.bindings for name in (*bound, *given)}
        seldom = (name for name in made if times[name] <= 1 + filled[name])
        return frozenset(name for name in seldom if name.isidentifier() and not _UNMEANT.match(name)) - _TYPES

    @cached_property
    def bindings(self) -> list[tuple[Sequence[str], Sequence[str]]]:
        """The names that each of the statements binds, and the parameters of those that are definitions."""
        return [(bound_by(line), given_to(line)) for line in self.statements]

    def saying(self, said: Iterable[str]) -> Iterator[Line]:
        """The statements that have all these stems in their words."""
        rarest, *others = sorted((self._stems.get(stem, frozenset()) for stem in said), key=len)
        return (self.statements[number] for number in rarest if all(number in each for each in others))

    @cached_property
    def _stems(self) -> Mapping[str, Set[int]]:
        """The numbers of the statements that have a stem in one of their words, by that stem."""
        found: dict[str, set[int]] = {}
        for number, line in enumerate(self.statements):
            for stem in frozenset[str]().union(*map(stems, line.words)):
                found.setdefault(stem, set()).add(number)
        return found

    def _read(self, lines: Iterable[Line]) -> None:
        """The lines, those of one bracket joined: `statements`; and those that are joined: `fragments`."""
        pending: list[Line] = []
        depth = 0
        for line in lines:
            pending.append(line)
            depth += line.opened
            if depth <= 0 or len(pending) >= _MOST_LINES:
                self._join(pending)
                pending = []
                depth = 0
        if pending:
            self._join(pending)

    def _join(self, lines: list[Line]) -> None:
        if len(lines) > 1:
            self.fragments += lines
        joined = Line.joined(lines) if len(lines) > 1 else lines[0]
        if len(joined.text) <= _LONGEST:
            self.statements.append(joined)
