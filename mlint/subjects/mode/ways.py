"""The ways to come to a call of a model, and the mode that the model is in then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mlint.cached import cached_property
from mlint.facts.around.callers import Situation
from mlint.facts.around.dependence import Dependence
from mlint.facts.around.training import in_lambda, loops_around
from mlint.facts.domain.objects import ENTRY, EVAL, TRAIN, UNSURE, modes_of
from mlint.facts.domain.values import Object, Trace
from mlint.facts.evaluation.modes import LOADS
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.guards import conditions, names
from mlint.facts.flow.recorded import CallFact
from mlint.subjects.mode.beside import is_never_met
from mlint.subjects.mode.now_and_then import is_look
from mlint.subjects.mode.passed_class import is_of_independent_class
from mlint.subjects.occasion import is_test_file
from mlint.subjects.owners import Function

_PASSED = re.compile(r"[\w.\[\]\"']+")
_TEST_FILE = re.compile(r"^test_|_test\.py$")


@dataclass(frozen=True)
class Way:
    """A way to come to a call, and the mode that the model is in then."""

    situation: Situation
    function: Function

    @cached_property
    def dependence(self) -> Dependence:
        """Whether the model acts differently in train and eval mode, as far as the outermost function knows it."""
        value = self.situation.value
        found = self.function.file.engine.dependences.of(value)
        unseen = found.depends is None and value.symbol is None
        return Dependence(False) if unseen and is_of_independent_class(self.function, value) else found

    @property
    def has_gradients(self) -> bool:
        """Whether nothing switches gradients off, though an answer is all that is wanted."""
        return self.situation.gradients is None

    @property
    def is_train(self) -> bool:
        """Whether the model is in train mode for sure."""
        return self.situation.mode.modes == {TRAIN}

    @property
    def may_train(self) -> bool:
        """Whether it is in train mode on some paths."""
        return TRAIN in self.situation.mode.modes

    @property
    def may_eval(self) -> bool:
        """Whether it is in eval mode on some paths."""
        return EVAL in self.situation.mode.modes

    @property
    def is_unsure(self) -> bool:
        """Whether code that is not seen may have set the mode."""
        return UNSURE in self.situation.mode.modes

    @property
    def is_open(self) -> bool:
        """Whether the mode is that which the outermost function finds."""
        return ENTRY in self.situation.mode.modes

    @property
    def is_seen_here(self) -> bool:
        """Whether `eval()` is called in the function itself."""
        return any(self._name(site) == "eval" for site in self._switched_here)

    def is_put_at_times(self, owners: frozenset[Object]) -> bool:
        """Whether the function itself calls `eval()` of these very models, on some of the paths to here only."""
        facts = [self.function.facts.calls.get(site) for site in self._switched_here]
        evals = [each.receiver for each in facts if each is not None and each.name == "eval"]
        return any(receiver is not None and owners <= receiver.objects for receiver in evals)

    @property
    def _switched_here(self) -> list[int]:
        """The calls of the function itself that tell of the mode."""
        where = self.function.unit.where
        return [each.site for each in self.situation.mode.trace if each.where == where and each.site >= 0]

    @property
    def is_hidden(self) -> bool:
        """Whether a function on the way has callers that cannot be seen, such as the library that its class extends, or
        pytest, which passes fixtures."""
        units = (self.function.unit, *(site.unit for site in self.situation.chain))
        is_test = _TEST_FILE.search(units[-1].path.name) is not None and self.outermost.startswith("test_")
        return self.situation.hidden or is_test or any(map(self.function.file.engine.classes.is_extension, units))

    @property
    def is_switched(self) -> bool:
        """Whether it was put in a mode with all that it holds, and not only made: each module is made in train mode, so
        that a constructor which says `self.train()` changes nothing."""
        return any("puts it" in each.message and not self._is_made_so(each) for each in self.situation.mode.trace)

    @property
    def is_assumed(self) -> bool:
        """Whether nothing but its weights being loaded tells that it is in train mode."""
        return any(each.message == LOADS for each in self.situation.mode.trace)

    @property
    def is_chosen(self) -> bool:
        """Whether `train()` and `eval()` stand on two branches of this function: whoever wrote both meant both."""
        mine = self._switched_here
        switched = [site for site in mine if self._name(site) == "train"]
        others = [site for site in mine if site not in switched and not self._follows(site, switched)]
        return bool(switched) and self.may_train and self.may_eval and bool(others)

    @property
    def is_left_to_flag(self) -> bool:
        """Whether the function has a parameter by which its caller says whether it calls `eval()`: `eval_mode=True`."""
        sites = [site for site in self._switched_here if self._name(site) == "eval"]
        given = {each.name for each in self.function.ir.parameters if "eval" in each.name.lower()}
        if not sites or not given:
            return False
        accesses = Accesses(self.function.ir)
        places = [accesses.temporaries.places[site] for site in sites if site in accesses.temporaries.places]
        return any(
            not given.isdisjoint(names(accesses, each))
            for place in places
            for each in conditions(accesses, place.block)
        )

    def is_decided_alike(self, target: int) -> bool:
        """Whether nothing decides that `eval()` is called here but what decides that the model is, too:
        `if not (dry or mock): model.eval()` before `if dry: ... elif mock: ... else: model(x)`."""
        accesses = Accesses(self.function.ir)
        places = accesses.temporaries.places
        sites = [site for site in self._switched_here if self._name(site) == "eval" and site in places]
        if not sites or target not in places:
            return False
        mine = {each for one in conditions(accesses, places[target].block) for each in names(accesses, one)}
        deciding = [
            {each for one in conditions(accesses, places[site].block) for each in names(accesses, one)}
            for site in sites
        ]
        return any(each and each <= mine for each in deciding)

    def is_never_met(self, target: int) -> bool:
        """Whether what puts it in train mode stands on a branch that no turn takes which comes to the call."""
        return self.may_eval and is_never_met(self.function, self.situation.mode.trace, target)

    @property
    def is_of_test(self) -> bool:
        """Whether it begins in a test of the project, by way of other code: a test may do without eval mode."""
        units = [site.unit for site in self.situation.chain[-1:]]
        return any(is_test_file(each.path, self.function.project.root) for each in units)

    @property
    def is_set_up_so(self) -> bool:
        """Whether a constructor says `train()` itself: it sets up what the other methods do."""
        steps = [each for each in self.situation.mode.trace if each.where[1].endswith("__init__") and each.site >= 0]
        return any(self._is_train(each) for each in steps if "puts it in train" in each.message)

    def _is_train(self, step: Trace) -> bool:
        """Whether it is a call of `train()`: a function that makes a model puts it in train mode as well."""
        fact, _ = self._at(step)
        return fact is not None and fact.name == "train"

    def _is_made_so(self, step: Trace) -> bool:
        """Whether it is a call of `train()` of what a constructor makes."""
        fact, me = self._at(step) if step.where[1].endswith("__init__") else (None, None)
        receiver = fact.receiver if fact is not None and fact.name == "train" else None
        return receiver is not None and receiver.objects == {me}

    def _at(self, step: Trace) -> tuple[CallFact | None, Object | None]:
        """The call that a step is about, and the object of the method that it stands in."""
        engine = self.function.file.engine
        unit = engine.unit(Path(step.where[0]), step.where[1])
        facts = engine.callers.facts(unit) if unit is not None else None
        return (facts.calls.get(step.site) if facts is not None else None), (unit.me if unit is not None else None)

    def is_meant_for(self, target: int) -> bool:
        """Whether the function says `train()` itself before the call there, for its sake: it trains nothing between."""
        switched = [site for site in self._switched_here if site < target and self._name(site) == "train"]
        training = self.function.file.engine.trainings.of(self.function.unit)
        around = set(loops_around(self.function.ir, target)).difference(
            *(loops_around(self.function.ir, site) for site in switched[-1:])
        )
        steps = zip(training.targets, training.loops, strict=True)
        return bool(switched) and not any(
            switched[-1] < step < target or not around.isdisjoint(loops) for step, loops in steps
        )

    @property
    def is_meant_by_caller(self) -> bool:
        """Whether the function that the way begins in says `train()` itself, and trains nothing by gradients: by
        whatever else it trains, this is how."""
        if not self.situation.chain:
            return False
        unit = self.situation.chain[-1].unit
        engine = self.function.file.engine
        facts = engine.callers.facts(unit)
        sites = [each.site for each in self.situation.mode.trace if each.where == unit.where and each.site >= 0]
        switched = [facts.calls.get(site) for site in sites] if facts is not None else []
        said = any(each is not None and each.name == "train" for each in switched)
        return said and not engine.trainings.of(unit).targets

    def _follows(self, site: int, switched: list[int]) -> bool:
        """Whether a call comes only after one that puts the same model in train mode: no branch beside it."""
        fact = self.function.facts.calls.get(site)
        if fact is None or fact.receiver is None:
            return False
        before = modes_of(fact.state, fact.receiver.objects)
        return before.modes == {TRAIN} and {each.site for each in before.trace} <= set(switched)

    def _name(self, site: int) -> str:
        fact = self.function.facts.calls.get(site)
        return fact.name if fact is not None else ""

    @property
    def is_called(self) -> bool:
        """Whether a caller of the function is seen that it begins in."""
        return bool(self.situation.chain)

    @property
    def inner(self) -> list[str]:
        """The names of the functions on the way, without the outermost."""
        units = [self.function.unit, *(site.unit for site in self.situation.chain[:-1])]
        return [each.qualname.rpartition(".")[2] for each in units] if self.situation.chain else []

    @property
    def passed(self) -> Iterator[str]:
        """What the calls on the way are passed, as the code writes it: `val_loader`, `self.loaders["val"]`."""
        for site in self.situation.chain:
            yield from _PASSED.findall(site.unit.code(site.target).partition("(")[2])

    @property
    def outermost(self) -> str:
        """The name of the function that the way begins in."""
        chain = self.situation.chain
        unit = chain[-1].unit if chain else self.function.unit
        return unit.qualname.rpartition(".")[2]

    @property
    def trains(self) -> bool:
        """Whether a function on the way trains in the same turns as it comes here, or hands on a lambda that does; not
        where it comes only every so many of them, for what is told to people."""
        trainings = self.function.file.engine.trainings
        return any(
            (
                trainings.of(site.unit).shares(loops_around(site.unit.lowered.function, site.target))
                or (in_lambda(site.unit.lowered.function, site.target) and bool(trainings.of(site.unit).targets))
            )
            and not is_look(site.unit, site.target)
            for site in self.situation.chain
        )
