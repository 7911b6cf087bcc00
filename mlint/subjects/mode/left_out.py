"""What the function around a call of a model shows of a mode that was left out: what it does for gradients, or for
another model, it does not do for the mode of this one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mlint.facts.around.training import loops_around
from mlint.facts.domain.objects import EVAL, TRAIN, Mode, State, modes_of, parent
from mlint.facts.domain.values import Object, Trace, Value
from mlint.facts.evaluation.modes import recorded
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.facts.project.symbols import Symbol
from mlint.facts.project.units import Unit
from mlint.outline import ClassOutline
from mlint.subjects.mode.running import Running, looks_like_model
from mlint.subjects.owners import Function

_FLAG = frozenset(
    "is in not none and or self do run train training val valid validation validate eval evaluate test testing phase "
    "mode split stage opt optim optimizer backward grad enabled".split()
)
"""The words of a flag that tells training from evaluation, and nothing else."""
_TELLS = frozenset("train training val valid validation eval phase mode split stage opt optim optimizer".split())
_DOES = re.compile(
    r"^__|^_*(?:load|from|restore|init|fit|train)|eval|valid|test|predict|infer|score|transform|encode|embed|sample"
)
"""Methods that run the model for an answer, or make it, by their names."""
_WORD = re.compile(r"[A-Za-z][a-z]*|[A-Z]+")


def is_off_at_times(function: Function, state: State, mode: Mode, loops: tuple[int, ...]) -> bool:
    """Whether a flag that tells training from evaluation decides about gradients, and not about the mode, which the
    function sets to train mode for either; or for the training, and a loop around both goes on to the evaluation in it.

    `loops` are those around the call of the model.
    """
    if state.gradients != "unknown" or TRAIN not in mode.modes or EVAL in mode.modes or not mode.trace:
        return False
    sites = [each.site for each in mode.trace if each.where == function.unit.where and each.site >= 0]
    facts = [function.facts.calls.get(site) for site in sites]
    told = bool(facts) and all(each is not None and each.name == "train" for each in facts)
    if mode.modes != {TRAIN} and any(set(loops).isdisjoint(loops_around(function.ir, site)) for site in sites):
        return False
    switches = [site for site, each in function.facts.calls.items() if each.name == "set_grad_enabled"]
    return told and bool(switches) and all(_is_flag(function, site) for site in switches)


def _is_flag(function: Function, site: int) -> bool:
    op = function.instructions.get(site)
    if not isinstance(op, ir.Call) or len(op.arguments) != 1:
        return False
    flag = op.arguments[0].value
    words = {word.lower() for word in _WORD.findall(function.code(flag))}
    return recorded(function.value(flag)) is None and words <= _FLAG and not words.isdisjoint(_TELLS)


def put_in_train_after(function: Function, target: int, model: Value) -> bool:
    """Whether the function, which trains nothing, puts the model in train mode after it has run it: it had another mode
    in mind before."""
    if "train" not in function.words or function.file.engine.trainings.of(function.unit).targets:
        return False
    later = (fact for site, fact in function.facts.calls.items() if site > target and fact.name == "train")
    return any(
        each.receiver is not None
        and not each.receiver.objects.isdisjoint(model.objects)
        and all(passed.const is not False for passed in each.positional)
        for each in later
    )


def put_beside(function: Function, running: Running, target: int, model: Value) -> str | None:
    """The name of another model that the function puts in eval mode before a call of this one, and runs without
    gradients, too; None where there is none."""
    mine = function.facts.calls[target]
    if _is_search(function, target):
        return None
    for name, objects in _put_in_eval(function, mine):
        if _are_apart(objects, model.objects) and _is_run(function, running, objects):
            return name
    return None


def _is_search(function: Function, target: int) -> bool:
    """Whether what is called is made by a name that tells a search among outputs, and no network: `CTCDecoder(...)`."""
    op = function.instructions.get(target)
    callee = function.instructions.get(op.callee) if isinstance(op, ir.Call) else None
    if not isinstance(callee, (ir.Attribute, ir.Load)):
        return False
    made = rf"\b{callee.name}\s*=\s*[\w.]*(?i:ctc|beam|greedy|viterbi|lat|search)[\w.]*\("
    return function.project.has_line(function.path, made)


def _put_in_eval(function: Function, call: CallFact) -> Iterator[tuple[str, frozenset[Object]]]:
    """The models that are in eval mode at a call since the function itself put them there."""
    for temporary, fact in function.facts.calls.items():
        op = function.instructions.get(temporary)
        callee = function.instructions.get(op.callee) if isinstance(op, ir.Call) else None
        if fact.name != "eval" or fact.receiver is None or not fact.receiver.objects or fact.positional:
            continue
        mode = modes_of(call.state, fact.receiver.objects)
        here = any(each.site == temporary and each.where == function.unit.where for each in mode.trace)
        name = function.code(callee.base) if isinstance(callee, ir.Attribute) else ""
        if here and mode.modes == {EVAL} and looks_like_model(name):
            yield name, fact.receiver.objects


def _is_run(function: Function, running: Running, objects: frozenset[Object]) -> bool:
    for temporary, fact in function.facts.calls.items():
        op = function.instructions.get(temporary)
        found = running.model(op, fact) if isinstance(op, ir.Call) and fact.state.gradients == "off" else None
        if found is not None and found[0].objects == objects:
            return True
    return False


def _are_apart(some: frozenset[Object], others: frozenset[Object]) -> bool:
    """Whether none of the objects is one of the others, holds it or is held by it."""
    return all(one not in _line(other) and other not in _line(one) for one in some for other in others)


def _line(owner: Object) -> Iterator[Object]:
    found: Object | None = owner
    while found is not None:
        yield found
        found = parent(found)


def left_in_train(function: Function, model: Value) -> tuple[Trace, ...]:
    """Where a method of the class that trains puts the model in train mode, and leaves it so; nothing where none does,
    or another method, which runs nothing, is there to put it in eval mode."""
    engine, unit = function.file.engine, function.unit
    cls, me = engine.class_of(unit), unit.me
    names = {_name_in(owner, me) for owner in model.objects} if me is not None else set()
    if cls is None or len(names) != 1 or None in names:
        return ()
    (name,) = names
    left = [each for each in _methods(function, cls, str(name)) if each.unit.where != unit.where]
    if any(each.mode.modes == {EVAL} and not each.is_excused for each in left):
        return ()
    trained = (each for each in left if each.mode.modes == {TRAIN} and engine.trainings.of(each.unit).targets)
    return next((each.mode.trace for each in trained if each.is_told), ())


@dataclass(frozen=True, slots=True)
class _Left:
    """The mode that a method leaves a model in."""

    unit: Unit
    mode: Mode

    @property
    def is_told(self) -> bool:
        """Whether it is seen where the method puts it in train mode: it does more than give back what it found."""
        return any("train mode" in each.message for each in self.mode.trace)

    @property
    def is_excused(self) -> bool:
        """Whether it puts the model in eval mode for what it does itself: it makes, loads or runs it."""
        return _DOES.search(self.unit.qualname.rpartition(".")[2]) is not None


def _methods(function: Function, cls: Symbol, name: str) -> Iterator[_Left]:
    """The methods of a class, and of its bases, that switch the mode, with the mode that each leaves."""
    engine = function.file.engine
    for each in (cls, *engine.project.bases(cls)):
        methods = each.outline.methods.values() if isinstance(each.outline, ClassOutline) else ()
        for method in methods:
            if each.path is None or method.words.isdisjoint(("train", "eval")) or (name and name not in method.words):
                continue
            unit = engine.unit(each.path, method.qualname)
            facts = engine.callers.facts(unit) if unit is not None else None
            if unit is not None and facts is not None and unit.me is not None:
                owner = ("attribute", unit.me, name) if name else unit.me
                yield _Left(unit, facts.end.mode(owner))


def _name_in(owner: Object, me: Object) -> str | None:
    """The attribute of the object `me` that an object is; nothing for `me` itself, None for anything else."""
    if owner == me:
        return ""
    return str(owner[2]) if owner[0] == "attribute" and owner[1] == me else None
