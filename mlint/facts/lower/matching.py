"""Lowering of match statements: each case may or may not be taken; what its pattern captures is opaque."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from mlint.facts import ir
from mlint.facts.lower.builder import Builder
from mlint.facts.lower.expressions import branch, expression, opaque
from mlint.facts.lower.statements import suite


def match(build: Builder, node: cst.Match) -> None:
    """Lower a match statement."""
    expression(build, node.subject)
    done = build.new_block()
    for case in node.cases:
        then, orelse = build.new_block(), build.new_block()
        build.end(ir.Branch(None, then.index, orelse.index), then)
        for name in captured(case.pattern):
            build.store(case, name, opaque(build, case, "pattern"))
        if case.guard is not None:
            guarded = build.new_block()
            branch(build, case.guard, guarded, orelse)
            build.current = guarded
        suite(build, case.body)
        build.end(ir.Jump(done.index), orelse)
    build.jump(done)


def captured(pattern: cst.CSTNode) -> Iterator[str]:
    """The names that a pattern binds."""
    pending: list[cst.CSTNode] = [pattern]
    while pending:
        node = pending.pop()
        if isinstance(node, (cst.MatchAs, cst.MatchStar)) and node.name is not None:
            yield node.name.value
        elif isinstance(node, cst.MatchMapping) and node.rest is not None:
            yield node.rest.value
        pending += [child for child in node.children if not isinstance(child, (cst.Name, cst.Attribute))]
