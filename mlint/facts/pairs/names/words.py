"""The words that names and string literals are made of, and how the words of two names differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations

# `1x1` and `3x3`, `1d` and `2D` are one word each: sizes and dimensions, not the numbers of two things.
_WORD = re.compile(r"[0-9]+x[0-9]+|[123][dD](?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# `dx`, `gcx`, `xc`, `xmin`, `imgh`: an axis letter glued to a stem, but not the two axes of `xy`.
_AXIS_LAST = re.compile(r"([a-w]c(?=[xyz])|[a-w]|img|off|pad|num|pos|grid|max|min)([xyzhw])")
_AXIS_FIRST = re.compile(r"([xyz])([a-v]|\1|min|max|off|pos)")
# `nanmin`, `argmax`: what is asked of numbers.
_OF_LIBRARY = re.compile(r"(nan|arg)(min|max|mean|std|var)")
_NOT_GLUED = frozenset({"by", "my", "th", "ah", "eh", "ow", "oh", "uh", "hz", "py", "px"})
# By themselves these are sides of what goes out, and of what is aimed at; elsewhere `th` is a threshold.
_ALONE = frozenset({"oh", "ow", "th"})
_DATA_AND_LABELS = {"x", "y"}
_MOST_TOLD = 3
# No plurals: `ns`, `pos`, `axis`, `radius`, `loss`.
_SHORT = 2
_SINGULAR = ("as", "is", "os", "ss", "us")
_GLUED_ENDS = ("train", "test", "valid", "width", "height", "left", "right", "source", "target")
_NO_ENDING = frozenset(
    {"untrain", "latest", "bright", "copyright", "fastest", "pytest", "invalid", "upright", "retarget", "unittest"}
)


def listed(text: str) -> frozenset[str]:
    """The words of a table that is written as text with spaces."""
    return frozenset(text.split())


@lru_cache(maxsize=1 << 14)
def split(name: str) -> tuple[str, ...]:
    """The words of a name or of a text, in lower case: `train_loader2` has `train`, `loader`, `2`."""
    return tuple(part for word in _WORD.findall(name) for part in _parts_in(name, word))


def _parts_in(name: str, word: str) -> tuple[str, ...]:
    """The words that a piece of a name is glued of: `oh` by itself is the height that goes out, in `labels_oh` none."""
    small = word.lower()
    return tuple(small) if small in _ALONE and len(name) == len(small) else _parts(small)


def names_told(label: str) -> Iterator[str]:
    """The names of two or three words that a label says in any order: `f1_val` and `val_f1` of `f1/val`."""
    words = re.findall(r"[a-z0-9]+", label.lower())
    if 1 < len(words) <= _MOST_TOLD:
        yield from ("_".join(each) for each in permutations(words))


@lru_cache(maxsize=1 << 13)
def stems(name: str) -> frozenset[str]:
    """The words of a name, in the singular as far as the last letters tell."""
    return frozenset(map(_in_singular, split(name)))


def _in_singular(word: str) -> str:
    if len(word) <= _SHORT or word.endswith(_SINGULAR):
        return word
    return word[:-2] if word.endswith(("sses", "xes", "shes", "ches")) else word.removesuffix("s")


def is_one_of(text: str, name: str) -> bool:
    """Whether the name is that of the text, or its plural: `image` and `images`."""
    return split(text) == split(name) or split(text + "s") == split(name)


def says(text: str, name: str) -> bool:
    """Whether the text has all words of a name of several, in a row: `model.lora_a.weight` and `lora_a`."""
    longer, shorter = split(text), split(name)
    count = len(shorter)
    return count > 1 and any(longer[at : at + count] == shorter for at in range(len(longer) - count + 1))


@lru_cache(maxsize=1 << 14)
def _parts(word: str) -> tuple[str, ...]:
    if len(word) == 1 or word in _NOT_GLUED or word in _NO_ENDING:
        return (word,)
    if (found := _OF_LIBRARY.fullmatch(word)) is not None:
        return (found[1], found[2])
    if len(word) <= 5:
        found = _AXIS_LAST.fullmatch(word) or _AXIS_FIRST.fullmatch(word)
        return (word,) if found is None else (found[1], found[2])
    for end in _GLUED_ENDS:
        if word.endswith(end) and word != end:
            return (word[: -len(end)], end)
    return (word,)


@lru_cache(maxsize=1 << 13)
def changed(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """The words that differ between two names of as many words, in order; empty when the names differ otherwise.

    A word that moves says nothing of what becomes what: `enc_dec`, `dec_out`.
    """
    before, after = split(old), split(new)
    if len(before) != len(after):
        return ()
    found = tuple((a, b) for a, b in zip(before, after, strict=True) if a != b)
    moved = {word for word in set(before).intersection(after) if len(word) > 1 and word.isalpha()}
    return tuple(each for each in found if moved.isdisjoint(each))


@lru_cache(maxsize=1 << 13)
def replaced(name: str, old: str, new: str) -> str:
    """`name` with the word `old` put as `new`, in the case of what it replaces; `name` itself where it has no `old`."""
    made: list[str] = []
    done = 0
    for found in _WORD.finditer(name):
        word = found.group()
        parts = _parts_in(name, word)
        if old in parts:
            made += [name[done : found.start()], _spelled(word, parts, old, new)]
            done = found.end()
    return "".join(made) + name[done:]


def spellings(name: str, old: str, new: str) -> Iterator[str]:
    """As `replaced`, and of `X` and `y`, by which data and its labels go, in the other case too: `y_val` of `X_val`."""
    yield (first := replaced(name, old, new))
    if {old, new} == _DATA_AND_LABELS and first != name:
        yield "".join(other.swapcase() if one != other else other for one, other in zip(name, first, strict=True))


def _spelled(word: str, parts: tuple[str, ...], old: str, new: str) -> str:
    made = []
    at = 0
    for part in parts:
        piece = word[at : at + len(part)]
        made.append(_in_case_of(piece, new) if part == old else piece)
        at += len(part)
    return "".join(made)


def _in_case_of(like: str, word: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word


def counts_on(old: str, new: str) -> bool:
    """Whether a word is a number and another the next one or the one before."""
    return old.isdigit() and new.isdigit() and abs(int(old) - int(new)) == 1
