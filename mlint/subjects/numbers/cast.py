"""Casts: places where numbers become numbers of another dtype, in whatever spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mlint.cached import cached_property
from mlint.facts.domain import promotion
from mlint.facts.domain.intervals import Interval
from mlint.facts.domain.numbers import term_of
from mlint.facts.domain.polynomials import Term
from mlint.facts.domain.reaches import Roles, is_image_name, parameters_of, root, unrounded
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN, Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.facts.tables.answers import data
from mlint.rule import Step
from mlint.subjects.numbers.arrivals import added, arrivals, made_alike
from mlint.subjects.numbers.beyond import Beyond, beyond
from mlint.subjects.numbers.operands import (
    defaults,
    fractions,
    is_computed_with,
    is_of_byte_scale,
    is_read,
    roles_in,
    stored_in,
    unfolded,
)
from mlint.subjects.numbers.tested import tested
from mlint.subjects.owners import Function
from mlint.subjects.placed import Placed

_CLIPS = re.compile(r"(?:^|_)(?:clip|clamp|saturate)", re.I)
_MEANT = re.compile(
    r"(?:\bno|\bnot|n't|without|never|needless)\b[^.]{0,40}\b(?:clip|clamp)|"
    r"wraps? around (?:on purpose|is)|overflows? (?:is|are) ",
    re.I,
)
"""What a comment says that speaks of the range and of why nothing is clipped."""
_HOLDERS = (Kind.TENSOR, Kind.ARRAY, Kind.UNKNOWN, Kind.NUMBER, Kind.LIST, Kind.TUPLE)


@dataclass(frozen=True, slots=True)
class _Spelling:
    """Where a call has its data and its dtype: positions among the positional arguments, or keywords."""

    data: int | str
    dtype: int | None = None


_METHODS: Mapping[str, _Spelling] = {
    "astype": _Spelling("self", 0),
    "type": _Spelling("self", 0),
    "type_as": _Spelling("self", 0),
    "to": _Spelling("self", 0),
}
_FUNCTIONS: Mapping[str, _Spelling] = {
    "numpy.array": _Spelling(0, 1),
    "numpy.asarray": _Spelling(0, 1),
    "numpy.asanyarray": _Spelling(0, 1),
    "numpy.ascontiguousarray": _Spelling(0, 1),
    "numpy.asfortranarray": _Spelling(0, 1),
    "numpy.require": _Spelling(0, 1),
    "numpy.full": _Spelling(1, 2),
    "numpy.full_like": _Spelling(1, 2),
    "torch.tensor": _Spelling(0),
    "torch.as_tensor": _Spelling(0, 1),
    "torch.asarray": _Spelling(0),
    "torch.full": _Spelling(1),
    "torch.full_like": _Spelling(1),
}


class Cast(Placed):
    """Numbers (`value`) that become numbers of another dtype.

    `dtype` is None where it is not known.
    """

    def __init__(
        self, function: Function, at: int, operand: int, value: Value, target: Value, dtype: str | None
    ) -> None:
        super().__init__(function, at)
        self.operand = operand
        self.value = value
        self.target = target
        self.dtype = dtype

    @classmethod
    def of(cls, owner: Function) -> Iterator[Cast]:
        """The casts of a function, in the order of the text.

        Where no word says so, a cast is an assignment into an array that is made like another.
        """
        if WORDS.isdisjoint(owner.words) and not _may_store(owner):
            return
        for temporary, op in owner.instructions.items():
            found = None
            if isinstance(op, ir.Call) and temporary in owner.facts.calls:
                found = _call(owner, op, owner.facts.calls[temporary])
            elif isinstance(op, ir.StoreItem):
                found = _stored(owner, op)
            if found is not None:
                yield found

    @property
    def is_explained(self) -> bool:
        """Whether a comment says that nothing is clipped here on purpose."""
        return self.is_commented(_MEANT)

    @property
    def code(self) -> str:
        """The source text of what is cast, on one line."""
        return self.function.code(self.operand)

    @cached_property
    def term(self) -> Term | None:
        """How the numbers were computed."""
        found = unfolded(self.function, term_of(self.value))
        return None if found is None else unrounded(found)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """How the numbers were computed, and those that were stored among them."""
        return () if self.term is None else (self.term, *stored_in(self.function, self.term))

    @cached_property
    def like(self) -> Term | None:
        """The array whose dtype is taken, where that is not known and the numbers were computed from the array:
        `(image * gain).astype(image.dtype)`."""
        source, mine = self.target.term, self.term
        if self.dtype is not None or source is None or source.op != ".dtype" or mine is None:
            return None
        (image,) = source.arguments
        return None if image.sources.isdisjoint(mine.sources) else image

    @property
    def is_of_bytes(self) -> bool:
        """Whether the dtype is that of bytes, or of an image that the function says to be no fractions: it is read,
        made floats to be computed with, asked whether it is bytes, or computed with numbers of their size; or the
        file has a library of pictures."""
        if self.like is None or self.term is None:
            return True
        owner = self.function
        if root(self.like) in fractions(owner) or self._is_for_any_dtype:
            return False
        if is_image_name(root(self.like)):
            asked = not WORDS.isdisjoint(owner.words - {"astype"})
            known = asked or _handles_pictures(owner)
            return known or is_computed_with(owner, self.like) or is_of_byte_scale(owner, self.term, self.like)
        return is_computed_with(owner, self.like) or is_read(owner, self.like)

    @property
    def _is_for_any_dtype(self) -> bool:
        """Whether the function asks which dtype the array has, and says nothing of bytes: `x.dtype.kind == "f"`."""
        op = self.function.instructions.get(self.at)
        asked = self.function.code(op.arguments[0].value) if isinstance(op, ir.Call) and op.arguments else ""
        if not asked.endswith(".dtype") or "uint8" in self.function.words:
            return False
        test = re.compile(
            rf"\b{re.escape(asked)}(?:\.kind)?\s*(?:==|!=|in\b|not in\b)|issubdtype\(\s*{re.escape(asked)}"
        )
        return any(map(test.search, self.function.lines))

    def roles(self, whole: Term) -> Roles:
        """What is taken for an image in a term, for a mask, for something drawn."""
        found = roles_in(self.function, whole, self.is_float)
        found = replace(found, limits={**found.limits, **tested(self.function, self.at, parameters_of(whole))})
        return found if self.like is None else replace(found, images=found.images | {self.like})

    @property
    def is_by_default(self) -> bool:
        """Whether the dtype is the default of a parameter, which a caller may change."""
        return "default" in self.target.traits

    @property
    def is_float(self) -> bool:
        """Whether the numbers are known to be floating point numbers."""
        return promotion.is_float(self.value.dtype)

    @property
    def is_number(self) -> bool:
        """Whether it is a single number, of which one out of range may say that there is none."""
        return self.value.kind is Kind.NUMBER

    @property
    def is_integer(self) -> bool:
        """Whether the numbers are known to be whole by dtype."""
        return promotion.is_integer(self.value.dtype)

    @cached_property
    def history(self) -> tuple[Step, ...]:
        """How the numbers came about."""
        return self.function.steps(self.value.trace)

    @cached_property
    def beyond(self) -> Beyond | None:
        """How the numbers leave 0..255; None where they do not, or nothing says so."""
        return beyond(self)

    @cached_property
    def arrivals(self) -> tuple[Value, ...]:
        """The values that came together in what is cast."""
        return tuple(arrivals(self.function, self.operand))

    @property
    def is_left_to_caller(self) -> bool:
        """Whether the values came by several ways, and a parameter that nobody need pass has them clipped."""
        given = [each for body in self.function.bodies[:1] for each in body.parameters if _CLIPS.search(each.name)]
        defaults = [self.function.value(each.default).const for each in given if each.default is not None]
        return len(self.arrivals) > 1 and any(each is not False for each in defaults)

    @cached_property
    def addends(self) -> tuple[Value, ...]:
        """What a loop before the cast adds to the variable that is cast."""
        return tuple(added(self.function, self.operand))

    @cached_property
    def defaults(self) -> Mapping[Term, Interval]:
        """The parameters of the function, by the numbers that they are where nothing is passed."""
        return defaults(self.function)


WORDS = frozenset(("uint8", "byte", "ubyte", "ByteTensor", "astype", "u1"))
"""Those without which bytes are made only like other bytes."""


def _handles_pictures(owner: Function) -> bool:
    imported = owner.project.imports(owner.path).values()
    return any(each.partition(".")[0] in ("cv2", "PIL") for each in imported)


def _may_store(owner: Function) -> bool:
    sketch = owner.unit.sketch
    is_numpy = any(each.partition(".")[0] == "numpy" for each in owner.project.imports(owner.path).values())
    return is_numpy and (sketch is None or sketch.stores_items)


def _call(owner: Function, op: ir.Call, fact: CallFact) -> Cast | None:
    callee = owner.instructions.get(op.callee)
    if isinstance(callee, ir.Attribute) and fact.receiver is not None and fact.receiver.kind in _HOLDERS:
        return _method(owner, op, callee, fact)
    if fact.callee.kind in (Kind.CLASS, Kind.DTYPE) and op.arguments and _is_dtype(fact.callee.symbol):
        if (
            str(fact.callee.symbol).startswith("torch.")
            and fact.positional[:1]
            and fact.positional[0].kind is Kind.NUMBER
        ):
            return None  # `torch.ByteTensor(size)` has so many items
        return _made(owner, op, op.arguments[0], fact.callee, promotion.meant(fact.callee))
    spelling = _FUNCTIONS.get(fact.callee.symbol or "")
    if spelling is None or isinstance(spelling.data, str):
        return None
    target = _argument(owner, op, spelling.dtype, "dtype")
    source = _operand(op, spelling.data)
    if target is None or source is None:
        return None
    return _made(owner, op, source, target, _dtype(target))


def _is_dtype(symbol: str | None) -> bool:
    # `int(x)` and `float(x)` make one Python number, which holds whatever it is.
    library = (symbol or "").partition(".")[0]
    return library in ("numpy", "torch") and promotion.canonical(symbol or "") is not None


def _method(owner: Function, op: ir.Call, callee: ir.Attribute, fact: CallFact) -> Cast | None:
    receiver = fact.receiver or UNKNOWN
    if callee.name == "byte" and not op.arguments:
        return Cast(owner, op.target, callee.base, receiver, Value(Kind.DTYPE, "uint8"), "uint8")
    if callee.name == "copy_" and op.arguments and receiver.dtype is not None:
        source = op.arguments[0].value
        return Cast(owner, op.target, source, data(owner.value(source)), receiver, receiver.dtype)
    spelling = _METHODS.get(callee.name)
    if spelling is None:
        return None
    candidates = [_argument(owner, op, spelling.dtype, "dtype")]
    if callee.name == "to":
        candidates += [owner.value(each.value) for each in op.arguments]
    for target in candidates:
        if target is not None and (found := _dtype(target) or _of_other(target)) is not None:
            return Cast(owner, op.target, callee.base, data(receiver), target, found)
    target = candidates[0]
    if target is None or callee.name not in ("astype", "type"):
        return None
    return Cast(owner, op.target, callee.base, data(receiver), target, None)


def _of_other(target: Value) -> str | None:
    """`x.to(other)`, `x.type_as(other)`"""
    return target.dtype if target.kind in (Kind.TENSOR, Kind.ARRAY) else None


def _dtype(target: Value) -> str | None:
    if target.kind in (Kind.DTYPE, Kind.CLASS):
        return promotion.meant(target) or target.dtype
    return promotion.meant(target) if target.kind is Kind.TEXT else None


def _operand(op: ir.Call, position: int) -> ir.Argument | None:
    plain = [each for each in op.arguments if each.name is None and each.stars == 0]
    if len(plain) > position:
        return plain[position]
    return next((each for each in op.arguments if each.name in ("a", "object", "fill_value", "data", "obj")), None)


def _argument(owner: Function, op: ir.Call, position: int | None, keyword: str) -> Value | None:
    for each in op.arguments:
        if each.name == keyword:
            return owner.value(each.value)
    plain = [each for each in op.arguments if each.name is None and each.stars == 0]
    return owner.value(plain[position].value) if position is not None and len(plain) > position else None


def _made(owner: Function, op: ir.Call, source: ir.Argument, target: Value, dtype: str | None) -> Cast:
    return Cast(owner, op.target, source.value, data(owner.value(source.value)), target, dtype)


def _stored(owner: Function, op: ir.StoreItem) -> Cast | None:
    base = owner.value(op.base)
    if base.dtype is None and base.kind in (Kind.ARRAY, Kind.TENSOR, Kind.UNKNOWN):
        alike = made_alike(owner, op.base)
        if alike is None or alike.term is None or not any(map(is_image_name, alike.term.arguments)):
            return None  # that it holds bytes would be a guess
        if base.kind is Kind.TENSOR and WORDS.isdisjoint(owner.words):
            return None  # images are tensors of floats, mostly
        return Cast(owner, op.target, op.value, data(owner.value(op.value)), alike, None)
    if base.kind not in (Kind.ARRAY, Kind.TENSOR) or base.dtype is None:
        return None
    return Cast(owner, op.target, op.value, data(owner.value(op.value)), base, base.dtype)
