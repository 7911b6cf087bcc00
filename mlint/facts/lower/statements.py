"""Lowering of statements. Each function takes the builder and a node, and leaves control where the statement ends."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence
from typing import Any

from mlint.facts.flow import ir
from mlint.facts.lower.builder import Builder
from mlint.facts.lower.expressions import BINARY, branch, expression, opaque
from mlint.facts.lower.places import Stretch
from mlint.facts.lower.targets import assign, target_names
from mlint.facts.syntax.tree import Definition


def statements(build: Builder, body: Sequence[ast.stmt]) -> None:
    """Lower one statement after the other."""
    for node in body:
        lower = _STATEMENTS.get(type(node))
        if lower is not None:
            lower(build, node)


def _expression_statement(build: Builder, node: ast.Expr) -> None:
    value = expression(build, node.value)
    build.emit(ir.Discard(build.number(node), value))


def _assign(build: Builder, node: ast.Assign) -> None:
    value = expression(build, node.value)
    for target in node.targets:
        assign(build, target, value, node)


def _annotated(build: Builder, node: ast.AnnAssign) -> None:
    if node.value is not None:
        assign(build, node.target, expression(build, node.value), node)


def _augmented(build: Builder, node: ast.AugAssign) -> None:
    left = expression(build, node.target)
    right = expression(build, node.value)
    value = build.emit(ir.Binary(build.number(node), BINARY[type(node.op)], left, right, inplace=True))
    assign(build, node.target, value, node, augmented=True)


def _return(build: Builder, node: ast.Return) -> None:
    value = expression(build, node.value) if node.value is not None else None
    build.run_cleanups(0)
    build.emit(ir.Return(build.number(node), value))
    build.leave(ir.Leave())


def _raise(build: Builder, node: ast.Raise) -> None:
    value = expression(build, node.exc) if node.exc is not None else None
    build.emit(ir.Raise(build.number(node), value))
    build.leave(ir.Leave(raises=True))


def _assert(build: Builder, node: ast.Assert) -> None:
    holds, fails = build.new_block(), build.new_block()
    branch(build, node.test, holds, fails)
    build.current = fails
    build.emit(ir.Raise(build.number(node), None))
    build.end(ir.Leave(raises=True), holds)


def _delete(build: Builder, node: ast.Delete) -> None:
    for name in target_names(*node.targets):
        build.stored.add(name)
        build.emit(ir.Delete(build.number(node), name))


def _break(build: Builder, node: ast.Break) -> None:
    if build.open_loops:
        build.run_cleanups(build.open_loops[-1].cleanups)
        build.leave(ir.Jump(build.open_loops[-1].done))


def _continue(build: Builder, node: ast.Continue) -> None:
    if build.open_loops:
        build.run_cleanups(build.open_loops[-1].cleanups)
        build.leave(ir.Jump(build.open_loops[-1].head))


def _import(build: Builder, node: ast.Import) -> None:
    for alias in node.names:
        top = alias.name.partition(".")[0]
        _store_import(build, alias, alias.asname or top, alias.name if alias.asname is not None else top)


def _import_from(build: Builder, node: ast.ImportFrom) -> None:
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name != "*":
            qualified = f"{module}.{alias.name}" if node.module else module + alias.name
            _store_import(build, alias, alias.asname or alias.name, qualified)


def _store_import(build: Builder, node: ast.alias, bound: str, qualified: str) -> None:
    build.store(node, bound, build.emit(ir.Import(build.number(node), qualified)))


def _if(build: Builder, node: ast.If) -> None:
    done = build.new_block()
    rest: list[ast.stmt] = [node]
    while len(rest) == 1 and isinstance(link := rest[0], ast.If):
        then, orelse = build.new_block(), build.new_block()
        branch(build, link.test, then, orelse)
        build.current = then
        statements(build, link.body)
        build.end(ir.Jump(done.index), orelse)
        rest = link.orelse
    statements(build, rest)
    build.jump(done)


def _for(build: Builder, node: ast.For | ast.AsyncFor) -> None:
    iterable = expression(build, node.iter)
    done, orelse = build.new_block(), build.new_block()
    with build.loop("for", node, done, tuple(target_names(node.target))) as head:
        body = build.new_block()
        build.end(ir.ForEach(iterable, body.index, orelse.index), body)
        item = build.emit(ir.Next(build.number(node.target), iterable))
        assign(build, node.target, item, node.target)
        statements(build, node.body)
        build.end(ir.Jump(head.index), orelse)
    statements(build, node.orelse)
    build.jump(done)


def _while(build: Builder, node: ast.While) -> None:
    done, orelse = build.new_block(), build.new_block()
    with build.loop("while", node, done) as head:
        body = build.new_block()
        branch(build, node.test, body, orelse)
        build.current = body
        statements(build, node.body)
        build.end(ir.Jump(head.index), orelse)
    statements(build, node.orelse)
    build.jump(done)


def _with(build: Builder, node: ast.With | ast.AsyncWith, first: int = 0) -> None:
    if first == len(node.items):
        statements(build, node.body)
        return
    item = node.items[first]
    place = Stretch.between(item.context_expr, item.optional_vars or item.context_expr)
    context = expression(build, item.context_expr)
    entered = build.emit(ir.Enter(build.number(place), context))
    build.depth += 1
    if item.optional_vars is not None:
        assign(build, item.optional_vars, entered, item.optional_vars)

    def leave() -> None:
        build.emit(ir.Exit(build.number(place), context))

    with build.cleanup(leave):
        build.jump(build.new_block())
        _with(build, node, first + 1)
    build.depth -= 1
    leave()
    build.jump(build.new_block())


def _try(build: Builder, node: ast.Try) -> None:
    done = build.new_block()
    final = node.finalbody
    with build.cleanup(lambda: statements(build, final)):
        escape = build.new_block() if final else None
        outer = (escape.index,) if escape is not None else build.handlers
        entries = [build.new_block() for _ in node.handlers]
        with build.guarded(tuple(block.index for block in entries) + outer):
            statements(build, node.body)
        with build.guarded(outer):
            statements(build, node.orelse)
            build.end(ir.Jump(done.index), done)
            for block, handler in zip(entries, node.handlers, strict=True):
                build.current = block
                build.jump(build.new_block())
                _handler(build, handler)
                build.end(ir.Jump(done.index), done)
    if escape is not None:
        build.current = escape
        statements(build, final)
        build.end(ir.Leave(raises=True), done)
    build.current = done
    if escape is not None:
        statements(build, final)
        build.jump(build.new_block())


def _handler(build: Builder, handler: ast.ExceptHandler) -> None:
    if handler.name is not None:
        place = Stretch.of_name(handler, handler.name, build.lines)
        build.store(place, handler.name, opaque(build, place, "exception"))
    statements(build, handler.body)


def _match(build: Builder, node: ast.Match) -> None:
    from mlint.facts.lower.matching import match  # cases hold statements, too

    match(build, node)


def _function(build: Builder, node: Definition) -> None:
    from mlint.facts.lower.functions import lower_nested  # functions nest in statements, and hold them

    lower_nested(build, node)


def _class(build: Builder, node: ast.ClassDef) -> None:
    place = Stretch.of_name(node, node.name, build.lines)
    build.store(place, node.name, opaque(build, place, "class"))


_STATEMENTS: dict[type[ast.stmt], Callable[[Builder, Any], None]] = {
    ast.Expr: _expression_statement,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Delete: _delete,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
}
if sys.version_info >= (3, 11):
    _STATEMENTS[ast.TryStar] = _try
