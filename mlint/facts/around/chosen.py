"""What is done only where an argument asks for it that is off unless it is given: `dropout=None`, `norm=False`."""

from __future__ import annotations

from mlint.cached import cached_property
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.guards import conditions, names
from mlint.facts.project.units import Unit

_OFF = frozenset(("None", "False", "0", "0.0", "0."))


class Chosen:
    """Answers about the instructions of one unit."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def holds(self, temporary: int) -> bool:
        """Whether an instruction is reached only where a parameter is not what it is by default: None, False or 0."""
        place = self._accesses.temporaries.places.get(temporary) if self._parameters else None
        if place is None:
            return False
        found = conditions(self._accesses, place.block)
        return any(not self._parameters.isdisjoint(names(self._accesses, each)) for each in found)

    @cached_property
    def _parameters(self) -> frozenset[str]:
        outline = self._unit.outline
        return frozenset(each.name for each in outline.parameters if each.default in _OFF) if outline else frozenset()

    @cached_property
    def _accesses(self) -> Accesses:
        return Accesses(self._unit.lowered.function)
