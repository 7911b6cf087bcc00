"""Which side of a picture a name speaks of, and two numbers that are each for the side of the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlint.facts.layout.along import Along, Mark, Name, Side
from mlint.facts.pairs.names.roles import roles
from mlint.facts.pairs.names.words import split

_BY_POLE = (Side.WIDTH, Side.HEIGHT)
_TWO = 2
ROWS_FIRST = ("height", "width")
"""What the axes of a picture are in turn."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """Two numbers, `first` and `second`, of which each counts along the side that is wanted of the other.

    `at`: the call, index or dictionary that they are for; `taker`: what takes them, empty of a dictionary; `wants`: the
    words of what it wants in turn, such as `width`. Where `taker` is None nothing takes them: the same variables are
    what they are named for on another way, by the instruction `at`. `misnamed`: the variables that they were first,
    where these say what is wanted: the names are wrong then, and not the place. `seen`: whether something shows that
    what takes them is a picture, and in the usual order.
    """

    at: int
    taker: str | None
    wants: tuple[str, str]
    first: Along
    second: Along
    misnamed: tuple[Name, Name] | None
    seen: bool = True


def side_said(name: str) -> Side | None:
    """The side that a name speaks of: `new_width`, `h`, `cols`; None where it says none or both."""
    said = {role.pole for role in roles(split(name)) if role.family == "axis"}
    pole = said.pop() if len(said) == 1 else _TWO
    return _BY_POLE[pole] if pole < len(_BY_POLE) else None


def exchanged(first: Along, second: Along, wants: tuple[str, str]) -> bool:
    """Whether each of two numbers counts along the side that is wanted of the other.

    In every layout of an array the axis of the height stands right before that of the width.
    """
    if first.of != second.of or not first.of:
        return False
    one, other = side_said(wants[0]), side_said(wants[1])
    given, beside = first.mark, second.mark
    if one is other or given is None or beside is None:
        return False
    return _precedes(given, beside) if one is Side.WIDTH else _precedes(beside, given)


def _precedes(mark: Mark, other: Mark) -> bool:
    """Whether one is the height and the other the width."""
    if isinstance(mark, Side) or isinstance(other, Side):
        return mark is Side.HEIGHT and other is Side.WIDTH
    return other - mark == 1 and (mark >= 0) == (other >= 0)


def told(
    at: int, taker: str, wants: tuple[str, str], first: Along | None, second: Along | None, *, seen: bool = True
) -> Iterator[Crossed]:
    """The two, where they are exchanged. Where one name of a side is wrong and the other right nothing is told: what
    was measured may then be no picture."""
    if first is None or second is None or not exchanged(first, second, wants):
        return
    names = [_named(first), _named(second)]
    said = [
        name is not None and side_said(name.text) is side_said(word) for name, word in zip(names, wants, strict=True)
    ]
    if any(said) and not all(said):
        return
    one, other = names
    misnamed = (one, other) if all(said) and one is not None and other is not None else None
    yield Crossed(at, taker, wants, first, second, misnamed, seen)


def _named(along: Along) -> Name | None:
    """The first variable on the way whose name says a side."""
    return next((name for name in along.names if side_said(name.text) is not None), None)
