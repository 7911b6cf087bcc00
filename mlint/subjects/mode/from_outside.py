"""Public methods that only the class itself is seen to call, having seen to the mode: whoever calls them from outside
after a training finds the mode that this left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlint.facts.around.callers import Situation
from mlint.facts.domain.objects import AT_ENTRY, EVAL, Mode
from mlint.facts.domain.records import replace
from mlint.facts.project.units import Unit


def from_outside(unit: Unit, situations: Iterable[Situation]) -> Iterator[Situation]:
    """The ways to a place of a method by which somebody outside of the class comes there, in the mode that he finds.

    `situations` are those that are seen. It is such a way where a private method, or one that trains, puts the model in
    eval mode and calls a public one for it.
    """
    for each in situations:
        units = [unit, *(site.unit for site in each.chain)]
        switches = {step.where for step in each.mode.trace}
        at = next((place for place, found in enumerate(units) if found.where in switches), 0)
        if each.mode.modes != {EVAL} or not at or not _is_own_business(units[at]):
            continue
        public = [place for place in range(at) if _is_public(units[place]) and _is_of_class(units[place], unit)]
        if public and _is_of_class(units[at], unit):
            yield replace(each, mode=Mode(AT_ENTRY), chain=each.chain[: public[-1]])


def _is_public(unit: Unit) -> bool:
    return not unit.qualname.rpartition(".")[2].startswith("_")


def _is_own_business(unit: Unit) -> bool:
    """Whether it is a step of the class's own training, and no example of how its methods are called."""
    name = unit.qualname.rpartition(".")[2]
    return name.startswith("_") and not name.startswith("__")


def _is_of_class(unit: Unit, other: Unit) -> bool:
    mine, yours = unit.outline, other.outline
    return (
        mine is not None and yours is not None and mine.class_name is not None and mine.class_name == yours.class_name
    )
