"""In which order a function gives and takes things by position, and where others are in another order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mlint.facts.pairs.names.roles import is_size, roles
from mlint.facts.pairs.names.words import split

_RETURN = re.compile(r"^\s*return\b\s*(.*?)\s*(?:#.*)?$")
_NAMES = re.compile(r"\(?\s*([\w.]+(?:\s*,\s*[\w.]+)+)\s*,?\s*\)?")
_NOTHING = "_"
_SHORT = 2
# Where each of the items says one role of such a family, their order is that of the roles.
_ORDERED = ("axis", "split", "hand", "vertical", "truth", "coder", "extreme", "moment")


def returned(lines: Sequence[str]) -> tuple[str, ...] | None:
    """The names that a function returns by position; None where its returns are no names, or differ."""
    found: set[tuple[str, ...]] = set()
    if sum("def " in line for line in lines) != 1:
        return None
    for line in lines:
        given = _RETURN.match(line)
        if given is None:
            continue
        names = _NAMES.fullmatch(given[1])
        if names is None:
            return None
        found.add(_last_parts(names[1]))
    return found.pop() if len(found) == 1 else None


def unpacked(lines: Sequence[str], parameter: str) -> tuple[str, ...] | None:
    """The names that a function gives to the items of a parameter, where it takes it apart; None where it does not."""
    pattern = re.compile(rf"^\s*\(?((?:\w+\s*,\s*)+\w+)\)?\s*=\s*{re.escape(parameter)}\s*(?:#.*)?$")
    found = {names[1] for line in lines if (names := pattern.match(line)) is not None}
    return _last_parts(found.pop()) if len(found) == 1 else None


def _last_parts(listed: str) -> tuple[str, ...]:
    return tuple(each.strip().rpartition(".")[2] for each in listed.split(","))


def displaced(ours: Sequence[str], theirs: Sequence[str]) -> tuple[int, int] | None:
    """The first item of ours that is in another place than with them, and where its own place is; None if none is.

    Either by the very names, or where all of both say roles of one family. `_` is what nobody asks for.
    """
    if len(ours) != len(theirs) or len(ours) < _SHORT:
        return None
    return _by_names(ours, theirs) or _by_roles(ours, theirs)


def _by_names(ours: Sequence[str], theirs: Sequence[str]) -> tuple[int, int] | None:
    mine, other = [split(name) for name in ours], [split(name) for name in theirs]
    places = {index: other.index(words) for index, words in enumerate(mine) if words and other.count(words) == 1}
    for index, place in places.items():
        if place != index and places.get(place) == index and max(len(ours[index]), len(ours[place])) > 1:
            return index, place
    if len(places) == len(ours) and sorted(places.values()) == list(range(len(ours))):
        # `speaker, start, end = f()` of `return start, end, speaker`.
        return next(((index, place) for index, place in places.items() if place != index), None)
    return None


def _by_roles(ours: Sequence[str], theirs: Sequence[str]) -> tuple[int, int] | None:
    for family in _ORDERED:
        mine, other = _poles(ours, family), _poles(theirs, family)
        if mine is None or other is None:
            continue
        asked = [index for index in range(len(mine)) if mine[index] is not None and other[index] is not None]
        wrong = [index for index in asked if mine[index] != other[index]]
        whole = len(asked) == len(mine)
        if not wrong or None in mine or set(mine) != {other[index] for index in asked}:
            continue
        if whole and Counter(mine) != Counter(other):
            continue
        if all(_alike(ours[index], theirs[index]) for index in asked):
            return wrong[0], mine.index(other[wrong[0]])
    return None


def _poles(names: Sequence[str], family: str) -> list[int | None] | None:
    """The pole of each name, None for what is not asked for; None where a name says none or several."""
    found: list[int | None] = []
    for name in names:
        if name == _NOTHING:
            found.append(None)
            continue
        said = [role.pole for role in roles(split(name), parameters=True) if role.family == family]
        if len(said) != 1:
            return None
        found.append(said[0])
    return found


def _alike(one: str, other: str) -> bool:
    """Whether both speak of sizes, or neither does: a width is no `x`."""
    return any(is_size(word) for word in split(one)) == any(is_size(word) for word in split(other))
