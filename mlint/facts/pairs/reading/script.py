"""The text of a function as triage reads it: code lines and statements, without a parser."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from mlint.cached import cached_property
from mlint.facts.pairs.names.words import replaced, stems
from mlint.facts.pairs.reading.collected import COLLECTING

Knows = Callable[[str], bool]

_LONG_TEXT = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'', re.DOTALL)
_COMMENT = re.compile(r"""^((?:[^#"'\n]|"[^"\n]*"|'[^'\n]*')*)#.*$""")
_WORD = re.compile(r"[^\W\d]\w*|\d+")
_ASCII = [chr(code) for code in range(1 << 7) if chr(code) != "\n"]
_ONLY_WORDS = {ord(sign): " " for sign in _ASCII if not (sign.isalnum() or sign == "_")}
# A comparison leads either way in lines that are copies.
_ONLY_SIGNS = {ord(sign): None for sign in _ASCII if sign.isalnum() or sign in "_ \t"} | {ord(">"): "<"}
# A bracket in a text can look as if it was never closed; no statement of interest has more lines.
_MOST_LINES = 40
_MOST_ROWS = 60
_BOUND_BY = re.compile(r"(?:for )?\(?(\w+(?:, \w+)*)\)?(?: =(?!=)| in )")
# Begins with what it looks for: `\b` before that has the text looked at letter by letter.
_ATTRIBUTES = re.compile(r"\.(\w+)")
_ATTRIBUTE = re.compile(r"self\.(?<!\wself\.)(\w+)")
_PARAMETERS = re.compile(r"(?:async )?def \w+\((.*)")
_PARAMETER = re.compile(r"(?<![.\w])\w+(?= *[,:=)]|$)")
_FILLED = re.compile(rf"(\w+)\.(?:{'|'.join(sorted(COLLECTING))})\(")
# What nobody means to read, and the classes that annotations name.
_UNMEANT = re.compile(r"_|[A-Z]\w*[a-z]")
_TYPES = frozenset({"None", "True", "False", "str", "int", "float", "bool", "object", "Any"})
# As a parameter, and once more.
# So many attributes that stand there by both words say how others are called.
_BOTH_KNOWN = 2
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
        (line,) = cls.all([text])
        return line

    @classmethod
    def all(cls, texts: Sequence[str]) -> Iterator[Line]:
        """The lines that have the texts."""
        code = "\n".join(texts)
        words, signs = (code.translate(table).split("\n") for table in (_ONLY_WORDS, _ONLY_SIGNS))
        return (cls(text, tuple(its.split()), sign) for text, its, sign in zip(texts, words, signs, strict=bool(texts)))

    @classmethod
    def joined(cls, lines: Sequence[Line]) -> Line:
        """Several lines as one."""
        words = tuple(word for line in lines for word in line.words)
        return cls(" ".join(line.text for line in lines), words, "".join(line.signs for line in lines))


@lru_cache(maxsize=1 << 12)
def opened(signs: str) -> int:
    """How many more brackets the signs of a line open than they close."""
    return sum(map(signs.count, "([{")) - sum(map(signs.count, ")]}"))


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


def come_by_both(names: Set[str], renaming: tuple[str, str]) -> bool:
    """Whether several of the names stand there by the one word and by the other: `fit_csv`, `val_csv`."""
    others = ((name, replaced(name, *renaming)) for name in names)
    return sum(other != name and other in names for name, other in others) >= _BOTH_KNOWN


class Script:
    """The code of some lines: no comments, no docstrings, no empty lines, no tables of data.

    `words`: all of its words; `statements`: the lines, those of one bracket joined; `joined`: what these come to, with
    the lines.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        text = "\n".join(lines)
        if '"""' in text or "'''" in text:
            text = _LONG_TEXT.sub('""', text)
        if "#" in text:
            text = "\n".join(_COMMENT.sub(r"\1", line) if "#" in line else line for line in text.split("\n"))
        self.text = text
        self.statements: list[Line] = []
        self.joined: list[tuple[Line, Sequence[Line]]] = []
        kept = [line for each in text.split("\n") if (line := each.strip()) and len(line) <= _LONGEST]
        read = list(Line.all(kept))
        self.words = frozenset(chain.from_iterable(line.words for line in read))
        self._read(read)

    @cached_property
    def fragments(self) -> list[Line]:
        """The lines of the statements of several."""
        return [line for _, lines in self.joined for line in lines]

    @cached_property
    def code(self) -> str:
        """The statements, one a line: what does not show in it shows in none of them."""
        return "\n".join(line.text for line in self.statements)

    @cached_property
    def repeating(self) -> list[Line]:
        """The statements in which some word stands twice."""
        return [line for line in self.statements if len(set(line.words)) < len(line.words)]

    def repeating_with(self, *signs: str) -> Sequence[Line]:
        """The statements in which some word stands twice, and one of these texts: found at once where it is in none."""
        there = [sign for sign in signs if sign in self.code]
        return [line for line in self.repeating if any(sign in line.text for sign in there)] if there else ()

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

    def has_both(self, renaming: tuple[str, str]) -> bool:
        """Whether several attributes stand there by the one word and by the other."""
        return come_by_both(self._attributes, renaming)

    @cached_property
    def _attributes(self) -> frozenset[str]:
        return frozenset(_ATTRIBUTES.findall(self.code))

    @cached_property
    def idle_names(self) -> frozenset[str]:
        """The names that a line binds, or takes as a parameter, and that no other has, but to fill them."""
        times = self._times
        made = {name for bound, given in self.bindings for name in (*bound, *given)}
        seldom = (name for name in made if times[name] <= 1 or times[name] <= 1 + self._left_unread(name))
        return frozenset(name for name in seldom if name.isidentifier() and not _UNMEANT.match(name)) - _TYPES

    def _left_unread(self, name: str) -> int:
        """How often a name stands where it is not read: `self.mask` reads no `mask`."""
        seen = f"self.{name}" in self.text or f"{name}." in self.code
        return self._unread[name] if seen else 0

    @cached_property
    def _unread(self) -> Counter[str]:
        found = Counter(_ATTRIBUTE.findall(self.text))
        found.update(fills[1] for line in self.statements if (fills := _FILLED.match(line.text)) is not None)
        return found

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

    def _read(self, lines: Sequence[Line]) -> None:
        pending: list[Line] = []
        depth = 0
        for line in lines:
            depth += opened(line.signs)
            if depth <= 0 and not pending:
                self.statements.append(line)
                depth = 0
                continue
            pending.append(line)
            if depth <= 0 or len(pending) >= _MOST_LINES:
                self._join(pending)
                pending = []
                depth = 0
        if pending:
            self._join(pending)

    def _join(self, lines: list[Line]) -> None:
        joined = lines[0]
        if len(lines) > 1:
            joined = Line.joined(lines)
            self.joined.append((joined, lines))
        if len(joined.text) <= _LONGEST:
            self.statements.append(joined)
