"""Parts of arrays and tensors: `x[index]`, and what `x[index] = value` leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlint.facts import ir, numbers, promotion
from mlint.facts.polynomials import is_settled, leaf
from mlint.facts.records import replace
from mlint.facts.terms import function
from mlint.facts.values import MISSING, Kind, Value

if TYPE_CHECKING:
    from mlint.facts.evaluate import Evaluation

_MOST_DEEP = 4


def part(evaluation: Evaluation, op: ir.Item, value: Value) -> Value:
    """`value`, which is what is known of `base[index]`, with its term: equal parts of equal arrays are equal."""
    base = evaluation.values[op.base]
    identity = (evaluation.unit.where, op.target)
    if base.term is None or not is_settled(base.term):
        return numbers.named(replace(value, term=None), identity, [base])
    if _is_lifted(evaluation, op.index):
        return replace(value, term=base.term)
    index = index_key(evaluation, op.index)
    if index is None:
        return numbers.named(replace(value, term=None), identity, [base, evaluation.values[op.index]])
    return replace(value, term=function("part", base.term, leaf(("index", index))))


def _is_lifted(evaluation: Evaluation, temporary: int) -> bool:
    """`x[..., None]`, `x[:, :, np.newaxis]`: the whole, with an axis at the end, to meet what has channels.

    `x[:, None]` is not: it is written to pair each element with each.
    """
    op = evaluation.instruction(temporary)
    if not isinstance(op, ir.Collect) or op.starred or len(op.items) < 2:
        return False
    *front, last = op.items
    ellipsis = evaluation.instruction(front[0])
    full = len(front) > 1 or (isinstance(ellipsis, ir.Const) and ellipsis.value is Ellipsis)
    return full and index_key(evaluation, last) == "None" and all(_is_whole(evaluation, each) for each in front)


def index_key(evaluation: Evaluation, temporary: int | None, depth: int = 0) -> str | None:
    """A text that is equal for equal indices; None where the index is something unknown."""
    if temporary is None:
        return ""
    value = evaluation.values.get(temporary)
    op = evaluation.instruction(temporary)
    if isinstance(op, ir.Slice):
        ends = [index_key(evaluation, end, depth + 1) for end in (op.lower, op.upper, op.step)]
        return None if None in ends else ":".join(end for end in ends if end is not None)
    if isinstance(op, ir.Collect) and depth < _MOST_DEEP:
        items = [index_key(evaluation, each, depth + 1) for each in op.items]
        return None if None in items or op.starred else ",".join(item for item in items if item is not None)
    if value is None:
        return None
    if value.kind is Kind.NONE or value.symbol == "numpy.newaxis":
        return "None"
    if value.const is not MISSING:
        return repr(value.const)
    return value.term.key if value.term is not None else None


def stored(evaluation: Evaluation, op: ir.StoreItem) -> Value:
    """The array, or something unknown that may be one, after `base[index] = value`."""
    base, index, value = (evaluation.values[each] for each in (op.base, op.index, op.value))
    identity = (evaluation.unit.where, op.target)
    if base.kind is Kind.UNKNOWN:
        after = replace(base, range=None, term=None)
    elif _is_whole(evaluation, op.index):
        after = numbers.store(replace(base, range=value.range), index, value)
    else:
        after = numbers.store(base, index, value)
    return numbers.named(after, identity, [base, value])


def filled(evaluation: Evaluation, temporary: int) -> None:
    """After `draw(mask, ...)` as a statement: what is not known to leave its arrays alone has written to them."""
    op, fact = evaluation.instruction(temporary), evaluation.facts.calls.get(temporary)
    if not isinstance(op, ir.Call) or fact is None or fact.entry is not None:
        return
    for argument in op.arguments:
        value = evaluation.values[argument.value]
        if value.kind in (Kind.ARRAY, Kind.TENSOR) and value.range is not None:
            after = replace(value, range=promotion.limits(value.dtype), term=None)
            evaluation.update(
                argument.value, numbers.named(after, (evaluation.unit.where, temporary, "filled"), [value])
            )


def _is_whole(evaluation: Evaluation, temporary: int) -> bool:
    """`x[:]`, `x[...]`, `x[:, :]`: every element is replaced."""
    op = evaluation.instruction(temporary)
    if isinstance(op, ir.Slice):
        return op.lower is None and op.upper is None and op.step is None
    if isinstance(op, ir.Collect) and not op.starred:
        return all(_is_whole(evaluation, each) for each in op.items)
    return isinstance(op, ir.Const) and op.value is Ellipsis
