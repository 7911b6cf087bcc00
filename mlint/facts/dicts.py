"""The methods of dicts whose entries are known."""

from __future__ import annotations

from mlint.facts.objects import part_of
from mlint.facts.values import Kind, Value, constant


def of_dict(source: Value, method: str) -> Value | None:
    """What `values()` and `items()` of a dict give; None where its entries are not known, and for other methods."""
    if source.entries is None or method not in ("values", "items"):
        return None
    held = [(key, part_of(source, each, key)) for key, each in source.entries]
    if method == "values":
        return Value(Kind.ITERATOR, items=tuple(each for _, each in held))
    pairs = tuple(Value(Kind.TUPLE, items=(constant(key), each)) for key, each in held)
    return Value(Kind.ITERATOR, items=pairs)
