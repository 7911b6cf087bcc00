"""Variables that are points (x, y) for one call, and index a picture in the same order: `image[x, y]`.

That is independent of how they are named: an array has its rows first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.paths import Path, operands
from mlint.facts.layout.along import Side, measured
from mlint.facts.layout.measures import Measures
from mlint.facts.layout.sides import ROWS_FIRST, Crossed, told
from mlint.facts.tables.orders import items_taken, named

POINT = "point "
"""What the coordinates of a point are of: of no one picture."""
_OPENCV = "cv2."
_COORDINATES = ("x", "y")

_Variable = tuple[Path, frozenset[int]]
"""A path, and the assignments of its variable that may hold."""


@dataclass(frozen=True, slots=True)
class _Point:
    """A call that takes a point: the dotted name if it is what it looks like, and what each variable counts along."""

    call: ir.Call
    library: str
    sides: Mapping[_Variable, Side]


class Points:
    """The points of one function, and the indices that are made of them."""

    def __init__(self, accesses: Accesses, measures: Measures, meant: Callable[[ir.Call], str | None]) -> None:
        self._accesses = accesses
        self._temporaries = accesses.temporaries
        self._measures = measures
        self._meant = meant

    def crossed(self) -> Iterator[Crossed]:
        """The indices whose first part is the x of a point and whose second is its y."""
        points = [each for each in self._points() if each.sides]
        if not points:
            return
        straight: set[str] = set()
        turned: list[tuple[ir.Item | ir.StoreItem, _Point]] = []
        for made in self._temporaries.definitions.values():
            if not isinstance(made, (ir.Item, ir.StoreItem)):
                continue
            parts = self._parts(made.index)
            for point in points if len(parts) > 1 else ():
                said = self._said(parts, point.sides)
                if said == (Side.HEIGHT, Side.WIDTH):
                    straight.add(self._temporaries.text(made.base) or "")
                elif said == (Side.WIDTH, Side.HEIGHT):
                    turned.append((made, point))
                    break
        for made, point in turned:
            base = self._temporaries.text(made.base) or ""
            if base not in straight and self._meant(point.call) == point.library:
                call = point.call.target
                one, other = (measured(side, f"{POINT}{call}", call, call) for side in (Side.WIDTH, Side.HEIGHT))
                seen = self._is_picture(made.base, base)
                yield from told(made.target, base, ROWS_FIRST, one, other, seen=seen)

    def _is_picture(self, temporary: int, text: str) -> bool:
        """Whether what is indexed is a picture: known as one, drawn on, or given to OpenCV."""
        if self._measures.is_image(temporary):
            return True
        given = [each for each in self._calls() if any(self._temporaries.text(a.value) == text for a in each.arguments)]
        return any((self._meant(each) or "").startswith(_OPENCV) for each in given)

    def _calls(self) -> Iterator[ir.Call]:
        return (each for each in self._temporaries.definitions.values() if isinstance(each, ir.Call))

    def _points(self) -> Iterator[_Point]:
        for call in self._calls():
            places = [each for each in call.arguments if each.name is None]
            for library in named(self._temporaries.callee_name(call)):
                for place, keyword, words in items_taken(library) if library.startswith(_OPENCV) else ():
                    given = next((each.value for each in call.arguments if each.name == keyword), None)
                    if given is None and place < len(places):
                        given = places[place].value
                    if given is not None and words == _COORDINATES:
                        yield _Point(call, library, self._sides(given))

    def _sides(self, given: int) -> Mapping[_Variable, Side]:
        items = self._items(given)
        if len(items) != len(_COORDINATES):
            return {}
        across, down = (self._variables(each) for each in items)
        return dict.fromkeys(across - down, Side.WIDTH) | dict.fromkeys(down - across, Side.HEIGHT)

    def _items(self, temporary: int) -> Sequence[int]:
        """The items of a tuple that is written out, there or where a variable is set."""
        made = self._temporaries.definitions.get(temporary)
        if isinstance(made, ir.Load):
            writes = self._accesses.reaching(self._temporaries.places[temporary], (made.name,))
            stores = [each.instruction for each in writes if isinstance(each.instruction, ir.Store)]
            alone = len(writes) == len(stores) == 1 and not stores[0].augmented
            made = self._temporaries.definitions.get(stores[0].value) if alone else None
        return made.items if isinstance(made, ir.Collect) and not made.starred else ()

    def _parts(self, index: int) -> Sequence[int]:
        made = self._temporaries.definitions.get(index)
        return made.items if isinstance(made, ir.Collect) and not made.starred else ()

    def _said(self, parts: Sequence[int], sides: Mapping[_Variable, Side]) -> tuple[Side | None, ...]:
        """The sides that the first two parts of an index count along; None where none or both."""
        held = [self._variables(each) for each in parts[:2]]
        said = [{sides[each] for each in variables if each in sides} for variables in held]
        return tuple(each.pop() if len(each) == 1 else None for each in said)

    def _variables(self, temporary: int) -> Set[_Variable]:
        """The variables, and entries and attributes of variables, that a number is made of."""
        found: set[_Variable] = set()
        pending = [temporary]
        while pending:
            made = self._temporaries.definitions.get(pending.pop())
            if isinstance(made, ir.Call):
                callee = self._temporaries.definitions.get(made.callee)
                pending += [callee.base] if isinstance(callee, ir.Attribute) else []
                pending += [each.value for each in made.arguments]
            elif made is not None and not isinstance(made, ir.Global):
                path = self._temporaries.path(made.target)
                if path is None:
                    pending += operands(made)
                else:
                    place = self._temporaries.places[made.target]
                    found.add((path, self._accesses.assigned(place, path[:1])))
        return found
