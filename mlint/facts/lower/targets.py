"""Lowering of assignment targets: names, attributes, items, and tuples of these."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlint.facts.flow import ir
from mlint.facts.lower.builder import Builder
from mlint.facts.lower.expressions import expression
from mlint.facts.lower.places import Placed


def assign(build: Builder, target: ast.expr, value: int, node: Placed, augmented: bool = False) -> None:
    """Store `value` to the target; `node` is what the store is reported at: the statement, or a part of the tuple."""
    if isinstance(target, ast.Name):
        build.store(node, target.id, value, augmented)
    elif isinstance(target, ast.Attribute):
        base = expression(build, target.value)
        build.emit(ir.StoreAttribute(build.number(node), base, target.attr, value, augmented))
    elif isinstance(target, ast.Subscript):
        base = expression(build, target.value)
        index = expression(build, target.slice)
        build.emit(ir.StoreItem(build.number(node), base, index, value, augmented))
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(build, target.elts, value)
    elif isinstance(target, ast.Starred):
        assign(build, target.value, value, node)


def _unpack(build: Builder, targets: list[ast.expr], value: int) -> None:
    starred = [i for i, element in enumerate(targets) if isinstance(element, ast.Starred)]
    star = starred[0] if starred else None
    for i, element in enumerate(targets):
        inner = element.value if isinstance(element, ast.Starred) else element
        part = build.emit(ir.Element(build.number(inner), value, i, len(targets), star))
        assign(build, inner, part, inner)


def target_names(*targets: ast.expr) -> Iterator[str]:
    """The plain names that an assignment to the targets binds."""
    pending = list(targets)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, (ast.Tuple, ast.List)):
            pending += node.elts
        elif isinstance(node, ast.Starred):
            pending.append(node.value)
