"""Calls that put a model in eval mode, and the trainings that go on in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from mlint.facts.around.dependence import Dependence
from mlint.facts.around.nominal import CALLERS_DEEP
from mlint.facts.around.training import calls, loops_around
from mlint.facts.domain.objects import AT_ENTRY, EVAL, Mode, modes_of, parent, root, stored
from mlint.facts.domain.values import Kind, Object, Trace, Value
from mlint.facts.evaluation.outcomes import Rebase
from mlint.facts.flow import ir
from mlint.facts.flow.cfg import Graph
from mlint.facts.flow.recorded import CallFact
from mlint.facts.project.units import Unit
from mlint.rule import Step
from mlint.subjects.owners import Class, Function
from mlint.subjects.placed import Placed

_SWITCHES = frozenset(("eval", "train"))
_MAY_SWITCH = re.compile(r"\b(?:eval|train)\s*(?:[()\\#]|$)")
"""What is called by such a name: in brackets of its own, too, or with those of the call on the next line."""
_LOSS = re.compile(r"(?:^|_)(?:loss|losses)(?:_|$)|^training_step$")
_FOLLOWS = re.compile(r"teacher|ema|target|frozen|momentum|average|reference", re.IGNORECASE)
"""A model that is not trained itself, by its name."""
_NOTED = re.compile(r"\b(\w+)\s*=[^=\n]*\.training\b")
_WITHOUT_GRADIENTS = frozenset(("no_grad", "inference_mode", "set_grad_enabled", "volatile"))
_VALIDATION = re.compile(r"^_?(?:run_|do_)?(?:valid|eval|test|dev(?:_|$)|val(?:_|$))|_(?:valid|val|eval|test)(?:_|$)")


class Switch(Placed):
    """A call of `eval()`, or of `train(False)`."""

    def __init__(self, function: Function, op: ir.Call, fact: CallFact, model: Value) -> None:
        super().__init__(function, op.target)
        self.op = op
        self.fact = fact
        self.model = model

    @classmethod
    def of(cls, owner: Function) -> Iterator[Switch]:
        """The calls in the order of the text."""
        if not any(map(_MAY_SWITCH.search, owner.lines)):
            return
        sketch = owner.unit.sketch
        if owner.cls is not None and owner.name in ("train", "eval") and _is_module(owner, owner.cls):
            return  # it is how the mode is switched
        if sketch is not None and sketch.called.isdisjoint(_SWITCHES):
            return
        if not owner.file.engine.nominal.in_training_loop(owner.unit, _SWITCHES):
            return
        for temporary, op in owner.instructions.items():
            fact = owner.facts.calls.get(temporary) if isinstance(op, ir.Call) else None
            model = None if fact is None or not _puts_in_eval(fact) else fact.receiver
            if model is not None and model.objects and model.kind in (Kind.MODULE, Kind.UNKNOWN):
                yield cls(owner, op, fact, model)  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        """The model as the code writes it."""
        callee = self.function.instructions.get(self.op.callee)
        return self.function.code(callee.base) if isinstance(callee, ir.Attribute) else self.code

    @property
    def dependence(self) -> Dependence:
        """Whether the model acts differently in train and eval mode."""
        return self.function.file.engine.dependences.of(self.model)

    @property
    def acts_alike_as_passed(self) -> bool:
        """Whether each caller that is seen passes, or stores, a model that acts the same in both modes."""
        engine, unit = self.function.file.engine, self.function.unit
        found = engine.callers.situations(unit, self.model.objects, Mode(AT_ENTRY), None, self.model)
        return bool(found) and all(engine.dependences.of(each.value).depends is False for each in found)

    @property
    def is_put_back(self) -> bool:
        """Whether the function notes the mode that it found, and hands it to `train()`, under whatever condition."""
        noted = set(_NOTED.findall("\n".join(self.function.lines)))
        for temporary, fact in self.function.facts.calls.items() if noted else ():
            op = self.function.instructions.get(temporary)
            passed = op.arguments[0].value if isinstance(op, ir.Call) and len(op.arguments) == 1 else None
            same = fact.receiver is not None and not fact.receiver.objects.isdisjoint(self.model.objects)
            if fact.name == "train" and same and passed is not None and self.function.code(passed) in noted:
                return True
        return False

    def is_put_in_train_too(self, unit: Unit) -> bool:
        """Whether this function puts the model in train mode as well, and so does the one that trains it: it stays in
        eval mode by an early way out only, and for a while."""
        mine = self.function.facts.calls.items()
        later = [each for temporary, each in mine if temporary > self.op.target and each.name == "train"]
        put = [each for each in later if each.receiver and not each.receiver.objects.isdisjoint(self.model.objects)]
        facts = self.function.file.engine.callers.facts(unit)
        trains = facts is not None and any(each.name == "train" for each in facts.calls.values())
        return trains and any(all(passed.const is not False for passed in each.positional) for each in put)

    @property
    def trained_in(self) -> tuple[Unit, int] | None:
        """Where the model is trained on the next turn of a loop around this call, still in eval mode: the function, and
        the call there. None where it is seen nowhere."""
        places = ((self.op.target, CALLERS_DEEP), *((each, 0) for each in self._runs_of_closure))
        found = (self._trained(self.function.unit, target, self.model.objects, deep) for target, deep in places)
        return next(chain.from_iterable(found), None)

    def _trained(self, unit: Unit, target: int, owners: frozenset[Object], depth: int) -> Iterator[tuple[Unit, int]]:
        engine = self.function.file.engine
        facts = engine.callers.facts(unit)
        if facts is None or not owners:
            return
        loops = {op.target: around for around, op, _ in calls(unit.lowered.function)}
        mine = set(loops.get(target, ()))
        for other, around in loops.items():
            fact = facts.calls.get(other)
            if fact is None or mine.isdisjoint(around):
                continue
            if other >= target and unit is self.function.unit and self._is_passed_by(other, mine & set(around)):
                yield unit, other
            if other >= target and not self._validates(unit):
                continue
            # Which of several models was switched is not known: the one that trains must be in eval mode.
            trained = (
                self._trained_by(unit, other, fact, owners) if self._is_left(fact, owners) else frozenset[Object]()
            )
            if self._is_left(fact, trained) and not self._acts_alike(fact):
                yield unit, other
        if depth > 0 and engine.nominal.is_repeated(unit, depth):
            for site in engine.callers.sites(unit).sites:
                arguments = engine.arguments(unit, site.fact, site.fact.receiver)
                rebase = Rebase(unit.where, arguments, site.fact.state, (site.unit.where, site.target))
                yield from self._trained(site.unit, site.target, rebase.objects(owners), depth - 1)

    @property
    def _runs_of_closure(self) -> Iterator[int]:
        """The calls, in this function, of the function inside of it in which this call stands."""
        function = self.function.ir
        holds = [any(op is self.op for _, op, _ in calls(nested)) for nested in function.nested]
        if not any(holds):
            return
        where = self.function.unit.where
        made = {
            ("closure", where, op.target)
            for block in function.blocks
            for op in block.instructions
            if isinstance(op, ir.Closure) and holds[op.index]
        }
        for target, fact in self.function.facts.calls.items():
            if not made.isdisjoint(fact.callee.objects):
                yield target

    def _is_passed_by(self, other: int, shared: set[int]) -> bool:
        """Whether a call further down trains the model on turns that pass by this one: it stands in a branch
        (`if phase == "val":`), and nothing puts the model in train mode.

        The turns are those of the loops around both; where there are none, calls of the function.
        """
        unit, function, target = self.function.unit, self.function.ir, self.op.target
        fact, loops = self.function.facts.calls[other], {op.target: around for around, op, _ in calls(function)}
        mine = fact.callee.objects & self.model.objects
        if fact.state.gradients != "unknown" or fact.callee.kind not in (Kind.MODULE, Kind.UNKNOWN) or not mine:
            return False
        steps = [each for each in modes_of(fact.state, mine).trace if "puts it in train mode" in each.message]
        if any(each.where != unit.where or shared <= set(loops.get(each.site, ())) for each in steps):
            return False
        where = {op.target: block.index for block in function.blocks for op in block.instructions}
        heads = [function.loops[each].head for each in shared if each >= 0] if shared else [0]
        trains = self._is_left(fact, mine) and self.function.file.engine.trainings.of(unit).shares(
            loops_around(function, other)
        )
        if not trains or target not in where or other not in where:  # in a nested function
            return False
        return where[other] in Graph(function.blocks, function.loops).reachable(heads, frozenset({where[target]}))

    def _acts_alike(self, fact: CallFact) -> bool:
        """Whether it is a model that acts the same in both modes, as is known where it is trained: by itself, or by one
        of its methods, `model.loss(x)`."""
        of = self.function.file.engine.dependences.of
        models = [each for each in (fact.callee, fact.receiver) if each is not None and each.kind is Kind.MODULE]
        return any(of(each).depends is False for each in models)

    def _validates(self, unit: Unit) -> bool:
        """Whether the call stands in a function that another one calls to validate: what follows there is training."""
        if unit is self.function.unit:
            return False
        named = _VALIDATION.search(self.function.name) is not None
        return named or not self.function.words.isdisjoint(_WITHOUT_GRADIENTS)

    def _is_left(self, fact: CallFact, owners: frozenset[Object]) -> bool:
        """Whether this very call is why the model may be in eval mode there."""
        mode = modes_of(fact.state, owners)
        mine = (self.op.target, self.function.unit.where)
        return EVAL in mode.modes and any((each.site, each.where) == mine for each in mode.trace)

    def _trained_by(self, unit: Unit, target: int, fact: CallFact, owners: frozenset[Object]) -> frozenset[Object]:
        """Those of the models that a call runs with gradients in a function that trains; itself or in what it calls."""
        engine = self.function.file.engine
        if fact.state.gradients in ("off", "unknown"):
            return frozenset()
        run = _run(fact)
        if not run.isdisjoint(owners):
            trains = self._goes_on(unit, target) and not _FOLLOWS.search(unit.code(target).partition("(")[0])
            return run & owners if trains else frozenset()
        symbol = None if fact.callee.symbol is None else engine.symbol(fact.callee.symbol)
        called = engine.unit(symbol.path, symbol.qualname) if symbol is not None and symbol.path is not None else None
        if called is None or not (engine.trainings.of(called).loops or self._is_step(unit, target)):
            return frozenset()
        if called is self.function.unit:  # by another turn of the same function: `run("train")` after `run("val")`
            return owners if any(self._is_passed_by(each, set()) for each in self.function.facts.calls) else frozenset()
        arguments = engine.arguments(called, fact, fact.receiver)
        runs = engine.callers.runs(called.path, called.qualname)
        found = [_meant(fact, arguments, parameter, name) for parameter, name in runs]
        rebase = Rebase(called.where, arguments, fact.state, (unit.where, -1))
        others = (*self._shared(called, rebase), *self._by_method(called, rebase))
        return owners.intersection(frozenset().union(*found, *others))

    def _goes_on(self, unit: Unit, target: int) -> bool:
        """Whether a call runs once or more for each step of a training; a gradient that is only asked for is none."""
        engine, loops = self.function.file.engine, set(loops_around(unit.lowered.function, target))
        training, facts = engine.trainings.of(unit), engine.callers.facts(unit)
        steps = zip(training.loops, training.targets, strict=True)
        return facts is not None and any(
            loops.issuperset(around) and facts.calls[step].callee.symbol != "torch.autograd.grad"
            for around, step in steps
            if step in facts.calls
        )

    def _by_method(self, called: Unit, rebase: Rebase) -> Iterator[frozenset[Object]]:
        """The models that a function runs by a method which gives a loss, in the mode that it finds them in:
        `self.model.calculate_loss(batch)`."""
        facts = self.function.file.engine.callers.facts(called)
        for each in facts.calls.values() if facts is not None else ():
            methods = [
                owner for owner in each.callee.objects if owner[0] == "attribute" and _LOSS.search(str(owner[2]))
            ]
            models = frozenset(holder for owner in methods if (holder := parent(owner)) is not None and parent(holder))
            if models and each.state.gradients is None and modes_of(each.state, models).modes == AT_ENTRY:
                yield rebase.objects(models)

    def _is_step(self, unit: Unit, target: int) -> bool:
        """Whether the loops around a call train: what it makes, a loss, goes into their `backward()`."""
        loops = loops_around(unit.lowered.function, target)
        return bool(loops) and self.function.file.engine.trainings.of(unit).shares(loops)

    def _shared(self, called: Unit, rebase: Rebase) -> Iterator[frozenset[Object]]:
        """The variables of the module that a function runs as models, in the mode that it finds them in."""
        facts = self.function.file.engine.callers.facts(called)
        every = facts.calls.values() if facts is not None else ()
        switched = [rebase.objects(each.receiver.objects) for each in every if each.receiver and each.name == "train"]
        put = frozenset().union(*switched)  # by another name perhaps: `train(net)` that runs the `net` of the module
        for each in every:
            objects = each.callee.objects
            is_shared = each.state.gradients is None and all(root(owner)[0] == "global" for owner in objects)
            if is_shared and modes_of(each.state, objects).modes == AT_ENTRY:
                yield rebase.objects(objects) - put

    def told(self, found: tuple[Unit, int]) -> Step | None:
        """The call that trains, as a step of the explanation."""
        unit, target = found
        steps = self.function.steps([Trace("`{code}` trains on the next turn", target, unit.where)])
        return steps[0] if steps else None


def _puts_in_eval(fact: CallFact) -> bool:
    arguments = (*fact.positional, *fact.keywords.values())
    if fact.name == "eval":
        return not arguments
    return fact.name == "train" and len(arguments) == 1 and arguments[0].const is False


def _run(fact: CallFact) -> frozenset[Object]:
    """The model that a call runs: itself, or by a method that gives its output or its loss: `model.forward(x)`."""
    if fact.receiver is not None and (fact.name == "forward" or _LOSS.search(fact.name)):
        return fact.receiver.objects if fact.receiver.kind in (Kind.MODULE, Kind.UNKNOWN) else frozenset()
    return fact.callee.objects if fact.callee.kind in (Kind.MODULE, Kind.UNKNOWN) else frozenset()


def _meant(fact: CallFact, arguments: Mapping[str, Value], parameter: str, name: str) -> frozenset[Object]:
    """The caller's objects for a parameter of what it calls, or for an attribute of that."""
    passed = arguments.get(parameter)
    if passed is None:
        return frozenset()
    return stored(fact.state, passed.objects, name) if name else passed.objects


def _is_module(owner: Function, cls: Class) -> bool:
    return owner.file.engine.classes.kind(owner.project.symbol(owner.path, cls.outline)) is Kind.MODULE
