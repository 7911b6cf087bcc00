"""The syntax of a unit: its body, every statement and every node of it, each listed once for all that ask."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlint.cached import cached_property
from mlint.facts.syntax.tree import Tree, walk

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Syntax:
    """The tree of a slice. `whole`: its one statement, None where there are several; `body`: what stands in that."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        statements = tree.statements
        self.whole = statements[0] if len(statements) == 1 else None
        self.body = self.whole.body if isinstance(self.whole, DEFINITIONS) else statements

    @property
    def lines(self) -> list[str]:
        """The lines that the positions of the nodes count, from 1."""
        return self.tree.lines

    @property
    def measures(self) -> bool:
        """Whether it asks for a length."""
        return any("len(" in line for line in self.lines)

    @cached_property
    def statements(self) -> tuple[tuple[ast.stmt, bool], ...]:
        """Every statement, at any depth, with whether a loop is around it."""
        return tuple(_statements(self.body))

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the body: walked once, whatever is asked."""
        return tuple(each for statement in self.body for each in walk(statement))

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """Every call of the body."""
        return tuple(each for each in self.nodes if isinstance(each, ast.Call))

    @property
    def head(self) -> tuple[ast.AST, ...]:
        """The nodes of the parameters."""
        return tuple(walk(self.whole.args)) if isinstance(self.whole, FUNCTIONS) else ()


def _statements(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, bool]]:
    """Every statement, at any depth, with whether a loop is around it."""
    pending = [(each, False) for each in body]
    while pending:
        statement, inside = pending.pop()
        yield statement, inside
        inside = inside or isinstance(statement, LOOPS)
        for name in ("body", "orelse", "finalbody"):
            pending += [(each, inside) for each in getattr(statement, name, ())]
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            pending += [(each, inside) for each in part.body]
