"""Where two numbers that count along the two sides of one picture are used in each other's place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from mlint.facts.domain.records import replace
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses
from mlint.facts.layout.along import Along, Mark, Name, Side
from mlint.facts.layout.arrays import arrays_made
from mlint.facts.layout.measures import BOX, Measures
from mlint.facts.layout.points import Points
from mlint.facts.layout.polygons import points_in
from mlint.facts.layout.sides import ROWS_FIRST, Crossed, exchanged, side_said, told
from mlint.facts.pairs.names.roles import is_size
from mlint.facts.pairs.names.words import split
from mlint.facts.tables.orders import POINTS, TAKING, items_taken, named, sides_taken

_POINT = ("x", "y")
Passed = Callable[[ir.Call], Mapping[str, int] | None]


def crossings(
    accesses: Accesses, measures: Measures, meant: Callable[[ir.Call], str | None], passed: Passed
) -> Iterator[Crossed]:
    """The places of a function where two sides of one picture are exchanged.

    `meant`: the dotted name of the library function that is called, None where that is not known; asked only of calls
    that are given both sides of something the wrong way round, or of points. `passed`: what goes to which parameter of
    a function of the project; asked only of calls that are given both sides of something.
    """
    unpacked = _Unpacked(accesses, measures)
    for made in accesses.temporaries.definitions.values():
        if isinstance(made, ir.Call):
            yield from _Call(accesses, measures, made, unpacked.wrong).crossed(meant, passed)
        elif isinstance(made, ir.Mapping):
            yield from _keys(accesses, measures, made)
        elif isinstance(made, (ir.Item, ir.StoreItem)):
            yield from _index(accesses, measures, made)
    yield from unpacked.crossed()
    yield from arrays_made(accesses, measures)
    yield from Points(accesses, measures, meant).crossed()


class _Call:
    """One call, and what it is given."""

    def __init__(self, accesses: Accesses, measures: Measures, call: ir.Call, wrong: Sequence[_Pair]) -> None:
        self._wrong = wrong
        self._accesses = accesses
        self._measures = measures
        self._call = call
        self._name = accesses.temporaries.callee_name(call)
        self._places = [each for each in call.arguments if each.name is None]
        self._starred = any(each.stars for each in call.arguments)
        self._keywords = {each.name: each.value for each in call.arguments if each.name is not None}

    def crossed(self, meant: Callable[[ir.Call], str | None], passed: Passed) -> Iterator[Crossed]:
        """Where the call is given the two sides of a picture in each other's place."""
        if self._starred:
            return
        yield from self._among_parameters(passed)
        found = [each for name in named(self._name) for each in self._taken(name)] if self._name in TAKING else []
        library = meant(self._call) if found else None
        yield from (each for each in found if each.taker == library)
        yield from self._among_keywords()

    def _taken(self, name: str) -> Iterator[Crossed]:
        """The same, if it is that library function which is called."""
        yield from self._among_items(name)
        yield from self._among_arguments(name)

    def _among_items(self, name: str) -> Iterator[Crossed]:
        for place, keyword, wants in items_taken(name):
            given = self._keywords.get(keyword)
            if given is None and place < len(self._places):
                given = self._places[place].value
            if given is None:
                continue
            items = self._measures.items(given, len(wants)) or ()
            for one, other, *words in zip(items[::2], items[1::2], wants[::2], wants[1::2], strict=False):
                yield from self._told(name, (words[0], words[1]), one, other)
            for point in points_in(self._accesses, given) if wants is POINTS else ():
                one, other = (self._measures.along(each) for each in point.items)
                yield from self._told(name, _POINT, one, other)

    def _told(self, name: str, wants: tuple[str, str], one: Along | None, other: Along | None) -> Iterator[Crossed]:
        """Two items, where they are exchanged, or where one is what it is named for, and not what that is: the x of
        `(w - 9, 20)` after `w, h = image.shape[:2]`."""
        found = list(told(self._call.target, name, wants, one, other))
        yield from found
        marks = {None if each is None else each.mark for each in (one, other)}
        for along, want in zip((one, other), wants, strict=True) if not found and len(marks) > 1 else ():
            pair = next((each for each in self._wrong if along is not None and each.gives(along, want)), None)
            if pair is not None:
                yield pair.crossed(self._call.target, name, wants)

    def _among_arguments(self, name: str) -> Iterator[Crossed]:
        for places in sides_taken(name):
            if max(places) < len(self._places):
                first, second = (self._measures.along(self._places[each].value) for each in places)
                yield from told(self._call.target, name, ROWS_FIRST, first, second)

    def _among_parameters(self, passed: Passed) -> Iterator[Crossed]:
        """Of a function of the project, whose parameters say what they are for. Where the variables are misnamed, so
        may the parameters be, throughout. Which function is called is asked only where the width comes before the
        height, since that takes an evaluation, and functions mostly take rows first."""
        sides = [along for each in self._places if (along := self._measures.along(each.value)) is not None]
        if any(exchanged(one, other, ROWS_FIRST) for one, other in combinations(sides, 2)):
            found = passed(self._call) or {}
            given = {name: value for name, value in found.items() if name not in self._keywords}
            for each in _by_names(self._call.target, self._name, given, self._measures):
                yield replace(each, seen=each.misnamed is None)

    def _among_keywords(self) -> Iterator[Crossed]:
        yield from _by_names(self._call.target, self._name, self._keywords, self._measures)


def _keys(accesses: Accesses, measures: Measures, made: ir.Mapping) -> Iterator[Crossed]:
    given: dict[str, int] = {}
    for key, value in zip(made.keys, made.values, strict=True):
        text = accesses.temporaries.definitions.get(key) if key is not None else None
        if isinstance(text, ir.Const) and isinstance(text.value, str):
            given[text.value] = value
    yield from _by_names(made.target, "", given, measures)


def _by_names(at: int, taker: str, given: Mapping[str, int], measures: Measures) -> Iterator[Crossed]:
    """The values under two names of sizes, one of each side: `width=image.shape[0], height=image.shape[1]`."""
    said = {name: side_said(name) for name in given if any(map(is_size, split(name)))}
    widths = [name for name, side in said.items() if side is Side.WIDTH]
    heights = [name for name, side in said.items() if side is Side.HEIGHT]
    if len(widths) == len(heights) == 1:
        along = [measures.along(given[name]) for name in (widths[0], heights[0])]
        yield from told(at, taker, (widths[0], heights[0]), *along)


def _index(accesses: Accesses, measures: Measures, made: ir.Item | ir.StoreItem) -> Iterator[Crossed]:
    """The index of an array that counts along its axes in another order: `image[:image.shape[1], :image.shape[0]]`."""
    index = accesses.temporaries.definitions.get(made.index)
    parts = index.items if isinstance(index, ir.Collect) and not index.starred else ()
    base = accesses.temporaries.text(made.base)
    for axis, (one, other) in enumerate(pairwise(parts)):
        along = measures.reach(one), measures.reach(other)
        if axis == 0 and all(each is not None and each.of.startswith(BOX) for each in along):
            yield from told(made.target, base or "", ROWS_FIRST, *along)
        marks = [None if each is None or each.of != base else each.mark for each in along]
        from_behind = [axis + 1 - len(parts), axis - len(parts)]
        counted = not any(_is_open(accesses, each) for each in parts[:axis])
        if marks == from_behind or (counted and marks == [axis + 1, axis]):
            yield from told(made.target, base or "", ROWS_FIRST, *along)


def _is_open(accesses: Accesses, temporary: int) -> bool:
    """Whether a part of an index stands for no axis, or for any number of them: None, an ellipsis."""
    made = accesses.temporaries.definitions.get(temporary)
    return isinstance(made, ir.Const) and (made.value is None or made.value is ...)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two variables of one unpacking, the one that is named for the width first, and what they were given."""

    names: tuple[Name, Name]
    along: tuple[Along, Along]

    def gives(self, along: Along, want: str) -> bool:
        """Whether a number is one of the two, and its name says what is wanted."""
        said = side_said(want)
        both = zip(self.names, self.along, strict=True)
        return along.names[:1] in [
            (name,) for name, own in both if own.mark == along.mark and side_said(name.text) is said
        ]

    def crossed(self, at: int, taker: str, wants: tuple[str, str]) -> Crossed:
        """The two, as one call takes one of them."""
        (width, height), (across, down) = self.along, self.names
        if side_said(wants[0]) is Side.WIDTH:
            return Crossed(at, taker, wants, width, height, (across, down))
        return Crossed(at, taker, wants, height, width, (down, across))

    @property
    def measures(self) -> tuple[str, frozenset[Mark | None]]:
        """What is measured, and along which axes."""
        return self.along[0].of, frozenset(each.mark for each in self.along)


class _Unpacked:
    """The shapes and sizes that a function unpacks into names of sides."""

    def __init__(self, accesses: Accesses, measures: Measures) -> None:
        self._accesses = accesses
        self._measures = measures
        self._pairs = list(self._found())
        self.wrong = [each for each in self._pairs if exchanged(*each.along, ("width", "height"))]

    def crossed(self) -> Iterator[Crossed]:
        """Those whose names say the sides wrongly, where another way gives the same names the sides that they say:
        `if is_picture: w, h = x.size`, `else: w, h = x.shape`."""
        right = [each for each in self._pairs if exchanged(*each.along, ROWS_FIRST)]
        for pair in self.wrong:
            beside = next((each for each in right if self._meet(pair, each)), None)
            if beside is not None:
                yield Crossed(beside.along[0].at, None, ("width", "height"), *pair.along, pair.names)

    def _found(self) -> Iterator[_Pair]:
        groups: dict[int, dict[Side, list[ir.Store]]] = {}
        for made in self._accesses.temporaries.definitions.values():
            if not isinstance(made, ir.Store):
                continue
            source, side = self._accesses.temporaries.definitions.get(made.value), side_said(made.name)
            if isinstance(source, ir.Element) and side is not None:
                groups.setdefault(source.source, {}).setdefault(side, []).append(made)
        for sides in groups.values():
            widths, heights = sides.get(Side.WIDTH, []), sides.get(Side.HEIGHT, [])
            if len(widths) != 1 or len(heights) != 1:
                continue
            width, height = self._measures.along(widths[0].value), self._measures.along(heights[0].value)
            if width is not None and height is not None:
                yield _Pair((_name(widths[0]), _name(heights[0])), (width, height))

    def _meet(self, one: _Pair, other: _Pair) -> bool:
        """Whether a read of the first name may find either. What is measured of one thing in both orders is so on
        purpose: `if angle == 90: w, h = x.shape`, `else: h, w = x.shape`."""
        path = (one.names[0].text,)
        if path != (other.names[0].text,) or one.measures == other.measures:
            return False
        bound = {one.names[0].bound, other.names[0].bound}
        reads = self._accesses.all(path, Access.READ)
        return any(bound <= {each.target for each in self._accesses.reaching(read.place, path)} for read in reads)


def _name(store: ir.Store) -> Name:
    return Name(store.name, store.target)
