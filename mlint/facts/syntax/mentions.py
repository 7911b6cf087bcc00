"""The names and attributes that stand in the code of a unit."""

from __future__ import annotations

import ast
from collections.abc import Callable

from mlint.cached import cached_property
from mlint.facts.syntax.stores import dotted
from mlint.facts.syntax.syntax import DEFINITIONS, Syntax


class Mentions:
    """The names in a body; its parameters are among those that are bound."""

    def __init__(self, read: Callable[[], Syntax]) -> None:
        self._read = read
        self._dotted: dict[str, frozenset[str]] = {}

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that are bound in it: its parameters, variables, and what is defined in it."""
        syntax = self._read()
        nodes = (*syntax.head, *syntax.nodes)
        names = {each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        names |= {each.arg for each in nodes if isinstance(each, ast.arg)}
        return frozenset(names.union(each.name for each in syntax.nodes if isinstance(each, DEFINITIONS)))

    def has_name(self, name: str) -> bool:
        """Whether the name stands in the body by itself."""
        return name in self._names

    def has_member(self, name: str) -> bool:
        """Whether an attribute of that name stands in the body."""
        return name in self._members

    def members(self, name: str) -> frozenset[str]:
        """The attributes of that name, as dotted names (`.name` of a value that has none)."""
        if name not in self._members:
            return frozenset()
        if name not in self._dotted:
            found = (each for each in self._read().nodes if isinstance(each, ast.Attribute) and each.attr == name)
            self._dotted[name] = frozenset(map(dotted, found))
        return self._dotted[name]

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(each.id for each in self._read().nodes if isinstance(each, ast.Name))

    @cached_property
    def _members(self) -> frozenset[str]:
        return frozenset(each.attr for each in self._read().nodes if isinstance(each, ast.Attribute))
