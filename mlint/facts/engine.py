"""The engine: answers what a function, a class, a global of the project is, by evaluating what that rests on.

Every answer is a pure function of the sources, the question and the depth that is left: never of what was asked
before. Depth bounds how far calls are followed; cost, counted in instructions, how much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from weakref import WeakKeyDictionary

from mlint.collector import emptied
from mlint.facts.around.callers import Callers
from mlint.facts.around.dependence import Dependences
from mlint.facts.around.nominal import Nominal
from mlint.facts.around.switching import Switching
from mlint.facts.around.training import Trainings
from mlint.facts.domain.objects import Mode, State, join_states
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN, Kind, Object, Value
from mlint.facts.evaluation import arguments as arguments_of
from mlint.facts.evaluation import hooks, managers, parameters
from mlint.facts.evaluation.classes_seen import ClassesSeen
from mlint.facts.evaluation.evaluate import Evaluation
from mlint.facts.evaluation.globals import Globals
from mlint.facts.evaluation.outcomes import DEPTH, Outcome, detached, outcome
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.project.leaves import calls_of, mentions_of
from mlint.facts.project.project import Project
from mlint.facts.project.reads import Leaf, Memo
from mlint.facts.project.symbols import Symbol
from mlint.facts.project.units import MODULE, Unit
from mlint.facts.tables.tables import Tables
from mlint.outline import ClassOutline, FunctionOutline
from mlint.source import Unreadable

SMALL = 80
"""A function of at most so many temporaries is evaluated anew for other numbers in its arguments."""
_ENGINES: WeakKeyDictionary[Project, Engine] = WeakKeyDictionary()
_EFFECTS = ("no_grad", "inference_mode", "enable_grad")


class Engine:
    """The facts of one project."""

    def __init__(self, project: Project, tables: Tables) -> None:
        self.project = project
        self.tables = tables
        self.classes = ClassesSeen(self)
        self.callers = Callers(self)
        self.dependences = Dependences(self)
        self.trainings = Trainings(self)
        self._units: Memo[tuple[str, str], Unit | None] = Memo(project.reads)
        self._definitions: Memo[str, FunctionOutline | ClassOutline | None] = Memo(project.reads)
        self.switching = Switching(self)
        self.nominal = Nominal(self)
        self._symbols: dict[str, Symbol] = {}
        self._facts: Memo[tuple[tuple[str, str], int], Facts] = Memo(project.reads)
        self._outcomes: Memo[object, Outcome] = Memo(project.reads)
        self._defaults: Memo[tuple[tuple[str, str], int], dict[int, Value]] = Memo(project.reads)
        self._parameters: Memo[tuple[str, str], dict[str, Value]] = Memo(project.reads)
        self._globals = Globals(self)
        self.kept = 0
        """Of so many temporaries the values are known, some two kilobytes each with all that comes of them."""

    @classmethod
    def of(cls, project: Project) -> Engine:
        """The engine of a project: one each, so that every file's questions share their answers."""
        if project not in _ENGINES:
            _ENGINES[project] = cls(project, Tables(project.user_facts))
        return _ENGINES[project]

    @classmethod
    def weight(cls, project: Project) -> int:
        """Of how many temporaries of a project the values are known."""
        return _ENGINES[project].kept if project in _ENGINES else 0

    @classmethod
    def forget(cls, project: Project) -> None:
        """Let go of all that was found out about a project."""
        if project in _ENGINES:
            emptied(_ENGINES.pop(project))

    # --- units ------------------------------------------------------------------------------------------------------

    def unit(self, path: Path, qualname: str) -> Unit | None:
        """The function or method of that qualified name, or the statements of the module (`<module>`)."""
        return self._units.get((str(path), qualname), lambda: self._find_unit(path, qualname))

    def sketched(self, path: Path, qualname: str, names: Iterable[str] = ()) -> Unit | None:
        """The unit, for what its sketch says it calls and whether these names stand in it: nothing else is noted."""
        unit, _ = self.project.reads.of(lambda: self.unit(path, qualname))
        asked = " ".join((qualname, *sorted(names)))
        said = unit.sketch if unit is not None else None
        self.project.reads.note(Leaf("calls", str(path), asked), lambda: calls_of(said, asked))
        return unit

    def mentioning(self, path: Path, qualname: str, names: Iterable[str]) -> Unit | None:
        """The unit, for how these names stand in its code and what its first parameter is called: nothing else of its
        lines is noted."""
        unit, _ = self.project.reads.of(lambda: self.unit(path, qualname))
        asked = " ".join((qualname, *sorted(names)))
        said, outline = (unit.sketch, unit.outline) if unit is not None else (None, None)
        self.project.reads.note(Leaf("mentions", str(path), asked), lambda: mentions_of(said, outline, asked))
        return unit

    def _find_unit(self, path: Path, qualname: str) -> Unit | None:
        self.project.rest_on_definition(path, qualname)
        file = self.project.peek(path)
        if file is None:
            return None
        _, outline = file
        if qualname == MODULE:
            return Unit(self.project, path, None)
        found = outline.definition(qualname)
        return Unit(self.project, path, found) if isinstance(found, FunctionOutline) else None

    def facts(self, unit: Unit, depth: int = DEPTH) -> Facts:
        """What is known in a unit whoever calls it. Raises Unreadable where it cannot be read alone."""
        return self._facts.get((unit.where, depth), lambda: self._evaluated(unit, depth))

    def _evaluated(self, unit: Unit, depth: int) -> Facts:
        function = unit.lowered.function
        evaluation = Evaluation(self, unit, function, depth)
        found = evaluation.run(self._entry(unit, function, {}, depth))
        self.kept += len(found.values)
        return found

    def facts_in(self, unit: Unit, mode: str, depth: int) -> Facts:
        """What is known in a method where its object is in this mode. Raises Unreadable like `facts`."""
        function = unit.lowered.function
        evaluation = Evaluation(self, unit, function, depth)
        entry = self._entry(unit, function, {}, depth)
        me = entry.names[function.parameters[0].name] if function.parameters else UNKNOWN
        return evaluation.run(entry.with_mode(me.objects, Mode(frozenset({mode}))))

    # --- entry states -----------------------------------------------------------------------------------------------

    def _entry(
        self,
        unit: Unit,
        function: ir.FunctionIR,
        arguments: Mapping[str, Value],
        depth: int,
    ) -> State:
        own = self._parameters.get(unit.where, lambda: self._own_parameters(unit, function))
        names = dict(own)
        for name, value in own.items() if arguments else ():
            passed = arguments.get(name)
            if passed is not None:
                names[name] = arguments_of.received(value, passed, name)
        state = State(names)
        cls = self.class_of(unit)
        if cls is not None and function.parameters and self._is_classmethod(unit):
            names.setdefault(function.parameters[0].name, UNKNOWN)
            if names[function.parameters[0].name].kind is not Kind.CLASS:
                names[function.parameters[0].name] = Value(Kind.CLASS, symbol=self.key(cls))
        if cls is None or not function.parameters or self._is_static(unit):
            return state
        first = function.parameters[0].name
        names[first] = self._self(cls, names[first], arguments.get(first))
        return self._hooked(unit, cls, state)

    def _own_parameters(self, unit: Unit, function: ir.FunctionIR) -> dict[str, Value]:
        return {each.name: self.parameter(unit, function, each) for each in function.parameters}

    def parameter(self, unit: Unit, function: ir.FunctionIR, parameter: ir.Parameter) -> Value:
        """A parameter of a function that any caller may call."""
        if parameter.kind == "var-positional":
            return Value(Kind.TUPLE, objects=frozenset({("parameter", unit.where, parameter.name)}))
        if parameter.kind == "var-keyword":
            return Value(Kind.DICT)
        annotation = UNKNOWN
        if parameter.annotation is not None:
            annotation = parameters.annotated(parameter.annotation, lambda dotted: self._qualified(unit.path, dotted))
        default = self.default(unit, function, parameter)
        return parameters.parameter(parameter.name, unit.where, annotation, default)

    def default(self, unit: Unit, function: ir.FunctionIR, parameter: ir.Parameter) -> Value | None:
        """What a parameter is where nothing is passed; None where something must be."""
        if parameter.default is None:
            return None
        wanted = [each.default for each in function.parameters if each.default is not None]
        found = self._defaults.get((unit.where, wanted[0]), lambda: self._evaluated_head(unit, function, wanted))
        return found[parameter.default]

    def _evaluated_head(self, unit: Unit, function: ir.FunctionIR, wanted: list[int]) -> dict[int, Value]:
        evaluation = Evaluation(self, unit, function, 0)
        evaluation.evaluate_head(wanted, State())
        return {each: evaluation.values.get(each, UNKNOWN) for each in wanted}

    def _self(self, cls: Symbol, own: Value, passed: Value | None) -> Value:
        kind = self.kind_of_class(self.key(cls)) or Kind.OBJECT
        symbol = passed.symbol if passed is not None and passed.symbol is not None else self.key(cls)
        return replace(own, kind=kind, symbol=symbol, device=None)

    def _hooked(self, unit: Unit, cls: Symbol, state: State) -> State:
        """A method that the framework of a base class calls finds the mode that the framework promises."""
        name = unit.qualname.rpartition(".")[2]
        for base in self.project.bases(cls):
            words = self.tables.hook(base.name, name) if base.kind == "external" else ()
            if words:
                return hooks.called(unit, state, words)
        return state

    def context_of(self, value: Value) -> str | None:
        """What a decorator switches on for the whole function; None where it is no such thing."""
        if value.kind is Kind.CONTEXT:
            return value.symbol
        entry = self.tables.entry(value.symbol) if value.kind is Kind.CLASS and value.symbol else None
        return entry.context if entry is not None and entry.context in _EFFECTS else None

    # --- names ------------------------------------------------------------------------------------------------------

    def key(self, symbol: Symbol) -> str:
        """The text by which values name a symbol: the dotted name of a library, `path::qualname` in the project."""
        if symbol.path is None:
            return symbol.name
        key = f"{symbol.path}::{symbol.qualname}"
        self._symbols[key] = symbol
        return key

    def symbol(self, key: str) -> Symbol | None:
        """The symbol of the project that a key names; None for a library's."""
        if "::" not in key:
            return None
        path, _, qualname = key.partition("::")
        definition = self._definitions.get(key, lambda: self.project.definition(Path(path), qualname))
        if key not in self._symbols and definition is not None:  # named by another process
            self._symbols[key] = self.project.symbol(Path(path), definition)
        return self._symbols.get(key)

    def _qualified(self, path: Path, dotted: str) -> str | None:
        found = self.project.resolve(path, dotted)
        if found is None:
            return None
        key = self.key(found)
        if found.kind == "class" and self.kind_of_class(key) is Kind.MODULE:
            return "torch.nn.Module"
        return self.tables.canonical(key) if found.path is None else key

    def global_value(self, unit: Unit, name: str, depth: int) -> Value:
        """What a name of the module, or a builtin, is."""
        return self._globals.named(unit.path, name, depth)

    def imported(self, unit: Unit, qualified: str, depth: int) -> Value:
        """What an import inside a function binds."""
        found = self.project.resolve_import(unit.path, qualified)
        return UNKNOWN if found is None else self.value(found, depth)

    def value(self, symbol: Symbol, depth: int) -> Value:
        """The value that a symbol stands for."""
        if symbol.kind == "external":
            return self._external(symbol.name)
        if symbol.kind == "assignment" and symbol.path is not None:
            return self._globals.assigned(symbol.path, symbol.qualname, depth)
        kinds = {"function": Kind.FUNCTION, "method": Kind.FUNCTION, "class": Kind.CLASS, "module": Kind.NAMESPACE}
        return Value(kinds[symbol.kind], symbol=self.key(symbol)) if symbol.kind in kinds else UNKNOWN

    def _external(self, name: str) -> Value:
        known = self.tables.named(name)
        return known if known.is_known else Value(Kind.NAMESPACE, symbol=self.tables.canonical(name))

    def member(self, owner: Value, name: str, depth: int) -> Value | None:
        """`owner.name` of a namespace or class; None where it is not known."""
        assert owner.symbol is not None
        symbol = self.symbol(owner.symbol)
        if symbol is None:
            return self._external(f"{owner.symbol}.{name}") if "::" not in owner.symbol else None
        if symbol.kind == "module" and symbol.path is not None:
            found = self.project.resolve(symbol.path, name)
            return None if found is None else self.value(found, depth)
        method = self.project.method(symbol, name)
        if method is not None and method.kind != "external":
            return self.value(method, depth)
        attribute = self.classes.attribute(symbol, name)
        return attribute if attribute.is_known else None

    # --- classes ----------------------------------------------------------------------------------------------------

    def class_of(self, unit: Unit) -> Symbol | None:
        """The class that a method belongs to."""
        if unit.outline is None or unit.outline.class_name is None:
            return None
        found = self.project.definition(unit.path, unit.outline.class_name)
        return self.project.symbol(unit.path, found) if isinstance(found, ClassOutline) else None

    def _is_static(self, unit: Unit) -> bool:
        decorators = unit.outline.decorators if unit.outline is not None else ()
        return any(each.endswith(("staticmethod", "classmethod")) for each in decorators)

    def kind_of_class(self, key: str) -> Kind | None:
        """What an instance of a class of the project is; None for a class of a library."""
        symbol = self.symbol(key)
        return None if symbol is None else self.classes.kind(symbol)

    def kind_of_instances(self, classes: Value) -> Kind | None:
        """What something is that `isinstance(x, classes)` holds for."""
        symbols = [each.symbol for each in classes.items or (classes,)]
        kinds = {parameters.kind_of(self.tables.canonical(symbol)) for symbol in symbols if symbol is not None}
        return kinds.pop() if len(kinds) == 1 and len(symbols) == 1 else None

    def method(self, key: str, name: str) -> str | None:
        """The key of the method that instances of a class have; None where the class is a library's or unknown, and of
        what a class that extends a library's stores in an attribute itself."""
        symbol = self.symbol(key)
        found = self.project.method(symbol, name) if symbol is not None else None
        if symbol is None or found is None or (found.path is None and self.classes.keeps(symbol, name)):
            return None
        return self.key(found)

    def getter(self, key: str, name: str) -> str | None:
        """The key of the method that runs where a property of an instance is read; None where it is none."""
        found = self.symbol(self.method(key, name) or "")
        decorators = (
            found.outline.decorators if found is not None and isinstance(found.outline, FunctionOutline) else ()
        )
        return self.key(found) if found is not None and any("property" in each for each in decorators) else None

    def field(self, key: str, name: str, depth: int) -> Value:
        """What the methods of a class store in `self.name`."""
        symbol = self.symbol(key)
        return UNKNOWN if symbol is None else self.classes.field(symbol, name, depth)

    # --- calls ------------------------------------------------------------------------------------------------------

    def outcome(self, evaluation: Evaluation, key: str, fact: CallFact, receiver: Value | None) -> Outcome | None:
        """What a call of a function of the project gives and does; None where that is not known."""
        symbol = self.symbol(key)
        if symbol is None or symbol.path is None or symbol.kind not in ("function", "method"):
            return None
        unit, depth = self.unit(symbol.path, symbol.qualname), evaluation.depth
        if unit is None or unit.outline is None or unit.is_abstract or not evaluation.follows(unit, key):
            return None
        arguments = self.arguments(unit, fact, receiver)
        found = self.called(unit, arguments, depth - 1)
        if found is None:
            return None
        evaluation.followed(key, found)
        is_manager = found.paused is not None and managers.is_maker(unit.outline.decorators)
        return replace(found, arguments=arguments, is_manager=is_manager)

    def arguments(self, unit: Unit, fact: CallFact, receiver: Value | None) -> dict[str, Value]:
        """Which value each parameter of a unit has in a call, as far as that is seen."""
        if unit.outline is None:
            return {}
        if self._is_static(unit):
            receiver = self._class_receiver(unit, fact)
        return {**arguments_of.defaults(unit.outline, fact), **arguments_of.bound(unit.outline, fact, receiver)}

    def _class_receiver(self, unit: Unit, fact: CallFact) -> Value | None:
        """What a class method gets as `cls`: the class it is called on, as far as that is seen."""
        cls = self.class_of(unit)
        if cls is None or not self._is_classmethod(unit):
            return None
        symbol = fact.receiver.symbol if fact.receiver is not None else None
        return Value(Kind.CLASS, symbol=symbol or self.key(cls))

    def _is_classmethod(self, unit: Unit) -> bool:
        return unit.outline is not None and any(each.endswith("classmethod") for each in unit.outline.decorators)

    def called(self, unit: Unit, arguments: Mapping[str, Value], depth: int) -> Outcome | None:
        """What a function gives and does for these values of its parameters; None where it cannot be read."""
        try:
            function = unit.lowered.function
        except Unreadable:
            return None
        abstract = arguments_of.told if function.size <= SMALL else arguments_of.outlined
        abstracted = tuple((name, abstract(value)) for name, value in arguments.items())
        key = (unit.where, abstracted, depth)
        return self._outcomes.get(key, lambda: self._outcome(unit, function, dict(abstracted), depth))

    def _outcome(self, unit: Unit, function: ir.FunctionIR, arguments: Mapping[str, Value], depth: int) -> Outcome:
        evaluation = Evaluation(self, unit, function, depth)
        facts = evaluation.run(self._entry(unit, function, arguments, depth))
        return outcome(facts, unit.where, facts.cost)

    def closure(self, evaluation: Evaluation, owner: Object, fact: CallFact) -> Value | None:
        """What a call of a function nested in the one that is evaluated gives."""
        instruction = evaluation.instruction(int(str(owner[2])))
        if owner[1] != evaluation.unit.where or not isinstance(instruction, ir.Closure):
            return None
        nested = evaluation.function.nested[instruction.index]
        known = evaluation.called.get(instruction.index, evaluation.state)
        evaluation.called[instruction.index] = join_states(known, evaluation.state)
        names = [each.name for each in nested.parameters if not each.kind.startswith("var")]
        arguments = {**dict(zip(names, fact.positional, strict=False)), **fact.keywords}
        inner = Evaluation(self, evaluation.unit, nested, evaluation.depth - 1)
        facts = inner.run(inner.entry_inside(replace(evaluation.state, names=dict(evaluation.names)), arguments))
        evaluation.facts.cost += facts.cost
        if not facts.complete:
            return None
        end = facts.end  # what is nested sees the same objects: its effects are those of the function around it
        evaluation.state = replace(evaluation.state, modes=end.modes, fields=end.fields)
        return replace(detached(facts.returned), objects=facts.returned.objects)
