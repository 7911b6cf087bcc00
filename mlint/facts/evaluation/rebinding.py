"""Variables of a module that its functions put something else into."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mlint.facts.domain.values import Value
from mlint.facts.flow.recorded import Facts
from mlint.facts.project.units import Unit
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine


def rebound(engine: Engine, path: Path, name: str) -> list[tuple[Facts, Value]]:
    """What functions of a module put into a variable of it that they declare `global`, and their facts."""
    found = []
    for each in engine.project.functions_of(path, "global", name):
        unit = engine.unit(path, each.qualname)
        if unit is None or not _declares(unit, name):
            continue
        try:
            facts = engine.facts(unit, 1)
        except Unreadable:
            continue
        if name in facts.end.names:
            found.append((facts, facts.end.names[name]))
    return found


def _declares(unit: Unit, name: str) -> bool:
    """Whether a function says `global name`."""
    assert unit.outline is not None
    lines = unit.source.lines[unit.outline.def_line - 1 : unit.outline.end_line]
    return any(re.match(rf"\s*global\b.*\b{name}\b", line) for line in lines)
