"""Items that stand in each other's place: of a tuple that a function takes apart, of what a function returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import libcst as cst

from mlint.facts.pairs.claims import Claim
from mlint.facts.pairs.exchanged import Exchange
from mlint.facts.pairs.orders import displaced
from mlint.facts.pairs.roles import family
from mlint.facts.pairs.shapes import ATTRIBUTE, Atom, Part, Row
from mlint.facts.pairs.uses import Uses
from mlint.facts.pairs.words import split

ITEM, RESULT = "item", "result"


class Orders(Protocol):
    """What is known of the functions that are called."""

    def gives(self, dotted: str) -> Sequence[str] | None:
        """The names that the function of a dotted name returns by position."""

    def takes(self, dotted: str, argument: int | str) -> Sequence[str] | None:
        """The names that the function gives to the items of an argument, told by its place or keyword."""


def misplaced(row: Row, uses: Uses, orders: Orders) -> Iterator[Exchange]:
    """The items of a row in another order than that of the function they go to or come from."""
    for part in row.by_kind.get(cst.Assign, ()):
        assert isinstance(part.node, cst.Assign)
        target, value = part.node.targets[0].target, part.node.value
        if isinstance(target, (cst.Tuple, cst.List)) and isinstance(value, cst.Call):
            ours = _names(row, target)
            if not any(atom.kind == ATTRIBUTE or uses.is_read(atom.text) for atom in ours) or _given_so(
                row, ours, value
            ):
                continue
            theirs = orders.gives(_path(row, value)) if ours else None
            if theirs is not None:
                yield from _told(row, ours, theirs, RESULT, part)
    for part in row.by_kind.get(cst.Call, ()):
        assert isinstance(part.node, cst.Call)
        for number, arg in enumerate(part.node.args):
            ours = _names(row, arg.value) if isinstance(arg.value, (cst.Tuple, cst.List)) and not arg.star else []
            keyword = None if arg.keyword is None else arg.keyword.value
            theirs = orders.takes(_path(row, part.node), keyword or number) if ours else None
            if theirs is not None:
                yield from _told(row, ours, theirs, ITEM, part)


def _given_so(row: Row, ours: Sequence[Atom], call: cst.Call) -> bool:
    """Whether the function is given the same names in the same order: `b, a = ordered(b, a)`."""
    given = [atom.text for arg in call.args for atom in row.atoms_of(row.parts[arg])]
    return [name for name in given if name in {atom.text for atom in ours}] == [atom.text for atom in ours]


def _path(row: Row, call: cst.Call) -> str:
    atom = row.atoms[row.parts[call.func].end - 1]
    return "" if atom is None else atom.path


def _names(row: Row, listed: cst.BaseExpression) -> list[Atom]:
    """The items of a tuple, when all of them are names."""
    assert isinstance(listed, (cst.Tuple, cst.List))
    found = []
    for element in listed.elements:
        part = row.parts[element.value]
        atom = row.atoms[part.end - 1]
        if not isinstance(element.value, (cst.Name, cst.Attribute)) or atom is None:
            return []
        found.append(atom)
    return found


def _told(row: Row, ours: Sequence[Atom], theirs: Sequence[str], how: str, whole: Part) -> Iterator[Exchange]:
    names = [atom.text for atom in ours]
    found = displaced(names, theirs)
    if found is None:
        return
    at, place = found
    one, other = ours[at], ours[place]
    exact = {split(name) for name in names} == {split(name) for name in theirs}
    yield Exchange(
        Claim(how, theirs[at], one.node, row.parts[one.node], whole),
        one,
        Claim(how, theirs[place], other.node, row.parts[other.node], whole),
        other.text if split(other.text) == split(theirs[at]) or at != place else theirs[at],
        exact,
        max(len(name) for name in names) <= 1 and family(one.text, theirs[at]) != "axis",
    )
