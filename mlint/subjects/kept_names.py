"""Which attributes a method may store a tensor or a container in that other methods name, by the syntax alone."""

from __future__ import annotations

import re
from collections import Counter

from mlint.facts.engine import Engine
from mlint.facts.stores import ANYTHING
from mlint.facts.symbols import Symbol
from mlint.facts.units import Unit
from mlint.outline import Assignment
from mlint.subjects.owners import Function

_FOLLOWED = 3
_CALLS = re.compile(r"\bself\.(\w+)\(")
_MADE = re.compile(r"([\w.]+)\([^()]*\)")
_LAYER = re.compile(r"torch\.nn\.[A-Z]")


def kept_names(function: Function) -> frozenset[str]:
    """The attributes that a constructor may store a tensor or a container in, and other methods name; by the syntax."""
    cls = function.cls
    if cls is None or function.outline is None:
        return frozenset()
    methods = cls.outline.methods
    init = methods.get("__init__")
    if function.name != "__init__" and (init is None or function.name not in init.words or function.name == "forward"):
        return frozenset()
    others = [method.words for name, method in methods.items() if method is not function.outline]
    named = {name for name in _stored(function) if any(name in words for words in others)}
    if named and function.name != "__init__" and "__init__" in cls.methods:
        named -= _stored(cls.methods["__init__"])
    if named:  # what is called holds neither numbers nor items, unless it is stored in other ways as well
        lines = function.file.source.lines[cls.outline.first_line - 1 : cls.outline.end_line]
        sketch = function.unit.sketch
        stores = Counter(each.name for each in sketch.attribute_stores) if sketch is not None else Counter[str]()
        named -= {each for each in _CALLS.findall("\n".join(lines)) if stores[each] < 2}
    return frozenset(named)


def _stored(function: Function) -> set[str]:
    sketch = function.unit.sketch
    stores = sketch.attribute_stores if sketch is not None else ()
    return {each.name for each in stores if any(_may_keep(function.unit, origin) for origin in each.origins)}


def _maker(unit: Unit, origin: str) -> Symbol | None:
    """What is called by that name; of `to_pair = make_parser(2)` the function that made it, and returns its returns."""
    symbol = unit.project.resolve(unit.path, origin)
    if (
        symbol is None
        or symbol.kind != "assignment"
        or symbol.path is None
        or not isinstance(symbol.outline, Assignment)
    ):
        return symbol
    made = _MADE.fullmatch(symbol.outline.value or "")
    found = unit.project.resolve(symbol.path, made[1]) if made is not None else None
    return found if found is not None and found.kind == "function" else symbol


def _may_keep(unit: Unit, origin: str, depth: int = _FOLLOWED) -> bool:
    """Whether what comes from a call of that name may be a tensor or a container: it is no object of some class."""
    if origin == ANYTHING or origin.startswith("self.") or unit.outline is None:
        return True
    if any(each.name == origin for each in unit.outline.parameters):
        return False
    symbol = _maker(unit, origin)
    if symbol is None or symbol.kind == "class" or _LAYER.match(symbol.name) is not None:
        return symbol is None
    called = Engine.of(unit.project).unit(symbol.path, symbol.qualname) if symbol.path is not None else None
    if called is None or called.outline is None or called.sketch is None or depth < 1:
        return True
    return any(_may_keep(called, each, depth - 1) for each in called.sketch.returned_origins)
