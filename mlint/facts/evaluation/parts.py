"""Parts of arrays and tensors: `x[index]`, and what `x[index] = value` leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlint.facts.domain import numbers, promotion
from mlint.facts.domain.polynomials import is_settled, leaf
from mlint.facts.domain.records import replace
from mlint.facts.domain.terms import function
from mlint.facts.domain.values import MISSING, Kind, Value, channels_of
from mlint.facts.flow import ir

if TYPE_CHECKING:
    from mlint.facts.evaluation.evaluate import Evaluation

_MOST_DEEP = 4
_WRITES = frozenset(("numpy.putmask", "numpy.place", "numpy.copyto", "numpy.put"))
_PLACES = frozenset(("numpy.where", "numpy.nonzero", "torch.where", "torch.nonzero"))


def part(evaluation: Evaluation, op: ir.Item, value: Value) -> Value:
    """`value`, which is what is known of `base[index]`, with its term: equal parts of equal arrays are equal."""
    base = evaluation.values[op.base]
    identity = (evaluation.unit.where, op.target)
    value = _of_channel(evaluation, op, value)
    if base.term is None or not is_settled(base.term):
        return numbers.named(replace(value, term=None), identity, [base])
    if _is_lifted(evaluation, op.index):
        return replace(value, term=base.term)
    index = index_key(evaluation, op.index)
    if index is None:
        return numbers.named(replace(value, term=None), identity, [base, evaluation.values[op.index]])
    return replace(value, term=function("part", base.term, leaf(("index", index))))


def _of_channel(evaluation: Evaluation, op: ir.Item, value: Value) -> Value:
    """The value with the range of the part, where that was set by itself."""
    base = evaluation.values[op.base]
    if base.channels is None:
        return value
    known, key = channels_of(base), _key(evaluation, op.index)
    told = known.range_of(key) if known is not None and key is not None and known.has(key) else value.range
    return replace(value, range=told, channels=None)


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
    identity = (evaluation.unit.where, op.target)
    return _after(evaluation, identity, op.base, op.index, evaluation.values[op.value])


def stored_through(evaluation: Evaluation, op: ir.StoreItem, changed: Value) -> None:
    """After `hsv[..., 1][dark] = 0` the whole has the `changed` part."""
    taken = evaluation.instruction(op.base)
    if not isinstance(taken, ir.Item) or evaluation.values[taken.base].kind not in (Kind.ARRAY, Kind.TENSOR):
        return
    if _key(evaluation, taken.index) is not None:
        identity = (evaluation.unit.where, op.target, "through")
        evaluation.update(taken.base, _after(evaluation, identity, taken.base, taken.index, changed))


def _after(evaluation: Evaluation, identity: object, array: int, at: int, value: Value) -> Value:
    """An array after a value was stored at an index of it."""
    base, index = evaluation.values[array], _mask(evaluation, at)
    if base.kind is Kind.UNKNOWN:
        return numbers.named(replace(base, range=None, term=None, channels=None), identity, [base, value])
    if _is_whole(evaluation, at):
        after = numbers.store(replace(base, range=value.range), index, value)
        return numbers.named(replace(after, channels=None), identity, [base, value])
    after, new = numbers.store(base, index, value), value.range
    if base.dtype is not None:
        new = numbers.convert(value, base.dtype).range
    known = channels_of(base) if _is_view(evaluation, at) and new is not None else None
    if known is None or new is None:
        return numbers.named(replace(after, channels=None), identity, [base, value])
    key = index_key(evaluation, at)
    channels = known.with_some_part(new) if key is None else known.with_part(key, new)
    reach = after.range if channels is None else channels.whole
    after = numbers.named(replace(after, range=reach), identity, [base, value])
    return replace(after, channels=None if channels is None else replace(channels, term=after.term))


def _mask(evaluation: Evaluation, at: int) -> Value:
    """The index, or the condition of which it is the places: `x[np.where(x > 255)]` is `x[x > 255]`."""
    fact = evaluation.facts.calls.get(at)
    places = fact is not None and fact.entry is not None and fact.entry.name in _PLACES and len(fact.positional) == 1
    return fact.positional[0] if fact is not None and places else evaluation.values[at]


def _is_view(evaluation: Evaluation, temporary: int) -> bool:
    """Whether an index is written with numbers and slices: neither a mask nor a list of places."""
    op = evaluation.instruction(temporary)
    items = op.items if isinstance(op, ir.Collect) and not op.starred else (temporary,)
    return all(
        isinstance(evaluation.instruction(each), (ir.Slice, ir.Const)) or evaluation.values[each].kind is Kind.NUMBER
        for each in items
    )


def _key(evaluation: Evaluation, temporary: int) -> str | None:
    """The text of such an index; None of any other."""
    return index_key(evaluation, temporary) if _is_view(evaluation, temporary) else None


def filled(evaluation: Evaluation, temporary: int) -> None:
    """After `draw(mask, ...)` as a statement: what is not known to leave its arrays alone has written to them."""
    op, fact = evaluation.instruction(temporary), evaluation.facts.calls.get(temporary)
    if not isinstance(op, ir.Call) or fact is None or not (fact.entry is None or fact.entry.name in _WRITES):
        return
    for argument in op.arguments if fact.entry is None else op.arguments[:1]:
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
