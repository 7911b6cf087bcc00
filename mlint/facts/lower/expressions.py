"""Lowering of expressions. Each function takes the builder and a node, and returns the temporary of its value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from mlint.facts import ir
from mlint.facts.lower.builder import Builder

BINARY: dict[type[cst.CSTNode], str] = {
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo: "%",
    cst.Power: "**", cst.MatrixMultiply: "@", cst.LeftShift: "<<", cst.RightShift: ">>", cst.BitAnd: "&",
    cst.BitOr: "|", cst.BitXor: "^", cst.AddAssign: "+", cst.SubtractAssign: "-", cst.MultiplyAssign: "*",
    cst.DivideAssign: "/", cst.FloorDivideAssign: "//", cst.ModuloAssign: "%", cst.PowerAssign: "**",
    cst.MatrixMultiplyAssign: "@", cst.LeftShiftAssign: "<<", cst.RightShiftAssign: ">>", cst.BitAndAssign: "&",
    cst.BitOrAssign: "|", cst.BitXorAssign: "^",
}  # fmt: skip
UNARY: dict[type[cst.CSTNode], str] = {cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~", cst.Not: "not"}
COMPARE: dict[type[cst.CSTNode], str] = {
    cst.LessThan: "<", cst.LessThanEqual: "<=", cst.Equal: "==", cst.NotEqual: "!=", cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=", cst.In: "in", cst.NotIn: "not in", cst.Is: "is", cst.IsNot: "is not",
}  # fmt: skip


def expression(build: Builder, node: cst.CSTNode) -> int:
    """The value of any expression."""
    lower = _EXPRESSIONS.get(type(node))
    if lower is None:
        return opaque(build, node, type(node).__name__)
    return lower(build, node)


def opaque(build: Builder, node: cst.CSTNode, what: str) -> int:
    """A value of which nothing is said."""
    return build.emit(ir.Opaque(build.number(node), what))


def _const(build: Builder, node: cst.CSTNode, value: object) -> int:
    return build.emit(ir.Const(build.number(node), value))


def _name(build: Builder, node: cst.Name) -> int:
    if node.value in ("None", "True", "False"):
        return _const(build, node, {"None": None, "True": True, "False": False}[node.value])
    return build.load(node, node.value)


def _integer(build: Builder, node: cst.Integer) -> int:
    text = node.value
    return _const(build, node, int(text)) if len(text) < 4000 and text.isdecimal() else _literal(build, node)


def _string(build: Builder, node: cst.SimpleString) -> int:
    text = node.value
    is_plain = text[0] in "'\"" and "\\" not in text and not text.startswith(("'''", '"""'))
    return _const(build, node, text[1:-1]) if is_plain else _literal(build, node)


def _literal(build: Builder, node: cst.Integer | cst.Float | cst.Imaginary | cst.SimpleString) -> int:
    try:
        return _const(build, node, node.evaluated_value)
    except ValueError:  # more digits than Python converts
        return opaque(build, node, "number")


def _concatenated(build: Builder, node: cst.ConcatenatedString) -> int:
    value = node.evaluated_value
    if value is not None:
        return _const(build, node, value)
    parts: list[int] = []
    pending: list[cst.CSTNode] = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, cst.ConcatenatedString):
            pending += [part.right, part.left]
        else:
            parts.append(expression(build, part))
    return build.emit(ir.Text(build.number(node), tuple(parts)))


def _formatted(build: Builder, node: cst.FormattedString) -> int:
    parts = [
        expression(build, part.expression)
        if isinstance(part, cst.FormattedStringExpression)
        else _const(build, part, part.value if isinstance(part, cst.FormattedStringText) else "")
        for part in node.parts
    ]
    return build.emit(ir.Text(build.number(node), tuple(parts)))


def _attribute(build: Builder, node: cst.Attribute) -> int:
    base = expression(build, node.value)
    return build.emit(ir.Attribute(build.number(node), base, node.attr.value))


def _index(build: Builder, node: cst.BaseSlice) -> int:
    if isinstance(node, cst.Index):
        return expression(build, node.value)
    assert isinstance(node, cst.Slice)
    lower, upper, step = (
        expression(build, part) if part is not None else None for part in (node.lower, node.upper, node.step)
    )
    return build.emit(ir.Slice(build.number(node), lower, upper, step))


def subscript_index(build: Builder, node: cst.Subscript) -> int:
    """The index of a subscript; several are one tuple."""
    parts = [_index(build, element.slice) for element in node.slice]
    if len(parts) == 1 and not isinstance(node.slice[0].comma, cst.Comma):
        return parts[0]
    return build.emit(ir.Collect(build.number(node.slice[0]), "tuple", tuple(parts)))


def _subscript(build: Builder, node: cst.Subscript) -> int:
    base = expression(build, node.value)
    index = subscript_index(build, node)
    return build.emit(ir.Item(build.number(node), base, index))


def _call(build: Builder, node: cst.Call) -> int:
    callee = expression(build, node.func)
    arguments = tuple(
        ir.Argument(
            expression(build, argument.value),
            argument.keyword.value if argument.keyword is not None else None,
            len(argument.star),
        )
        for argument in node.args
    )
    return build.emit(ir.Call(build.number(node), callee, arguments))


def _binary(build: Builder, node: cst.BinaryOperation) -> int:
    chain: list[cst.BinaryOperation] = []
    left: cst.BaseExpression = node
    while isinstance(left, cst.BinaryOperation):
        chain.append(left)
        left = left.left
    value = expression(build, left)
    for link in reversed(chain):
        right = expression(build, link.right)
        value = build.emit(ir.Binary(build.number(link), BINARY[type(link.operator)], value, right))
    return value


def _unary(build: Builder, node: cst.UnaryOperation) -> int:
    operand = expression(build, node.expression)
    return build.emit(ir.Unary(build.number(node), UNARY[type(node.operator)], operand))


def _compare(build: Builder, node: cst.Comparison) -> int:
    left = expression(build, node.left)
    result: int | None = None
    for target in node.comparisons:
        right = expression(build, target.comparator)
        link = build.emit(ir.Compare(build.number(node), COMPARE[type(target.operator)], left, right))
        result = link if result is None else build.emit(ir.Binary(build.number(node), "and", result, link))
        left = right
    assert result is not None
    return result


def _conditional(build: Builder, node: cst.IfExp) -> int:
    name = build.fresh_name("choice")
    then, orelse, done = build.new_block(), build.new_block(), build.new_block()
    branch(build, node.test, then, orelse)
    for block, way in ((then, node.body), (orelse, node.orelse)):
        build.current = block
        build.store(node, name, expression(build, way))
        build.end(ir.Jump(done.index), done)
    return build.load(node, name)


def _boolean(build: Builder, node: cst.BooleanOperation) -> int:
    name = build.fresh_name("choice")
    is_and = isinstance(node.operator, cst.And)
    left = expression(build, node.left)
    build.store(node, name, left)
    more, done = build.new_block(), build.new_block()
    build.end(ir.Branch(left, *((more.index, done.index) if is_and else (done.index, more.index))), more)
    build.store(node, name, expression(build, node.right))
    build.jump(done)
    return build.load(node, name)


def branch(build: Builder, condition: cst.BaseExpression, then: ir.Block, orelse: ir.Block) -> None:
    """End the current block by going to `then` or `orelse`, as short-circuit evaluation does."""
    if isinstance(condition, cst.UnaryOperation) and isinstance(condition.operator, cst.Not):
        branch(build, condition.expression, orelse, then)
    elif isinstance(condition, cst.BooleanOperation):
        more = build.new_block()
        ways = (more, orelse) if isinstance(condition.operator, cst.And) else (then, more)
        branch(build, condition.left, *ways)
        build.current = more
        branch(build, condition.right, then, orelse)
    elif isinstance(condition, cst.Comparison):
        _branch_links(build, condition, then, orelse)
    else:
        value = expression(build, condition)
        build.end(ir.Branch(value, then.index, orelse.index), then)


def _branch_links(build: Builder, node: cst.Comparison, then: ir.Block, orelse: ir.Block) -> None:
    """`a < b < c` as `a < b and b < c`, so that each branch knows of both."""
    left = expression(build, node.left)
    for position, target in enumerate(node.comparisons, 1):
        right = expression(build, target.comparator)
        link = build.emit(ir.Compare(build.number(node), COMPARE[type(target.operator)], left, right))
        more = then if position == len(node.comparisons) else build.new_block()
        build.end(ir.Branch(link, more.index, orelse.index), more)
        left = right


def collect(build: Builder, node: cst.Tuple | cst.List | cst.Set, kind: str) -> int:
    """A display, with the positions of `*x` in it."""
    items = tuple(expression(build, element.value) for element in node.elements)
    starred = tuple(i for i, element in enumerate(node.elements) if isinstance(element, cst.StarredElement))
    return build.emit(ir.Collect(build.number(node), kind, items, starred))


def _mapping(build: Builder, node: cst.Dict) -> int:
    keys: list[int | None] = []
    values: list[int] = []
    for element in node.elements:
        keys.append(expression(build, element.key) if isinstance(element, cst.DictElement) else None)
        values.append(expression(build, element.value))
    return build.emit(ir.Mapping(build.number(node), tuple(keys), tuple(values)))


def _walrus(build: Builder, node: cst.NamedExpr) -> int:
    value = expression(build, node.value)
    if isinstance(node.target, cst.Name):
        name = node.target.value
        build.stored.add(name)
        build.emit(ir.Store(build.number(node), name, value))
    return value


def _yield(build: Builder, node: cst.Yield) -> int:
    build.is_generator = True
    inner = node.value.item if isinstance(node.value, cst.From) else node.value
    value = expression(build, inner) if inner is not None else None
    return build.emit(ir.Yield(build.number(node), value, isinstance(node.value, cst.From)))


def _await(build: Builder, node: cst.Await) -> int:
    value = expression(build, node.expression)
    return build.emit(ir.Await(build.number(node), value))


def _lambda(build: Builder, node: cst.Lambda) -> int:
    from mlint.facts.lower.functions import lower_lambda  # functions nest in expressions, and hold them

    return lower_lambda(build, node)


def _starred(build: Builder, node: cst.StarredElement) -> int:
    return expression(build, node.value)


def _comprehension(build: Builder, node: cst.ListComp | cst.SetComp | cst.GeneratorExp | cst.DictComp) -> int:
    from mlint.facts.lower.comprehensions import comprehension  # comprehensions hold expressions, too

    return comprehension(build, node)


def _display(kind: str) -> Callable[[Builder, Any], int]:
    return lambda build, node: collect(build, node, kind)


_EXPRESSIONS: dict[type[cst.CSTNode], Callable[[Builder, Any], int]] = {
    cst.Name: _name,
    cst.Integer: _integer,
    cst.Float: lambda build, node: _const(build, node, float(node.value)),
    cst.Imaginary: _literal,
    cst.SimpleString: _string,
    cst.Ellipsis: lambda build, node: _const(build, node, ...),
    cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _formatted,
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.Call: _call,
    cst.BinaryOperation: _binary,
    cst.UnaryOperation: _unary,
    cst.Comparison: _compare,
    cst.IfExp: _conditional,
    cst.BooleanOperation: _boolean,
    cst.Tuple: _display("tuple"),
    cst.List: _display("list"),
    cst.Set: _display("set"),
    cst.Dict: _mapping,
    cst.NamedExpr: _walrus,
    cst.Yield: _yield,
    cst.Await: _await,
    cst.Lambda: _lambda,
    cst.StarredElement: _starred,
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.GeneratorExp: _comprehension,
    cst.DictComp: _comprehension,
}
