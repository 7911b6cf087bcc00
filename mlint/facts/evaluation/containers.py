"""Containers as values: displays, items, elements, and what is stored into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlint.facts.domain import devices, numbers
from mlint.facts.domain.intervals import Basis
from mlint.facts.domain.objects import EACH, part_of
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import MAX_ITEMS, MISSING, UNKNOWN, Kind, Value, join, join_all
from mlint.facts.evaluation import attributes, modes, parts
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact

if TYPE_CHECKING:
    from mlint.facts.evaluation.evaluate import Evaluation

NUMERIC = (Kind.TENSOR, Kind.ARRAY)
_GROWS = ("append", "extend", "insert")
_KINDS = {
    "tuple": Kind.TUPLE,
    "list": Kind.LIST,
    "set": Kind.SET,
    "dict": Kind.DICT,
    "generator": Kind.ITERATOR,
}


def display(evaluation: Evaluation, op: ir.Collect) -> Value:
    """`(a, b)`, `[a, b]`, `{a, b}`"""
    items = tuple(evaluation.values[each] for each in op.items)
    kind = _KINDS[op.kind]
    if op.starred:
        flat = _spread(items, op.starred)
        if flat is None:
            inside = [_inside(each) if index in op.starred else each for index, each in enumerate(items)]
            return Value(kind, element=join_all(inside))
        items = flat
    return Value(kind, items=items) if len(items) <= MAX_ITEMS else Value(kind, element=join_all(items))


def _inside(source: Value) -> Value:
    """Any item of what is spread."""
    return join_all(source.items) if source.items else source.element or UNKNOWN


def _spread(items: tuple[Value, ...], starred: tuple[int, ...]) -> tuple[Value, ...] | None:
    flat: list[Value] = []
    for position, value in enumerate(items):
        if position not in starred:
            flat.append(value)
        elif value.items is None:
            return None
        else:
            flat += value.items
    return tuple(flat)


def mapping(evaluation: Evaluation, op: ir.Mapping) -> Value:
    """`{key: value}`; entries are known as long as all keys are constants."""
    entries: dict[object, Value] = {}
    for key, value in zip(op.keys, op.values, strict=True):
        constant = evaluation.values[key].const if key is not None else MISSING
        if not isinstance(constant, (str, int)):
            return Value(Kind.DICT, element=join_all(evaluation.values[each] for each in op.values))
        entries[constant] = evaluation.values[value]
    return Value(Kind.DICT, entries=tuple(entries.items())) if len(entries) <= MAX_ITEMS else Value(Kind.DICT)


def comprehension(evaluation: Evaluation, op: ir.Comprehension) -> Value:
    """The container that a comprehension makes."""
    element = replace(evaluation.values.get(op.element, UNKNOWN), term=None)
    if op.kind == "dict":
        return Value(Kind.DICT, element=element.items[1] if element.items else None)
    return Value(_KINDS[op.kind], element=element)


def element(evaluation: Evaluation, op: ir.Element) -> Value:
    """One of the targets of `a, b = source`."""
    source = evaluation.values[op.source]
    named = _of_record(evaluation, source, op.index) if op.star is None else None
    if named is not None:
        return named
    found = source.items
    if found is not None and op.star is None and len(found) == op.count:
        return found[op.index]
    if found is not None and op.star is not None and len(found) >= op.count - 1:
        return _starred(found, op.index, op.star, op.count)
    if op.index == op.star:
        return Value(Kind.LIST, element=source.element)
    return _any_of(evaluation, op.target, source, op.index)


def _starred(found: tuple[Value, ...], index: int, star: int, count: int) -> Value:
    """One of the targets of `a, *b, c = found`."""
    behind = count - 1 - star
    if index < star:
        return found[index]
    if index == star:
        return Value(Kind.LIST, items=found[star : len(found) - behind])
    return found[index - count]


def next_of(source: Value, site: int, where: tuple[str, str]) -> Value:
    """What a loop over the source takes on each turn."""
    value = UNKNOWN
    if source.items is not None:
        value = join_all(source.items)
        if len(value.objects) > 1:
            value = replace(value, traits=value.traits | {EACH})
    elif source.element is not None:
        value = source.element
    elif source.kind in NUMERIC:
        value = replace(source, items=None, const=MISSING)
    elif source.kind is Kind.MODULE:
        value = modes.member(source)
    return numbers.named(replace(part_of(source, value), term=None), (where, site), [source])


def item(evaluation: Evaluation, op: ir.Item) -> Value:
    """`base[index]`"""
    base, index = evaluation.values[op.base], evaluation.values[op.index]
    key = index.const
    if base.items is not None and isinstance(key, int) and -len(base.items) <= key < len(base.items):
        return part_of(base, base.items[key], key)
    if base.entries is not None and key is not MISSING:
        found = [value for name, value in base.entries if name == key]
        if found:
            return part_of(base, found[0], key)
    if base.kind in NUMERIC:
        return parts.part(evaluation, op, replace(base, items=None, entries=None, const=MISSING))
    named = _of_record(evaluation, base, key)
    if named is not None:
        return named
    some = _any_of(evaluation, op.target, base, key if isinstance(key, (int, str)) else None)
    if base.kind is Kind.DICT and some.range is not None:  # the key may be one that never is the largest
        one = replace(some, range=some.range.resting_on(Basis.HULL), term=None)
        some = numbers.named(one, (evaluation.unit.where, op.target), [base, index])
    return parts.part(evaluation, op, some) if base.kind is Kind.UNKNOWN else some


def _of_record(evaluation: Evaluation, source: Value, index: object) -> Value | None:
    """An item of a NamedTuple of the project: what was stored in the field; None of anything else."""
    if source.kind is not Kind.OBJECT or source.symbol is None or not isinstance(index, int):
        return None
    name = evaluation.engine.classes.field_at(source.symbol, index)
    return None if name is None else attributes.stored(evaluation.state, source, name)


def _any_of(evaluation: Evaluation, site: int, source: Value, index: object) -> Value:
    if source.items is not None and source.kind is not Kind.DICT:
        value = part_of(source, join_all(source.items), index)
    elif source.entries is not None:
        value = part_of(source, join_all(each for _, each in source.entries), index)
    elif source.element is not None:
        value = part_of(source, source.element, index)
    elif source.kind in NUMERIC:
        value = replace(source, items=None, const=MISSING)
    else:
        value = (
            modes.member(source) if source.kind is Kind.MODULE else Value(device=devices.entry(source.device, index))
        )
        value = part_of(source, replace(value, parameters=source.parameters), index)
    return numbers.named(replace(value, term=None), (evaluation.unit.where, site), [source])


def _common(left: Value, right: Value) -> Value | None:
    """What any item of either is; None where that is not known of both."""
    sides = [join_all(side.items) if side.items else side.element for side in (left, right) if side.items != ()]
    known = [each for each in sides if each is not None]
    return join_all(known) if known and len(known) == len(sides) else None


def concatenated(op: str, left: Value, right: Value) -> Value | None:
    """`+` and `*` on tuples, lists and text; None for everything else."""
    if op == "/" and left.kind is Kind.PATH:
        return Value(Kind.PATH)
    if op in "%+" and left.kind is Kind.TEXT:
        return Value(Kind.TEXT)
    if op == "*" and right.kind in (Kind.TUPLE, Kind.LIST):
        left, right = right, left
    if left.kind not in (Kind.TUPLE, Kind.LIST):
        return None
    if op == "+" and left.items is not None and right.items is not None and right.kind is left.kind:
        items = left.items + right.items
        return Value(left.kind, items=items) if len(items) <= MAX_ITEMS else Value(left.kind)
    if op == "+" and right.kind is left.kind:
        return Value(left.kind, element=_common(left, right))
    if op == "*" and left.items is not None and isinstance(right.const, int) and not isinstance(right.const, bool):
        count = max(0, right.const) * len(left.items)
        return Value(left.kind, items=left.items * max(0, right.const)) if count <= MAX_ITEMS else Value(left.kind)
    if op == "*":
        return Value(left.kind, element=join_all(left.items) if left.items else left.element)
    return Value(left.kind)


def grown(evaluation: Evaluation, op: ir.Call, fact: CallFact, old: Value) -> None:
    """`models.append(model)`: the list holds that from here on. Of numbers only that it is no longer as it was."""
    callee = evaluation.instruction(op.callee)
    added = fact.positional[-1] if fact.positional else UNKNOWN
    if fact.name == "extend":
        added = next_of(added, op.target, evaluation.unit.where)
    if not isinstance(callee, ir.Attribute) or fact.name not in _GROWS:
        return
    known = old.element if old.items is None else join_all(old.items) if old.items else added
    identified = added.objects or any(each.objects for each in added.items or ())
    element = join(known, replace(added, term=None)) if known is not None and identified else None
    evaluation.update(callee.base, replace(old, items=None, element=element, term=None, const=MISSING))


def store_item(evaluation: Evaluation, op: ir.StoreItem) -> Value:
    """`base[index] = value`: what the container holds afterwards, wherever the container is known to be kept."""
    base, index, value = (evaluation.values[each] for each in (op.base, op.index, op.value))
    if base.kind in NUMERIC or base.kind is Kind.UNKNOWN:
        changed = parts.stored(evaluation, op)
        evaluation.update(op.base, changed)
        parts.stored_through(evaluation, op, changed)
    else:
        evaluation.update(op.base, _stored(base, index, value))
    return value


def _stored(base: Value, index: Value, value: Value) -> Value:
    if base.kind is Kind.DICT and base.entries is not None and isinstance(index.const, (str, int)):
        return replace(base, entries=tuple({**dict(base.entries), index.const: value}.items())[:MAX_ITEMS])
    if base.kind is Kind.LIST and base.items is not None and isinstance(index.const, int):
        items = list(base.items)
        if -len(items) <= index.const < len(items):
            items[index.const] = value
            return replace(base, items=tuple(items))
    if base.kind in (Kind.LIST, Kind.DICT):
        known = base.element if base.items is None and base.entries is None else None
        known = value if base.items == () or base.entries == () else known
        return Value(base.kind, element=join(known, value) if known is not None else None, objects=base.objects)
    return base
