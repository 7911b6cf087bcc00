"""Items that stand in each other's place: of a tuple that a function takes apart, of what a function returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from mlint.facts.pairs.labels.claims import Claim
from mlint.facts.pairs.labels.exchanged import Exchange
from mlint.facts.pairs.names.orders import displaced
from mlint.facts.pairs.names.roles import family, reverses, roles
from mlint.facts.pairs.names.words import split
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Part, Row, arguments
from mlint.facts.pairs.reading.signatures import SPLITTING_EACH, may_split_each
from mlint.facts.pairs.reading.uses import Uses
from mlint.facts.tables.orders import SIDES

ITEM, RESULT = "item", "result"
_TWO = 2
# Axes of height and width, in their order.
_UPRIGHT = ((0, 1), (1, 2), (2, 3))
_MAKING = frozenset({"zeros", "ones", "empty", "full", "reshape"})


class Orders(Protocol):
    """What is known of the functions that are called."""

    def gives(self, dotted: str) -> Sequence[str] | None:
        """The names that the function of a dotted name returns by position."""

    def means(self, dotted: str) -> str | None:
        """The full name of what a dotted name stands for."""

    def takes(self, dotted: str, argument: int | str) -> Sequence[str] | None:
        """The names that the function gives to the items of an argument, told by its place or keyword."""


def misplaced(row: Row, uses: Uses, orders: Orders) -> Iterator[Exchange]:
    """The items of a row in another order than that of the function they go to or come from."""
    for part, node in row.of(ast.Assign):
        target, value = node.targets[0], node.value
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, ast.Call):
            ours = _names(row, target)
            if not any(atom.kind == ATTRIBUTE or uses.is_read(atom.text) for atom in ours) or _given_so(
                row, ours, value
            ):
                continue
            theirs = _results(orders, _path(row, value), ours) if ours else None
            if theirs is not None:
                yield from _told(row, ours, theirs, RESULT, part)
    for part, call in row.of(ast.Call):
        given: list[tuple[int | str, ast.expr]] = [*enumerate(call.args)]
        for place, value in [*given, *((each.arg, each.value) for each in call.keywords if each.arg is not None)]:
            listed = value if isinstance(value, (ast.Tuple, ast.List)) else None
            ours = [] if listed is None else _names(row, listed) or _sides(row, listed)
            theirs = orders.takes(_path(row, call), place) if ours else None
            if theirs not in SIDES and listed is not None and not _names(row, listed):
                continue
            if theirs is not None and not (theirs in SIDES and (sides_are_misnamed(row) or _is_turned(row, part))):
                yield from _told(row, ours, theirs, ITEM, part)


def _results(orders: Orders, dotted: str, ours: Sequence[Atom]) -> Sequence[str] | None:
    """The names by which a function gives what is taken; where it splits data, by our own words for the shares."""
    if not may_split_each(dotted) or orders.means(dotted) != SPLITTING_EACH:
        return orders.gives(dotted)
    words = [
        next((word for role, word in roles(split(atom.text)).items() if role.family == "split"), "") for atom in ours
    ]
    said = [*dict.fromkeys(words)]
    return said * (len(ours) // _TWO) if len(said) == _TWO and "" not in said else None


def sides_are_misnamed(row: Row) -> bool:
    """Whether an array is taken apart as width and height, or a picture the other way: only the names are wrong."""
    for _, node in row.of(ast.Assign):
        target = node.targets[0]
        names = _names(row, target)[:2] if isinstance(target, (ast.Tuple, ast.List)) else []
        said = [[role.pole for role in roles(split(atom.text)) if role.family == "axis"] for atom in names]
        # `x.size()` gives the rows first, as `x.shape` does; `x.size` of a picture the width.
        asked = {
            "shape" if atom.called and atom.text == "size" else atom.text
            for atom in row.atoms_of(row.parts[node.value])
        }
        if (said == [[0], [1]] and "shape" in asked) or (said == [[1], [0]] and "size" in asked):
            return True
    return any(_is_wide_first(row, node) for _, node in row.of(ast.Call))


def _is_wide_first(row: Row, call: ast.Call) -> bool:
    """Whether an array is made with the width first: `zeros((width, height, 3))`, `reshape(1, width, height, 3)`."""
    called = row.last_of(call.func)
    if called is None or called.text not in _MAKING or not call.args:
        return False
    listed = [each for each in call.args if isinstance(each, (ast.Tuple, ast.List))]
    names = [row.last_of(each) for each in (listed[0].elts if listed else call.args) if isinstance(each, ast.Name)]
    said = [
        [role.pole for role in roles(split(atom.text)) if role.family == "axis"] for atom in names if atom is not None
    ]
    return ([0], [1]) in pairwise(said)


def _is_turned(row: Row, whole: Part) -> bool:
    """Whether what comes out is turned later on: `text = new((height, width))`, `text = text.rotate(90)`."""
    said = row.statement_at(whole.start)
    target = said.node.targets[0] if said is not None and isinstance(said.node, ast.Assign) else None
    if not isinstance(target, ast.Name):
        return False
    after = [(part, call) for part, call in row.of(ast.Call) if part.start > whole.start and not _moves_channels(call)]
    named = [row.texts(part) for part, _ in after]
    return any(target.id in texts and reverses(texts) for texts in named)


def _moves_channels(call: ast.Call) -> bool:
    """Whether a call puts the channels of a picture elsewhere, and leaves the height before the width:
    `x.transpose(2, 0, 1)`."""
    listed = call.args[-1].elts if call.args and isinstance(call.args[-1], ast.Tuple) else call.args
    order = [each.value for each in listed if isinstance(each, ast.Constant)]
    return any(pair in _UPRIGHT for pair in pairwise(order))


def _given_so(row: Row, ours: Sequence[Atom], call: ast.Call) -> bool:
    """Whether the function is given the same names in the same order: `b, a = ordered(b, a)`."""
    given = [atom.text for arg in arguments(call) for atom in row.atoms_of(row.parts[arg])]
    return [name for name in given if name in {atom.text for atom in ours}] == [atom.text for atom in ours]


def _path(row: Row, call: ast.Call) -> str:
    atom = row.last_of(call.func)
    return "" if atom is None else atom.path


def _names(row: Row, listed: ast.Tuple | ast.List) -> list[Atom]:
    """The items of a tuple, when all of them are names."""
    if not all(isinstance(element, (ast.Name, ast.Attribute)) for element in listed.elts):
        return []
    return [atom for element in listed.elts if (atom := row.last_of(element)) is not None]


def _sides(row: Row, listed: ast.Tuple | ast.List) -> list[Atom]:
    """The one name in each of two items that says a side, whatever is computed of it: `(int(h * scale), w // 2)`."""
    found = []
    for element in listed.elts if len(listed.elts) == _TWO else ():
        said = [
            atom
            for atom in row.atoms_of(row.parts[element])
            if atom.kind in (NAME, ATTRIBUTE)
            and not atom.called
            and any(role.family == "axis" for role in roles(split(atom.text), parameters=True))
        ]
        if len(said) != 1:
            return []
        found += said
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
        Claim(how, theirs[at], one, one.part, whole),
        one,
        Claim(how, theirs[place], other, other.part, whole),
        next((name for name in names if split(name) == split(theirs[at])), other.text if at != place else theirs[at]),
        exact,
        max(len(name) for name in names) <= 1
        and family(one.text, theirs[at]) != "axis"
        and not (how == ITEM and theirs in SIDES),
    )
