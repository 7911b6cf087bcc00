"""Matrix products of an image with a matrix that is written out: colour transforms, of which each weight is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mlint.facts.domain.intervals import BYTE, Interval, plus, point, times
from mlint.facts.domain.polynomials import Term
from mlint.facts.domain.reaches import is_image_name, parts_of
from mlint.facts.domain.values import Value
from mlint.facts.flow import ir
from mlint.facts.project.units import MODULE
from mlint.subjects.numbers.operands import place_of
from mlint.subjects.owners import Function

if TYPE_CHECKING:
    from mlint.facts.flow.recorded import CallFact

_PRODUCTS = frozenset(("dot", "matmul", "mm", "tensordot"))
_ARRAYS = frozenset(("array", "asarray", "tensor", "as_tensor", "matrix", "float32", "float64"))
_CASTS = frozenset(("astype", "float", "double", "to"))
_MOST = 64

Rows = Sequence[Sequence[float]]


def mixed(owner: Function, whole: Term) -> Interval | None:
    """Where the numbers lie that a matrix product of an image gives, scaled; None where it is no such product."""
    parts = list(parts_of(whole))
    if len(parts) != 1 or len(parts[0][0]) != 1 or parts[0][0][0][1] != 1:
        return None
    (((atom, _),), scale) = parts[0]
    place = place_of(owner, atom)
    for image, rows in _products(owner, None if place is None else owner.instructions.get(place)):
        reach = _of_image(owner.value(image))
        if reach is not None:
            return times(_mixed(rows, reach), point(scale))
    return None


def _products(owner: Function, op: ir.Instruction | None) -> Iterator[tuple[int, Rows]]:
    """The operand that may be an image, with the weights of each channel that comes of it."""
    sides = _sides(owner, op)
    if sides is not None:
        left, right = sides
        rows = written_out(owner, right)
        if rows is not None:
            yield left, _turned(rows)
        rows = written_out(owner, left)
        if rows is not None:
            yield right, rows


def _sides(owner: Function, op: ir.Instruction | None) -> tuple[int, int] | None:
    if isinstance(op, ir.Binary):
        return (op.left, op.right) if op.op == "@" else None
    fact: CallFact | None = owner.facts.calls.get(op.target) if isinstance(op, ir.Call) else None
    if not isinstance(op, ir.Call) or fact is None or fact.name not in _PRODUCTS:
        return None
    callee = owner.instructions.get(op.callee)
    passed = [each.value for each in op.arguments if each.name is None]
    if fact.receiver is not None and isinstance(callee, ir.Attribute):
        passed.insert(0, callee.base)
    return (passed[0], passed[1]) if len(passed) >= 2 else None


def _of_image(value: Value) -> Interval | None:
    if value.range is not None:
        return value.range if value.range.bounded and value.range.low >= 0 else None
    return BYTE if value.term is not None and is_image_name(value.term) else None


def _mixed(rows: Rows, reach: Interval) -> Interval:
    """The hull of all channels; those of the image are taken to have nothing to do with one another."""
    found: Interval | None = None
    for row in rows:
        channel = point(0.0)
        for weight in row:
            channel = plus(channel, times(reach, point(weight)))
        found = channel if found is None else found.join(channel)
    return found if found is not None else reach


def _turned(rows: Rows) -> Rows:
    return list(zip(*rows, strict=True))


def written_out(owner: Function, temporary: int, hops: int = 4) -> Rows | None:
    """The numbers of a matrix that the code writes out, here or at the top of the file; a vector is one column."""
    op = owner.instructions.get(temporary)
    if hops == 0 or op is None:
        return None
    if isinstance(op, ir.Attribute):
        rows = written_out(owner, op.base, hops - 1) if op.name == "T" else None
        return None if rows is None else _turned(rows)
    if isinstance(op, (ir.Load, ir.Global)):
        return _named(owner, op, hops)
    if isinstance(op, ir.Collect):
        return _rows(owner, op)
    return _made(owner, op, hops) if isinstance(op, ir.Call) else None


def _named(owner: Function, op: ir.Load | ir.Global, hops: int) -> Rows | None:
    """What a variable is assigned, where that is done once."""
    around = owner
    if isinstance(op, ir.Global):
        unit = owner.file.engine.unit(owner.path, MODULE)
        if unit is None:
            return None
        around = Function(owner.file, unit)
    stores = [each for each in around.instructions.values() if isinstance(each, ir.Store) and each.name == op.name]
    return written_out(around, stores[0].value, hops - 1) if len(stores) == 1 else None


def _made(owner: Function, op: ir.Call, hops: int) -> Rows | None:
    """`np.array([[...]])`, `torch.tensor(...)`, and casts of these."""
    callee = owner.instructions.get(op.callee)
    if not isinstance(callee, ir.Attribute):
        return None
    if callee.name in _CASTS:
        return written_out(owner, callee.base, hops - 1)
    return written_out(owner, op.arguments[0].value, hops - 1) if callee.name in _ARRAYS and op.arguments else None


def _rows(owner: Function, op: ir.Collect) -> Rows | None:
    inner = [owner.instructions.get(each) for each in op.items]
    nested = [each for each in inner if isinstance(each, ir.Collect)]
    if len(inner) > _MOST or op.starred or len(nested) not in (0, len(inner)):
        return None
    rows = [[_number(owner, each) for each in part.items] for part in nested] or [
        [_number(owner, each)] for each in op.items
    ]
    known = [[each for each in row if each is not None] for row in rows]
    is_even = len({len(row) for row in known}) == 1 and [len(row) for row in rows] == [len(row) for row in known]
    return known if is_even else None


def _number(owner: Function, temporary: int) -> float | None:
    const = owner.value(temporary).const
    return float(const) if isinstance(const, (int, float)) and not isinstance(const, bool) else None
