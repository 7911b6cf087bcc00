"""Whether a function can hold siblings at all, told from its lines before anything is parsed."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from mlint.facts.pairs.measures import MEASURES
from mlint.facts.pairs.roles import implied, is_size, known_pair, partners
from mlint.facts.pairs.scope import attribute_twin, is_library_twin
from mlint.facts.pairs.script import Script, words_of
from mlint.facts.pairs.unify import Renaming
from mlint.facts.pairs.words import changed, replaced, split

Knows = Callable[[str], bool]

_WORD = re.compile(r"[^\W\d]\w*|\d+")
_TOKEN = re.compile(r"[^\W\d]\w*|\d+|[^\w\s]")
_NEAR = 12
_BEFORE = 4
_MOST_RENAMINGS = 3
# In a longer row of words everything is repeated: a table.
_MOST_WORDS = 60
_SIGNATURES = ("def ", "async def ", "class ", "import ", "from ", "@")
# A number at the end of a subscript, behind a comma: `[:, 0]`, `[..., 1::2]`.
_COLUMN = re.compile(r"[:.\w]\s*,\s*\[?\d[\d:,\s]*\]")
_SAY_NOTHING = MEASURES | {*keyword.kwlist, "self"}
_TEXT_TWICE = re.compile(r"""(["'])([^"'\n]+)\1\s*,\s*\1\2\1""")


def has_twins(script: Script, knows: Knows) -> bool:
    """Whether lines near each other, or parts of one, are the same or differ in words that another place keeps.

    `knows`: whether a name that the lines do not have can be meant in them.
    """

    def known(name: str) -> bool:
        return name in script.words or knows(name) or f".{attribute_twin(name)}" in script.text

    joined = script.statements if len(script.statements) < len(script.lines) else []
    return _holds_twins(script.lines, known, script.is_idle) or (
        bool(joined) and _holds_twins(joined, known, script.is_idle, frozenset(script.lines))
    )


def _holds_twins(lines: Sequence[str], known: Knows, idle: Knows, looked_at: frozenset[str] = frozenset()) -> bool:
    """`looked_at`: lines that hold none by themselves."""
    recent: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    copied = _Copied()
    for number, line in enumerate(lines):
        words = words_of(line)
        if len(words) < 2 or line.startswith(_SIGNATURES):
            continue
        repeated = _repeated(words) if line not in looked_at else set()
        if repeated and (_varies_within(line, repeated, known) or _is_doubled(line, repeated, words, known, idle)):
            return True
        if repeated and _repeats_a_text(line):
            return True
        if number and line == lines[number - 1] and any(partners(part) for word in words for part in split(word)):
            return True
        alike = recent.setdefault(_WORD.sub("w", line).replace(" ", "").strip(",()[]{}"), [])
        for other, before in alike[-_BEFORE:]:
            if number - other > _NEAR:
                continue
            if _keeps(before, words, known) or _counts_on(line, before, words, known):
                return True
            copied.add(number - other, before, words)
        alike.append((number, words))
    return copied.holds_twins(known)


class _Copied:
    """Lines that are the same in two branches or blocks, and what changes between other lines of these.

    All lines of a copy are as far from those that they were copied from.
    """

    def __init__(self) -> None:
        self._same: dict[int, set[str]] = {}
        self._renamed: dict[int, set[Renaming]] = {}

    def add(self, apart: int, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        """Take account of two lines of one shape that stand so many lines apart."""
        if before == after:
            self._same.setdefault(apart, set()).update(after)
        elif len(renamed := _renamed(before, after)) <= _MOST_RENAMINGS:
            self._renamed.setdefault(apart, set()).update(renamed)

    def holds_twins(self, known: Knows) -> bool:
        """Whether a word of the same lines is asked to change by those that do."""
        for apart, words in self._same.items():
            asked = _asked(frozenset(self._renamed.get(apart, ())))
            kept = [word for word in words - _SAY_NOTHING if not word.isdigit()] if asked else ()
            if any(_can_become(word, each, words, known) for each in asked for word in kept):
                return True
        return False


@lru_cache(maxsize=1 << 6)
def _renamed(before: tuple[str, ...], after: tuple[str, ...]) -> frozenset[Renaming]:
    pairs = zip(before, after, strict=False)
    return frozenset(
        renaming for one, other in pairs if one != other and not one.isdigit() for renaming in changed(one, other)
    )


def _counts_on(line: str, before: Sequence[str], after: Sequence[str], known: Knows) -> bool:
    """Whether two lines differ in numbers alone, such as the index of a column, and have the same side of a picture."""
    if before == after or not _COLUMN.search(line):
        return False
    if any(one != other and not one.isdigit() for one, other in zip(before, after, strict=False)):
        return False
    sides = [(word, part) for word in after for part in split(word) if is_size(part)]
    return any(known(replaced(word, part, other)) for word, part in sides for other in partners(part))


def _repeated(words: Sequence[str]) -> set[str]:
    """The words that a line has twice and that say something."""
    if len(words) > _MOST_WORDS or len(set(words)) == len(words):
        return set()
    seen: set[str] = set()
    return {word for word in words if word in seen or seen.add(word)} - _SAY_NOTHING  # type: ignore[func-returns-value]


def _keeps(before: tuple[str, ...], after: tuple[str, ...], known: Knows) -> bool:
    """Whether a word is the same in both rows that a word which changes between them asks to change."""
    pairs = list(zip(before, after, strict=False))
    renamed = _renamed(before, after)
    if not 1 <= len(renamed) <= _MOST_RENAMINGS:
        return False
    kept = {one for one, other in pairs if one == other and not one.isdigit()}
    return any(_can_become(word, asked, kept, known) for asked in _asked(renamed) for word in kept)


@lru_cache(maxsize=1 << 12)
def _asked(renamed: frozenset[Renaming]) -> frozenset[Renaming]:
    """What renamings ask of other words, either way."""
    both = {direction for seen in renamed for direction in (seen, seen[::-1])}
    return frozenset(asked for one in both for asked in (one, *implied(*one)))


def _can_become(word: str, asked: Renaming, kept: Iterable[str], known: Knows) -> bool:
    old, new = asked
    parts = split(word)
    if old not in parts or new in parts:
        return False
    expected = replaced(word, old, new)
    return expected != word and expected not in kept and (is_library_twin(word, expected) or known(expected))


def _varies_within(line: str, repeated: Iterable[str], known: Knows) -> bool:
    """Whether a line can hold two parts of one shape in which a word varies and another, that asks for it, does not.

    In parts of one shape both stand as far apart: `a.one, b.one` has `one` twice, four tokens on, and `a` and `b` too.
    """
    tokens = _TOKEN.findall(line)
    textual = '"' in line or "'" in line
    places: dict[str, list[int]] = {word: [] for word in repeated if not word.isdigit()}
    for at, token in enumerate(tokens):
        if token in places:
            places[token].append(at)
    for word, found in places.items():
        for first, second in ((one, other) for n, one in enumerate(found) for other in found[n + 1 :]):
            apart = second - first
            for at in range(max(0, first - apart + 1), min(first + apart, len(tokens) - apart)):
                one, other = tokens[at], tokens[at + apart]
                if one != other and _asks(one, other, word, known, textual) and _one_shape(tokens, first, at, apart):
                    return True
    return False


def _one_shape(tokens: Sequence[str], first: int, second: int, apart: int) -> bool:
    """Whether the tokens from one place to another and those further on have the same signs."""
    places = range(min(first, second), max(first, second) + 1)
    return all(
        tokens[at] == tokens[at + apart] or (_is_word(tokens[at]) and _is_word(tokens[at + apart])) for at in places
    )


def _is_word(token: str) -> bool:
    return token[0].isalnum() or token[0] == "_"


def _asks(one: str, other: str, word: str, known: Knows, textual: bool) -> bool:
    renamed = changed(one, other)
    if not renamed or (word in (one, other) and not any(known_pair(*renaming) for renaming in renamed)):
        return False
    return any(
        _can_become(word, asked, (), known) or (textual and known_pair(*asked) and asked[0] in split(word))
        for asked in _asked(frozenset(renamed))
    )


def _is_doubled(line: str, repeated: Iterable[str], words: Sequence[str], known: Knows, idle: Knows) -> bool:
    """Whether a name stands twice in the line as an argument, element or operand, and its partner does not.

    `idle`: whether a name is bound at most; elsewhere than in arguments the partner must be.
    """
    for word in repeated:
        if len(word) == 1 or word.isdigit():
            continue
        lacking = [twin for old in split(word) for twin in _lacking(word, old, words) if known(twin)]
        if not lacking:
            continue
        if len(re.findall(rf"(?<=[(,])\s*{word}\s*(?=[,)])", line)) > 1:
            return True
        if any(idle(twin) for twin in lacking):
            return len(re.findall(rf"(?:[(,*+/\[=-]|return)\s*{word}\s*(?=[,)\]*+/-]|$)", line)) > 1
    return False


def _lacking(word: str, old: str, words: Sequence[str]) -> Iterator[str]:
    made = (replaced(word, old, new) for new in partners(old))
    return (expected for expected in made if expected not in words)


def _repeats_a_text(line: str) -> bool:
    return any(partners(part) for found in _TEXT_TWICE.finditer(line) for part in split(found[2]))
