"""What a method of a module stores in an attribute, and what the class around it does with that attribute."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mlint.cached import cached_property
from mlint.facts.domain.values import UNKNOWN, Value
from mlint.facts.flow import ir
from mlint.facts.flow.paths import Temporaries
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.outline import FunctionOutline
from mlint.rule import Step
from mlint.subjects.occasion import called_by_forward
from mlint.subjects.owners import Function
from mlint.subjects.placed import Placed

REGISTERED = frozenset(("parameter", "buffer"))
_MOVERS = frozenset(("_apply", "to", "cuda"))
_TYPES = frozenset(("type", "type_as"))
"""What tells the type of another tensor tells its device as well: `self.mask = self.mask.type(x.type())`."""
_PLACES = frozenset(("device", "gpu", "cuda"))
_ASKS_FOR_ALL = frozenset(("__dict__", "vars", "dir", "getattr", "setattr"))


class Stored(Placed):
    """`self.name = value` in a method of a module."""

    def __init__(
        self,
        function: Function,
        temporaries: Temporaries,
        op: ir.StoreAttribute,
        value: Value,
        passed: tuple[Step, ...] = (),
    ) -> None:
        self.passed = passed
        """Where it comes from, if callers pass it."""
        super().__init__(function, op.target)
        self.op = op
        self.value = value
        self._temporaries = temporaries

    @property
    def _kept(self) -> Value:
        return facts_of(self.function).values.get(self.op.value, UNKNOWN)

    @property
    def name(self) -> str:
        """The name of the attribute."""
        return self.op.name

    @property
    def code(self) -> str:
        """The source text of what is stored."""
        return self.function.code(self.op.value)

    # --- the class around it ----------------------------------------------------------------------------------------

    @cached_property
    def _line(self) -> tuple[dict[str, FunctionOutline], ...]:
        """The methods of the class, and of each base in the project."""
        cls = self.function.cls
        assert cls is not None
        bases = self.function.project.bases(self.function.project.symbol(self.function.path, cls.outline))
        outlines = [cls.outline, *(each.outline for each in bases if each.kind == "class")]
        return tuple(dict(getattr(each, "methods", {})) for each in outlines)

    @cached_property
    def _running(self) -> tuple[Function, ...]:
        """The methods of the class that its forward calls, itself included."""
        cls = self.function.cls
        assert cls is not None
        names = called_by_forward(self._line, with_steps=True)
        return tuple(method for name, method in cls.methods.items() if name in names and method.name != "__init__")

    @cached_property
    def is_run_as_one(self) -> bool:
        """Whether the class has a forward, or steps of a training; one without only keeps models that others run."""
        return bool(called_by_forward(self._line, with_steps=True))

    @property
    def is_registered_elsewhere(self) -> bool:
        """Whether on another path it is a buffer or parameter: here it only stands in for that."""
        values, calls = facts_of(self.function).values, facts_of(self.function).calls
        if any(fact.name.startswith("register_") and self.name in _constants(fact) for fact in calls.values()):
            return True
        assert self.function.cls is not None
        others = [each for name, each in self.function.cls.methods.items() if name != self.function.name]
        if any(self.name in each.unit.registered for each in others if self.name in each.words):
            return True
        return any(
            isinstance(op, ir.StoreAttribute)
            and op.name == self.name
            and values.get(op.value, UNKNOWN).traits & REGISTERED
            for op in self._temporaries.definitions.values()
        )

    @property
    def is_set_from_outside(self) -> bool:
        """Whether other code of the project that speaks of the class assigns it on the module, which then sees to it:
        `head.stride = stride`."""
        assert self.function.cls is not None
        assigned = re.compile(rf"\b(?!self\b)\w+\.{re.escape(self.name)}\s*=[^=]")
        for path, outline in self.function.project.functions_with(self.name):
            if not self.function.project.words_of(path, [self.function.cls.name]):
                continue
            unit = self.function.file.engine.unit(path, outline.qualname)
            lines = unit.source.lines[outline.def_line - 1 : outline.end_line] if unit is not None else ()
            if any(assigned.search(line) for line in lines):
                return True
        return False

    @property
    def is_moved_by_class(self) -> bool:
        """Whether the class sees to what moves with it by itself: what moves it says the attribute, or asks for all."""
        return self._is_said_where_it_moves({self.name, *_ASKS_FOR_ALL})

    @property
    def is_moved_by_name(self) -> bool:
        """The same where that says the attribute."""
        return self._is_said_where_it_moves({self.name})

    @property
    def is_moved_by_call(self) -> bool:
        """Whether a method that forward calls sets attributes by name, or this one to what is moved in a list, or is
        named for a device: `self.bins = [x.to(device) for x in self.bins]`, `self.bins = to_device(self.bins, x)`."""
        if any("setattr" in method.words for method in self._running):
            return True
        names = {
            temporaries.callee_name(call) or ""
            for temporaries, op in self._stores
            for each in (op.value, *temporaries.inputs(op.value))
            if isinstance(call := temporaries.definitions.get(each), ir.Call)
        }
        return any(name in _MOVERS | _TYPES or not _PLACES.isdisjoint(name.split("_")) for name in names)

    def _is_said_where_it_moves(self, words: set[str]) -> bool:
        movers = (method for methods in self._line for name, method in methods.items() if name in _MOVERS)
        return any(not words.isdisjoint(method.words) for method in movers)

    @cached_property
    def _stores(self) -> list[tuple[Temporaries, ir.StoreAttribute]]:
        """Where methods that forward calls assign it."""
        return self._stores_in(self._running)

    def _stores_in(self, methods: Iterable[Function]) -> list[tuple[Temporaries, ir.StoreAttribute]]:
        return [
            (temporaries, op)
            for method in methods
            if self.name in method.unit.assigned_attributes
            for temporaries in map(Temporaries, method.bodies)
            for op in temporaries.definitions.values()
            if isinstance(op, ir.StoreAttribute) and op.name == self.name
        ]

    @property
    def is_meant_for_cpu(self) -> bool:
        """Whether it is made or brought there by name: `device="cpu"`, `self.box = self.box.cpu()`; or numpy reads it
        as it is, which can read nothing on a GPU: `self.box[0].numpy()`."""
        if self._is_read_by_numpy:
            return True
        stores = (each for each in self._temporaries.definitions.values() if isinstance(each, ir.StoreAttribute))
        inputs = (
            self._temporaries.definitions[each]
            for store in stores
            if store.name == self.name
            for each in self._temporaries.inputs(store.value)
        )
        return any(getattr(each, "value", None) == "cpu" or getattr(each, "name", None) == "cpu" for each in inputs)

    @property
    def _is_read_by_numpy(self) -> bool:
        readers = (each for each in self._running if self.name in each.words and "numpy" in each.words)
        return any(
            isinstance(read := temporaries.whole(op.base), ir.Attribute) and read.name == self.name
            for method in readers
            for temporaries in map(Temporaries, method.bodies)
            for op in temporaries.definitions.values()
            if isinstance(op, ir.Attribute) and op.name == "numpy"
        )


def facts_of(function: Function) -> Facts:
    """What is known in a constructor when calls are followed one deep, as where fields are asked for."""
    return function.file.engine.facts(function.unit, 1)


def _constants(fact: CallFact) -> list[object]:
    return [each.const for each in (*fact.positional, *fact.keywords.values())]
