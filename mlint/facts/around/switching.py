"""Who puts modules in eval mode: their own methods, as `predict` of many a library does, and code around objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlint.facts.domain.objects import EVAL, is_inside
from mlint.facts.domain.values import Kind, Object
from mlint.facts.project.reads import Memo
from mlint.facts.project.units import MODULE, Unit

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_MOST = 8


class Switching:
    """Answers about the methods of one project."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._methods: Memo[tuple[str, str], bool] = Memo(engine.project.reads)
        self._names: Memo[str, bool] = Memo(engine.project.reads)
        self._outside: Memo[str, bool] = Memo(engine.project.reads)

    def puts_in_eval(self, unit: Unit | None) -> bool:
        """Whether a method calls `self.eval()`, or that of a part of it, itself or in what it calls."""
        me = unit.me if unit is not None else None
        if unit is None or me is None:
            return False
        return self._methods.get(unit.where, lambda: self._puts(unit, me))

    def _puts(self, unit: Unit, me: Object) -> bool:
        facts = self._engine.callers.facts(unit)
        states = [] if facts is None else [facts.end, *(each.state for each in facts.calls.values())]
        return any(
            EVAL in mode.modes
            for state in states
            for each, mode in state.modes.items()
            if each == me or is_inside(each, me)
        )

    def any_puts_in_eval(self, name: str) -> bool:
        """Whether one of the methods of that name does so which modules of the project have."""
        return self._names.get(name, lambda: any(map(self.puts_in_eval, self._defined(name)[:_MOST])))

    def is_put_from_outside(self, name: str) -> bool:
        """Whether some code puts an attribute of that name of another object in eval mode: `trainer.model.eval()`."""
        return self._outside.get(name, lambda: any(_puts_member(unit, name) for unit in self._naming(name)))

    def _naming(self, name: str) -> Iterator[Unit]:
        """The units whose code says the name, and `eval`."""
        project = self._engine.project
        places = [(path, outline.qualname) for path, outline in project.functions_with(name, "eval")]
        places += [(path, MODULE) for path in project.modules_with(name, "eval")]
        for path, qualname in places:
            unit = self._engine.unit(path, qualname)
            if unit is not None:
                yield unit

    def _defined(self, name: str) -> list[Unit]:
        found = []
        for path, outline in self._engine.project.functions_with(name):
            unit = self._engine.unit(path, outline.qualname) if outline.name == name and outline.class_name else None
            cls = self._engine.class_of(unit) if unit is not None else None
            if unit is not None and cls is not None and self._engine.classes.kind(cls) is Kind.MODULE:
                found.append(unit)
        return found


def _puts_member(unit: Unit, name: str) -> bool:
    """Whether a unit calls `x.name.eval()`, where x is not the object whose method the unit is."""
    first = unit.outline.parameters[:1] if unit.outline is not None and unit.outline.class_name is not None else ()
    mine = {f"{each.name}.{name}.eval" for each in first}
    dotted = [] if unit.sketch is None else [each for each, _ in unit.sketch.calls]
    return any(each.endswith(f".{name}.eval") and each not in mine for each in dotted)
