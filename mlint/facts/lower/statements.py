"""Lowering of statements. Each function takes the builder and a node, and leaves control where the statement ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from mlint.facts import ir
from mlint.facts.lower.builder import Builder
from mlint.facts.lower.expressions import BINARY, branch, expression, opaque
from mlint.facts.lower.targets import assign, target_names


def statements(build: Builder, body: Sequence[cst.BaseStatement | cst.BaseSmallStatement]) -> None:
    """Lower one statement after the other."""
    for node in body:
        if isinstance(node, cst.SimpleStatementLine):
            statements(build, node.body)
        else:
            lower = _STATEMENTS.get(type(node))
            if lower is not None:
                lower(build, node)


def suite(build: Builder, body: cst.BaseSuite) -> None:
    """Lower the body of a compound statement."""
    statements(build, body.body)


def _expression_statement(build: Builder, node: cst.Expr) -> None:
    value = expression(build, node.value)
    build.emit(ir.Discard(build.number(node), value))


def _assign(build: Builder, node: cst.Assign) -> None:
    value = expression(build, node.value)
    for target in node.targets:
        assign(build, target.target, value, node)


def _annotated(build: Builder, node: cst.AnnAssign) -> None:
    if node.value is not None:
        assign(build, node.target, expression(build, node.value), node)


def _augmented(build: Builder, node: cst.AugAssign) -> None:
    left = expression(build, node.target)
    right = expression(build, node.value)
    value = build.emit(ir.Binary(build.number(node), BINARY[type(node.operator)], left, right, inplace=True))
    assign(build, node.target, value, node, augmented=True)


def _return(build: Builder, node: cst.Return) -> None:
    value = expression(build, node.value) if node.value is not None else None
    build.run_cleanups(0)
    build.emit(ir.Return(build.number(node), value))
    build.leave(ir.Leave())


def _raise(build: Builder, node: cst.Raise) -> None:
    value = expression(build, node.exc) if node.exc is not None else None
    build.emit(ir.Raise(build.number(node), value))
    build.leave(ir.Leave(raises=True))


def _assert(build: Builder, node: cst.Assert) -> None:
    holds, fails = build.new_block(), build.new_block()
    branch(build, node.test, holds, fails)
    build.current = fails
    build.emit(ir.Raise(build.number(node), None))
    build.end(ir.Leave(raises=True), holds)


def _delete(build: Builder, node: cst.Del) -> None:
    for name in target_names(node.target):
        build.stored.add(name)
        build.emit(ir.Delete(build.number(node), name))


def _break(build: Builder, node: cst.Break) -> None:
    if build.open_loops:
        build.run_cleanups(build.open_loops[-1].cleanups)
        build.leave(ir.Jump(build.open_loops[-1].done))


def _continue(build: Builder, node: cst.Continue) -> None:
    if build.open_loops:
        build.run_cleanups(build.open_loops[-1].cleanups)
        build.leave(ir.Jump(build.open_loops[-1].head))


def _dotted(node: cst.CSTNode | None) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def _import(build: Builder, node: cst.Import) -> None:
    for alias in node.names:
        name = _dotted(alias.name)
        bound, qualified = name.partition(".")[0], name.partition(".")[0]
        if alias.asname is not None:
            bound, qualified = _dotted(alias.asname.name), name
        _store_import(build, alias, bound, qualified)


def _import_from(build: Builder, node: cst.ImportFrom) -> None:
    if isinstance(node.names, cst.ImportStar):
        return
    module = "." * len(node.relative) + _dotted(node.module)
    for alias in node.names:
        name = _dotted(alias.name)
        bound = _dotted(alias.asname.name) if alias.asname is not None else name
        _store_import(build, alias, bound, f"{module}.{name}" if module.strip(".") else module + name)


def _store_import(build: Builder, node: cst.CSTNode, bound: str, qualified: str) -> None:
    build.store(node, bound, build.emit(ir.Import(build.number(node), qualified)))


def _if(build: Builder, node: cst.If) -> None:
    done = build.new_block()
    link: cst.If | cst.Else | None = node
    while isinstance(link, cst.If):
        then, orelse = build.new_block(), build.new_block()
        branch(build, link.test, then, orelse)
        build.current = then
        suite(build, link.body)
        build.end(ir.Jump(done.index), orelse)
        link = link.orelse
    if link is not None:
        suite(build, link.body)
    build.jump(done)


def _for(build: Builder, node: cst.For) -> None:
    iterable = expression(build, node.iter)
    done, orelse = build.new_block(), build.new_block()
    with build.loop("for", node, done, tuple(target_names(node.target))) as head:
        body = build.new_block()
        build.end(ir.ForEach(iterable, body.index, orelse.index), body)
        item = build.emit(ir.Next(build.number(node.target), iterable))
        assign(build, node.target, item, node.target)
        suite(build, node.body)
        build.end(ir.Jump(head.index), orelse)
    _loop_else(build, node.orelse, done)


def _loop_else(build: Builder, orelse: cst.Else | None, done: ir.Block) -> None:
    if orelse is not None:
        suite(build, orelse.body)
    build.jump(done)


def _while(build: Builder, node: cst.While) -> None:
    done, orelse = build.new_block(), build.new_block()
    with build.loop("while", node, done) as head:
        body = build.new_block()
        branch(build, node.test, body, orelse)
        build.current = body
        suite(build, node.body)
        build.end(ir.Jump(head.index), orelse)
    _loop_else(build, node.orelse, done)


def _with(build: Builder, node: cst.With, first: int = 0) -> None:
    if first == len(node.items):
        suite(build, node.body)
        return
    item = node.items[first]
    context = expression(build, item.item)
    entered = build.emit(ir.Enter(build.number(item), context))
    build.depth += 1
    if item.asname is not None:
        assign(build, item.asname.name, entered, item.asname.name)

    def leave() -> None:
        build.emit(ir.Exit(build.number(item), context))

    with build.cleanup(leave):
        build.jump(build.new_block())
        _with(build, node, first + 1)
    build.depth -= 1
    leave()
    build.jump(build.new_block())


def _try(build: Builder, node: cst.Try | cst.TryStar) -> None:
    done = build.new_block()
    final = node.finalbody.body if node.finalbody is not None else None
    with build.cleanup(lambda: suite(build, final) if final is not None else None):
        escape = build.new_block() if final is not None else None
        outer = (escape.index,) if escape is not None else build.handlers
        entries = [build.new_block() for _ in node.handlers]
        with build.guarded(tuple(block.index for block in entries) + outer):
            suite(build, node.body)
        with build.guarded(outer):
            if node.orelse is not None:
                suite(build, node.orelse.body)
            build.end(ir.Jump(done.index), done)
            for block, handler in zip(entries, node.handlers, strict=True):
                build.current = block
                build.jump(build.new_block())
                _handler(build, handler)
                build.end(ir.Jump(done.index), done)
    if final is not None and escape is not None:
        build.current = escape
        suite(build, final)
        build.end(ir.Leave(raises=True), done)
    build.current = done
    if final is not None:
        suite(build, final)
        build.jump(build.new_block())


def _handler(build: Builder, handler: cst.CSTNode) -> None:
    assert isinstance(handler, (cst.ExceptHandler, cst.ExceptStarHandler))
    if handler.name is not None:
        assign(build, handler.name.name, opaque(build, handler, "exception"), handler.name.name)
    suite(build, handler.body)


def _match(build: Builder, node: cst.Match) -> None:
    from mlint.facts.lower.matching import match  # cases hold statements, too

    match(build, node)


def _function(build: Builder, node: cst.FunctionDef) -> None:
    from mlint.facts.lower.functions import lower_nested  # functions nest in statements, and hold them

    lower_nested(build, node)


def _class(build: Builder, node: cst.ClassDef) -> None:
    build.store(node.name, node.name.value, opaque(build, node, "class"))


_STATEMENTS: dict[type[cst.CSTNode], Callable[[Builder, Any], None]] = {
    cst.Expr: _expression_statement,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Del: _delete,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.Match: _match,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
}
