"""What a function divides by what, as Python's own parser reads it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeGuard

from mlint.facts.syntax.tree import walk

_DIVIDES = frozenset(
    "divide true_divide div div_ safe_divide _safe_divide safe_div _safe_div divide_no_nan div_no_nan".split()
)
_ITEMS = ("items", "values")
Aliases = Mapping[str, frozenset[str]]
"""The attributes that names stand for: those of `total` after `total, n = self.total, self.n`."""


def divided(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """What is divided, and by what: `a / b`, `a /= b`, `np.divide(a, b)`, `a.div_(b)`; None of anything else."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return node.left, node.right
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
        return node.target, node.value
    if not isinstance(node, ast.Call) or _last(node.func) not in _DIVIDES:
        return None
    whole = [*([node.func.value] if isinstance(node.func, ast.Attribute) else []), *node.args][-2:]
    return (whole[0], whole[1]) if len(whole) == 2 else None


def held(value: ast.expr, known: Aliases) -> frozenset[str]:
    """The names and attributes in an expression, and the attributes that these names stand for."""
    found = frozenset(spelled(each) for each in walk(value) if isinstance(each, (ast.Name, ast.Attribute)))
    return found.union(*(known[name] for name in found if name in known))


def aliases(nodes: Iterable[ast.AST]) -> Aliases:
    """What the names of a function stand for that are assigned an attribute as it is, or go through its items."""
    found: dict[str, frozenset[str]] = {}
    for node in nodes:
        for name, attribute in _bound(node):
            found[name] = found.get(name, frozenset()) | {attribute}
    return found


def _bound(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        pairs = [(node.targets[0], node.value)]
        if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(node.targets[0].elts, node.value.elts, strict=False))
        yield from ((one.id, spelled(other)) for one, other in pairs if _is_alias(one, other))
    elif isinstance(node, (ast.For, ast.comprehension)):
        source = node.iter
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) and source.func.attr in _ITEMS:
            value = node.target.elts[-1] if isinstance(node.target, ast.Tuple) and node.target.elts else node.target
            yield from [(value.id, spelled(source.func.value))] if _is_alias(value, source.func.value) else ()


def _is_alias(name: ast.expr, value: ast.expr) -> TypeGuard[ast.Name]:
    return isinstance(name, ast.Name) and isinstance(value, ast.Attribute)


def spelled(target: ast.expr) -> str:
    """A name, attribute or item as one text: `self.total`, `totals["loss"]`; empty for anything else."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return f"{spelled(target.value)}.{target.attr}"
    if isinstance(target, ast.Subscript):
        key = repr(target.slice.value) if isinstance(target.slice, ast.Constant) else ""
        return f"{spelled(target.value)}[{key}]"
    return ""


def _last(callee: ast.expr) -> str:
    if isinstance(callee, ast.Attribute):
        return callee.attr
    return callee.id if isinstance(callee, ast.Name) else ""
