"""Lists of modules that callers write out for a parameter: `Encoder([Layer(8) for _ in range(3)])`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mlint.facts.around.sites import Site
from mlint.facts.domain.objects import root
from mlint.facts.domain.values import UNKNOWN, Kind, Value
from mlint.facts.members.held import held
from mlint.facts.project.units import Unit

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_LOOP = re.compile(r"\bfor\b.*?\bin\b(.*)")
_WHOLE = re.compile(r"\bself\.(\w+)\b(?![.(])")
# In characters, from the name of a class to the list that it is called with.
_NEAR = 600
_STORE = re.compile(r"\s*self\.(\w+)\s*=\s*(\w+)\s*$")


def kept_as_passed(lines: Sequence[str], parameters: Sequence[str], others: Sequence[Sequence[str]]) -> dict[str, str]:
    """By the attributes that a constructor stores a parameter in, and other methods go through in loops, which one."""
    found = {store[1]: store[2] for store in map(_STORE.match, lines) if store is not None and store[2] in parameters}
    loops = (_LOOP.search(line) for method in others for line in method if "self." in line) if found else ()
    taken = {name for loop in loops if loop is not None for name in _WHOLE.findall(loop[1])}
    return {name: found[name] for name in found if name in taken}


def may_write_out(engine: Engine, name: str) -> bool:
    """Whether a function of the project calls the class of that name with a list that is written out there; cheap."""
    called = re.compile(rf"\b{re.escape(name)}\((?:(?!\n\n)[^;]){{0,{_NEAR}}}?[(,=]\s*\[", re.DOTALL)
    for path, outline in engine.project.functions_with(name):
        unit = engine.unit(path, outline.qualname)
        lines = unit.source.lines[outline.def_line - 1 : outline.end_line] if unit is not None else ()
        if called.search("\n".join(lines)) is not None:
            return True
    return False


def passed_modules(engine: Engine, unit: Unit, parameter: str) -> list[tuple[Site, Value]]:
    """The lists that the calls that are seen pass for a parameter, written out where they call, of modules that are
    made there; none if one of the calls passes anything else."""
    sites = engine.callers.sites(unit).sites
    found = zip(sites, _passed(engine, unit, sites, parameter), strict=True)
    lists = [(site, value) for site, value in found if value is not None]
    return lists if len(lists) == len(sites) else []


def _passed(engine: Engine, unit: Unit, sites: Sequence[Site], parameter: str) -> Iterator[Value | None]:
    for each in sites:
        value = engine.arguments(unit, each.fact, each.fact.receiver or UNKNOWN).get(parameter, UNKNOWN)
        is_made = value.kind in (Kind.LIST, Kind.TUPLE) and any(map(_is_made, held(value)))
        yield value if is_made and _is_written_out(each, value) else None


def _is_made(module: Value) -> bool:
    return (
        module.kind is Kind.MODULE and bool(module.objects) and all(root(each)[0] == "new" for each in module.objects)
    )


def _is_written_out(site: Site, value: Value) -> bool:
    """Whether the list has no name where it is passed, by which it may be registered as well."""
    return not any(value is each or value == each for each in site.fact.state.names.values())
