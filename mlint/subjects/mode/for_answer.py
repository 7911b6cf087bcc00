"""Calls of models that are evaluations though nothing switches gradients off: by the data that they are run on, or
since the function loads weights into a model of its own, and trains nothing."""

from __future__ import annotations

import keyword
import re
from collections import Counter

from mlint.facts.domain.objects import root
from mlint.facts.domain.values import Kind, Value
from mlint.facts.flow.recorded import CallFact
from mlint.facts.syntax.sketch import Sketch
from mlint.subjects.mode.for_answer_in_class import may_serve_in_class, serves_in_class
from mlint.subjects.mode.for_answer_in_module import may_serve_in_module, serves_in_module
from mlint.subjects.mode.held_out import is_held_out
from mlint.subjects.mode.running import RUNS
from mlint.subjects.mode.weights import LOADED_BY, READS, TRAINS, loads_weights, may_load
from mlint.subjects.occasion import in_tests
from mlint.subjects.owners import Function

_LOADS = re.compile(rf"\b(?:{'|'.join(LOADED_BY)})\s*=|\bload_state_dict\b")
_LOOPS = ("for", "while")
_KEYWORDS = frozenset(keyword.kwlist)
_RUN = re.compile(rf"[)\]}}]\s*\(|\bself\s*\.\s*\w+\s*\(|\.\s*(?:{'|'.join(sorted(RUNS))})\s*\(")
_CALLED = re.compile(r"(?<![\w.])((?:def|class)\s+)?(\w+)\s*\(")
_NOT_CALLED = re.compile(r"(?<![\w.])(\w+)\b(?!\s*\()")
_DRAWS = frozenset("rand randn zeros ones rand_like randn_like zeros_like ones_like randint empty".split())


def may_answer(function: Function) -> bool:
    """Whether a function may hold such a call, as far as its words tell."""
    return (
        _may_serve(function) or _may_evaluate(function) or may_serve_in_class(function) or may_serve_in_module(function)
    )


def is_for_answer(function: Function, call: CallFact, model: Value) -> bool:
    """Whether the function, its class or its file loads weights into the model that it runs, and trains nothing."""
    return serves(function, call, model) or serves_in_class(function, model) or serves_in_module(function, model)


def _may_evaluate(function: Function) -> bool:
    if function.words.isdisjoint(_LOOPS) or not is_held_out(function.words):
        return False
    sketch = function.unit.sketch
    return sketch is not None and bool(sketch.looped)


def _may_serve(function: Function) -> bool:
    words = function.words
    loads = not words.isdisjoint(LOADED_BY) or ("load_state_dict" in words and not words.isdisjoint(READS))
    if not loads or not words.isdisjoint(TRAINS):
        return False
    text = "\n".join(function.lines)
    if _LOADS.search(text) is None or not _may_run_own(text):
        return False
    sketch = function.unit.sketch
    return sketch is None or (may_load(sketch) and _runs_what_it_makes(function, sketch))


def _may_run_own(text: str) -> bool:
    """Whether something is called that may be a variable, an attribute of `self`, or the result of a call; or a method
    that models are run by. Cheap: most functions that have `pretrained` hand it on."""
    if _RUN.search(text) is not None:
        return True
    found = _CALLED.findall(text)
    called = {name for defines, name in found if not defines} - _KEYWORDS
    if any(defines and name in called for defines, name in found):
        return True
    # Mostly none of them stands there but to be called, which counting tells sooner.
    times = Counter(name for _, name in found)
    return any(text.count(name) > times[name] for name in called) and not called.isdisjoint(_NOT_CALLED.findall(text))


def _runs_what_it_makes(function: Function, sketch: Sketch) -> bool:
    """Whether a variable of the function, or an attribute, is called, or a method of it that models are run by."""
    given = {each.name for each in function.outline.parameters} if function.outline is not None else set()
    made = (sketch.mentions.bound - given) | {"self", ""}
    calls = (dotted.partition(".")[::2] for dotted, _ in sketch.calls)
    return any(
        first in made and (not rest or rest.rpartition(".")[2] in RUNS or (first == "self" and "." not in rest))
        for first, rest in calls
    )


def serves(function: Function, call: CallFact, model: Value) -> bool:
    """Whether the function itself has made the model and loaded its weights, runs it on more than what is drawn to try
    it out, and trains nothing."""
    made = {root(each) for each in model.objects}
    if not _may_serve(function) or not all(each[:2] == ("new", function.unit.where) for each in made):
        return False
    if in_tests(function) or any(_is_drawn(function, each) for each in (*call.positional, *call.keywords.values())):
        return False
    return all(any(loads_weights(fact, site, each) for site, fact in function.facts.calls.items()) for each in made)


def tries_out(function: Function, call: CallFact, model: Value) -> bool:
    """Whether the function runs a model as it has made it on what is drawn, and neither loads weights nor trains: it
    only sees whether the model runs."""
    made = {root(each) for each in model.objects}
    given = (*call.positional, *call.keywords.values())
    if not made or not all(each[:2] == ("new", function.unit.where) for each in made):
        return False
    if not given or not all(_is_drawn(function, each) for each in given):
        return False
    facts = function.facts.calls
    makers = [facts[each[2]] for each in made if isinstance(each[2], int) and each[2] in facts]
    loaded = any(loads_weights(fact, site, each) for site, fact in facts.items() for each in made)
    if loaded or len(makers) != len(made) or not all(map(_makes_anew, makers)):
        return False
    return not function.file.engine.trainings.of(function.unit).targets


def _makes_anew(maker: CallFact) -> bool:
    """Whether it is a class that makes the model, or a library's function: one of the project may load weights."""
    return maker.callee.kind is Kind.CLASS or maker.entry is not None


def _is_drawn(function: Function, passed: Value) -> bool:
    """Whether it was made of nothing but a shape: `torch.randn(1, 3, 224, 224)`, moved or not."""
    makers = [function.facts.calls.get(each.site) for each in passed.trace if each.where == function.unit.where]
    return any(each is not None and each.name in _DRAWS for each in makers)
