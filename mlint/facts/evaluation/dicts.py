"""Dicts that a call makes, and the methods of dicts whose entries are known."""

from __future__ import annotations

from mlint.facts.domain.objects import part_of
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import MAX_ITEMS, Kind, Value, constant, join_all
from mlint.facts.flow.recorded import CallFact

DICTS = ("builtins.dict", "collections.OrderedDict")


def of_dict(source: Value, method: str) -> Value | None:
    """What `values()` and `items()` of a dict give; None where its entries are not known, and for other methods."""
    if source.entries is None or method not in ("values", "items"):
        return None
    held = [(key, part_of(source, each, key)) for key, each in source.entries]
    if method == "values":
        return Value(Kind.ITERATOR, items=tuple(each for _, each in held))
    pairs = tuple(Value(Kind.TUPLE, items=(constant(key), each)) for key, each in held)
    return Value(Kind.ITERATOR, items=pairs)


def made(value: Value, fact: CallFact) -> Value:
    """What `dict(pairs, key=value)` holds; `value` is the dict as the tables give it."""
    named = tuple(fact.keywords.items())
    if not fact.positional and not fact.starred and named and len(named) <= MAX_ITEMS:
        return replace(value, entries=named)
    pairs = fact.positional[0] if fact.positional else None
    pair = None if pairs is None else join_all(pairs.items) if pairs.items else pairs.element
    if pair is None or pair.items is None or len(pair.items) != 2 or fact.starred:
        return value
    return replace(value, element=join_all((pair.items[1], *fact.keywords.values())))
