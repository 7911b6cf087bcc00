"""Lowering of assignment targets: names, attributes, items, and tuples of these."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from mlint.facts import ir
from mlint.facts.lower.builder import Builder
from mlint.facts.lower.expressions import expression, subscript_index


def assign(build: Builder, target: cst.CSTNode, value: int, node: cst.CSTNode, augmented: bool = False) -> None:
    """Store `value` to the target; `node` is what the store is reported at: the statement, or a part of the tuple."""
    if isinstance(target, cst.Name):
        build.store(node, target.value, value, augmented)
    elif isinstance(target, cst.Attribute):
        base = expression(build, target.value)
        build.emit(ir.StoreAttribute(build.number(node), base, target.attr.value, value, augmented))
    elif isinstance(target, cst.Subscript):
        base = expression(build, target.value)
        index = subscript_index(build, target)
        build.emit(ir.StoreItem(build.number(node), base, index, value, augmented))
    elif isinstance(target, (cst.Tuple, cst.List)):
        _unpack(build, target, value)
    elif isinstance(target, cst.StarredElement):
        assign(build, target.value, value, node)


def _unpack(build: Builder, target: cst.Tuple | cst.List, value: int) -> None:
    count = len(target.elements)
    starred = [i for i, element in enumerate(target.elements) if isinstance(element, cst.StarredElement)]
    star = starred[0] if starred else None
    for i, element in enumerate(target.elements):
        part = build.emit(ir.Element(build.number(element.value), value, i, count, star))
        assign(build, element.value, part, element.value)


def target_names(target: cst.CSTNode) -> Iterator[str]:
    """The plain names that an assignment to the target binds."""
    pending = [target]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Name):
            yield node.value
        elif isinstance(node, (cst.Tuple, cst.List)):
            pending += [element.value for element in node.elements]
        elif isinstance(node, cst.StarredElement):
            pending.append(node.value)
