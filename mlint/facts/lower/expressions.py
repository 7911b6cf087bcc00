"""Lowering of expressions. Each function takes the builder and a node, and returns the temporary of its value."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from mlint.facts.flow import ir
from mlint.facts.lower.builder import Builder
from mlint.facts.lower.places import Placed

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
}  # fmt: skip
UNARY: dict[type[ast.unaryop], str] = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not"}
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip


def expression(build: Builder, node: ast.expr) -> int:
    """The value of any expression."""
    lower = _EXPRESSIONS.get(type(node))
    if lower is None:
        return opaque(build, node, type(node).__name__)
    return lower(build, node)


def opaque(build: Builder, node: Placed, what: str) -> int:
    """A value of which nothing is said."""
    return build.emit(ir.Opaque(build.number(node), what))


def _constant(build: Builder, node: ast.Constant) -> int:
    return build.emit(ir.Const(build.number(node), node.value))


def _name(build: Builder, node: ast.Name) -> int:
    return build.load(node, node.id)


def _formatted(build: Builder, node: ast.JoinedStr) -> int:
    first = len(build.nodes)
    parts = tuple(
        expression(build, part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values
    )
    build.formatted.append((range(first, len(build.nodes)), node))
    return build.emit(ir.Text(build.number(node), parts))


def _attribute(build: Builder, node: ast.Attribute) -> int:
    base = expression(build, node.value)
    return build.emit(ir.Attribute(build.number(node), base, node.attr))


def _slice(build: Builder, node: ast.Slice) -> int:
    lower, upper, step = (
        expression(build, part) if part is not None else None for part in (node.lower, node.upper, node.step)
    )
    return build.emit(ir.Slice(build.number(node), lower, upper, step))


def _subscript(build: Builder, node: ast.Subscript) -> int:
    base = expression(build, node.value)
    index = expression(build, node.slice)
    return build.emit(ir.Item(build.number(node), base, index))


def _call(build: Builder, node: ast.Call) -> int:
    callee = expression(build, node.func)
    arguments = tuple(_argument(build, each) for each in _in_order(node))
    return build.emit(ir.Call(build.number(node), callee, arguments))


def _in_order(node: ast.Call) -> list[ast.expr | ast.keyword]:
    """The arguments as they are written: `*rest` may stand behind `name=value`."""
    found: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    if node.args and node.keywords and isinstance(node.args[-1], ast.Starred):
        found.sort(key=lambda each: (each.lineno, each.col_offset))
    return found


def _argument(build: Builder, node: ast.expr | ast.keyword) -> ir.Argument:
    if isinstance(node, ast.keyword):
        return ir.Argument(expression(build, node.value), node.arg, 2 if node.arg is None else 0)
    return ir.Argument(expression(build, node), None, 1 if isinstance(node, ast.Starred) else 0)


def _binary(build: Builder, node: ast.BinOp) -> int:
    chain: list[ast.BinOp] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        chain.append(left)
        left = left.left
    value = expression(build, left)
    for link in reversed(chain):
        right = expression(build, link.right)
        value = build.emit(ir.Binary(build.number(link), BINARY[type(link.op)], value, right))
    return value


def _unary(build: Builder, node: ast.UnaryOp) -> int:
    operand = expression(build, node.operand)
    return build.emit(ir.Unary(build.number(node), UNARY[type(node.op)], operand))


def _compare(build: Builder, node: ast.Compare) -> int:
    left = expression(build, node.left)
    result: int | None = None
    for operator, comparator in zip(node.ops, node.comparators, strict=True):
        right = expression(build, comparator)
        link = build.emit(ir.Compare(build.number(node), COMPARE[type(operator)], left, right))
        result = link if result is None else build.emit(ir.Binary(build.number(node), "and", result, link))
        left = right
    assert result is not None
    return result


def _conditional(build: Builder, node: ast.IfExp) -> int:
    name = build.fresh_name("choice")
    then, orelse, done = build.new_block(), build.new_block(), build.new_block()
    branch(build, node.test, then, orelse)
    for block, way in ((then, node.body), (orelse, node.orelse)):
        build.current = block
        build.store(node, name, expression(build, way))
        build.end(ir.Jump(done.index), done)
    return build.load(node, name)


def _boolean(build: Builder, node: ast.BoolOp) -> int:
    name = build.fresh_name("choice")
    is_and = isinstance(node.op, ast.And)
    done = build.new_block()
    for each in node.values[:-1]:
        left = expression(build, each)
        build.store(node, name, left)
        more = build.new_block()
        build.end(ir.Branch(left, *((more.index, done.index) if is_and else (done.index, more.index))), more)
    build.store(node, name, expression(build, node.values[-1]))
    build.jump(done)
    return build.load(node, name)


def branch(build: Builder, condition: ast.expr, then: ir.Block, orelse: ir.Block) -> None:
    """End the current block by going to `then` or `orelse`, as short-circuit evaluation does."""
    if isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not):
        branch(build, condition.operand, orelse, then)
    elif isinstance(condition, ast.BoolOp):
        for each in condition.values[:-1]:
            more = build.new_block()
            branch(build, each, *((more, orelse) if isinstance(condition.op, ast.And) else (then, more)))
            build.current = more
        branch(build, condition.values[-1], then, orelse)
    elif isinstance(condition, ast.Compare):
        _branch_links(build, condition, then, orelse)
    else:
        value = expression(build, condition)
        build.end(ir.Branch(value, then.index, orelse.index), then)


def _branch_links(build: Builder, node: ast.Compare, then: ir.Block, orelse: ir.Block) -> None:
    """`a < b < c` as `a < b and b < c`, so that each branch knows of both."""
    left = expression(build, node.left)
    for position, (operator, comparator) in enumerate(zip(node.ops, node.comparators, strict=True), 1):
        right = expression(build, comparator)
        link = build.emit(ir.Compare(build.number(node), COMPARE[type(operator)], left, right))
        more = then if position == len(node.ops) else build.new_block()
        build.end(ir.Branch(link, more.index, orelse.index), more)
        left = right


def _collect(build: Builder, node: ast.Tuple | ast.List | ast.Set, kind: str) -> int:
    """A display, with the positions of `*x` in it."""
    items = tuple(expression(build, element) for element in node.elts)
    starred = tuple(i for i, element in enumerate(node.elts) if isinstance(element, ast.Starred))
    return build.emit(ir.Collect(build.number(node), kind, items, starred))


def _mapping(build: Builder, node: ast.Dict) -> int:
    keys: list[int | None] = []
    values: list[int] = []
    for key, value in zip(node.keys, node.values, strict=True):
        keys.append(expression(build, key) if key is not None else None)
        values.append(expression(build, value))
    return build.emit(ir.Mapping(build.number(node), tuple(keys), tuple(values)))


def _walrus(build: Builder, node: ast.NamedExpr) -> int:
    value = expression(build, node.value)
    name = node.target.id
    build.stored.add(name)
    build.emit(ir.Store(build.number(node), name, value))
    return value


def _yield(build: Builder, node: ast.Yield | ast.YieldFrom) -> int:
    build.is_generator = True
    value = expression(build, node.value) if node.value is not None else None
    return build.emit(ir.Yield(build.number(node), value, isinstance(node, ast.YieldFrom)))


def _await(build: Builder, node: ast.Await) -> int:
    value = expression(build, node.value)
    return build.emit(ir.Await(build.number(node), value))


def _lambda(build: Builder, node: ast.Lambda) -> int:
    from mlint.facts.lower.functions import lower_lambda  # functions nest in expressions, and hold them

    return lower_lambda(build, node)


def _starred(build: Builder, node: ast.Starred) -> int:
    return expression(build, node.value)


def _comprehension(build: Builder, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> int:
    from mlint.facts.lower.comprehensions import comprehension  # comprehensions hold expressions, too

    return comprehension(build, node)


def _display(kind: str) -> Callable[[Builder, Any], int]:
    return lambda build, node: _collect(build, node, kind)


_EXPRESSIONS: dict[type[ast.expr], Callable[[Builder, Any], int]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.JoinedStr: _formatted,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.BoolOp: _boolean,
    ast.Tuple: _display("tuple"),
    ast.List: _display("list"),
    ast.Set: _display("set"),
    ast.Dict: _mapping,
    ast.NamedExpr: _walrus,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Await: _await,
    ast.Lambda: _lambda,
    ast.Starred: _starred,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
}
