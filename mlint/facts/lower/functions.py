"""Lowering of functions: parameters, nested functions, and which names are variables of whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from mlint.facts import ir
from mlint.facts.body import Body
from mlint.facts.lower.builder import Builder
from mlint.facts.lower.expressions import expression
from mlint.facts.lower.statements import statements, suite


@dataclass(frozen=True, slots=True)
class Lowered:
    """A body lowered: the function (or the module's own statements, named `<module>`), and each temporary's node."""

    function: ir.FunctionIR
    nodes: Sequence[cst.CSTNode]


def lower(body: Body, is_module: bool = False) -> Lowered:
    """Lower the function that the body holds, or the statements of a module.

    Raises RecursionError where expressions nest deeper than `source` lets through.
    """
    nodes: list[cst.CSTNode] = []
    if is_module:
        build = Builder(nodes)
        statements(build, body.statements)
        function = _finish(build, "<module>", ())
    else:
        function = _function(nodes, body.definition)
    _resolve(function, frozenset())
    return Lowered(function, nodes)


def _function(nodes: list[cst.CSTNode], node: cst.FunctionDef) -> ir.FunctionIR:
    build = Builder(nodes)
    decorators = tuple(expression(build, decorator.decorator) for decorator in node.decorators)
    parameters = tuple(_parameters(build, node.params))
    suite(build, node.body)
    made = _finish(build, node.name.value, parameters)
    made.decorators = decorators
    made.is_async = node.asynchronous is not None
    return made


def lower_nested(build: Builder, node: cst.FunctionDef) -> None:
    """A function defined inside another: bound to its name."""
    build.nested.append(_function(build.nodes, node))
    closure = build.emit(ir.Closure(build.number(node), len(build.nested) - 1))
    build.store(node.name, node.name.value, closure)


def lower_lambda(build: Builder, node: cst.Lambda) -> int:
    """A lambda: a nested function that returns its expression."""
    inner = Builder(build.nodes, renamed=dict(build.renamed))
    parameters = tuple(_parameters(inner, node.params))
    for parameter in parameters:
        inner.renamed.pop(parameter.name, None)
    value = expression(inner, node.body)
    inner.emit(ir.Return(inner.number(node.body), value))
    build.nested.append(_finish(inner, "<lambda>", parameters))
    return build.emit(ir.Closure(build.number(node), len(build.nested) - 1))


def _parameters(build: Builder, node: cst.Parameters) -> Iterator[ir.Parameter]:
    groups: list[tuple[Sequence[cst.Param], str]] = [
        (node.posonly_params, "positional-only"),
        (node.params, "positional-or-keyword"),
        ([node.star_arg] if isinstance(node.star_arg, cst.Param) else [], "var-positional"),
        (node.kwonly_params, "keyword-only"),
        ([node.star_kwarg] if node.star_kwarg is not None else [], "var-keyword"),
    ]
    for group, kind in groups:
        for parameter in group:
            yield _parameter(build, parameter, kind)


def _parameter(build: Builder, node: cst.Param, kind: str) -> ir.Parameter:
    build.stored.add(node.name.value)
    default = expression(build, node.default) if node.default is not None else None
    annotation = cst.Module([]).code_for_node(node.annotation.annotation) if node.annotation is not None else None
    return ir.Parameter(node.name.value, kind, default, annotation)


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
