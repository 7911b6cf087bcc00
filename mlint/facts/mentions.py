"""The names and attributes that stand in the code of a unit."""

from __future__ import annotations

import ast
from functools import cached_property

from mlint.facts.stores import dotted

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Mentions:
    """The names in a body. `nodes` are those of the body, `head` those of the parameters."""

    def __init__(self, nodes: tuple[ast.AST, ...], head: tuple[ast.AST, ...]) -> None:
        self._nodes = nodes
        self._head = head

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that are bound in it: its parameters, variables, and what is defined in it."""
        nodes = (*self._head, *self._nodes)
        names = {each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        names |= {each.arg for each in nodes if isinstance(each, ast.arg)}
        return frozenset(names.union(each.name for each in self._nodes if isinstance(each, _DEFINITIONS)))

    def has_name(self, name: str) -> bool:
        """Whether the name stands in the body by itself."""
        return name in self._names

    def has_member(self, name: str) -> bool:
        """Whether an attribute of that name stands in the body."""
        return name in self._members

    def members(self, name: str) -> frozenset[str]:
        """The attributes of that name, as dotted names (`.name` of a value that has none)."""
        return frozenset(map(dotted, self._members.get(name, ())))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(each.id for each in self._nodes if isinstance(each, ast.Name))

    @cached_property
    def _members(self) -> dict[str, list[ast.Attribute]]:
        found: dict[str, list[ast.Attribute]] = {}
        for each in self._nodes:
            if isinstance(each, ast.Attribute):
                found.setdefault(each.attr, []).append(each)
        return found
