"""Which attributes a method may store a tensor or a container in that other methods name, by the syntax alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mlint.facts.domain.values import Kind
from mlint.facts.engine import Engine
from mlint.facts.evaluation.parameters import literal
from mlint.facts.project.factories import maker_of
from mlint.facts.project.symbols import Symbol
from mlint.facts.project.units import Unit
from mlint.facts.syntax.stores import ANYTHING, GLOBAL, AttributeStore
from mlint.outline import Assignment
from mlint.subjects.owners import Function

_FOLLOWED = 3
_CALLS = re.compile(r"self\.(?<!\wself\.)(\w+)\(")
_OF_OTHERS = ("math.", "os.", "re.", "logging.", "pathlib.", "time.", "builtins.", "functools.partial")
"""The beginnings of the names of functions that give numbers, texts and objects."""
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
    stores = _keeping(function)
    named = {each.name for each in stores if any(each.name in words for words in others)}
    if named and function.name != "__init__" and "__init__" in cls.methods:
        named -= {each.name for each in _keeping(cls.methods["__init__"])}
    if named:  # what is called holds neither numbers nor items, unless it is stored in other ways as well
        calls = Counter(each.name for each in stores if ANYTHING not in each.origins)
        held = {each.name for each in stores if ANYTHING in each.origins}
        named -= {each for each in _CALLS.findall("\n".join(cls.lines)) if calls[each] < 2 and each not in held}
    return frozenset(named)


def _keeping(function: Function) -> list[AttributeStore]:
    """The stores that may be of a tensor or container."""
    sketch = function.unit.sketch
    stores = sketch.attribute_stores if sketch is not None else ()
    return [each for each in stores if any(_may_keep(function.unit, origin) for origin in each.origins)]


def _maker(unit: Unit, origin: str) -> Symbol | None:
    """What is called by that name; of `to_pair = make_parser(2)` the function that made it, and returns its returns."""
    symbol = unit.project.resolve(unit.path, origin)
    made_by = maker_of(unit.project, symbol)
    return made_by if made_by is not None and made_by.kind == "function" else symbol


def _may_keep(unit: Unit, origin: str, depth: int = _FOLLOWED) -> bool:
    """Whether what comes from there may be a tensor or a container: it is no number, and no object of some class."""
    if origin == ANYTHING or unit.outline is None:
        return True
    if origin.startswith(GLOBAL):
        return _is_open(unit.project.resolve(unit.path, origin.removeprefix(GLOBAL)))
    if any(each.name == origin for each in unit.outline.parameters):
        return False
    if origin.startswith("self."):
        return _may_give(list(Engine.of(unit.project).nominal.named(origin.rpartition(".")[2])), depth)
    symbol = _maker(unit, origin)
    if symbol is None or symbol.kind == "class" or _LAYER.match(symbol.name) is not None:
        return symbol is None
    if symbol.path is None:
        return not symbol.name.startswith(_OF_OTHERS)
    called = Engine.of(unit.project).unit(symbol.path, symbol.qualname)
    return _may_give([called] if called is not None else [], depth)


def _may_give(called: Sequence[Unit], depth: int) -> bool:
    """Whether one of the functions may return a tensor or container; so it is where none is seen."""
    return not called or any(
        unit.sketch is None
        or depth < 1
        or any(_may_keep(unit, each, depth - 1) for each in unit.sketch.returned_origins)
        for unit in called
    )


def _is_open(symbol: Symbol | None) -> bool:
    """Whether a global may be a tensor or container: no number or text that is written out, no class."""
    if symbol is None or symbol.kind != "assignment" or not isinstance(symbol.outline, Assignment):
        return symbol is None or symbol.kind == "assignment"
    written = literal(symbol.outline.value or "")
    return written.kind not in (Kind.NUMBER, Kind.TEXT)
