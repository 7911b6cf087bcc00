"""What names alone tell: which functions may train, and whether a call may stand in the loop of a training.

Nothing is evaluated for it, and the answer is yes wherever names leave it open: asked before facts are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlint.facts.sites import called_name, units_with
from mlint.facts.training import STEPS
from mlint.facts.units import Unit

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_STEPS = STEPS | {"step", "grad"}
_CALLS_DEEP = 2
_CALLERS_DEEP = 3


class Nominal:
    """Answers about the functions of one project, by their names and by those that they call."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._trainers: frozenset[str] | None = None
        self._in_loops: dict[tuple[tuple[str, str], int], bool] = {}

    def in_training_loop(self, unit: Unit, names: frozenset[str]) -> bool:
        """Whether a call of one of the names in the unit may be repeated by a loop that trains, around it or around a
        call that leads there."""
        return self._loops(unit, names) or self._called_in_loop(unit, _CALLERS_DEEP)

    def _called_in_loop(self, unit: Unit, depth: int) -> bool:
        key = (unit.where, depth)
        if key not in self._in_loops:
            self._in_loops[key] = False  # of functions that call each other
            name = called_name(unit.outline) if unit.outline is not None else None
            self._in_loops[key] = name is not None and any(
                self._loops(each, frozenset((name,))) or (depth > 1 and self._called_in_loop(each, depth - 1))
                for each in units_with(self._engine, name)
                if each.where != unit.where
            )
        return self._in_loops[key]

    def _loops(self, unit: Unit, names: frozenset[str]) -> bool:
        sketch = unit.sketch
        if sketch is None:
            return True
        return not names.isdisjoint(self._meant(unit, sketch.looped)) and self.may_train(unit)

    def may_train(self, unit: Unit) -> bool:
        """Whether a unit may step an optimizer or compute gradients, itself or in what it calls."""
        sketch = unit.sketch
        if sketch is None:
            return True
        return not self._meant(unit, sketch.called).isdisjoint(self._training_names)

    @property
    def _training_names(self) -> frozenset[str]:
        if self._trainers is None:
            known = set(_STEPS)
            latest = set(_STEPS)
            for _ in range(_CALLS_DEEP + 1):
                latest = {name for word in latest for name in self._calling(word)} - known
                known |= latest
            self._trainers = frozenset(known)
        return self._trainers

    def _calling(self, name: str) -> Iterator[str]:
        """The names of the functions that call something of that name."""
        for path, outline in self._engine.project.functions_with(name):
            if outline.name != name and outline.name != "__init__":
                unit = self._engine.unit(path, outline.qualname)
                if unit is None or unit.sketch is None or name in self._meant(unit, unit.sketch.called):
                    yield outline.name

    def _meant(self, unit: Unit, called: frozenset[str]) -> frozenset[str]:
        """The names by which what is called was defined, where imports gave it others."""
        outline = self._engine.project.outline(unit.path)
        imports = {**(outline.imports if outline else {}), **(unit.outline.imports if unit.outline else {})}
        return called.union(imports[name].rpartition(".")[2] for name in called if name in imports)
