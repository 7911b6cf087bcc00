"""Arrays that are made of both sides of a picture, the width first: `np.zeros((width, height, 3))`.

An array may well count along the width first. Which it does shows in what becomes of it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.layout.along import Along, Side
from mlint.facts.layout.measures import Measures
from mlint.facts.layout.sides import ROWS_FIRST, Crossed, exchanged, side_said, told
from mlint.facts.layout.turned import TURNING
from mlint.facts.pairs.names.words import listed

MAKING = listed(
    "zeros ones empty full new_zeros new_ones new_full new_empty rand randn randint uniform normal reshape view"
)
# They take numbers of another meaning one by one.
_DRAWING = listed("randint uniform normal full new_full")
# What is shown, written or drawn on is a picture.
_PICTURED = listed("fromarray imshow imwrite imsave")
_OPENCV = "cv2"
_SHAPES = ("size", "shape")
_COUNTS = range(2, 6)


class _Use(enum.Enum):
    """What a use of an array shows of the order of its axes."""

    ROWS_FIRST = enum.auto()
    COLUMNS_FIRST = enum.auto()


def arrays_made(accesses: Accesses, measures: Measures) -> Iterator[Crossed]:
    """The arrays of a function that have the width of a picture before its height, but for those that are used so."""
    for made in accesses.temporaries.definitions.values():
        name = accesses.temporaries.callee_name(made) if isinstance(made, ir.Call) else ""
        if isinstance(made, ir.Call) and name in MAKING:
            array = _Array(accesses, measures, made)
            pairs = list(pairwise(_shape(measures, made, name)))
            straight = any(_exchanged(other, one) for one, other in pairs)  # `zeros((h, w, h, w))`
            for one, other in pairs:
                if one is not None and other is not None and not straight and _exchanged(one, other):
                    yield from array.crossed(one, other)


def _exchanged(one: Along | None, other: Along | None) -> bool:
    return one is not None and other is not None and exchanged(one, other, ROWS_FIRST)


def _shape(measures: Measures, call: ir.Call, name: str) -> Sequence[Along | None]:
    """What the lengths that a call is given count along: in a tuple, or one by one."""
    given = [each.value for each in call.arguments if not each.stars and each.name in (None, *_SHAPES)]
    for each in given[::-1]:  # `np.reshape(x, (2, 3))`
        for count in _COUNTS:
            items = measures.items(each, count)
            if items is not None:
                return items
    return [] if name in _DRAWING else [measures.along(each) for each in given]


def _says_sides(first: Along, second: Along) -> bool:
    """Whether both are sides of a picture by what was read, or by their names: no axes of any table."""
    return all(
        isinstance(each.mark, Side) or any(map(side_said, (name.text for name in each.names)))
        for each in (first, second)
    )


class _Array:
    """An array, and what becomes of it in the function that makes it."""

    def __init__(self, accesses: Accesses, measures: Measures, made: ir.Call) -> None:
        self._accesses = accesses
        self._temporaries = accesses.temporaries
        self._measures = measures
        self._made = made

    def crossed(self, first: Along, second: Along) -> Iterator[Crossed]:
        """Both lengths, where nothing shows that the columns come first."""
        uses = {self._use(of, user, first.of) for of in self._read() for user in self._temporaries.users.get(of, ())}
        seen = _Use.ROWS_FIRST in uses
        if _Use.COLUMNS_FIRST not in uses and (seen or _says_sides(first, second)):
            name = self._temporaries.callee_name(self._made)
            yield from told(self._made.target, name, ROWS_FIRST, first, second, seen=seen)

    def _read(self) -> Iterator[int]:
        """The temporaries that hold the array: what makes it, and each read of a variable that it may be."""
        pending = [self._made.target]
        while pending:
            temporary = pending.pop()
            yield temporary
            for user in self._temporaries.users.get(temporary, ()):
                if isinstance(user, ir.Store):
                    pending += self._loads(user)

    def _loads(self, store: ir.Store) -> Iterator[int]:
        path = (store.name,)
        for load in self._temporaries.definitions.values():
            if isinstance(load, ir.Load) and load.name == store.name:
                place = self._temporaries.places[load.target]
                if store.target in self._accesses.assigned(place, path):
                    yield load.target

    def _use(self, array: int, user: ir.Instruction, picture: str) -> _Use | None:
        if isinstance(user, ir.Attribute):
            return _Use.COLUMNS_FIRST if user.name in TURNING else None
        if isinstance(user, (ir.Item, ir.StoreItem)) and user.base == array:
            shown = self._indexed(user)
            beside = [user.value] if shown is None and isinstance(user, ir.StoreItem) else []
            return _Use.ROWS_FIRST if self._holds(beside, picture) else shown
        if isinstance(user, ir.Binary):
            return _Use.ROWS_FIRST if self._holds([user.left, user.right], picture) else None
        return self._given(user, picture) if isinstance(user, ir.Call) else None

    def _indexed(self, user: ir.Item | ir.StoreItem) -> _Use | None:
        """By which side of the picture the array is indexed first."""
        index = self._temporaries.definitions.get(user.index)
        parts = index.items if isinstance(index, ir.Collect) and not index.starred else ()
        for one, other in pairwise([self._measures.reach(each) for each in parts]):
            if one is None or other is None:
                continue
            if exchanged(one, other, ROWS_FIRST):
                return _Use.COLUMNS_FIRST
            if exchanged(other, one, ROWS_FIRST):
                return _Use.ROWS_FIRST
        return None

    def _given(self, call: ir.Call, picture: str) -> _Use | None:
        """Whether a call takes the array for a picture, or with the picture."""
        name = self._temporaries.callee_name(call)
        if name in TURNING:
            return _Use.COLUMNS_FIRST
        callee = self._temporaries.path(call.callee)
        opencv = callee is not None and callee[0] == _OPENCV
        beside = [each.value for each in call.arguments]
        return _Use.ROWS_FIRST if opencv or name in _PICTURED or self._holds(beside, picture) else None

    def _holds(self, temporaries: Iterable[int], picture: str) -> bool:
        return any(self._temporaries.text(each) == picture for each in temporaries)
