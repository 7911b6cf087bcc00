"""Files that load the weights of a model at the top, and train nothing: their functions run it for an answer."""

from __future__ import annotations

from pathlib import Path

from mlint.facts.domain.objects import root
from mlint.facts.domain.values import Object, Value
from mlint.facts.project.units import MODULE
from mlint.subjects.mode.weights import LOADED_BY, READS, TRAINS, loads_weights, may_load
from mlint.subjects.occasion import in_tests
from mlint.subjects.owners import Function

_LOADS = "load_state_dict"
_ASKS_FOR_GRADIENTS = ("autograd", "grad", "retain_grad", "loss", "criterion")


def may_serve_in_module(function: Function) -> bool:
    """Whether the file of a function loads weights and trains nothing, as far as its words tell."""
    project, path = function.project, function.path
    named = project.named_in(path)
    if function.is_module or named is None or function.words.isdisjoint(named.assignments):
        return False  # it speaks of no variable of the file
    loads = project.words_of(path, (_LOADS, *LOADED_BY))
    if not loads or (loads == {_LOADS} and not project.words_of(path, READS)):
        return False
    return not project.words_of(path, (*TRAINS, *_ASKS_FOR_GRADIENTS)) and _may_load(function)


def _may_load(function: Function) -> bool:
    """Whether the statements of the file load weights, or ask for them by a keyword."""
    module = function.file.engine.unit(function.path, MODULE)
    sketch = module.sketch if module is not None else None
    return sketch is None or may_load(sketch)


def serves_in_module(function: Function, model: Value) -> bool:
    """Whether it is a variable of the file into which the file itself loads weights, or that it makes with them."""
    here = {root(each) for each in model.objects}
    if not here or not may_serve_in_module(function) or in_tests(function):
        return False
    return all(each[0] == "global" and each[1] == str(function.path) and _is_loaded(function, each) for each in here)


def _is_loaded(function: Function, held: Object) -> bool:
    engine = function.file.engine
    unit = engine.unit(Path(str(held[1])), MODULE)
    facts = engine.callers.facts(unit) if unit is not None else None
    named = facts.end.names.get(str(held[2])) if facts is not None else None
    if facts is None or named is None:
        return False
    made = {root(each) for each in named.objects}
    return any(loads_weights(fact, site, each) for site, fact in facts.calls.items() for each in made)
