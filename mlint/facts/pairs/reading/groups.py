"""Which parts of a node stand beside each other, so that one may be a copy of another."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from mlint.facts.pairs.reading.shapes import Block, Entry, Node, arguments, subscripts

# The `if` of an `elif`: told with the one that it belongs to.
ELIF = "elif"

Named = tuple[str, Sequence[Node]]


def groups_of(item: Node, inner: set[ast.expr]) -> list[Named]:
    """The groups of a node, each with its kind; `inner`: where a part of a chain is noted that was met as a whole."""
    if isinstance(item, Block):
        return [("block", item), tests(item)]
    if isinstance(item, ast.BinOp):
        # The left spine of `a * b * c` is met at its top first, where the chain is whole.
        if isinstance(item.left, ast.BinOp) and type(item.left.op) is type(item.op):
            inner.add(item.left)
        return [] if item in inner else [_operands(item)]
    found = _GROUPS.get(type(item))
    return [] if found is None else [found(item)]


def elif_of(node: ast.If) -> ast.If | None:
    """The `if` of the `elif` that follows an `if`; None where there is none."""
    only = node.orelse[0] if len(node.orelse) == 1 else None
    return only if isinstance(only, ast.If) and only.col_offset == node.col_offset else None


def entries_of(node: ast.Dict) -> list[Entry]:
    """The keys and values of a dict."""
    return [Entry(*each) for each in zip(node.keys, node.values, strict=True)]


def _operands(node: ast.BinOp) -> Named:
    found: list[ast.expr] = []
    walked: ast.expr = node
    while isinstance(walked, ast.BinOp) and type(walked.op) is type(node.op):
        found.append(walked.right)
        walked = walked.left
    return "operands", [walked, *reversed(found)]


def tests(statements: Sequence[ast.stmt]) -> Named:
    """What the choices of a block depend on: their bodies may have other shapes."""
    return "tests", [each.test for each in statements if isinstance(each, ast.If)]


def _branches(node: ast.If) -> Named:
    found = [Block(node.body)]
    while (after := elif_of(node)) is not None:
        found.append(Block(after.body))
        node = after
    return "branches", [*found, *([Block(node.orelse)] if node.orelse else [])]


_GROUPS: dict[type[Node], Callable[..., Named]] = {
    ast.Tuple: lambda node: ("elements", node.elts),
    ast.List: lambda node: ("elements", node.elts),
    ast.Set: lambda node: ("elements", node.elts),
    ast.Dict: lambda node: ("entries", entries_of(node)),
    ast.Call: lambda node: ("arguments", arguments(node)),
    ast.Subscript: lambda node: ("slices", subscripts(node)),
    ast.BoolOp: lambda node: ("operands", node.values),
    ast.If: _branches,
}
