"""The methods of dicts whose entries are known."""

from __future__ import annotations

from mlint.facts.values import Kind, Value, constant


def of_dict(source: Value, method: str) -> Value | None:
    """What `values()` and `items()` of a dict give; None where its entries are not known, and for other methods."""
    if source.entries is None or method not in ("values", "items"):
        return None
    if method == "values":
        return Value(Kind.ITERATOR, items=tuple(each for _, each in source.entries))
    pairs = tuple(Value(Kind.TUPLE, items=(constant(key), each)) for key, each in source.entries)
    return Value(Kind.ITERATOR, items=pairs)
