"""Lowering of comprehensions: a loop whose variables have names of their own."""

from __future__ import annotations

import ast

from mlint.facts.flow import ir
from mlint.facts.lower.builder import Builder
from mlint.facts.lower.expressions import branch, expression
from mlint.facts.lower.places import Stretch
from mlint.facts.lower.targets import assign, target_names

Node = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_KINDS: dict[type[ast.expr], str] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.GeneratorExp: "generator",
    ast.DictComp: "dict",
}


def comprehension(build: Builder, node: Node) -> int:
    """The value of a list, set, dict comprehension or a generator expression."""
    renamed = build.renamed
    element = _loops(build, node, node.generators)
    build.renamed = renamed
    return build.emit(ir.Comprehension(build.number(node), _KINDS[type(node)], element))


def _loops(build: Builder, node: Node, clauses: list[ast.comprehension]) -> int:
    if not clauses:
        return _element(build, node)
    clause, *inner = clauses
    iterable = expression(build, clause.iter)
    done = build.new_block()
    with build.loop("comprehension", Stretch.of_clause(clause, build.lines), done) as head:
        names = tuple(target_names(clause.target))
        build.renamed = {**build.renamed, **{name: build.fresh_name(name) for name in names}}
        body = build.new_block()
        build.end(ir.ForEach(iterable, body.index, done.index), body)
        item = build.emit(ir.Next(build.number(clause.target), iterable))
        assign(build, clause.target, item, clause.target)
        for test in clause.ifs:
            passed = build.new_block()
            branch(build, test, passed, head)
            build.current = passed
        element = _loops(build, node, inner)
        build.end(ir.Jump(head.index), done)
    return element


def _element(build: Builder, node: Node) -> int:
    if isinstance(node, ast.DictComp):
        pair = (expression(build, node.key), expression(build, node.value))
        return build.emit(ir.Collect(build.number(node), "tuple", pair))
    return expression(build, node.elt)
