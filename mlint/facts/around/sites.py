"""The calls of a function of the project that are seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlint.facts.domain.objects import root
from mlint.facts.domain.values import Kind
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.project.reads import Memo
from mlint.facts.project.symbols import Symbol
from mlint.facts.project.units import MODULE, Unit
from mlint.outline import ClassOutline, FunctionOutline
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine
    from mlint.facts.project.project import Project

MAX_SITES = 40
_BY_CLASS = ("__init__", "__call__")
"""Methods whose calls do not name them; the class is named where an instance is made."""
_NAMELESS = ("forward", "__enter__", "__exit__", "__iter__", "__getitem__", "__len__")


@dataclass(frozen=True, slots=True)
class Site:
    """A call of a function of the project: in which unit, the temporary of the call, and what it is like there."""

    unit: Unit
    target: int
    fact: CallFact


@dataclass(frozen=True, slots=True)
class Sites:
    """The calls of a function that are seen; `open`: there may be more, or it is passed on as a value."""

    sites: tuple[Site, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A function by its keys, and as a method of a class."""

    name: str
    keys: frozenset[str]
    cls: Symbol | None
    bases: frozenset[Symbol]


class Calls:
    """The calls of the functions of one project."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sites: Memo[tuple[str, str], Sites] = Memo(engine.project.reads)

    def of(self, unit: Unit) -> Sites:
        """The calls of a function or method, of a constructor by the name of its class."""
        return self._sites.get(unit.where, lambda: self._find(unit))

    def _find(self, unit: Unit) -> Sites:
        if unit.outline is None:
            return Sites()
        name = called_name(unit.outline)
        if name is None:
            return Sites(open=True)
        wanted = self._wanted(unit, unit.outline)
        sites: list[Site] = []
        opened = unit.outline.name == "__call__"
        named = (each for each in self._mentioning(name) if self._may_mean(each, name, wanted))
        units = list(dict.fromkeys((*self._factories(wanted), *named)))
        for each in units[:MAX_SITES]:
            facts = self._facts(each) if each.where != unit.where else None
            if facts is not None:
                found = [Site(each, at, fact) for at, fact in facts.calls.items() if self._is_call(fact, wanted)]
                sites += found
                opened |= _passed_on(facts, wanted.keys, found) or _maybe_called(facts, unit.outline)
        return Sites(tuple(sites[:MAX_SITES]), opened or len(units) > MAX_SITES or len(sites) > MAX_SITES)

    def _mentioning(self, name: str) -> Iterator[Unit]:
        """As `units_with`: but of those that come to nothing no more is noted than how they mention the name."""
        project = self._engine.project
        for path in project.files_with(name):
            names = names_of(project, path, name)
            for function in project.heads_with_any(path, names):
                unit = self._engine.mentioning(path, function.qualname, names)
                if unit is not None and unit.outline is function and says(unit, names):
                    yield unit
            unit = self._engine.mentioning(path, MODULE, names) if project.says(path, names) else None
            if unit is not None and says(unit, names):
                yield unit

    def _may_mean(self, unit: Unit, name: str, wanted: _Wanted) -> bool:
        """Whether the name may stand for what is wanted: a method is no variable, and no function of a library."""
        if unit.sketch is None or (wanted.cls is not None and name != wanted.name):
            return True
        if wanted.cls is None and any(
            self._may_be_bound(unit, each, wanted) for each in names_of(unit.project, unit.path, name)
        ):
            return True
        return any(self._may_lead_to(unit, each, wanted) for each in unit.sketch.mentions.members(name))

    def _may_be_bound(self, unit: Unit, name: str, wanted: _Wanted) -> bool:
        """Whether a name by itself may be a function: it is no variable there, and means that one in the file."""
        if unit.sketch is None or not unit.sketch.mentions.has_name(name):
            return False
        if unit.outline is not None and name in unit.outline.imports:
            return True
        if unit.outline is not None and name in unit.sketch.mentions.bound:
            return bool(unit.outline.nested)  # perhaps only there
        found = unit.project.meant(unit.path, name)
        return found is not None and (found.kind == "assignment" or self._engine.key(found) in wanted.keys)

    def _may_lead_to(self, unit: Unit, dotted: str, wanted: _Wanted) -> bool:
        first, _, rest = dotted.partition(".")
        outline, cls = unit.outline, self._class_of(unit)
        if outline is not None and cls is not None and outline.parameters[:1] and first == outline.parameters[0].name:
            method = self._engine.project.meant_method(cls, rest)
            is_it = method is not None and self._engine.key(method) in wanted.keys
            return "." in rest or is_it or cls in wanted.bases
        if not first or unit.sketch is None or first in unit.sketch.mentions.bound:
            return True
        found = unit.meant(first)
        return found is None or found.path is not None or found.kind != "external"

    def _class_of(self, unit: Unit) -> Symbol | None:
        """The class of a method, for its name and its bases."""
        name = unit.outline.class_name if unit.outline is not None else None
        outline = unit.project.named_in(unit.path) if name is not None else None
        found = outline.definition(name) if outline is not None and name is not None else None
        return unit.project.symbol(unit.path, found) if isinstance(found, ClassOutline) else None

    def _wanted(self, unit: Unit, outline: FunctionOutline) -> _Wanted:
        cls = self._engine.class_of(unit)
        keys = {self._engine.key(self._engine.project.symbol(unit.path, outline))}
        if cls is not None and outline.name == "__init__":
            keys.add(self._engine.key(cls))
        bases = self._engine.project.bases(cls) if cls is not None else ()
        return _Wanted(outline.name, frozenset(keys), cls, frozenset(bases))

    def _is_call(self, fact: CallFact, wanted: _Wanted) -> bool:
        callee = fact.callee
        if callee.kind in (Kind.FUNCTION, Kind.CLASS) and callee.symbol in wanted.keys:
            return True
        if callee.kind is Kind.OBJECT and callee.symbol is not None and wanted.name == "__call__":
            return self._engine.method(callee.symbol, "__call__") in wanted.keys
        return fact.name == wanted.name and self._is_inherited(fact, wanted)

    def _is_inherited(self, fact: CallFact, wanted: _Wanted) -> bool:
        """`self.step()` in a method of a base class: which class `self` is of is not known there."""
        receiver = fact.receiver
        if receiver is None or receiver.symbol is None or wanted.cls is None:
            return False
        if not any(root(each)[0] == "parameter" for each in receiver.objects):
            return False
        base = self._engine.symbol(receiver.symbol)
        return base is not None and base in self._engine.project.bases(wanted.cls)

    def _factories(self, wanted: _Wanted) -> Iterator[Unit]:
        """The class methods of a class whose constructor is wanted: they call it by the name `cls`."""
        outline = wanted.cls.outline if wanted.cls is not None and wanted.name == "__init__" else None
        if wanted.cls is None or wanted.cls.path is None or not isinstance(outline, ClassOutline):
            return
        for method in outline.methods.values():
            first = method.parameters[0].name if method.parameters else ""
            if first in method.words and any(each.endswith("classmethod") for each in method.decorators):
                unit = self._engine.unit(wanted.cls.path, method.qualname)
                if unit is not None:
                    yield unit

    def _facts(self, unit: Unit) -> Facts | None:
        try:
            self._engine.unit(unit.path, unit.qualname)  # which notes that it rests on its lines
            return self._engine.facts(unit)
        except Unreadable:
            return None


def units_with(engine: Engine, name: str) -> Iterator[Unit]:
    """The functions and modules of a project in whose code the name stands, or another that its file imports it by.

    Not those that only speak of it in comments and texts.
    """
    project = engine.project
    for path in project.files_with(name):
        names = names_of(project, path, name)
        for function in project.heads_with_any(path, names):
            unit = engine.unit(path, function.qualname)
            if unit is not None and unit.outline is function and says(unit, names):
                yield unit
        unit = engine.unit(path, MODULE) if project.says(path, names) else None
        if unit is not None and says(unit, names):
            yield unit


def names_of(project: Project, path: Path, name: str) -> set[str]:
    """The name, and others that a file imports it by."""
    imports = project.imports(path).items()
    return {name, *(alias for alias, target in imports if target.rpartition(".")[2] == name)}


def says(unit: Unit, names: set[str]) -> bool:
    """Whether one of the names stands in the code of a unit, not in a comment or text alone."""
    return unit.sketch is None or any(unit.sketch.uses(name) for name in names)


def called_name(outline: FunctionOutline) -> str | None:
    """The word that stands in every call of the function; None where there is none worth looking for."""
    if outline.name in _BY_CLASS and outline.class_name is not None:
        return outline.class_name.rpartition(".")[2]
    return None if outline.name in _NAMELESS else outline.name


def _passed_on(facts: Facts, keys: frozenset[str], found: list[Site]) -> bool:
    """Whether the function is a value here that is more than called: an argument, a callback, an alias."""
    called = sum(1 for value in facts.values.values() if value.symbol in keys and value.kind is Kind.FUNCTION)
    return called > len(found)


def _maybe_called(facts: Facts, outline: FunctionOutline) -> bool:
    """Whether a method of that name is called on something of an unknown class."""
    if outline.class_name is None:
        return False
    return any(
        fact.name == outline.name and fact.receiver is not None and fact.callee.symbol is None
        for fact in facts.calls.values()
    )
