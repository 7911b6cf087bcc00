"""Whether a function can hold siblings at all, told from its lines before anything is parsed."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from mlint.facts.pairs.copies.added import may_add_a_word
from mlint.facts.pairs.copies.agreed import may_disagree, may_load_another
from mlint.facts.pairs.copies.alike import may_be_alike
from mlint.facts.pairs.copies.idle_parts import may_call_idle
from mlint.facts.pairs.copies.indices import may_count_on
from mlint.facts.pairs.copies.same_parts import may_be_same_parts
from mlint.facts.pairs.names.roles import implied, is_size, known_pair, partner_names, partners
from mlint.facts.pairs.names.words import changed, replaced, spellings, split
from mlint.facts.pairs.reading.measures import MEASURES
from mlint.facts.pairs.reading.printed import may_be_printed
from mlint.facts.pairs.reading.scope import attribute_twin, is_library_twin
from mlint.facts.pairs.reading.script import Knows, Line, Script
from mlint.facts.pairs.reading.unify import Renaming
from mlint.facts.syntax.code import has_text

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
# A name that is an argument or element by itself; and one that is an operand, too.
_ARGUMENT = re.compile(r"(?<=[(,])\s*(\w+)\s*(?=[,)])")
_OPERAND = re.compile(r"(?:[(,*+/\[=:-]|return)\s*(\w+)\s*(?=[,)\]*+/:-]|$)")
_LOOP = re.compile(r"for [\w, ()]+ in (\w+)\s*:?$")
# What stands before a value that is chosen.
_BEFORE_CHOICE = frozenset("([{=,:*")
_FILE = re.compile(r"""([^"'\n/]+)\.\w{1,5}["']""")
_GIVEN = re.compile(r"""\b(\w+)["']?\s*[=:]\s*([\w.]+)\s*(?=[,)}])""")
_MANY = 3
_TWO = 2
_BOTH = 2
_SHOWN_TWICE = re.compile(r"\{([\w.]*\w)[:}!].*\{\1[:}!]")
_TEXT_TWICE = re.compile(r"""(["'])([^"'\n]+)\1\s*,\s*\1\2\1""")


def has_twins(script: Script, knows: Knows) -> bool:
    """Whether lines near each other, or parts of one, are the same or differ in words that another place keeps.

    `knows`: whether a name that the lines do not have can be meant in them. What a line tells by itself is asked by
    who looks for that.
    """

    def known(name: str) -> bool:
        return name in script.words or knows(name) or f".{attribute_twin(name)}" in script.text

    return (
        may_be_alike(script, knows)
        or may_call_idle(script.text, knows)
        or may_disagree(script)
        or _SHOWN_TWICE.search(script.code) is not None
        or may_load_another(script.text)
        or any(_is_either_way(line.text) for line in script.repeating_with(" else "))
        or any(_holds_within(line, known, script.is_idle) for line in filter(_is_telling, script.repeating))
        or any(_holds_in_part(*each, known, script.is_idle) for each in script.joined)
        or _holds_between(script.statements, known, script)
        or _holds_between(script.fragments, known, script)
    )


def _is_either_way(line: str) -> bool:
    """Whether a choice in the line has the same on both sides: `f(x) if training else f(x)`."""
    chosen, _, other = line.rpartition(" else ")
    same, before = _TOKEN.findall(other), _TOKEN.findall(chosen.rpartition(" if ")[0])
    del same[_end_of_value(same) :]
    at = len(before) - len(same)
    if not same or before[at:] != same:
        return False
    return at < 1 or before[at - 1] in _BEFORE_CHOICE or keyword.iskeyword(before[at - 1])


def _end_of_value(tokens: Sequence[str]) -> int:
    """Where the value ends that the tokens begin with."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token in "([{") - (token in ")]}")
        if depth < 0 or (depth == 0 and token in ",:"):
            return at
    return len(tokens)


def _is_telling(line: Line) -> bool:
    return 1 < len(line.words) <= _MOST_WORDS and not line.text.startswith(_SIGNATURES)


def _holds_within(line: Line, known: Knows, idle: Knows) -> bool:
    repeated = _repeated(line.words)
    return bool(repeated) and (
        _varies_within(line.text, repeated, known)
        or _is_doubled(line.text, repeated, line.words, known, idle)
        or _repeats_a_text(line.text)
        or _shows_twice(line, repeated)
        or may_be_same_parts(line.text, repeated)
        or _gives_by_name_twice(line.text, known)
    )


def _holds_in_part(whole: Line, parts: Iterable[Line], known: Knows, idle: Knows) -> bool:
    """Whether a line of a statement tells what all of it does not, since it is too long or has the other of two."""
    repeating = [(part, repeated) for part in filter(_is_telling, parts) if (repeated := _repeated(part.words))]
    if _is_telling(whole):
        return any(_is_doubled(part.text, repeated, part.words, known, idle) for part, repeated in repeating)
    return any(_holds_within(part, known, idle) for part, _ in repeating)


def _holds_between(lines: Iterable[Line], known: Knows, script: Script) -> bool:
    alike: dict[tuple[int, str], list[tuple[int, Line]]] = {}
    copied = _Copied()
    for number, line in enumerate(lines):
        if len(line.words) < _TWO or line.text.startswith(_SIGNATURES):
            continue
        above = alike.setdefault((len(line.words), line.signs.lstrip("([{").rstrip(",)]}")), [])
        for other, before in above[-_BEFORE:]:
            if number - other > _NEAR:
                continue
            if _are_twins(before, line, number - other, known, copied, script):
                return True
        above.append((number, line))
    return copied.holds_twins(known)


def _are_twins(before: Line, line: Line, apart: int, known: Knows, copied: _Copied, script: Script) -> bool:
    """Whether a line may be a copy of one above, of which something was left; else it is noted as `copied`."""
    if before.words == line.words:
        if _says_twice(line, apart, known):
            return True
        copied.same(apart, line.words)
        return False
    if may_count_on(before, line):
        return True
    renamed = _renamed(before.words, line.words)
    if not renamed:
        return _counts_on(line, before, known) or may_add_a_word(before, line)
    if len(renamed) <= _MOST_RENAMINGS:
        if _keeps(before, line, renamed, known, script):
            return True
        copied.renamed(apart, renamed)
    return False


def _says_twice(line: Line, apart: int, known: Knows) -> bool:
    """Whether a line that stands there twice speaks of one of two at once, or goes over the one while there is the
    other."""
    if apart == 1 and any(partners(part) for word in line.words for part in split(word)):
        return True
    over = _LOOP.match(line.text)
    return over is not None and any(known(twin) for _, _, twin in partner_names(over[1]))


class _Copied:
    """Lines that are the same in two branches or blocks, and what changes between other lines of these.

    All lines of a copy are as far from those that they were copied from.
    """

    def __init__(self) -> None:
        self._same: dict[int, set[str]] = {}
        self._renamed: dict[int, set[Renaming]] = {}

    def same(self, apart: int, words: Iterable[str]) -> None:
        """Take account of two lines with the same words that stand so many lines apart."""
        self._same.setdefault(apart, set()).update(words)

    def renamed(self, apart: int, renamings: Iterable[Renaming]) -> None:
        """Take account of two lines between which that changes."""
        self._renamed.setdefault(apart, set()).update(renamings)

    def holds_twins(self, known: Knows) -> bool:
        """Whether a word of the same lines is asked to change by those that do."""
        for apart, words in self._same.items():
            asked = _asked(frozenset(self._renamed.get(apart, ())))
            kept = [word for word in words - _SAY_NOTHING if not word.isdigit()] if asked else ()
            if any(_can_become(word, asked, words, known) for word in kept):
                return True
        return False


def _renamed(before: tuple[str, ...], after: tuple[str, ...]) -> frozenset[Renaming]:
    """The words that change between two rows of words in which others than numbers differ; of many only some."""
    found: set[Renaming] = set()
    for one, other in zip(before, after, strict=True):
        if one != other and not one.isdigit():
            found.update(changed(one, other))
            if len(found) > _MOST_RENAMINGS:
                break
    return frozenset(found)


def _counts_on(line: Line, before: Line, known: Knows) -> bool:
    """Whether two lines differ in numbers alone, such as the index of a column, and have the same side of a picture."""
    sides = [(word, part) for word in line.words for part in split(word) if is_size(part)]
    if not sides or not _COLUMN.search(line.text):
        return False
    if any(one != other and not one.isdigit() for one, other in zip(before.words, line.words, strict=True)):
        return False
    return any(known(replaced(word, part, other)) for word, part in sides for other in partners(part))


def _repeated(words: Sequence[str]) -> set[str]:
    """The words that a line has twice and that say something."""
    seen: set[str] = set()
    return {word for word in words if word in seen or seen.add(word)} - _SAY_NOTHING  # type: ignore[func-returns-value]


def _keeps(before: Line, line: Line, renamed: frozenset[Renaming], known: Knows, script: Script) -> bool:
    """Whether a word is the same in both lines that a word which changes between them asks to change."""
    asked = _asked(renamed)
    pairs = list(zip(before.words, line.words, strict=True))
    kept = {one for one, other in pairs if one == other and not one.isdigit()}
    touched = [word for word in kept if not asked.keys().isdisjoint(split(word))]
    if any(_can_become(word, asked, kept, known) for word in touched) or _answers(before, line):
        return True
    if not touched:
        return False
    # Here the other can be meant though no name says it: a file, what a label names, one of many attributes.
    varied = {word.lower() for one, other in pairs if one != other for word in (one, other)}
    many = sum(one != other for one, other in pairs) > _MANY
    return any(
        (f".{word}" in line.text and (many or any(map(script.has_both, renamed))))
        or word.lower() in varied
        or _is_file(word, line.text)
        or (len(varied) == _BOTH and has_text(line.text, word))
        for word in touched
    )


def _is_file(word: str, line: str) -> bool:
    """Whether the word stands in a text that is the name of a file."""
    return any(word in split(found) for found in _FILE.findall(line))


def _answers(before: Line, line: Line) -> bool:
    """Whether one line gives a name what is called so, and the other the same to its partner: `k1 = c.K1`."""
    pairs = zip(before.words, line.words, strict=True)
    named = [(one, other) for one, other in pairs if one != other]
    if len(named) != 1:
        return False
    said = [split(word) for word in line.words if word not in named[0]]
    return any(split(word) in said and any(map(partners, split(word))) for word in named[0])


@lru_cache(maxsize=1 << 12)
def _asked(renamed: frozenset[Renaming]) -> Mapping[str, set[str]]:
    """What renamings ask each word to become, either way."""
    found: dict[str, set[str]] = {}
    for seen in renamed:
        for direction in (seen, seen[::-1]):
            for old, new in (direction, *implied(*direction)):
                found.setdefault(old, set()).add(new)
    return found


def _can_become(word: str, asked: Mapping[str, set[str]], kept: Iterable[str], known: Knows) -> bool:
    parts = split(word)
    for old in parts:
        for new in asked.get(old, ()):
            for expected in spellings(word, old, new) if new not in parts else ():
                if expected != word and expected not in kept and (is_library_twin(word, expected) or known(expected)):
                    return True
    return False


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
    return any(
        _asks(one, other, word, known, textual)
        for word, found in places.items()
        for first, second in combinations(found, 2)
        for one, other in _changes_around(tokens, first, second - first)
    )


def _changes_around(tokens: Sequence[str], place: int, apart: int) -> Iterator[tuple[str, str]]:
    """The words that change between what stands around a place and, of the same signs, so many tokens further on."""
    for places in (
        range(place - 1, max(-1, place - apart), -1),
        range(place + 1, min(place + apart, len(tokens) - apart)),
    ):
        for at in places:
            one, other = tokens[at], tokens[at + apart]
            if one != other:
                if not (_is_word(one) and _is_word(other)):
                    break
                yield one, other


def _is_word(token: str) -> bool:
    return token[0].isalnum() or token[0] == "_"


def _asks(one: str, other: str, word: str, known: Knows, textual: bool) -> bool:
    renamed = changed(one, other)
    if not renamed or (word in (one, other) and not any(known_pair(*renaming) for renaming in renamed)):
        return False
    asked = _asked(frozenset(renamed))
    return _can_become(word, asked, (), known) or (
        textual and any(known_pair(old, new) for old in split(word) for new in asked.get(old, ()))
    )


def _is_doubled(line: str, repeated: Iterable[str], words: Sequence[str], known: Knows, idle: Knows) -> bool:
    """Whether a name stands twice in the line as an argument, element or operand, and its partner does not.

    `idle`: whether a name is bound at most; elsewhere than in arguments the partner must be.
    """
    candidates = [word for word in repeated if len(word) > 1 and any(map(partners, split(word)))]
    operands = _OPERAND.findall(line) if candidates else []
    arguments = _ARGUMENT.findall(line) if operands else []
    for word in candidates:
        if operands.count(word) > 1:
            lacking = [twin for _, _, twin in partner_names(word) if twin not in words and known(twin)]
            if lacking and (arguments.count(word) > 1 or any(map(idle, lacking))):
                return True
    return False


def _gives_by_name_twice(line: str, known: Knows) -> bool:
    """Whether something goes to what is named as it, and to something else that may be meant: `a=x.a, b=x.a`."""
    given = _GIVEN.findall(line) if max(line.count("="), line.count(":")) > 1 else ()
    own = {value for label, value in given if value.rpartition(".")[2] == label}
    return bool(own) and any(
        value in own and value.rpartition(".")[2] != label and known(label) for label, value in given
    )


def _shows_twice(line: Line, repeated: Iterable[str]) -> bool:
    """Whether a text may show a value twice, and says the words of two."""
    return may_be_printed(line.text) and any(
        old in line.words and new in line.words for word in repeated for old, new, _ in partner_names(word)
    )


def _repeats_a_text(line: str) -> bool:
    if '"' not in line and "'" not in line:
        return False
    return any(partners(part) for found in _TEXT_TWICE.finditer(line) for part in split(found[2]))
