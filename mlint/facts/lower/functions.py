"""Lowering of functions: parameters, nested functions, and which names are variables of whom."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlint.facts.flow import ir
from mlint.facts.lower.builder import Builder
from mlint.facts.lower.expressions import expression
from mlint.facts.lower.places import Placed, Places, Stretch, text_of
from mlint.facts.lower.statements import statements
from mlint.facts.syntax.tree import Definition, Tree

# Expressions are lowered recursively, a few frames a level; depth.py refuses what nests deeper than this allows.
_FRAMES = 12_000


@dataclass(frozen=True, slots=True)
class Lowered:
    """A slice lowered: the function (or the module's own statements, named `<module>`), and where temporaries stand."""

    function: ir.FunctionIR
    places: Places


def lower(tree: Tree, is_module: bool = False) -> Lowered:
    """Lower the function that the slice holds, or the statements of a module.

    Raises RecursionError where expressions nest deeper than `depth` lets through.
    """
    function, build = _built(tree, is_module)
    _resolve(function, frozenset())
    return Lowered(function, Places(build.nodes, build.formatted, tree.above))


def nodes(tree: Tree, is_module: bool = False) -> Sequence[Placed]:
    """The node of each temporary, as `lower` numbers them."""
    return _built(tree, is_module)[1].nodes


def _built(tree: Tree, is_module: bool) -> tuple[ir.FunctionIR, Builder]:
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))
    build = Builder([], tree.lines, [])
    if not is_module:
        return _function(build, tree.definition), build
    statements(build, tree.statements)
    return _finish(build, "<module>", ()), build


def _function(build: Builder, node: Definition) -> ir.FunctionIR:
    decorators = tuple(expression(build, decorator) for decorator in node.decorator_list)
    parameters = tuple(_parameters(build, node.args))
    statements(build, node.body)
    made = _finish(build, node.name, parameters)
    made.decorators = decorators
    made.is_async = isinstance(node, ast.AsyncFunctionDef)
    return made


def lower_nested(build: Builder, node: Definition) -> None:
    """A function defined inside another: bound to its name."""
    build.nested.append(_function(build.inside(), node))
    closure = build.emit(ir.Closure(build.number(node), len(build.nested) - 1))
    build.store(Stretch.of_name(node, node.name, build.lines), node.name, closure)


def lower_lambda(build: Builder, node: ast.Lambda) -> int:
    """A lambda: a nested function that returns its expression."""
    inner = build.inside()
    inner.renamed = dict(build.renamed)
    parameters = tuple(_parameters(inner, node.args))
    for parameter in parameters:
        inner.renamed.pop(parameter.name, None)
    value = expression(inner, node.body)
    inner.emit(ir.Return(inner.number(node.body), value))
    build.nested.append(_finish(inner, "<lambda>", parameters))
    return build.emit(ir.Closure(build.number(node), len(build.nested) - 1))


def _parameters(build: Builder, node: ast.arguments) -> Iterator[ir.Parameter]:
    positional = [*node.posonlyargs, *node.args]
    defaults = [*[None] * (len(positional) - len(node.defaults)), *node.defaults]
    for position, (each, default) in enumerate(zip(positional, defaults, strict=True)):
        only = position < len(node.posonlyargs)
        yield _parameter(build, each, "positional-only" if only else "positional-or-keyword", default)
    if node.vararg is not None:
        yield _parameter(build, node.vararg, "var-positional", None)
    for each, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        yield _parameter(build, each, "keyword-only", default)
    if node.kwarg is not None:
        yield _parameter(build, node.kwarg, "var-keyword", None)


def _parameter(build: Builder, node: ast.arg, kind: str, default: ast.expr | None) -> ir.Parameter:
    build.stored.add(node.arg)
    value = expression(build, default) if default is not None else None
    annotation = text_of(node.annotation, build.lines) if node.annotation is not None else None
    return ir.Parameter(node.arg, kind, value, annotation)


def _finish(build: Builder, name: str, parameters: tuple[ir.Parameter, ...]) -> ir.FunctionIR:
    return ir.FunctionIR(
        name=name,
        parameters=parameters,
        blocks=build.blocks,
        loops=build.loops,
        nested=build.nested,
        names=frozenset(build.stored),
        free=frozenset(),
        size=len(build.nodes),
        is_generator=build.is_generator,
    )


def _resolve(function: ir.FunctionIR, around: frozenset[str]) -> None:
    """Tell variables from globals, now that all stores are known; `around` are the enclosing functions' variables."""
    free: set[str] = set()
    is_module = function.name == "<module>"
    own = function.names
    for block in function.blocks:
        for position, instruction in enumerate(block.instructions):
            if isinstance(instruction, ir.Load) and instruction.name not in own:
                if instruction.name in around:
                    free.add(instruction.name)
                else:
                    block.instructions[position] = ir.Global(instruction.target, instruction.name)
    for inner in function.nested:
        _resolve(inner, around if is_module else around | own)
        free |= inner.free - own
    function.free = frozenset(free)
