"""ML301 and ML303: a total is overwritten, or the operator is reversed.

A place stays only where the total starts from zero before a loop, is added to at one place in it, and is read after it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

from benchmarks.truth.code import Edit, Function, dotted, last, lines_of, number, words_of
from benchmarks.truth.seeds.seed import Operator, Seed

_LAST_WANTED = frozenset("last best prev previous found flag max min patience".split())
_ZEROS = frozenset("zeros zeros_like new_zeros".split())
Loop = ast.For | ast.AsyncFor | ast.While


def overwritten(function: Function) -> Iterator[Seed]:
    """`+=` of a total to `=`."""
    for statement in _totals(function):
        operator = _operator(function, statement)
        if operator is not None:
            yield Seed((Edit(operator, operator + 2, "="),), (lines_of(statement),))


def overwritten_window(function: Function) -> Iterator[Seed]:
    """`+=` to `=` of one of two arrays that are added to at the same window, and divided afterwards."""
    for statement in function.nodes:
        if not (_adds(statement) and isinstance(statement.target, ast.Subscript) and function.loops_around(statement)):
            continue
        sibling = _window_sibling(function, statement)
        operator = _operator(function, statement)
        if sibling is not None and operator is not None:
            yield Seed((Edit(operator, operator + 2, "="),), (lines_of(statement), lines_of(sibling)))


def overwritten_meter(function: Function) -> Iterator[Seed]:
    """`+=` to `=` of one of two attributes that a method adds to, and that the class divides by one another."""
    if function.cls is None or function.node.name in ("__init__", "reset"):
        return
    adds = [each for each in function.nodes if _adds(each) and dotted(each.target).startswith("self.")]
    for statement in adds:
        name = dotted(statement.target)
        others = {dotted(each.target) for each in adds} - {name}
        operator = _operator(function, statement)
        if operator is not None and _starts_at_zero(function.cls, name) and _is_divided(function.cls, name, others):
            yield Seed((Edit(operator, operator + 2, "="),), (lines_of(statement),))


def reversed_operator(function: Function) -> Iterator[Seed]:
    """`+=` to `=+`."""
    for statement in _totals(function):
        operator = _operator(function, statement)
        code = function.file.data
        if operator is not None and code[operator + 2 : operator + 3] == b" " and code[operator - 1 : operator] == b" ":
            yield Seed((Edit(operator, operator + 2, "=+"),), (lines_of(statement),))


def _adds(node: ast.AST) -> TypeGuard[ast.AugAssign]:
    return isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)


def _operator(function: Function, statement: ast.AugAssign) -> int | None:
    """Where the `+=` stands, in bytes."""
    start = function.file.end(statement.target)
    found = re.compile(rb"\s*\+=").match(function.file.data, start)
    return None if found is None else found.end() - 2


def _totals(function: Function) -> Iterator[ast.AugAssign]:
    for node in function.nodes:
        if _adds(node):
            name = dotted(node.target)
            is_wanted = name and not _LAST_WANTED.intersection(words_of(name)) and not function.file.is_dead(node)
            if is_wanted and _is_total(function, node, name):
                yield node


def _is_total(function: Function, statement: ast.AugAssign, name: str) -> bool:
    loop = _loop_of_total(function, statement, name)
    if loop is None or _is_followed_by_exit(function, statement) or name in _tests(loop):
        return False
    end = loop.end_lineno or loop.lineno
    inside = [each for each in function.stores(name) if loop.lineno <= each.lineno <= end]
    return len(inside) == 1 and _is_read_after(function, name, loop)


def _loop_of_total(function: Function, statement: ast.AugAssign, name: str) -> Loop | None:
    """The outermost loop around the statement that the total was set to zero before."""
    starts = [each for each in function.stores(name) if each.lineno < statement.lineno]
    if not starts or not _is_zero(function, starts[-1]):
        return None
    start = starts[-1]
    outside = function.loops_around(start)
    loops = [each for each in function.loops_around(statement) if each not in outside and start.lineno < each.lineno]
    if not loops or (isinstance(loops[-1], (ast.For, ast.AsyncFor)) and _is_short(loops[-1].iter)):
        return None
    return loops[-1]


def _is_zero(function: Function, target: ast.expr) -> bool:
    statement = function.file.statement(target)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return False
    value: ast.expr = statement.value
    parent = function.file.parents[target]
    if isinstance(parent, ast.Tuple) and isinstance(value, ast.Tuple) and len(parent.elts) == len(value.elts):
        value = value.elts[parent.elts.index(target)]
    return number(value) == 0 or (isinstance(value, ast.Call) and _makes_zero(value))


def _makes_zero(call: ast.Call) -> bool:
    if last(call.func) in _ZEROS:
        return True
    return (
        last(call.func) in ("tensor", "array", "float64", "float32") and bool(call.args) and number(call.args[0]) == 0
    )


def _is_short(iterated: ast.expr) -> bool:
    return isinstance(iterated, (ast.List, ast.Tuple)) and len(iterated.elts) < 2


def _is_followed_by_exit(function: Function, statement: ast.stmt) -> bool:
    block = function.file.block(statement)
    return any(isinstance(each, (ast.Break, ast.Return, ast.Raise)) for each in block[block.index(statement) :])


def _tests(loop: Loop) -> set[str]:
    return {dotted(each) for each in ast.walk(loop.test)} if isinstance(loop, ast.While) else set()


def _is_read_after(function: Function, name: str, loop: Loop) -> bool:
    """Whether the total is read after the loop as a number, before it is set anew."""
    end = loop.end_lineno or loop.lineno
    reads = [each for each in function.loads(name) if each.lineno > end]
    writes = [each.lineno for each in function.stores(name) if each.lineno > end]
    adds = {each.target for each in function.nodes if isinstance(each, ast.AugAssign) and each.lineno > end}
    reads += [each for each in function.stores(name) if each.lineno > end and each in adds]
    before = [each for each in reads if not writes or each.lineno <= writes[0]]
    return any(not _is_truth_test(function, each) for each in before)


def _is_truth_test(function: Function, node: ast.expr) -> bool:
    parent = function.file.parents[node]
    if isinstance(parent, (ast.If, ast.IfExp, ast.While)):
        return parent.test is node
    if isinstance(parent, ast.Compare):
        return all(number(each) == 0 for each in parent.comparators)
    return isinstance(parent, (ast.BoolOp, ast.UnaryOp))


# --- windows and meters ---------------------------------------------------------------------------------------------


def _window_sibling(function: Function, statement: ast.AugAssign) -> ast.stmt | None:
    if not isinstance(statement.target, ast.Subscript):
        return None
    window = ast.dump(statement.target.slice)
    if "Slice(" not in window:
        return None
    name = dotted(statement.target.value)
    for other in function.file.block(statement):
        if other is not statement and isinstance(other, ast.AugAssign) and isinstance(other.target, ast.Subscript):
            base = dotted(other.target.value)
            if _adds(other) and ast.dump(other.target.slice) == window and _are_divided(function.nodes, name, base):
                return other
    return None


def _are_divided(nodes: list[ast.AST], one: str, other: str) -> bool:
    """Whether a division has one of the two above and the other below."""
    for node in nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            above, below = _dotted_in(node.left), _dotted_in(node.right)
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
            above, below = _dotted_in(node.target), _dotted_in(node.value)
        else:
            continue
        if (one in above and other in below) or (other in above and one in below):
            return True
    return False


def _dotted_in(node: ast.AST) -> set[str]:
    return {dotted(each) for each in ast.walk(node)}


def _starts_at_zero(cls: ast.ClassDef, name: str) -> bool:
    for node in ast.walk(cls):
        if isinstance(node, ast.Assign) and any(dotted(target) == name for target in node.targets):
            return number(node.value) == 0 or (isinstance(node.value, ast.Call) and _makes_zero(node.value))
    return False


def _is_divided(cls: ast.ClassDef, name: str, others: set[str]) -> bool:
    nodes = list(ast.walk(cls))
    return any(_are_divided(nodes, name, each) for each in others)


TOTALS = (
    Operator("add-to-assign", "ML301", overwritten),
    Operator("add-to-assign-window", "ML301", overwritten_window),
    Operator("add-to-assign-meter", "ML301", overwritten_meter),
    Operator("reverse-add", "ML303", reversed_operator),
)
