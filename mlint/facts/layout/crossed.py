"""Where two numbers that count along the two sides of one picture are used in each other's place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses
from mlint.facts.layout.along import Along, Mark, Name, Side
from mlint.facts.layout.measures import BOX, Measures
from mlint.facts.pairs.names.roles import is_size, roles
from mlint.facts.pairs.names.words import split
from mlint.facts.tables.orders import TAKING, items_taken, named, sides_taken

_BY_POLE = (Side.WIDTH, Side.HEIGHT)
_TWO = 2


@dataclass(frozen=True, slots=True)
class Crossed:
    """Two numbers, `first` and `second`, of which each counts along the side that is wanted of the other.

    `at`: the call, index or dictionary that they are for; `taker`: what takes them, empty of a dictionary; `wants`: the
    words of what it wants in turn, such as `width`. Where `taker` is None nothing takes them: the same variables are
    what they are named for on another way, by the instruction `at`. `misnamed`: the variables that they were first,
    where these say what is wanted: the names are wrong then, and not the place.
    """

    at: int
    taker: str | None
    wants: tuple[str, str]
    first: Along
    second: Along
    misnamed: tuple[Name, Name] | None


def side_said(name: str) -> Side | None:
    """The side that a name speaks of: `new_width`, `h`, `cols`; None where it says none or both."""
    said = {role.pole for role in roles(split(name)) if role.family == "axis"}
    pole = said.pop() if len(said) == 1 else _TWO
    return _BY_POLE[pole] if pole < len(_BY_POLE) else None


def crossings(accesses: Accesses, measures: Measures, meant: Callable[[ir.Call], str | None]) -> Iterator[Crossed]:
    """The places of a function where two sides of one picture are exchanged.

    `meant`: the dotted name of the library function that is called, None where that is not known; asked only of calls
    that are given both sides of something the wrong way round.
    """
    for made in accesses.temporaries.definitions.values():
        if isinstance(made, ir.Call):
            yield from _Call(accesses, measures, made).crossed(meant)
        elif isinstance(made, ir.Mapping):
            yield from _keys(accesses, measures, made)
        elif isinstance(made, (ir.Item, ir.StoreItem)):
            yield from _index(accesses, measures, made)
    yield from _Unpacked(accesses, measures).crossed()


def _exchanged(first: Along, second: Along, wants: tuple[str, str]) -> bool:
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


class _Call:
    """One call, and what it is given."""

    def __init__(self, accesses: Accesses, measures: Measures, call: ir.Call) -> None:
        self._measures = measures
        self._call = call
        self._name = accesses.temporaries.callee_name(call)
        self._places = [each for each in call.arguments if each.name is None]
        self._starred = any(each.stars for each in call.arguments)
        self._keywords = {each.name: each.value for each in call.arguments if each.name is not None}

    def crossed(self, meant: Callable[[ir.Call], str | None]) -> Iterator[Crossed]:
        """Where the call is given the two sides of a picture in each other's place."""
        if self._starred:
            return
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
            items = () if given is None else self._measures.items(given, len(wants)) or ()
            for one, other, *words in zip(items[::2], items[1::2], wants[::2], wants[1::2], strict=False):
                yield from _told(self._call.target, name, (words[0], words[1]), one, other)

    def _among_arguments(self, name: str) -> Iterator[Crossed]:
        places = sides_taken(name)
        if places is not None and max(places) < len(self._places):
            first, second = (self._measures.along(self._places[each].value) for each in places)
            yield from _told(self._call.target, name, ("height", "width"), first, second)

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
        yield from _told(at, taker, (widths[0], heights[0]), *along)


def _told(at: int, taker: str, wants: tuple[str, str], first: Along | None, second: Along | None) -> Iterator[Crossed]:
    """The two, where they are exchanged. Where one name of a side is wrong and the other right nothing is told: what
    was measured may then be no picture."""
    if first is None or second is None or not _exchanged(first, second, wants):
        return
    names = [_named(first), _named(second)]
    said = [
        name is not None and side_said(name.text) is side_said(word) for name, word in zip(names, wants, strict=True)
    ]
    if any(said) and not all(said):
        return
    one, other = names
    misnamed = (one, other) if all(said) and one is not None and other is not None else None
    yield Crossed(at, taker, wants, first, second, misnamed)


def _named(along: Along) -> Name | None:
    """The first variable on the way whose name says a side."""
    return next((name for name in along.names if side_said(name.text) is not None), None)


def _index(accesses: Accesses, measures: Measures, made: ir.Item | ir.StoreItem) -> Iterator[Crossed]:
    """The index of an array that counts along its axes in another order: `image[:image.shape[1], :image.shape[0]]`."""
    index = accesses.temporaries.definitions.get(made.index)
    parts = index.items if isinstance(index, ir.Collect) and not index.starred else ()
    base = accesses.temporaries.text(made.base)
    for axis, (one, other) in enumerate(pairwise(parts)):
        along = _range(accesses, measures, one), _range(accesses, measures, other)
        if axis == 0 and all(each is not None and each.of.startswith(BOX) for each in along):
            yield from _told(made.target, base or "", ("height", "width"), *along)
        marks = [None if each is None or each.of != base else each.mark for each in along]
        from_behind = [axis + 1 - len(parts), axis - len(parts)]
        counted = not any(_is_open(accesses, each) for each in parts[:axis])
        if marks == from_behind or (counted and marks == [axis + 1, axis]):
            yield from _told(made.target, base or "", ("height", "width"), *along)


def _is_open(accesses: Accesses, temporary: int) -> bool:
    """Whether a part of an index stands for no axis, or for any number of them: None, an ellipsis."""
    made = accesses.temporaries.definitions.get(temporary)
    return isinstance(made, ir.Const) and (made.value is None or made.value is ...)


def _range(accesses: Accesses, measures: Measures, temporary: int) -> Along | None:
    """What a number of an index counts along, or the two ends of a slice."""
    made = accesses.temporaries.definitions.get(temporary)
    if not isinstance(made, ir.Slice):
        return measures.along(temporary)
    ends = [measures.along(each) for each in (made.lower, made.upper) if each is not None]
    told = [each for each in ends if each is not None and each.mark is not None]
    alike = len({each.mark for each in told}) == 1 and None not in ends
    return told[0] if alike else None


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two variables of one unpacking, the one that is named for the width first, and what they were given."""

    names: tuple[Name, Name]
    along: tuple[Along, Along]


class _Unpacked:
    """The shapes and sizes that a function unpacks into names of sides."""

    def __init__(self, accesses: Accesses, measures: Measures) -> None:
        self._accesses = accesses
        self._measures = measures
        self._pairs = list(self._found())

    def crossed(self) -> Iterator[Crossed]:
        """Those whose names say the sides wrongly, where another way gives the same names the sides that they say:
        `if is_picture: w, h = x.size`, `else: w, h = x.shape`."""
        wrong = [each for each in self._pairs if _exchanged(*each.along, ("width", "height"))]
        right = [each for each in self._pairs if _exchanged(*each.along, ("height", "width"))]
        for pair in wrong:
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
        """Whether a read of the first name may find either."""
        path = (one.names[0].text,)
        if path != (other.names[0].text,):
            return False
        bound = {one.names[0].bound, other.names[0].bound}
        reads = self._accesses.all(path, Access.READ)
        return any(bound <= {each.target for each in self._accesses.reaching(read.place, path)} for read in reads)


def _name(store: ir.Store) -> Name:
    return Name(store.name, store.target)
