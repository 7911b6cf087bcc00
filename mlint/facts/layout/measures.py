"""What the numbers of a function count along: followed back to where a shape or a size was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from mlint.facts.domain.values import Value
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.layout.along import PLAIN, Along, Name, Side, either, measured, plus, times
from mlint.facts.layout.turned import TURNING
from mlint.facts.pairs.names.words import listed

# Calls that give what they are given as another kind of number.
_SAME = listed(
    """int float round abs floor ceil trunc rint int8 int16 int32 int64 float32 float64 intp int_ item astype tolist
    tuple list array asarray np_int as_tensor tensor long cpu numpy detach"""
)
_METHODS = ("astype", "item", "tolist", "long", "round", "cpu", "numpy", "detach")
_CHOOSING = listed("max min maximum minimum")
# What they give lies between what they are given, and counts along the same.
_BETWEEN = listed("randint randrange uniform randn clip clamp range arange linspace trange random_integers integers")
BOX = "box "
"""What the sides of a box are of: of no one picture."""
_OBJECTS = ("self", "cls")
# What is asked of a capture of frames, and the boxes that are given as x, y, width and height.
_OF_FRAMES = {"CAP_PROP_FRAME_WIDTH": Side.WIDTH, "CAP_PROP_FRAME_HEIGHT": Side.HEIGHT}
_BOXES = listed("boundingRect selectROI")
_LISTS_OF_BOXES = listed("detectMultiScale selectROIs")
_BOX_ATTRIBUTES = listed("xyxy xywh")
_BOX = (Side.WIDTH, Side.HEIGHT, Side.WIDTH, Side.HEIGHT)
_PICTURED = {"width": Side.WIDTH, "height": Side.HEIGHT}
_IMAGE = "image"
_OPERATORS = {"*": False, "/": True, "//": True}
_MOST_ITEMS = 5
_MOST_DEEP = 24
_MOST_WORK = 4_000


Results = Callable[[ir.Call, int], Sequence[Along | None] | None]


class Measures:
    """The numbers of one function. `value`: what is known of a temporary, asked of attributes such as `size` only;
    `results`: what so many values that a function of the project gives count along, None where that is not known."""

    def __init__(self, accesses: Accesses, value: Callable[[int], Value], results: Results | None = None) -> None:
        self._accesses = accesses
        self._results = results
        self._temporaries = accesses.temporaries
        self._definitions = accesses.temporaries.definitions
        self._value = value
        self._found: dict[int, Along | None] = {}
        self._asked: list[int] = []
        self._circle = _MOST_DEEP + 1
        self._left = _MOST_WORK

    def along(self, temporary: int) -> Along | None:
        """What a number counts along; `PLAIN` where it counts along nothing that is known, None where along several
        things."""
        if temporary in self._found:
            return self._found[temporary]
        if temporary in self._asked:
            self._circle = min(self._circle, self._asked.index(temporary))
            return PLAIN
        if len(self._asked) > _MOST_DEEP or self._left == 0:
            return PLAIN
        self._left -= 1
        outer, self._circle = self._circle, _MOST_DEEP + 1
        self._asked.append(temporary)
        found = self._look(temporary)
        self._asked.pop()
        if self._circle >= len(self._asked):  # what is asked inside of a circle is only what the rest of it tells
            self._found[temporary] = found
            self._circle = _MOST_DEEP + 1
        self._circle = min(outer, self._circle)
        return found

    def items(self, temporary: int, count: int) -> Sequence[Along | None] | None:
        """What the items of a tuple or an array of `count` numbers count along; None where it is not known to be
        one."""
        if len(self._asked) > _MOST_DEEP or temporary in self._asked or self._left == 0:
            return None
        self._left -= 1
        self._asked.append(temporary)
        found = self._items(temporary, count)
        self._asked.pop()
        return found if found is not None and len(found) == count else None

    def is_image(self, temporary: int) -> bool:
        """Whether something is known to be an image."""
        return _IMAGE in self._value(temporary).traits

    def reach(self, temporary: int) -> Along | None:
        """What a number of an index counts along, or the two ends of a slice; None where that is not known."""
        made = self._definitions.get(temporary)
        if not isinstance(made, ir.Slice):
            return self.along(temporary)
        ends = [self.along(each) for each in (made.lower, made.upper) if each is not None]
        told = [each for each in ends if each is not None and each.mark is not None]
        return told[0] if len({each.mark for each in told}) == 1 and None not in ends else None

    def _look(self, temporary: int) -> Along | None:
        made = self._definitions.get(temporary)
        if isinstance(made, ir.Load):
            return self._variable(made)
        if isinstance(made, ir.Attribute):
            return self._side(made)
        if isinstance(made, ir.Item):
            return self._item(made)
        if isinstance(made, ir.Element):
            found = self.items(made.source, made.count) if made.star is None else None
            return PLAIN if found is None else found[made.index]
        if isinstance(made, ir.Binary):
            return self._binary(made.op, self.along(made.left), self.along(made.right))
        if isinstance(made, ir.Unary):
            return self.along(made.operand)
        if isinstance(made, ir.Next):
            return self._turn(made)
        return self._call(made) if isinstance(made, ir.Call) else PLAIN

    def _turn(self, made: ir.Next) -> Along | None:
        """What a loop takes each turn: of `range(height)` what the height counts along."""
        source = self._definitions.get(made.iterable)
        return self._call(source) if isinstance(source, ir.Call) else PLAIN

    def _variable(self, load: ir.Load) -> Along | None:
        found = [
            along if along is None else along.named(Name(load.name, store.target))
            for store in self._stores(load)
            for along in [self.along(store.value)]
        ]
        return reduce(_alike, found) if found else PLAIN

    def _stores(self, load: ir.Load) -> list[ir.Store]:
        """The assignments of a variable that reach a place."""
        writes = self._accesses.reaching(self._temporaries.places[load.target], (load.name,))
        return [each.instruction for each in writes if isinstance(each.instruction, ir.Store)]

    def _side(self, made: ir.Attribute) -> Along:
        side = _PICTURED.get(made.name)
        if side is None or side.value not in self._value(made.target).traits:
            return PLAIN
        return measured(side, self._text(made.base), made.base, made.target)

    def _item(self, made: ir.Item) -> Along | None:
        index = self._temporaries.integer(made.index)
        if index is None:
            return PLAIN
        array = self._shaped(made.base)
        if array is not None:
            return measured(index, self._text(array), array, made.target)
        for count in range(max(index + 1, -index, 2), _MOST_ITEMS):
            found = self.items(made.base, count)
            if found is not None:
                return found[index]
        return PLAIN

    def _binary(self, op: str, left: Along | None, right: Along | None) -> Along | None:
        if op in _OPERATORS:
            return times(left, right, divided=_OPERATORS[op])
        return left if op == "%" else plus(left, right) if op in ("+", "-") else PLAIN

    def _call(self, call: ir.Call) -> Along | None:
        name = self._temporaries.callee_name(call)
        passed = [each.value for each in call.arguments if each.stars == 0 and each.name not in ("size", "dtype")]
        callee = self._definitions.get(call.callee)
        if name == "size" and len(passed) == 1 and isinstance(callee, ir.Attribute):
            index = self._temporaries.integer(passed[0])
            if index is None:
                return PLAIN
            return measured(index, self._text(callee.base), callee.base, call.target)
        if name == "get" and len(passed) == 1 and isinstance(callee, ir.Attribute):
            asked = self._definitions.get(passed[0])
            side = _OF_FRAMES.get(asked.name) if isinstance(asked, (ir.Attribute, ir.Global)) else None
            return PLAIN if side is None else measured(side, self._text(callee.base), callee.base, call.target)
        if name in _SAME:
            inner = self._same_as(call, passed)
            return PLAIN if inner is None else self.along(inner)
        if name in _CHOOSING and len(passed) > 1:
            return reduce(either, map(self.along, passed))
        if name in _BETWEEN and passed:
            return reduce(plus, map(self.along, passed))
        return PLAIN

    def _same_as(self, call: ir.Call, passed: Sequence[int]) -> int | None:
        """What a call gives as another kind of number: what it is passed, or what its method is called on, as in
        `(h / 2).astype(int)`."""
        callee = self._definitions.get(call.callee)
        of_object = (
            isinstance(callee, ir.Attribute) and callee.name in _METHODS and (not passed or callee.name != "round")
        )
        if of_object and isinstance(callee, ir.Attribute):
            return callee.base
        return passed[0] if passed else None

    def _items(self, temporary: int, count: int) -> Sequence[Along | None] | None:
        made = self._definitions.get(temporary)
        axes = self._axes(temporary, count)
        if axes is not None:
            array, marks = axes
            return [measured(mark, self._text(array), array, temporary) for mark in marks]
        if isinstance(made, ir.Attribute):
            return self._sides(made, count)
        if isinstance(made, ir.Collect):
            return None if made.starred or len(made.items) != count else [self.along(each) for each in made.items]
        if isinstance(made, (ir.Item, ir.Next)):
            box = self._box(made) if count == len(_BOX) else None
            if box is not None:
                return [measured(side, f"{BOX}{box}", box, made.target) for side in _BOX]
        if isinstance(made, ir.Item):
            return self._sliced(made, count)
        if isinstance(made, ir.Binary):
            return self._both(made, count)
        if isinstance(made, ir.Load):
            stores = self._stores(made)
            return self.items(stores[0].value, count) if len(stores) == 1 and not stores[0].augmented else None
        return self._converted(made, count) if isinstance(made, ir.Call) else None

    def _box(self, made: ir.Item | ir.Next) -> int | None:
        """What gives the boxes of which one is taken: a detector, the attribute `xyxy` of what it found."""
        if isinstance(made, ir.Item) and self._temporaries.integer(made.index) is None:
            return None
        whole = made.base if isinstance(made, ir.Item) else made.iterable
        source = self._definitions.get(whole)
        if isinstance(source, ir.Load):
            stores = self._stores(source)
            source = self._definitions.get(stores[0].value) if len(stores) == 1 else None
        if isinstance(source, ir.Call) and self._temporaries.callee_name(source) in _LISTS_OF_BOXES:
            return source.target
        return source.target if isinstance(source, ir.Attribute) and source.name in _BOX_ATTRIBUTES else None

    def _both(self, made: ir.Binary, count: int) -> Sequence[Along | None] | None:
        """The items of an array and a number, or of two arrays, one by one."""
        left, right = self.items(made.left, count), self.items(made.right, count)
        if left is None and right is None:
            return None
        ours = left if left is not None else [self.along(made.left)] * count
        theirs = right if right is not None else [self.along(made.right)] * count
        return [self._binary(made.op, one, other) for one, other in zip(ours, theirs, strict=True)]

    def _converted(self, made: ir.Call, count: int) -> Sequence[Along | None] | None:
        name = self._temporaries.callee_name(made)
        passed = [each.value for each in made.arguments if each.stars == 0]
        if name in _BOXES and count == len(_BOX):
            return [measured(side, f"{BOX}{made.target}", made.target, made.target) for side in _BOX]
        if name == "reversed" and len(passed) == 1:
            found = self.items(passed[0], count)
            return None if found is None else found[::-1]
        if name == "map" and len(passed) == 2:
            return self.items(passed[1], count)
        if name not in _SAME:
            return None if self._results is None else self._results(made, count)
        inner = self._same_as(made, passed)
        return None if inner is None else self.items(inner, count)

    def _sides(self, made: ir.Attribute, count: int) -> Sequence[Along] | None:
        """The size of what is known to be a picture: width and height."""
        if made.name != "size" or count != len(_PICTURED):
            return None
        items = self._value(made.target).items or ()
        sides = [next((side for side in Side if side.value in each.traits), None) for each in items]
        return [measured(side, self._text(made.base), made.base, made.target) for side in sides if side is not None]

    def _sliced(self, made: ir.Item, count: int) -> Sequence[Along | None] | None:
        """Some items of a tuple that is no shape, or all of them the other way round."""
        index = self._definitions.get(made.index)
        ends = self._ends(index) if isinstance(index, ir.Slice) else None
        if ends is None:
            return None
        cut = slice(*ends)
        for whole in range(count, _MOST_ITEMS):
            found = self.items(made.base, whole)
            if found is not None:
                return found[cut]
        return None

    def _axes(self, temporary: int, count: int) -> tuple[int, Sequence[int]] | None:
        """The array and the axes of it whose lengths a tuple of so many items has: `x.shape[-2:]`."""
        array = self._shaped(temporary)
        if array is not None:
            return array, range(count)
        made = self._definitions.get(temporary)
        index = self._definitions.get(made.index) if isinstance(made, ir.Item) else None
        array = self._shaped(made.base) if isinstance(made, ir.Item) else None
        if array is None or not isinstance(index, ir.Slice):
            return None
        ends = self._ends(index)
        axes = _cut(count, *ends) if ends is not None else None
        return None if axes is None else (array, axes)

    def _ends(self, index: ir.Slice) -> tuple[int | None, int | None, int | None] | None:
        """The numbers of a slice, None where one is left out; None where one is not known."""
        found: list[int | None] = []
        for each in (index.lower, index.upper, index.step):
            number = None if each is None else self._temporaries.integer(each)
            if each is not None and number is None:
                return None
            found.append(number)
        lower, upper, step = found
        return lower, upper, step

    def _shaped(self, temporary: int) -> int | None:
        """The array whose shape it is, if that is in no order of its own: of `x.shape`, `x.size()`, `np.shape(x)`, but
        not of `x.T.shape`."""
        array = self._array(temporary)
        made = None if array is None else self._definitions.get(array)
        turned = self._definitions.get(made.callee) if isinstance(made, ir.Call) else made
        return None if isinstance(turned, ir.Attribute) and turned.name in TURNING else array

    def _array(self, temporary: int) -> int | None:
        made = self._definitions.get(temporary)
        if isinstance(made, ir.Attribute) and made.name == "shape":
            return made.base
        if isinstance(made, ir.Call):
            callee, name = self._definitions.get(made.callee), self._temporaries.callee_name(made)
            if name == "size" and not made.arguments and isinstance(callee, ir.Attribute):
                return callee.base
            if name == "shape" and len(made.arguments) == 1:
                return made.arguments[0].value
        if isinstance(made, ir.Load):
            stores = self._stores(made)
            return self._array(stores[0].value) if len(stores) == 1 and stores[0].target != made.target else None
        return None

    def _text(self, temporary: int) -> str:
        """What an array is, by its text; empty of an object whose shape is how it was set."""
        text = self._temporaries.text(temporary) or ""
        return "" if text in _OBJECTS else text


def _alike(left: Along | None, right: Along | None) -> Along | None:
    """What a variable counts along that has one of two values; a plain number may stand for any."""
    if left is None or right is None:
        return None
    if left.powers == right.powers or not right.powers:
        return left
    return right if not left.powers else None


def _cut(count: int, lower: int | None, upper: int | None, step: int | None) -> Sequence[int] | None:
    """The axes that a slice of a shape takes, where these are `count`; those from the end are negative."""
    if step == -1:
        if upper is not None:
            return None
        start = -1 if lower is None else lower
        return range(start, start - count, -1)
    if step not in (None, 1):
        return None
    start = lower or 0
    if upper is None or (start >= 0) != (upper >= 0):
        return range(start, start + count)
    return range(start, upper) if upper - start == count else None
