"""Classes that load the weights of a model which they keep, run it, and train nothing: they run it for an answer."""

from __future__ import annotations

from mlint.facts.domain.objects import stored
from mlint.facts.domain.values import Object, Value
from mlint.facts.project.units import Unit
from mlint.subjects.occasion import in_tests
from mlint.subjects.owners import Class, Function

_LOADS = "load_state_dict"
_READS = frozenset("load load_file load_url load_state_dict_from_url load_checkpoint".split())
_TRAINS = frozenset(
    "train training trains fit optimizer optimizers optim Adam AdamW SGD backward finetune fine_tune trainer Trainer "
    "requires_grad requires_grad_ learner step loss state_dict".split()
)
"""Words of a class that trains, or that takes the model from one that does."""


def may_serve_in_class(function: Function) -> bool:
    """Whether the class of a method loads weights and trains nothing, as far as its words tell."""
    cls = function.cls
    if cls is None or _LOADS not in cls.outline.words or not cls.words.isdisjoint(_TRAINS):
        return False
    return not cls.words.isdisjoint(_READS) and function.name != "__init__"


def serves_in_class(function: Function, model: Value) -> bool:
    """Whether the model is an attribute into which a method of such a class loads weights."""
    me, cls = function.unit.me, function.cls
    names = {each[2] for each in model.objects if each[0] == "attribute" and each[1] == me}
    if cls is None or len(names) != 1 or len(model.objects) != 1 or in_tests(function):
        return False
    return may_serve_in_class(function) and _is_loaded(function, cls, str(*names))


def _is_loaded(function: Function, cls: Class, name: str) -> bool:
    units = [each.unit for each in cls.methods.values() if _LOADS in each.words and name in each.words]
    return any(_loads(function, each, name) for each in units)


def _loads(function: Function, unit: Unit, name: str) -> bool:
    """Whether a method loads weights into what the attribute of that name holds in the end."""
    facts, me = function.file.engine.callers.facts(unit), unit.me
    if facts is None or me is None:
        return False
    kept: frozenset[Object] = stored(facts.end, frozenset({me}), name) | {("attribute", me, name)}
    loaded = (each.receiver for each in facts.calls.values() if each.name == _LOADS)
    return any(each is not None and not each.objects.isdisjoint(kept) for each in loaded)
