"""Calls that drop values at random, and what switches them off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mlint.facts.around.training import loops_around
from mlint.facts.domain.objects import EVAL, TRAIN, modes_of
from mlint.facts.domain.values import Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.project.units import Unit
from mlint.facts.syntax.sketch import Sketch
from mlint.finding import Confidence, Span
from mlint.rule import Report, Step
from mlint.subjects.mode.answer import Answer
from mlint.subjects.mode.own_dropout import NAMES, drops_itself, hangs_on_caller, may_drop_itself
from mlint.subjects.owners import Function
from mlint.subjects.placed import Placed

_FUNCTIONS = {
    f"torch.nn.functional.{name}": ("p", 1, "training", 2)
    for name in "dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout".split()
} | {
    "torch.dropout": ("p", 1, "train", 2),
    "torch.nn.functional.scaled_dot_product_attention": ("dropout_p", 4, "", -1),
    "torch.nn.functional.multi_head_attention_forward": ("dropout_p", 10, "training", 13),
    "torchvision.ops.stochastic_depth": ("p", 1, "training", 3),
    "torchvision.ops.drop_block2d": ("p", 1, "training", 5),
}
"""By the name of a function that of the rate, and of the flag that switches it off, with their positions."""
_NAMES = frozenset(name.rpartition(".")[2] for name in _FUNCTIONS)


class Dropping(Placed):
    """A call of a function that drops values, or of a layer that is made anew for the call."""

    def __init__(self, function: Function, op: ir.Call, fact: CallFact) -> None:
        super().__init__(function, op.target)
        self.op = op
        self.fact = fact

    @classmethod
    def of(cls, owner: Function) -> Iterator[Dropping]:
        """The calls in the order of the text."""
        if owner.unit.sketch is not None and not _may_drop(owner, owner.unit.sketch):
            return
        for temporary, op in owner.instructions.items():
            fact = owner.facts.calls.get(temporary) if isinstance(op, ir.Call) else None
            if isinstance(op, ir.Call) and fact is not None:
                found = cls(owner, op, fact)
                if fact.callee.symbol in _FUNCTIONS or found.is_layer_made_here or found.is_own:
                    yield found

    @property
    def is_layer_made_here(self) -> bool:
        """Whether it is `nn.Dropout(0.5)(x)`: a new layer, which is in train mode."""
        callee, state = self.fact.callee, self.fact.state
        if isinstance(self.function.instructions.get(self.op.callee), ir.Attribute):
            return False  # it is kept by the module, whose `eval()` finds it
        if callee.kind is not Kind.MODULE or "Dropout" not in (callee.symbol or "") or not callee.objects:
            return False
        made = all(each[:2] == ("new", self.function.unit.where) and len(each) == 3 for each in callee.objects)
        return made and modes_of(state, callee.objects).modes == {TRAIN}

    @property
    def is_own(self) -> bool:
        """Whether the project has a function of its own for it, which knows nothing of the mode."""
        return drops_itself(self.function, self.fact)

    @property
    def is_attention(self) -> bool:
        """Whether it has a rate, but no flag."""
        return not self.is_own and _FUNCTIONS.get(self.fact.callee.symbol or "", ("", 0, "training", 0))[2] == ""

    def _argument(self, index: int) -> Value | None:
        name, position = _FUNCTIONS.get(self.fact.callee.symbol or "", ("", -1, "", -1))[2 * index : 2 * index + 2]
        if isinstance(position, int) and 0 <= position < len(self.fact.positional):
            return self.fact.positional[position]
        return self.fact.keywords.get(str(name))

    @property
    def rate(self) -> Value | None:
        """What is passed as the probability; None where nothing is."""
        return self._argument(0)

    @property
    def flag(self) -> Value | None:
        """What is passed as `training`; None where nothing is."""
        return self._argument(1)

    @property
    def is_starred(self) -> bool:
        """Whether arguments are passed that cannot be seen."""
        return self.fact.starred

    @property
    def drops_nothing(self) -> bool:
        """Whether the rate is 0."""
        if self.is_own:
            return any(each.const == 0 for each in (*self.fact.positional, *self.fact.keywords.values()))
        return self.rate.const == 0 if self.rate is not None else self.is_attention

    @property
    def is_unused(self) -> bool:
        """Whether nothing is done with what is left."""
        return Answer(self.function, self.op).is_discarded

    @property
    def is_in_training(self) -> bool:
        """Whether the loops around it train: what is dropped there is dropped in no evaluation."""
        around = loops_around(self.function.ir, self.op.target)
        return bool(around) and self.function.file.engine.trainings.of(self.function.unit).shares(around)

    @property
    def is_guarded(self) -> bool:
        """Whether it is reached in train mode only, or its rate is 0 in eval mode: `if self.training:`."""
        if self.fact.state.assumed == TRAIN or (self.is_own and hangs_on_caller(self.function, self.op)):
            return True
        if "training" not in self.function.words or not self._is_method(self.function.unit):
            return False
        in_eval = self.function.file.engine.facts_in(self.function.unit, EVAL, 1).calls.get(self.op.target)
        return in_eval is None or Dropping(self.function, self.op, in_eval).drops_nothing

    @property
    def is_rate_plain(self) -> bool:
        """Whether the rate is a number that is written there, or one that the module keeps."""
        if self.is_own:
            return any(self._is_kept_number(each.value) for each in self.op.arguments)
        rate = self.rate
        if rate is None:
            return True
        if isinstance(rate.const, (int, float)):
            return True
        if "training" in self.function.words:
            return _is_kept(self.op, rate, self.function.instructions, self.function.facts)
        kept = self._is_method(self.function.unit) and not self._is_given(rate)
        return kept or self._is_passed_plain(rate)

    def _is_kept_number(self, passed: int) -> bool:
        made = self.function.instructions.get(passed)
        if isinstance(made, ir.Attribute):
            return "drop" in made.name or made.name.strip("_") in ("p", "rate", "prob", "keep_prob")
        return isinstance(made, ir.Const) and isinstance(made.value, float) and 0 < made.value < 1

    def _is_given(self, rate: Value) -> bool:
        """Whether the rate is a parameter as it comes: whoever passes it may see to the mode."""
        passed = [each.value for each in self.op.arguments if self.function.value(each.value) is rate]
        names = {each.name for each in self.function.ir.parameters[1:]}
        loads = [self.function.instructions.get(each) for each in passed]
        return any(isinstance(each, ir.Load) and each.name in names for each in loads)

    def _is_passed_plain(self, rate: Value) -> bool:
        """Whether a module passes such a rate to the function, and says nothing of `training` either."""
        engine, unit = self.function.file.engine, self.function.unit
        for site in engine.callers.sites(unit).sites:
            if not self._is_method(site.unit) or site.unit.outline is None or "training" in site.unit.outline.words:
                continue
            passed = engine.arguments(unit, site.fact, site.fact.receiver)
            for name in rate.parameters & passed.keys():
                value = passed[name]
                if isinstance(value.const, (int, float)):
                    return value.const != 0
                instructions = {op.target: op for each in site.unit.lowered.function.blocks for op in each.instructions}
                call = instructions.get(site.target)
                if isinstance(call, ir.Call) and _is_kept(call, value, instructions, engine.facts(site.unit)):
                    return True
        return False

    @property
    def is_of_module(self) -> bool:
        """Whether it stands in a method of a module, or in a function that one calls."""
        unit = self.function.unit
        return self._is_method(unit) or any(
            self._is_method(site.unit) and site.fact.state.assumed != TRAIN
            for site in self.function.file.engine.callers.sites(unit).sites
        )

    def _is_method(self, unit: Unit) -> bool:
        cls = self.function.file.engine.class_of(unit)
        return cls is not None and self.function.file.engine.classes.kind(cls) is Kind.MODULE

    def report(
        self,
        *,
        confidence: Confidence = Confidence.LIKELY,
        advice: str = "",
        because: Iterable[Step] = (),
        **values: object,
    ) -> Report:
        """A report at the call; in one of several lines, at the line of the rate that nothing switches off."""
        span, rate = self.span, self._rate_span if self.is_attention else None
        if rate is not None and rate.line > span.line:
            steps = (Step("the call that drops", span), *because)
            return self.function.report(rate, confidence=confidence, advice=advice, because=steps, **values)
        return self.function.report(span, confidence=confidence, advice=advice, because=because, **values)

    @property
    def _rate_span(self) -> Span | None:
        name, position = _FUNCTIONS.get(self.fact.callee.symbol or "", ("", -1, "", -1))[:2]
        places = [each for number, each in enumerate(self.op.arguments) if each.name == name or number == position]
        return self.function.span(places[0].value) if places else None


def _is_kept(call: ir.Call, rate: Value, instructions: Mapping[int, ir.Instruction], facts: Facts) -> bool:
    """Whether what a call passes as this value is an attribute, `self.rate`, by way of a variable perhaps."""
    passed = [instructions.get(each.value) for each in call.arguments if facts.values.get(each.value) is rate]
    for each in passed:
        if isinstance(each, ir.Load):
            stores = [op.value for op in instructions.values() if isinstance(op, ir.Store) and op.name == each.name]
            if stores and all(isinstance(instructions.get(value), ir.Attribute) for value in stores):
                return True
        elif isinstance(each, ir.Attribute):
            return True
    return False


def _may_drop(owner: Function, sketch: Sketch) -> bool:
    """Whether the code calls such a function without a word of the mode, or makes a layer where layers are not kept."""
    dotted = {each for each, _ in sketch.calls if each not in sketch.told_of_training}
    called = {each.rpartition(".")[2] for each in dotted}
    if not called.isdisjoint(_NAMES):
        return True
    if owner.name != "__init__" and any("Dropout" in name for name in called) and _calls_what_it_makes(sketch):
        return True
    return any(may_drop_itself(owner, each) for each in dotted if each.rpartition(".")[2] in NAMES)


def _calls_what_it_makes(sketch: Sketch) -> bool:
    """Whether a variable is called, or what another call gives: a layer that is only handed on drops nothing here."""
    return any("." not in dotted and (not dotted or dotted in sketch.mentions.bound) for dotted, _ in sketch.calls)
