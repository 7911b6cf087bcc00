"""Arguments that have each other's place: each is named as the parameter that another of them is given to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from mlint.facts.pairs.claims import FREE_KEYWORDS, KEYWORD, PARAMETER, Claim, Parameters
from mlint.facts.pairs.roles import family, known_pair
from mlint.facts.pairs.shapes import ATTRIBUTE, NAME, Atom, Part, Row
from mlint.facts.pairs.words import split

# A letter or two says nothing, but for a known pair; nor does a short word at the end of a longer name.
_SHORT = 2
_WORD = 3
_MOST = 12
# Of these either order makes sense: both ways between two things, one on the other.
_DIRECTED = frozenset({"translation", "hand", "order", "direction", "flow", "attention", "truth", "sign", "ends", None})


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
    for part in row.by_kind.get(cst.Call, ()):
        given = _given(row, part, parameters)
        if len(given) < 2 or _called(row, part).removeprefix("self.") == inside:
            continue
        found = _exchange(given)
        if found is not None and not _otherwise(row, part, found):
            yield found


def may_exchange(names: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether of arguments by these names two may have each other's place; `labels`: the parameters they go to."""
    words = [split(name) for name in names]
    asked = [split(label) for label in labels]
    wanted = {index: _place(index, words, asked) for index in range(min(len(words), len(asked)))}
    return any(place is not None and wanted.get(place) == index for index, place in wanted.items())


def _called(row: Row, part: Part) -> str:
    assert isinstance(part.node, cst.Call)
    atom = row.atoms[row.parts[part.node.func].end - 1]
    return "" if atom is None else atom.path or atom.text


def _given(row: Row, part: Part, parameters: Parameters) -> list[_Given]:
    """The arguments that are names, with what they are given to."""
    node = part.node
    assert isinstance(node, cst.Call)
    path = _called(row, part)
    if not 2 <= len(node.args) <= _MOST or path.rpartition(".")[2] in FREE_KEYWORDS:
        return []
    positional = [arg for arg in node.args if arg.keyword is None]
    names: Sequence[str] = ()
    if len(positional) > 1 and path and not any(arg.star for arg in positional):
        names = parameters(path) or ()
    labelled = [(PARAMETER, name, arg) for name, arg in zip(names, positional, strict=False)]
    labelled += [(KEYWORD, arg.keyword.value, arg) for arg in node.args if arg.keyword is not None]
    found = []
    for how, label, arg in labelled:
        atom = _name(row, row.parts[arg.value])
        if atom is not None:
            found.append(_Given(label, atom, Claim(how, label, arg, row.parts[arg.value], part)))
    return found


def _name(row: Row, value: Part) -> Atom | None:
    """What the value is called, when it is a name or an attribute."""
    if not isinstance(value.node, (cst.Name, cst.Attribute)):
        return None
    atom = row.atoms[value.end - 1]
    return atom if atom is not None and atom.kind in (NAME, ATTRIBUTE) and atom.path else None


def _exchange(given: Sequence[_Given]) -> Exchange | None:
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
                return Exchange(one.claim, one.atom, other.claim, other.atom.text, whole, _either_way(one, other))
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


def _otherwise(row: Row, part: Part, found: Exchange) -> bool:
    """Whether the function is called with the two in order as well: it is symmetric, and both ways are meant."""
    path = _called(row, part)
    order: Mapping[str, str] = {found.claim.label: found.expected, found.other.label: found.atom.text}
    for other in row.by_kind.get(cst.Call, ()):
        if other is part or _called(row, other) != path:
            continue
        assert isinstance(other.node, cst.Call)
        texts = {atom.text for atom in row.atoms_of(other)}
        if texts.issuperset(order.values()):
            return True
    return False
