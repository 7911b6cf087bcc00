"""Arguments that have each other's place: each is named as the parameter that another of them is given to."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlint.facts.pairs.claims import FREE_KEYWORDS, KEYWORD, PARAMETER, Claim, Parameters
from mlint.facts.pairs.roles import family, known_pair
from mlint.facts.pairs.shapes import Atom, Part, Row
from mlint.facts.pairs.words import listed, split

# A letter or two says nothing, but for a known pair; nor does a short word at the end of a longer name.
_SHORT = 2
_WORD = 3
_MOST = 12
# Of these either order makes sense: both ways between two things, one on the other.
_DIRECTED = frozenset({"translation", "hand", "order", "direction", "flow", "attention", "truth", "sign", "ends", None})

# Of a function that is named so the two have no order.
_SYMMETRIC = listed(
    """same equal equals compare similarity similar distance dist iou match matches overlap close cosine correlation
    corr intersection union"""
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two arguments, or two items of a tuple, in each other's place.

    `claim` and `atom` are the first of them, `other` and `expected` the second. `whole`: both have the very names of
    the two parameters. `either_way`: the names are such that the other order can well be meant.
    """

    claim: Claim
    atom: Atom
    other: Claim
    expected: str
    whole: bool
    either_way: bool


@dataclass(frozen=True, slots=True)
class _Given:
    label: str
    atom: Atom
    claim: Claim

    @property
    def words(self) -> tuple[str, ...]:
        return split(self.atom.text)


def exchanges(row: Row, parameters: Parameters, inside: str) -> Iterator[Exchange]:
    """The exchanges in the calls of a row, one a call; `inside`: the function, whose own calls of itself may turn."""
    for part, call in row.of(ast.Call):
        given = _given(row, call, part, parameters)
        if len(given) < 2 or row.called(call).removeprefix("self.") == inside:
            continue
        found = _exchange(given, symmetric=not _SYMMETRIC.isdisjoint(split(row.called(call).rpartition(".")[2])))
        if found is not None and not _otherwise(row, call, found):
            yield found


def may_exchange(names: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether of arguments by these names two may have each other's place; `labels`: the parameters they go to."""
    words = [split(name) for name in names]
    asked = [split(label) for label in labels]
    wanted = {index: _place(index, words, asked) for index in range(min(len(words), len(asked)))}
    return any(place is not None and wanted.get(place) == index for index, place in wanted.items())


def _given(row: Row, call: ast.Call, part: Part, parameters: Parameters) -> list[_Given]:
    """The arguments that are names, with what they are given to."""
    path = row.called(call)
    if not 2 <= len(call.args) + len(call.keywords) <= _MOST or path.rpartition(".")[2] in FREE_KEYWORDS:
        return []
    names: Sequence[str] = ()
    if len(call.args) > 1 and path and not any(isinstance(arg, ast.Starred) for arg in call.args):
        names = parameters(path) or ()
    labelled = [(PARAMETER, name, arg, row.parts[arg]) for name, arg in zip(names, call.args, strict=False)]
    labelled += [(KEYWORD, each.arg, each.value, row.parts[each]) for each in call.keywords if each.arg is not None]
    return [
        _Given(label, atom, Claim(how, label, given, row.parts[value], part))
        for how, label, value, given in labelled
        if isinstance(value, (ast.Name, ast.Attribute)) and (atom := row.last_of(value)) is not None and atom.path
    ]


def _exchange(given: Sequence[_Given], *, symmetric: bool) -> Exchange | None:
    words = [each.words for each in given]
    asked = [split(each.label) for each in given]
    places = {index: _place(index, words, asked) for index in range(len(given))}
    for index, place in places.items():
        if place is None or place < index or places[place] != index:
            continue
        one, other = given[index], given[place]
        if one.atom.text != other.atom.text and _says_enough(one.atom.text, other.atom.text):
            whole = one.words == asked[place] and other.words == asked[index]
            if whole or not one.claim.how == other.claim.how == KEYWORD:
                either_way = symmetric or _either_way(one, other)
                return Exchange(one.claim, one.atom, other.claim, other.atom.text, whole, either_way)
    return None


def _place(index: int, words: Sequence[tuple[str, ...]], asked: Sequence[tuple[str, ...]]) -> int | None:
    """Which of the parameters the argument is named for, where that is not its own."""
    own = words[index]
    if not own or own == asked[index]:
        return None
    exact = [place for place, label in enumerate(asked) if label == own and place < len(words)]
    if exact:
        return exact[0]
    if not set(own).isdisjoint(asked[index]):
        return None
    ends = [
        place
        for place, label in enumerate(asked)
        if label and own[-len(label) :] == label and len(label[-1]) >= _WORD and place < len(words)
    ]
    # The other of the two must be named in full: `evaluate(model, device, test_loader)`.
    return ends[0] if len(ends) == 1 and words[ends[0]] == asked[index] else None


def _says_enough(one: str, other: str) -> bool:
    return min(len(one), len(other)) > _SHORT or known_pair(one, other)


def _either_way(one: _Given, other: _Given) -> bool:
    if min(len(one.atom.text), len(other.atom.text)) <= 1:
        return True
    if one.claim.how == other.claim.how == KEYWORD:
        return True  # both are in sight: `f(stride=dilation, dilation=stride)`
    changed = [
        (a, b) for a, b in zip(one.words, other.words, strict=False) if a != b and len(one.words) == len(other.words)
    ]
    return len(changed) == 1 and _pairs(changed[0])


def _pairs(words: tuple[str, str]) -> bool:
    name = family(*words)
    return name in _DIRECTED if name is not None else any(len(word) <= _SHORT for word in words)


def _otherwise(row: Row, call: ast.Call, found: Exchange) -> bool:
    """Whether another call of the function takes the two as well: it is symmetric, and both ways are meant."""
    path = row.called(call)
    return any(
        {atom.text for atom in row.atoms_of(part)}.issuperset((found.expected, found.atom.text))
        for part, other in row.of(ast.Call)
        if other is not call and row.called(other) == path
    )
