"""What the annotation of a function promises that it returns."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache

from mlint.facts.project.symbols import Symbol
from mlint.facts.returns.returns import MAPPING, NOTHING, ONE, SEQUENCE, SOMETHING

Resolve = Callable[[str], Symbol | None]
"""What a dotted name stands for."""

_ONE = ("numpy.ndarray", "builtins.float", "builtins.int", "builtins.bool", "builtins.str")
_MAPPINGS = ("dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict")
_SEQUENCES = ("list", "List")
_TUPLES = ("tuple", "Tuple")
_BARE = {
    **dict.fromkeys(_MAPPINGS, MAPPING),
    **dict.fromkeys(_SEQUENCES, SEQUENCE),
    **dict.fromkeys(_TUPLES, SOMETHING),
    "None": NOTHING,
}
_HOMES = ("typing", "typing_extensions", "builtins", "collections", "collections.abc")


def promised(text: str, resolve: Resolve) -> frozenset[int] | None:
    """The shapes, as in `facts.returns`, that an annotation allows; None where one of them is not known."""
    tree = _parsed(text)
    found = frozenset(_shapes(tree, resolve)) if tree is not None else frozenset({None})
    return None if None in found else frozenset(each for each in found if each is not None)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _shapes(node: ast.expr, resolve: Resolve) -> Iterator[int | None]:
    if isinstance(node, ast.Constant):
        inner = _parsed(node.value) if isinstance(node.value, str) else None
        yield from [NOTHING] if node.value is None else _shapes(inner, resolve) if inner is not None else [None]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from _shapes(node.left, resolve)
        yield from _shapes(node.right, resolve)
    elif isinstance(node, ast.Subscript):
        yield from _subscripted(node, resolve)
    else:
        yield _named(_resolved(node, resolve))


def _subscripted(node: ast.Subscript, resolve: Resolve) -> Iterator[int | None]:
    symbol = _resolved(node.value, resolve)
    home, _, name = (symbol.name if symbol is not None else "").rpartition(".")
    inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if home == "jaxtyping":  # `Float[Tensor, "batch channels"]`
        yield ONE
    elif home not in _HOMES:
        yield None
    elif name in ("Optional", "Union"):
        yield from [NOTHING] if name == "Optional" else []
        for each in inside:
            yield from _shapes(each, resolve)
    elif name in _TUPLES:
        is_open = any(isinstance(each, ast.Constant) and each.value is ... for each in inside)
        yield SOMETHING if is_open or len(inside) <= ONE else len(inside)
    else:
        yield MAPPING if name in _MAPPINGS else SEQUENCE if name in _SEQUENCES else None


def _named(symbol: Symbol | None) -> int | None:
    """The shape of an annotation that is a name; None for one that may stand for anything."""
    if symbol is None or symbol.kind == "class":
        return SOMETHING if symbol is not None else None
    home, _, name = symbol.name.rpartition(".")
    if symbol.name in _ONE or (home == "torch" and name.endswith("Tensor")):
        return ONE
    if home not in _HOMES:
        return None
    return _BARE.get(name)


def _resolved(node: ast.expr, resolve: Resolve) -> Symbol | None:
    return resolve(ast.unparse(node)) if isinstance(node, (ast.Name, ast.Attribute)) else None
