"""Which methods of modules put their module in eval mode themselves, as `predict` of many a library does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlint.facts.objects import EVAL
from mlint.facts.units import Unit
from mlint.facts.values import Kind, Object

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_MOST = 8


class Switching:
    """Answers about the methods of one project."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._methods: dict[tuple[str, str], bool] = {}
        self._names: dict[str, bool] = {}

    def puts_in_eval(self, unit: Unit | None) -> bool:
        """Whether a method calls `self.eval()`, itself or in what it calls."""
        if unit is None or unit.outline is None or not unit.outline.parameters:
            return False
        if unit.where not in self._methods:
            self._methods[unit.where] = self._puts(unit, ("parameter", unit.where, unit.outline.parameters[0].name))
        return self._methods[unit.where]

    def _puts(self, unit: Unit, me: Object) -> bool:
        facts = self._engine.callers.facts(unit)
        states = [] if facts is None else [facts.end, *(each.state for each in facts.calls.values())]
        return any(EVAL in state.modes[me].modes for state in states if me in state.modes)

    def any_puts_in_eval(self, name: str) -> bool:
        """Whether one of the methods of that name does so which modules of the project have."""
        if name not in self._names:
            self._names[name] = any(map(self.puts_in_eval, self._defined(name)[:_MOST]))
        return self._names[name]

    def _defined(self, name: str) -> list[Unit]:
        found = []
        for path, outline in self._engine.project.functions_with(name):
            unit = self._engine.unit(path, outline.qualname) if outline.name == name and outline.class_name else None
            cls = self._engine.class_of(unit) if unit is not None else None
            if unit is not None and cls is not None and self._engine.classes.kind(cls) is Kind.MODULE:
                found.append(unit)
        return found
