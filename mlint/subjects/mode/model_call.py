"""Calls of models without gradients, with what is known of the mode that the model is in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlint.cached import cached_property
from mlint.facts.around.callers import Situation, steps_of
from mlint.facts.around.dependence import Dependence
from mlint.facts.around.training import loops_around
from mlint.facts.domain.objects import AT_ENTRY, ENTRY, TRAIN, Mode, State, modes_of, parent, root
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import Kind, Object, Trace, Value
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.paths import Path
from mlint.facts.flow.recorded import CallFact
from mlint.facts.loops.turns import iterated
from mlint.facts.project.units import Unit
from mlint.rule import Step
from mlint.subjects.mode.answer import Answer
from mlint.subjects.mode.for_answer import is_for_answer, may_answer, tries_out
from mlint.subjects.mode.from_outside import from_outside
from mlint.subjects.mode.held_out import is_held_out
from mlint.subjects.mode.left_out import is_off_at_times, left_in_train, put_beside, put_in_train_after
from mlint.subjects.mode.may_run import may_run_model
from mlint.subjects.mode.may_switch_off import SWITCHES, may_switch_off
from mlint.subjects.mode.pictured import is_only_shown, is_picture_of_training
from mlint.subjects.mode.put_each import has_parts_in_eval, is_each_put_in_eval, put_as_others, runs_one_part
from mlint.subjects.mode.running import Running, is_model_of_other, looks_like_loss, looks_like_model
from mlint.subjects.mode.spoken_of import speaks_of_eval
from mlint.subjects.mode.teacher import is_frozen_teacher
from mlint.subjects.mode.ways import Way
from mlint.subjects.occasion import in_folder_of_tests
from mlint.subjects.owners import Function
from mlint.subjects.placed import Placed

_HALVES = frozenset(("sample", "decode", "generate"))


class ModelCall(Placed):
    """A call of a model, or of one of its methods, at a place where gradients may be off."""

    def __init__(self, function: Function, op: ir.Call, fact: CallFact, model: Value, written: int | str) -> None:
        super().__init__(function, op.target)
        self.op = op
        self.fact = fact
        self.model = model
        self._written = written

    @classmethod
    def of(cls, owner: Function) -> Iterator[ModelCall]:
        """The calls in the order of the text. Of functions in which nothing switches gradients off, those that are
        evaluations all the same.

        Of several calls of a model in the same loop and mode, the first whose result is used, and not only shown.
        """
        if not (may_switch_off(owner) or may_answer(owner)) or not may_run_model(owner):
            return
        seen = Running(owner)
        told: set[tuple[frozenset[Object], Mode, tuple[int, ...]]] = set()
        for temporary, op in owner.instructions.items():
            fact = owner.facts.calls.get(temporary) if isinstance(op, ir.Call) else None
            if isinstance(op, ir.Call) and fact is not None and fact.state.gradients != "on":
                found = seen.model(op, fact)
                call = None if found is None else cls(owner, op, fact, *found)
                if call is not None and call.key not in told and call.may_be_without_gradients:
                    if not (call.is_discarded or is_only_shown(owner, op)):
                        told.add(call.key)
                    yield call

    # --- what is called ---------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The model as the code writes it: `self.model`."""
        return self._written if isinstance(self._written, str) else self.function.code(self._written)

    @property
    def is_typed(self) -> bool:
        """Whether it is known to be a module by its class or annotation; of one whose class is not seen the name must
        not say that it is a loss."""
        return self.model.kind is Kind.MODULE and (self.model.symbol is not None or not looks_like_loss(self.name))

    @property
    def is_named(self) -> bool:
        """Whether its name says that it is a model; of one that another object holds, that sees to the mode perhaps, it
        does not say enough."""
        return looks_like_model(self.name) and not self._is_of_other

    @property
    def _is_of_other(self) -> bool:
        if self.fact.callee.kind is Kind.NONE:
            return True
        callee = self.function.instructions.get(self.op.callee)
        plain = all(each[0] != "attribute" or parent(each) == self.function.unit.me for each in self.model.objects)
        return not plain and self.model.kind is Kind.UNKNOWN and is_model_of_other(callee)

    @property
    def is_loss(self) -> bool:
        """Whether its name says that it is a loss."""
        return looks_like_loss(self.name)

    @property
    def is_part_of_self(self) -> bool:
        """Whether it is the module itself, or a part of it, in a method of a module: the mode is its caller's."""
        me = self.function.unit.me
        if self.function.class_name is None or me is None:
            return False
        engine = self.function.file.engine
        cls = engine.class_of(self.function.unit)
        rooted = all(root(each) == me for each in self.model.objects)
        if cls is None or not rooted:
            return False
        return engine.classes.is_run_as_module(cls)

    @property
    def is_self(self) -> bool:
        """Whether it is the module whose method this is, and no part of it; by a method that runs no more than one
        part it is that one, whose mode may have been set where it was made."""
        whole = self.is_part_of_self and all(parent(each) is None for each in self.model.objects)
        return whole and not runs_one_part(self.function, self._method(self.model.symbol or "", self.fact.name))

    @property
    def is_given_inside(self) -> bool:
        """Whether it is the parameter of a function inside of this one, whose calls are not followed."""
        given = self.function.outline.parameters if self.function.outline is not None else ()
        names = {each.name for each in given}
        return any(root(each)[0] == "parameter" and root(each)[2] not in names for each in self.model.objects)

    @property
    def is_part_run(self) -> bool:
        """Whether a method is called that runs the half of a model which makes samples: most layers that depend on the
        mode are in the other half."""
        return self.fact.receiver is self.model and self.fact.name in _HALVES

    @property
    def is_made_for_this(self) -> bool:
        """Whether it is made where it is called, and kept nowhere: `Dropout(p=1.0)(x)`; or made to be tried out."""
        made = ("new", self.function.unit.where, self.op.callee) in self.model.objects
        return made or tries_out(self.function, self.fact, self.model)

    @property
    def is_held(self) -> bool:
        """Whether it is an attribute of another model, which may have put it in another mode than its own."""
        return any(each[0] == "attribute" and root(each)[0] == "new" for each in self.model.objects)

    @property
    def is_asked_from_outside(self) -> bool:
        """Whether a module runs itself in a method that code outside of modules calls, in train mode for sure."""
        if not self.is_self or not self.function.file.engine.callers.are_outside_of_modules(self.function.unit):
            return False
        callers = [way.situation.chain[0].unit for way in self.ways if way.is_called and way.is_train]
        return not all(map(self.function.file.engine.classes.is_of_module, callers))

    @cached_property
    def dependence(self) -> Dependence:
        """Whether it acts differently in train and eval mode."""
        return self.function.file.engine.dependences.of(self.model)

    @property
    def is_independent(self) -> bool:
        """Whether its class is seen to act the same in both modes."""
        return self.dependence.depends is False

    @property
    def key(self) -> tuple[frozenset[Object], Mode, tuple[int, ...]]:
        """What two calls share that are one mistake."""
        return self.model.objects, self.mode, self.loops

    # --- how it is called -------------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """What holds before the call, as the function alone tells."""
        return self.fact.state

    @cached_property
    def mode(self) -> Mode:
        """Its mode as the function alone tells; also by another attribute of `self` that holds the same model."""
        found = modes_of(self.state, self.model.objects)
        return found if found.modes != AT_ENTRY else next(put_as_others(self.function, self.state, self.model), found)

    @cached_property
    def ways(self) -> list[Way]:
        """The ways to come here with gradients off, or for an answer."""
        callers = self.function.file.engine.callers
        unit, state = self.function.unit, self.state
        if self.is_off_at_times:
            left = replace(self.mode, modes=frozenset({TRAIN}))
            return [Way(Situation(left, "off", value=self.model), self.function)]
        owners = self.mode.like or self.model.objects
        found = callers.situations(unit, owners, self.mode, state.gradients, self.model)
        off = [each for each in found if each.gradients == "off"]
        if not off and self.is_for_answer:
            found = callers.situations(unit, owners, self.mode, "off", self.model)
            off = [replace(each, gradients=None) for each in found]
        if self.is_put_in_train_after and not any({TRAIN, ENTRY} & each.mode.modes for each in off):
            off += from_outside(unit, off)
        return [Way(each, self.function) for each in off if not self._sees_to(each)]

    @cached_property
    def is_for_answer(self) -> bool:
        """Whether the call is that of an evaluation, though nothing switches gradients off: it is run on held-out data,
        in a loop that trains nothing; or its weights were trained before, and nothing here trains it on."""
        if self.state.gradients is not None:
            return False
        held_out = is_held_out(part for path in self.through for part in path)
        return (held_out or is_for_answer(self.function, self.fact, self.model)) and not self.is_training

    @property
    def may_be_without_gradients(self) -> bool:
        """Whether gradients are off here, or as the caller has them, or switched by a flag that the mode ignores."""
        return self.state.gradients in ("off", None) or self.is_off_at_times

    @property
    def is_off_at_times(self) -> bool:
        """Whether a flag that tells training from evaluation switches gradients, and the mode is set for training."""
        return is_off_at_times(self.function, self.state, self.mode, self.loops)

    @cached_property
    def put_beside(self) -> str | None:
        """Another model that the function puts in eval mode and runs as well, and not this one."""
        return put_beside(self.function, Running(self.function), self.op.target, self.model)

    @cached_property
    def left_in_train(self) -> tuple[Trace, ...]:
        """How a method of the class that trains leaves the model in train mode; nothing where none does."""
        return left_in_train(self.function, self.model)

    @cached_property
    def is_put_in_train_after(self) -> bool:
        """Whether the function puts it in train mode after it has run it, and trains nothing."""
        return put_in_train_after(self.function, self.op.target, self.model)

    @property
    def is_each_put_in_eval(self) -> bool:
        """Whether its parts were put in eval mode, or it is one of several that were, each where it was chosen."""
        return has_parts_in_eval(self.state, self.model) or is_each_put_in_eval(self.function, self.model)

    @property
    def is_by_method(self) -> bool:
        """Whether it is called by another method than `forward`, as far as only the name of the method tells, and that
        is not the name of a part that is a model."""
        by_name = self.fact.name != "forward" and not looks_like_model(self.fact.name)
        return self.model.kind is Kind.UNKNOWN and self.fact.receiver is self.model and by_name

    def _sees_to(self, situation: Situation) -> bool:
        """Whether the method that is called puts the model in eval mode itself, by the class that it has there."""
        engine, symbol = self.function.file.engine, situation.value.symbol or self.model.symbol
        if symbol is None or self.fact.receiver is not self.model:
            return False
        return engine.switching.puts_in_eval(self._method(symbol, self.fact.name))

    def _method(self, cls: str, name: str) -> Unit | None:
        """The method that instances of a class of the project have."""
        engine = self.function.file.engine
        found = engine.symbol(engine.method(cls, name) or "")
        return None if found is None or found.path is None else engine.unit(found.path, found.qualname)

    @cached_property
    def loops(self) -> tuple[int, ...]:
        """The loops around the call."""
        return loops_around(self.function.ir, self.op.target)

    @cached_property
    def _accesses(self) -> Accesses:
        return Accesses(self.function.ir)

    @property
    def through(self) -> tuple[Path, ...]:
        """What the loops around the call go through: `val_loader`, `self.loaders["val"]`; nothing where it stands in
        a function inside."""
        if self.op.target not in self._accesses.temporaries.places:
            return ()
        found = (path for loop in self.loops for path in iterated(self._accesses, loop))
        return tuple(dict.fromkeys(found))

    @property
    def is_of_test(self) -> bool:
        """Whether the function belongs to the tests of its project."""
        return in_folder_of_tests(self.function)

    @property
    def speaks_of_eval(self) -> bool:
        """Whether the function speaks of eval mode in a comment or text only: whoever wrote it thought of the mode, as
        does who has commented the call out. It does not by a phase or a file that is called `eval`."""
        return speaks_of_eval(self.function, self.name)

    @property
    def is_training(self) -> bool:
        """Whether the function trains in the same turns: a frozen teacher, a generator that only gives samples."""
        return self.function.file.engine.trainings.of(self.function.unit).shares(self.loops)

    @cached_property
    def is_frozen_teacher(self) -> bool:
        """Whether its weights come from a file, and a training that is around it only asks it: nothing changes them."""
        frozen = is_frozen_teacher(self.function, self.fact, self.name, self.model)
        return frozen and (self.is_training or any(each.trains for each in self.ways))

    def is_picture_of_training(self, way: Way) -> bool:
        """Whether a training only shows by it how far it has come: the function trains, on no held-out data; or what
        comes here by a way trains, and has a generator make samples of noise."""
        held_out = is_held_out(part for path in self.through for part in path)
        return is_picture_of_training(self.function, self.op, held_out, way.situation)

    @property
    def is_of_trainer(self) -> bool:
        """Whether another method of the class trains: what it runs without gradients may be what that aims at."""
        engine, cls = self.function.file.engine, self.function.cls
        units = [each.unit for each in cls.methods.values()] if cls is not None else []
        return any(engine.trainings.of(each).targets for each in units)

    @property
    def is_amid_training(self) -> bool:
        """Whether the same turn of the loop around it goes on to train, in a loop further inside: on what it gives."""
        return self.function.file.engine.trainings.of(self.function.unit).is_ahead(self.loops, self.op.target)

    @property
    def spelled(self) -> Iterator[str]:
        """The names that say what it is run on and what for: of the function, arguments, and what it is assigned to."""
        yield self.function.name
        for each in self.op.arguments:
            yield from re.findall(r"\w+", self.function.code(each.value))
        for store in self._answer.stores:
            yield store.name

    @property
    def gives_losses(self) -> bool:
        """Whether it is run on inputs and targets, and what it gives is read as a dict of losses; or is nothing but
        losses, of a model that asks for its mode to tell what it gives."""
        named = [looks_like_loss(each.name) for each in self._answer.stores]
        if named and all(named) and self._asks_for_mode:
            return True
        return any(named) and self._answer.is_read_by_name and len(self.op.arguments) > 1

    @property
    def _asks_for_mode(self) -> bool:
        unit = self._method(self.model.symbol, "forward") if self.model.symbol is not None else None
        return unit is not None and unit.outline is not None and "training" in unit.outline.words

    @property
    def is_beside_graph(self) -> bool:
        """Whether the function does not train, but calls models with gradients as well: this call gives a target."""
        if self.is_for_answer or self.function.file.engine.trainings.of(self.function.unit).loops:
            return False
        seen = Running(self.function)
        calls = self.function.facts.calls.items()
        others = [(self.function.instructions.get(target), fact) for target, fact in calls]
        return any(
            isinstance(op, ir.Call) and fact.state.gradients in (None, "on") and self._is_model(seen.model(op, fact))
            for op, fact in others
        )

    def _is_model(self, found: tuple[Value, int | str] | None) -> bool:
        """Whether it is a model that a call runs, and no loss."""
        if found is None:
            return False
        model, written = found
        named = written if isinstance(written, str) else self.function.code(written)
        return not looks_like_loss(named) and self.function.file.engine.dependences.of(model).depends is not False

    @cached_property
    def _answer(self) -> Answer:
        return Answer(self.function, self.op)

    @property
    def is_discarded(self) -> bool:
        """Whether the result is thrown away: only what the call does to the model is wanted."""
        return self._answer.is_discarded

    @property
    def is_measured(self) -> bool:
        """Whether only the shape of the result is used."""
        return self._answer.is_measured

    # --- reports ----------------------------------------------------------------------------------------------------

    def steps(self, way: Way) -> tuple[Step, ...]:
        """The history of a way: the mode, where gradients were switched off, and the calls that lead here."""
        left = () if way.may_train else self.left_in_train
        traces: list[Trace] = [*left, *way.situation.mode.trace, *steps_of(way.situation)]
        where = self.function.unit.where
        sites = [each.site for each in self.state.contexts if each.effect in SWITCHES and each.site >= 0]
        traces += [Trace("gradients are off from here", site, where) for site in sites[-1:]]
        return self.function.steps(dict.fromkeys(traces))
