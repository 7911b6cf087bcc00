"""The forward of a module: what it takes and what it returns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import ClassVar

from mlint.cached import cached_property
from mlint.facts.domain.objects import EVAL, TRAIN
from mlint.facts.domain.values import Kind
from mlint.facts.flow import guards, ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.cut_off import is_cut_off
from mlint.facts.flow.origins import Origin
from mlint.facts.flow.paths import Temporaries
from mlint.facts.flow.recorded import Facts
from mlint.facts.project.units import Unit
from mlint.facts.returns import interfaces
from mlint.facts.returns.choices import Choice, are_apart, choice_of_mode, choices
from mlint.facts.returns.given import given_by
from mlint.facts.returns.plain_returns import plain_facts
from mlint.facts.returns.promised import promised
from mlint.facts.returns.relied import relied_on
from mlint.facts.returns.returned_names import ReturnedNames, gives_names
from mlint.facts.returns.returns import NOTHING, ONE, SOMETHING, Givers, Returned, returned
from mlint.facts.returns.slips import slips
from mlint.facts.returns.unpacked import in_other_order, misuses, reordered, unpackings
from mlint.facts.syntax.code import one_line
from mlint.finding import Span
from mlint.rule import Step
from mlint.subjects.modules.deciding import Deciding
from mlint.subjects.modules.several import inherited, may_return_several
from mlint.subjects.occasion import EXPORT, in_folder_of_tests
from mlint.subjects.owners import Class, Function

_RUNS = re.compile(r"(?:^|_)forward(?:_|$)")
_CHOSEN = frozenset((Origin.CALLER, Origin.BUILD))
"""Who asks for more values by a flag, of the call or of the module."""
_SEVERAL = 3
"""From so many functions on that unpack what a forward returns, its order is a matter of the project."""


class Forward:
    """The `forward` of a class that is a `torch.nn.Module`."""

    scope: ClassVar[str] = "function"

    def __init__(self, function: Function, cls: Class, is_own: bool = True) -> None:
        self.function = function
        self.cls = cls
        self.is_own = is_own
        """Whether it is the module's own forward; else a method that runs one: `concatenated_forward` of a trainer."""

    @classmethod
    def of(cls, owner: Function) -> Iterator[Forward]:
        """The function, if it is the forward of a module, or the `__call__` of one that has no forward; or a method
        that runs the forward of something, by its name."""
        is_own = _is_forward(owner)
        if owner.cls is None or not (is_own or (_RUNS.search(owner.name) and _is_unpacked(owner, owner.cls))):
            return
        if may_return_several(owner, owner.cls) and not owner.ir.is_generator:
            symbol = owner.project.symbol(owner.path, owner.cls.outline)
            if not is_own or owner.file.engine.classes.kind(symbol) is Kind.MODULE:
                yield cls(owner, owner.cls, is_own)

    @property
    def is_for_export(self) -> bool:
        """Whether the class is there to be exported, or to stand for an operator of a format, by its name or that of
        its file or folder: these know values by their positions."""
        folder = self.function.path.parent
        return any(
            EXPORT.search(each) for each in (self.cls.name, self.function.path.stem, folder.name, folder.parent.name)
        )

    @cached_property
    def facts(self) -> Facts:
        """What is known of its returns; where their text alone does not tell how many values they give, when calls are
        followed one deep."""
        plain = plain_facts(self.function.ir)
        return plain if plain is not None else self.function.file.engine.facts(self.function.unit, 1)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters, without `self`."""
        return tuple(each.name for each in self.function.ir.parameters[1:])

    @cached_property
    def returns(self) -> list[Returned]:
        """What it returns, in the order of the text."""
        engine, function = self.function.file.engine, self.function.ir
        found = returned(function, self.facts, self._givers)
        return [each for each in found if each.site >= 0 or not is_cut_off(engine, function, self.facts, each.block)]

    @property
    def _givers(self) -> Givers:
        return partial(given_by, self.function.file.engine)

    @cached_property
    def choices(self) -> list[Choice]:
        """The conditions that choose between returns of different shape."""
        found = choices(self.function.ir, self.returns)
        if any(not each.is_open for each in found) or "training" not in self.function.words:
            return found
        engine, unit = self.function.file.engine, self.function.unit
        train, evaluated = (
            returned(self.function.ir, engine.facts_in(unit, mode, 1), self._givers) for mode in (TRAIN, EVAL)
        )
        return choice_of_mode(train, evaluated) or found

    @property
    def helpers(self) -> Iterator[Forward]:
        """The methods of the same class, and of bases in the same file, whose results it hands on as they are."""
        sketch = self.function.unit.sketch
        for name, method in self.cls.methods.items():
            if sketch is not None and name in sketch.handed_on - self._tried and name != self.function.name:
                inner = method.unit.sketch
                if inner is None or inner.ways_out.may_be_several:
                    yield Forward(method, self.cls, self.is_own)
        for unit in inherited(self.function, self.cls):
            yield Forward(Function(self.function.file, unit), self.cls, self.is_own)

    @property
    def _tried(self) -> frozenset[str]:
        """The last names of calls whose results it compares with None before it hands them on: `self._cached(x)`."""
        temporaries = Temporaries(self.function.ir)
        definitions = temporaries.definitions
        compared = {
            asked.name
            for op in definitions.values()
            if isinstance(op, ir.Compare) and op.op in ("is", "is not")
            if isinstance(asked := definitions.get(op.left), ir.Load)
        }
        calls = (
            definitions.get(temporaries.resolve(op.value))
            for op in definitions.values()
            if isinstance(op, ir.Store) and op.name in compared
        )
        return frozenset(temporaries.callee_name(call) or "" for call in calls if isinstance(call, ir.Call))

    def names(self, each: Returned) -> tuple[str, ...] | None:
        """What the items of a returned tuple are called; None where it is not written out, here or in a method that
        gives it."""
        return ReturnedNames(self.function.ir, self.facts).of(each.operand) or self._names_of_called(each)

    def _names_of_called(self, each: Returned) -> tuple[str, ...] | None:
        fact = self.facts.calls.get(each.operand) if each.operand is not None else None
        engine = self.function.file.engine
        symbol = engine.symbol(fact.callee.symbol) if fact is not None and fact.callee.symbol is not None else None
        if symbol is None or symbol.path is None or symbol.kind != "method":
            return None
        unit = engine.unit(symbol.path, symbol.qualname)
        if unit is None or unit.outline is None or unit.outline.name == "forward":
            return None  # that one is reported itself
        facts = engine.facts(unit, 1)
        given = returned(unit.lowered.function, facts)
        found = {ReturnedNames(unit.lowered.function, facts).of(inner.operand) for inner in given}
        return found.pop() if len(found) == 1 else None

    @cached_property
    def overridden(self) -> Function | None:
        """The forward of the base class that this one overrides, where it is seen."""
        project = self.function.project
        symbol = project.symbol(self.function.path, self.cls.outline)
        for base in project.bases(symbol):
            found = project.method(base, "forward") if base.kind == "class" else None
            unit = self.function.file.engine.unit(found.path, found.qualname) if found and found.path else None
            if unit is not None:
                return Function(self.function.file, unit)
        return None

    def convention(self, each: Returned, names: Sequence[str]) -> str | None:
        """Why values of these names may well go by position; None where nothing speaks for it."""
        if interfaces.is_recurrent(names):
            return "an output and the state that goes into the next call"
        if interfaces.is_attention(names):
            return "an output and its attention weights"
        if interfaces.is_loss(self.cls.name, names):
            return "a loss and its parts"
        if interfaces.is_series(names):
            return "one kind of value in numbered order"
        if interfaces.passes_through(names, self.parameters):
            return "the values that went in, changed"
        if interfaces.passes_through(names[1:], self.parameters):
            return "an output, and values that went in, changed"
        if self._is_asked_for(each):
            return "the caller asks for it, and gets them by name where not"
        base = self.overridden
        if base is None:
            return None
        returned = base.file.engine.facts(base.unit, 1).returns.values()
        if any(value.kind is Kind.TUPLE for value in returned):
            return f"the forward that it overrides, `{base.qualname}`, returns a tuple, too"
        return None

    def _is_asked_for(self, each: Returned) -> bool:
        """Whether what the caller passed decides alone, and else a dict is returned or an object of a class,
        as its name tells: `Output(sample=x)`."""
        ways = [
            (way, other)
            for choice in self.choices
            if self.origins(choice) == {Origin.CALLER}
            for way, other in ((choice.then, choice.orelse), (choice.orelse, choice.then))
        ]
        named = partial(gives_names, self.function.ir)
        return any(each in way and all(map(named, other)) for way, other in ways)

    def is_on_demand(self, each: Returned) -> bool:
        """Whether a flag of the caller or of the module adds to a tuple that is given without it as well:
        `if self.with_gates: return out, state, gates`."""
        for choice in self.choices:
            mine, others = (choice.then, choice.orelse) if each in choice.then else (choice.orelse, choice.then)
            if each in mine and self.origins(choice) <= _CHOSEN and others:
                return all(ONE < (other.shape or NOTHING) < (each.shape or NOTHING) for other in others)
        return False

    def is_customary(self, names: Sequence[str]) -> bool:
        """Whether values of these names come in an order that is the same everywhere: `mu, logvar`."""
        return interfaces.is_customary(names)

    def misread(self, names: Sequence[str]) -> tuple[Step, ...]:
        """What shows that the order is easily mixed up: several places that unpack it, or another forward that returns
        the same names in another order."""
        if not all(names) or len(set(names)) < len(names):
            return ()
        engine = self.function.file.engine
        symbol = self.function.project.symbol(self.function.path, self.cls.outline)
        other = in_other_order(engine, symbol, names)
        if other is not None:
            unit, line = other
            return (Step(f"`{unit.qualname}` returns them in another order", Span(line, 1, line, 1), self._path(unit)),)
        found = unpackings(engine, symbol, len(names))
        mixed = reordered(found, names)
        if mixed:
            return tuple(Step("unpacked in another order here", unit.span(at), self._path(unit)) for unit, at in mixed)
        if len({unit.where for unit, _ in found}) < _SEVERAL or self.is_customary(names):
            return ()
        return tuple(Step("unpacked by position here", unit.span(at), self._path(unit)) for unit, at in found)

    @cached_property
    def misused(self) -> tuple[Step, ...]:
        """Where a caller uses the tuple as one value, if forward always returns a tuple and takes none itself."""
        if any(each.shape is None or each.shape <= ONE for each in self.returns) or self._takes_tuples:
            return ()
        symbol = self.function.project.symbol(self.function.path, self.cls.outline)
        found = islice(misuses(self.function.file.engine, symbol), 1)
        return tuple(Step("used as one value here", unit.span(at), self._path(unit)) for unit, at in found)

    @property
    def _takes_tuples(self) -> bool:
        """Whether it takes apart what it is given first: a stack of such blocks hands the tuple on."""
        temporaries = Temporaries(self.function.ir)
        loads = {
            op.target
            for op in temporaries.definitions.values()
            if isinstance(op, ir.Load) and op.name in self.parameters[:1]
        }
        users = (user for load in loads for user in temporaries.users[load])
        return any(isinstance(each, ir.Element) for each in users)

    def _path(self, unit: Unit) -> str | None:
        return None if unit.path == self.function.path else str(unit.path)

    def line(self, each: Returned) -> int:
        """The line of a return; of the end that is reached without one, the last line of the function."""
        return self.span(each).line

    def span(self, each: Returned) -> Span:
        """Where a return stands."""
        if each.site >= 0:
            return self.function.span(each.site)
        outline = self.function.outline
        last = outline.end_line if outline is not None else 1
        return Span(last, 1, last, 1)

    def step(self, each: Returned) -> Step:
        """A return as a step of an explanation."""
        if each.site < 0:
            return Step("the end is reached here without a return: None", self.span(each))
        return Step(f"`{self.function.code(each.site)}`", self.span(each))

    @cached_property
    def inconsistent(self) -> frozenset[int]:
        """The returns whose number of values another return does not have, by the mode or the data."""
        surprising = {Origin.MODE, Origin.DATA}
        return frozenset(
            each.site
            for choice in self.choices
            if not choice.is_open and self.origins(choice) & surprising
            for each in (*choice.then, *choice.orelse)
        )

    def origins(self, choice: Choice) -> frozenset[Origin]:
        """What the conditions of a choice hang on."""
        return self._deciding.origins(choice)

    def is_of_tensors(self, choice: Choice) -> bool:
        """Whether the numbers or the size of a tensor decide, as far as that is seen, or an exception does."""
        return self._deciding.is_of_tensors(choice)

    def is_of_data_alone(self, choice: Choice) -> bool:
        """Whether the condition that chooses hangs on the data alone, whatever has to hold before."""
        return self._deciding.is_of_data_alone(choice)

    @cached_property
    def _deciding(self) -> Deciding:
        return Deciding(self.function, self.facts)

    @property
    def is_of_test(self) -> bool:
        """Whether it lies in a folder for tests, as what stands in for a model does."""
        return in_folder_of_tests(self.function)

    def odd_and_usual(self, choice: Choice) -> tuple[Returned, Returned]:
        """The return that surprises, and one on the other path: None, else the most values, else a dict or list."""
        odd, usual = sorted((choice.then[0], choice.orelse[0]), key=_oddness)
        if choice.aside and choice.condition is not None and self._deciding.is_only_guarded(choice):
            odd = next((each for each in (odd, usual) if each.shape != choice.aside[0].shape), odd)
            usual = choice.aside[0]
        return (usual, odd) if odd.site < 0 else (odd, usual)  # what is written is shown

    def breaks_promise(self, choice: Choice) -> bool:
        """Whether one of the returns is none that the annotation allows: None where it says `-> Tensor`.

        How many values a caller asks for is his choice, and so is None where he passes None or a flag; and that none of
        `if self.mode == "a"`, `elif self.mode == "b"` holds may have been ruled out before.
        """
        odd, usual = self.odd_and_usual(choice)
        if not any(each.site >= 0 and self._is_forbidden(each) for each in (odd, usual)):
            return False
        asked = Origin.CALLER in self.origins(choice)
        return not asked or (odd.shape == NOTHING and not self._deciding.asks_for_flag(choice))

    def reliances(self, choice: Choice) -> tuple[Step, ...]:
        """Where a method of the same object unpacks what only one way of a choice gives, that a setting makes."""
        if choice.condition is None or self.origins(choice) != {Origin.BUILD}:
            return ()
        accesses = Accesses(self.function.ir)
        conditions = (choice.condition, *choice.conditions)
        asked = {name for each in conditions for name in guards.names(accesses, each)} - {"self"}
        ways = [[each.shape for each in way] for way in (choice.then, choice.orelse)]
        found = relied_on(self.function.file.engine, self.function.unit, ways, asked)
        return tuple(
            Step(f"unpacked into {count} here", unit.span(at), self._path(unit)) for unit, at, count in islice(found, 3)
        )

    def slips(self, choice: Choice) -> Iterator[Step]:
        """What shows that one way was not meant as it is: a place left out, or work that nobody reads."""
        for each in slips(Accesses(self.function.ir), choice, self._deciding.is_by_flag(choice)):
            told = f"`{each.name}` is computed here, and nobody reads it" if each.name else "None keeps its place here"
            yield Step(told, self.function.span(each.at))

    @property
    def promise_steps(self) -> tuple[Step, ...]:
        """The annotation of what it returns, as steps of an explanation."""
        outline = self.function.outline
        if outline is None or outline.returns is None:
            return ()
        line = outline.def_line
        return (Step(f"annotated as `-> {one_line(outline.returns)}` here", Span(line, 1, line, 1)),)

    def _is_forbidden(self, each: Returned) -> bool:
        return self._promised is not None and all(are_apart(each.shape, shape) for shape in self._promised)

    @cached_property
    def _promised(self) -> frozenset[int] | None:
        outline, path = self.function.outline, self.function.path
        if outline is None or outline.returns is None:
            return None
        return promised(outline.returns, lambda dotted: self.function.project.resolve(path, dotted))


def _oddness(each: Returned) -> tuple[bool, bool, bool, int, int]:
    shape = SOMETHING if each.shape is None else each.shape
    return shape != NOTHING, shape in (ONE, SOMETHING), shape <= ONE, -shape if shape > ONE else shape, each.site


def _is_forward(function: Function) -> bool:
    if function.name == "__call__":
        return function.cls is not None and "forward" not in function.cls.outline.methods
    return function.name == "forward"


def _is_unpacked(function: Function, cls: Class) -> bool:
    """Whether the class unpacks what the method gives, as the text tells: `a, b = self.batch_forward(x)`."""
    text, called = "\n".join(cls.lines), f"self.{function.name}("
    unpacked = rf"(?:,[^=\n]*|^\s*\)\s*)=\s*{re.escape(called)}"
    return called in text and re.search(unpacked, text, re.MULTILINE) is not None
