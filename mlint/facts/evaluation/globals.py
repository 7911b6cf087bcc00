"""What the names of a module are, for whoever reads them from outside of its statements."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from mlint.facts.domain.polynomials import leaf
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN, Kind, Value, constant, join_all
from mlint.facts.evaluation.outcomes import detached
from mlint.facts.evaluation.rebinding import rebound
from mlint.facts.project.reads import Memo
from mlint.facts.project.units import MODULE
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_SHARED = (Kind.NUMBER, Kind.TEXT, Kind.DTYPE, Kind.CLASS, Kind.FUNCTION, Kind.NAMESPACE)
"""What nobody can change in its place: it matters not which object it is."""


class Globals:
    """The values of the names of one project's modules, after all of their statements."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._named: Memo[tuple[Path, str, int], Value] = Memo(engine.project.reads)

    def named(self, path: Path, name: str, depth: int) -> Value:
        """What a name that a file reads is, or a builtin."""
        return self._named.get((path, name, depth), lambda: self._find(path, name, depth))

    def _find(self, path: Path, name: str, depth: int) -> Value:
        found = self._engine.project.resolve(path, name)
        if found is not None and found.name == "builtins.None":  # `model = None`, at first
            return self.assigned(path, name, depth)
        return UNKNOWN if found is None else self._engine.value(found, depth)

    def assigned(self, path: Path, name: str, depth: int) -> Value:
        """What a name is that the module of that file assigns."""
        literal = self._literal(path, name)
        if literal is not None:
            return literal
        unit = self._engine.unit(path, MODULE)
        if unit is None or depth < 1 or "." in name:
            return UNKNOWN
        try:
            found = self._engine.facts(unit, depth - 1).end.names.get(name, UNKNOWN)
        except Unreadable:
            return UNKNOWN
        value = detached(found)
        if value.kind is Kind.NONE and depth > 1:  # a function may put something else there
            others = [detached(other) for _, other in rebound(self._engine, path, name)]
            value = join_all(others) if others else value
        if value.kind in _SHARED:
            return value
        identity = ("global", str(path), name)
        term = leaf(identity, value.range) if value.kind in (Kind.TENSOR, Kind.ARRAY) else None
        return replace(value, objects=frozenset({identity}), term=term)

    def _literal(self, path: Path, name: str) -> Value | None:
        """The text or number that is all a module assigns to a name: that rests on none of its other statements."""
        assignment = self._engine.project.assignment(path, name)
        if assignment is None or assignment.value is None or assignment.again:
            return None
        try:
            value = ast.literal_eval(assignment.value)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return None
        return constant(value) if isinstance(value, (str, int, float)) else None
