"""What operators on paired names share: which words come in twos, and where a name shows one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.truth.code import FUNCTIONS, Edit, File, Function, words_of

_PAIRS = (
    "train val, train valid, train test, train eval, val test, width height, w h, x y, y z, row col, rows "
    "cols, src dst, source target, left right, top bottom, lat lon, min max, low high, lower upper, start end, "
    "real fake, pos neg, positive negative, query key, mean std, input target, pred gt, pred target, image "
    "mask, img mask, images masks, q k, k v, encoder decoder, generator discriminator, actor critic, first "
    "second, a b, 1 2, 0 1, 2 3, 3 4, in out, rgb depth, student teacher, fx fy, cx cy, dx dy, x1 x2, y1 y2, "
    "old new, user item, text image"
)
PARTNERS: dict[str, set[str]] = {}
for _one, _other in (each.split() for each in _PAIRS.split(",")):
    PARTNERS.setdefault(_one, set()).add(_other)
    PARTNERS.setdefault(_other, set()).add(_one)

REVERSED = frozenset(
    "flip flipped rot rotate rotation rotated transpose transposed swap swapped mirror landscape portrait inverse inv "
    "invert permute reverse reversed hflip vflip cross adjoint".split()
)
"""Words in the name of a function that crosses its pairs on purpose."""
SHARED = frozenset(
    "fit mean std vocab vocabulary scaler transform transforms collate fn args config cfg kwargs dtype device stats "
    "statistics label labels classes tokenizer processor epoch epochs step steps".split()
)
"""Words of what the two of a pair may share."""


@dataclass(frozen=True)
class Leaf:
    """A name as it stands in the text: `start` and `end` in bytes; `reads`: a value, not a target or a keyword."""

    text: str
    start: int
    end: int
    reads: bool

    def with_word(self, word: str, other: str) -> str | None:
        """The name with one word in the place of another, in the same case; None where it is there no or many times."""
        if words_of(self.text).count(word) != 1:
            return None
        place = _place(self.text, word)
        if place is None:
            return None
        found = self.text[place : place + len(word)]
        cased = other.upper() if found.isupper() else other.capitalize() if found[0].isupper() else other
        return self.text[:place] + cased + self.text[place + len(word) :]

    def replaced(self, text: str) -> Edit:
        """The edit that puts another name there."""
        return Edit(self.start, self.end, text)


def _place(name: str, word: str) -> int | None:
    lowered, start = name.lower(), 0
    while (place := lowered.find(word, start)) >= 0:
        if len(words_of(name[:place])) + 1 + len(words_of(name[place + len(word) :])) == len(words_of(name)):
            return place
        start = place + 1
    return None


def leaves(file: File, node: ast.AST) -> Iterator[Leaf]:
    """The names in a node, as they stand in the text."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield Leaf(each.id, file.start(each), file.end(each), isinstance(each.ctx, ast.Load))
        elif isinstance(each, ast.Attribute):
            end = file.end(each)
            yield Leaf(each.attr, end - len(each.attr.encode()), end, isinstance(each.ctx, ast.Load))


def crosses_on_purpose(function: Function) -> bool:
    """Whether the function is about crossing things."""
    return bool(REVERSED.intersection(function.words))


def is_bound(function: Function, name: str, before: int, of_self: bool) -> bool:
    """Whether a name means something on a line: a parameter, what is bound before, or an attribute of the class."""
    if of_self:
        return function.cls is not None and any(
            isinstance(each, ast.Attribute)
            and each.attr == name
            and isinstance(each.value, ast.Name)
            and each.value.id == "self"
            for each in ast.walk(function.cls)
        )
    return name in function.parameters or any(
        each.lineno < before and not _is_nested(function, each) for each in function.stores(name)
    )


def _is_nested(function: Function, node: ast.AST) -> bool:
    """Whether a node stands in a function inside of the function, the names of which are its own."""
    return next(each for each in function.file.around(node) if isinstance(each, FUNCTIONS)) is not function.node
