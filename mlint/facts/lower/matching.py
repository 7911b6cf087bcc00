"""Lowering of match statements: each case may or may not be taken; what its pattern captures is opaque."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlint.facts.flow import ir
from mlint.facts.lower.builder import Builder
from mlint.facts.lower.expressions import branch, expression, opaque
from mlint.facts.lower.statements import statements


def match(build: Builder, node: ast.Match) -> None:
    """Lower a match statement."""
    subject = expression(build, node.subject)
    done = build.new_block()
    for case in node.cases:
        then, orelse = build.new_block(), build.new_block()
        if _takes_all(case):
            build.end(ir.Jump(then.index), then)
        else:
            build.end(ir.Branch(_condition(build, subject, case.pattern), then.index, orelse.index), then)
        for name in captured(case.pattern):
            build.store(case.pattern, name, opaque(build, case.pattern, "pattern"))
        if case.guard is not None:
            guarded = build.new_block()
            branch(build, case.guard, guarded, orelse)
            build.current = guarded
        statements(build, case.body)
        build.end(ir.Jump(done.index), orelse)
    build.jump(done)


def _condition(build: Builder, subject: int, pattern: ast.pattern) -> int:
    """What a pattern asks of the subject: `case "dot"`, `case None`, `case Padded(x=x)`."""
    if isinstance(pattern, ast.MatchValue):
        value = expression(build, pattern.value)
        return build.emit(ir.Compare(build.number(pattern), "==", subject, value))
    if isinstance(pattern, ast.MatchSingleton):
        value = build.emit(ir.Const(build.number(pattern), pattern.value))
        return build.emit(ir.Compare(build.number(pattern), "is", subject, value))
    return build.emit(ir.Matches(build.number(pattern), subject))


def _takes_all(case: ast.match_case) -> bool:
    """Whether the case is taken whatever comes: `case _:`"""
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def captured(pattern: ast.pattern) -> Iterator[str]:
    """The names that a pattern binds."""
    for node in ast.walk(pattern):
        if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name is not None:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest is not None:
            yield node.rest
