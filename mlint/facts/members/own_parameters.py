"""Which attributes of a module are parameters, also where only some paths of its constructor make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlint.facts.project.units import Unit
from mlint.outline import ClassOutline

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_PARAMETER = frozenset(("torch.nn.Parameter", "torch.nn.parameter.Parameter"))


def is_parameter(engine: Engine, cls: str, name: str) -> bool:
    """Whether methods of a class store nothing but parameters in `self.name`, constants such as None aside."""
    symbol = engine.symbol(cls)
    if symbol is None or symbol.path is None or not isinstance(symbol.outline, ClassOutline):
        return False
    methods = [each for each in symbol.outline.methods.values() if name in each.words]
    units = [unit for each in methods if (unit := engine.unit(symbol.path, each.qualname)) is not None]
    origins = [(unit, origin) for unit in units for origin in _origins(unit, name)]
    return bool(origins) and all(_leads_to_parameter(unit, origin) for unit, origin in origins)


def _origins(unit: Unit, name: str) -> list[str]:
    stores = unit.sketch.attribute_stores if unit.sketch is not None else ()
    return [origin for each in stores if each.name == name for origin in each.origins]


def _leads_to_parameter(unit: Unit, origin: str) -> bool:
    found = unit.project.resolve(unit.path, origin)
    return found is not None and found.path is None and found.name in _PARAMETER
