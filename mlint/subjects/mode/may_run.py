"""Whether a function can hold a call of a model at all, as far as names tell: asked before anything is evaluated."""

from __future__ import annotations

import sys

from mlint.facts.around.sites import called_name, units_with
from mlint.facts.domain.values import Kind
from mlint.facts.engine import Engine
from mlint.facts.project.factories import maker_of
from mlint.facts.project.symbols import Symbol
from mlint.facts.syntax.sketch import Sketch
from mlint.outline import FunctionOutline
from mlint.subjects.mode.running import ASKS, RUNS, looks_like_model
from mlint.subjects.owners import Function

_MEMBERS = frozenset(("norm",))
"""Methods of tensors that are names of layers that act differently in train mode, too."""
_DECLARED = frozenset(("NotImplementedError",))
_OF_MODULES = ASKS | {"load_from_checkpoint", "compile", "DataParallel", "DistributedDataParallel"}
"""What is called where modules are at hand."""
_LATER = "builtins.None"
"""What `model = None` makes a name mean until a function puts a model there."""
_KINDS = tuple(kind for kind in Kind if kind not in (Kind.UNKNOWN, Kind.OBJECT))


def may_run_model(owner: Function) -> bool:
    """Whether one of the calls may run a model; it is yes wherever names leave it open."""
    sketch = owner.unit.sketch
    if sketch is None:
        return True
    return any(_may_run(owner, each, sketch.mentions.bound) for each in _calls(sketch, owner.outline))


def _calls(sketch: Sketch, outline: FunctionOutline | None) -> set[str]:
    """The dotted names that a function calls, but for what is nested in it: the calls of that are among them."""
    nested = outline.nested if outline is not None else ()
    return {each for each, _ in sketch.calls}.difference(each.rpartition(".")[2] for each in nested)


def _may_run(owner: Function, dotted: str, bound: frozenset[str]) -> bool:
    first, _, rest = dotted.partition(".")
    engine = owner.file.engine
    method = own_method(owner, first, rest)
    if method is not None and method.path is not None:
        return _is_property(method) or _is_run_by(engine, method)
    if method is not None and engine.tables.entry_for_method(Kind.MODULE, rest) is not None and rest not in RUNS:
        return not engine.classes.is_of_module(owner.unit)
    if not _is_own(owner, first, rest) and _is_of_data(engine, dotted):
        return False
    if first and first not in bound:
        found = owner.unit.resolve(dotted)
        if found is not None and found.kind not in ("assignment", "unknown") and found.name != _LATER:
            return found.path is not None and _is_run_by(engine, found)
        made_by = maker_of(owner.project, found if found is not None else owner.unit.resolve(first))
        if made_by is not None and made_by.kind == "external" and _is_of_python(made_by):
            return False
    return bool(rest) or not _is_plain_parameter(owner, first)


def _is_of_python(symbol: Symbol) -> bool:
    return symbol.name.partition(".")[0] in sys.stdlib_module_names


def _is_of_data(engine: Engine, dotted: str) -> bool:
    """Whether it is a method of tensors, containers or texts, or one that modules have for anything but to run."""
    last = dotted.rpartition(".")[2]
    if "." not in dotted or last in RUNS or last in _MEMBERS:
        return False
    if last in ASKS or (last.endswith("_") and not last.endswith("__")):
        return True
    return any(engine.tables.entry_for_method(kind, last) is not None for kind in _KINDS)


def own_method(owner: Function, first: str, name: str) -> Symbol | None:
    """The method that `self.name()` calls in a method; None of anything else. An external one may be an attribute."""
    cls = owner.file.engine.class_of(owner.unit)
    return owner.project.method(cls, name) if cls is not None and _is_own(owner, first, name) else None


def _is_own(owner: Function, first: str, name: str) -> bool:
    """Whether it is `self.name` in a method: an attribute, whatever tensors have by that name."""
    outline = owner.outline
    if outline is None or outline.class_name is None or not outline.parameters:
        return False
    return first == outline.parameters[0].name and "." not in name


def _is_property(method: Symbol) -> bool:
    """Whether what it gives is called, and not it."""
    decorators = method.outline.decorators if isinstance(method.outline, FunctionOutline) else ()
    return any("property" in each for each in decorators)


def _is_plain_parameter(owner: Function, name: str) -> bool:
    """Whether it is a parameter that neither its name, nor its type, nor a method asked of it says to be a module."""
    parameters = owner.outline.parameters[owner.class_name is not None :] if owner.outline is not None else ()
    sketch = owner.unit.sketch
    asked = sketch is None or any(dotted.startswith(f"{name}.") for dotted, _ in sketch.calls)
    told = asked or looks_like_model(name)
    plain = not told and any(
        each.name == name and "Callable" in (each.annotation or "Callable") and each.default in (None, "None")
        for each in parameters
    )
    return plain and not _may_be_passed_module(owner)


def _may_be_passed_module(owner: Function) -> bool:
    """Whether code that names the function asks something for what modules have alone: it may pass a module."""
    name = called_name(owner.outline) if owner.outline is not None else None
    units = units_with(owner.file.engine, name) if name is not None else ()
    return any(
        unit.where != owner.unit.where and (unit.sketch is None or not unit.sketch.called.isdisjoint(_OF_MODULES))
        for unit in units
    )


def _is_run_by(engine: Engine, function: Symbol) -> bool:
    """Whether a function calls what may be a parameter, or something of one; or is only declared, for others to do."""
    unit = engine.unit(function.path, function.qualname) if function.path is not None else None
    if unit is None or unit.outline is None:
        return False
    sketch = unit.sketch
    if sketch is None or (unit.outline.class_name is not None and sketch.called <= _DECLARED):
        return True
    given = sketch.mentions.bound
    return any(
        not dotted or (dotted.partition(".")[0] in given and not _is_of_data(engine, dotted))
        for dotted in _calls(sketch, unit.outline)
    )
