"""What a number counts along: the height or the width of a picture, or an axis of an array.

A number is a product of such measures: `h * 2` counts along the height, `h / w` is a ratio, `w * h` an area, and
`512 * h / w` counts along the height again. What is added up must count along the same.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mlint.facts.domain.records import replace


class Side(enum.Enum):
    """A side of a picture. Coordinates count along them: x along the width."""

    WIDTH = "width"
    HEIGHT = "height"


Mark = Side | int
"""A side, or the index of an axis of an array, where it is not known which side that is."""


@dataclass(frozen=True, slots=True)
class Name:
    """A variable that the number was, and the instruction that bound it."""

    text: str
    bound: int


@dataclass(frozen=True, slots=True)
class Along:
    """What a number counts along: by its measures, each to a power.

    `of`: what was measured, by its access path or such; `thing`: the temporary of that; `at`: the instruction that
    measured it; `names`: the variables on the way from there, the first first.
    """

    powers: frozenset[tuple[Mark, int]]
    of: str = ""
    thing: int = -1
    at: int = -1
    names: tuple[Name, ...] = ()

    @property
    def mark(self) -> Mark | None:
        """The one measure that it counts along; None of a plain number, a ratio, an area."""
        above = [mark for mark, power in self.powers if power > 0]
        plain = len(above) == 1 and all(abs(power) == 1 for _, power in self.powers)
        return above[0] if plain else None

    def named(self, name: Name) -> Along:
        """The same number under the name of a variable."""
        return self if not self.powers else replace(self, names=(*self.names, name))


PLAIN = Along(frozenset())
"""A number that counts along nothing, as far as is known."""


def measured(mark: Mark, of: str, thing: int, at: int) -> Along:
    """What was measured of a picture or an array."""
    return Along(frozenset({(mark, 1)}), of, thing, at)


def times(left: Along | None, right: Along | None, *, divided: bool = False) -> Along | None:
    """The product of two numbers, or the first divided by the second; None where that is not known of one."""
    if left is None or right is None:
        return None
    powers = dict(left.powers)
    for mark, power in right.powers:
        powers[mark] = powers.get(mark, 0) + (-power if divided else power)
    kept = frozenset((mark, power) for mark, power in powers.items() if power)
    main = left if left.mark is not None or right.mark is None or divided else right
    return PLAIN if not kept else replace(main, powers=kept)


def plus(left: Along | None, right: Along | None) -> Along | None:
    """The sum of two numbers, or either of them; None where they count along different things."""
    if left is None or right is None or left.powers == right.powers:
        return left if right is not None else None
    if left.mark is None or right.mark is None:
        return left if left.mark is not None else right if right.mark is not None else None
    return left if left.mark == right.mark else None


def either(left: Along | None, right: Along | None) -> Along | None:
    """The larger or smaller of two numbers: of height and width that is a size, which counts along neither."""
    both = plus(left, right)
    return PLAIN if both is None and left is not None and right is not None else both
