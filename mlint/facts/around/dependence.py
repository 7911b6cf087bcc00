"""Whether a module acts differently in train and eval mode: by its own code, by its layers, by what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlint.facts.around.chosen import Chosen
from mlint.facts.domain.objects import EVAL, modes_of
from mlint.facts.domain.values import Kind, Trace, Value
from mlint.facts.evaluation.modes import LAYER, MODE_DEPENDENT, MODE_INDEPENDENT
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.project.reads import Memo
from mlint.facts.project.symbols import Symbol
from mlint.facts.project.units import Unit
from mlint.outline import ClassOutline
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_DEPTH = 4
_READS = re.compile(r"\bself\.training\b(?!\s*=(?!=))")
_SAVES = re.compile("checkpoint", re.IGNORECASE)
"""What only saves memory in train mode: the output is the same."""
_MOST_CALLS = 400
_CONTAINERS = ("torch.nn.ModuleList", "torch.nn.Sequential", "torch.nn.ModuleDict")
_ANY = "Model"
"""The class that the tables give for all models of a library."""
_BASES = ("torch.nn.Module", "torch.nn.modules.module.Module", "builtins.object")


INSTANCE_NORM = "instance norm"
"""The layer that may be wanted as it is in train mode: it then normalises each image by itself."""


@dataclass(frozen=True, slots=True)
class Dependence:
    """`depends` is None where that is not known. `what` names the layer or code, `trace` says where it is made.

    `sure`: it does so whatever its arguments are (a dropout of 0 does nothing). `opaque`: the module holds others that
    are not seen, which may be in another mode than itself. `chosen`: only where an argument asks for it that is off
    unless it is given (`dropout=None`, `norm="layer"`).
    """

    depends: bool | None
    what: str = ""
    trace: tuple[Trace, ...] = ()
    opaque: bool = False
    sure: bool = True
    chosen: bool = False


_UNKNOWN = Dependence(None)
_OPAQUE = Dependence(None, opaque=True)
_INDEPENDENT = Dependence(False)


class Dependences:
    """Answers about the classes of one project."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._classes: Memo[tuple[Symbol, int], Dependence] = Memo(engine.project.reads)

    def of(self, value: Value, depth: int = _DEPTH) -> Dependence:
        """Whether a module, as far as its value tells which one it is, acts differently in the two modes."""
        if MODE_DEPENDENT in value.traits:
            layers = sorted(each[len(LAYER) :] for each in value.traits if each.startswith(LAYER))
            return Dependence(True, _layer(layers[0] if layers else value.symbol), value.trace)
        if MODE_INDEPENDENT in value.traits:
            return _INDEPENDENT
        symbol = None if value.symbol is None else self._engine.symbol(value.symbol)
        if symbol is None:
            return self._of_library(value)
        return self._of_class(symbol, depth)

    def _of_library(self, value: Value) -> Dependence:
        entry = None if value.symbol is None else self._engine.tables.entry(value.symbol)
        if entry is None:
            return _OPAQUE
        if isinstance(entry.mode_dependent, str) and entry.mode_dependent.startswith("$"):
            return Dependence(True, _layer(value.symbol), value.trace, sure=False)
        if not isinstance(entry.mode_dependent, bool):
            return _UNKNOWN
        return Dependence(True, _layer(value.symbol)) if entry.mode_dependent else _INDEPENDENT

    def _of_class(self, cls: Symbol, depth: int) -> Dependence:
        if depth < 1:
            return _OPAQUE
        return self._classes.get((cls, depth), lambda: self._judged(list(self._evidence(cls, depth))))

    def _judged(self, evidence: list[Dependence]) -> Dependence:
        ordered = sorted(evidence, key=_rank)
        return ordered[0] if ordered else _INDEPENDENT

    def _evidence(self, cls: Symbol, depth: int) -> Iterator[Dependence]:
        for each in (cls, *self._engine.project.bases(cls)):
            if each.kind != "class" or each.path is None or not isinstance(each.outline, ClassOutline):
                if each.name not in _BASES and not each.name.startswith(("builtins.", "abc.", "typing.")):
                    yield self._of_base(each.name)
                continue
            for method in each.outline.methods.values():
                unit = self._engine.unit(each.path, method.qualname)
                if unit is not None:
                    yield from self._of_method(unit, depth)

    def _of_base(self, name: str) -> Dependence:
        """A base class that a library has; those that only say how a module is trained add no layers."""
        known = self._of_library(Value(symbol=name))
        entry = self._engine.tables.entry(name)
        neutral = entry is not None and self._engine.tables.is_a(name, "torch.nn.Module") and known.depends is None
        return _INDEPENDENT if neutral else known

    def _of_method(self, unit: Unit, depth: int) -> Iterator[Dependence]:
        """What a method tells: it reads `self.training`, or makes layers (itself, or in functions that it calls)."""
        assert unit.outline is not None
        if "training" in unit.outline.words:
            lines = unit.source.lines[unit.outline.def_line - 1 : unit.outline.end_line]
            if any(_READS.search(line) and _SAVES.search(line) is None for line in lines):
                yield Dependence(True, "`self.training`")
        if unit.outline.name in ("forward", "__call__", "training_step"):
            return
        yield from self._made(unit, depth, set())

    def _made(self, unit: Unit, depth: int, seen: set[tuple[str, str]]) -> Iterator[Dependence]:
        """Of each module that is made in a function, and in those of the project that it calls."""
        facts = self._facts(unit)
        if facts is None or unit.where in seen or len(facts.calls) > _MOST_CALLS:
            yield _OPAQUE
            return
        seen.add(unit.where)
        chosen = Chosen(unit)
        for temporary, fact in facts.calls.items():
            value = facts.values.get(temporary)
            found: Iterable[Dependence] = ()
            if fact.callee.symbol == "builtins.super":
                continue
            if fact.callee.kind is Kind.CLASS and value is not None and value.kind is Kind.MODULE:
                found = self._of_made(value, fact, depth)
            elif fact.callee.kind is Kind.FUNCTION and fact.callee.symbol is not None:
                found = self._called(unit, fact, value, depth, seen)
                if fact.receiver is not None and fact.receiver.kind is Kind.OBJECT and value is not None:
                    # What an object that is no module makes for itself is in a mode of its own.
                    found = [_OPAQUE if each.depends and value.kind is not Kind.MODULE else each for each in found]
            if value is not None and value.objects and modes_of(facts.end, value.objects).modes == {EVAL}:
                found = [_OPAQUE]  # it is in eval mode until all are put in train mode
            for each in found:
                yield replace(each, chosen=True) if each.depends and chosen.holds(temporary) else each
        yield from self._kept(unit, facts)

    def _of_made(self, value: Value, fact: CallFact, depth: int) -> list[Dependence]:
        """What is made; not of a list of modules, `ModuleList(Block() for _ in range(3))`: they are made here, too."""
        found = self.of(value, depth - 1)
        inside = [item for each in fact.positional for item in (each.items or (each.element,))]
        told = bool(inside) and all(each is not None and each.kind is Kind.MODULE for each in inside)
        return [] if found.depends is None and value.symbol in _CONTAINERS and told else [found]

    def _called(
        self, caller: Unit, fact: CallFact, value: Value | None, depth: int, seen: set[tuple[str, str]]
    ) -> Iterator[Dependence]:
        found = self._engine.symbol(fact.callee.symbol or "")
        if found is None or found.path is None:
            if value is not None and value.kind is Kind.MODULE:
                yield self.of(value, depth - 1)
            return
        unit = self._engine.unit(found.path, found.qualname)
        if unit is None or unit.where in seen or depth <= 1:
            return
        made = list(self._made(unit, depth - 1, seen))
        given = self._given(caller, unit, fact, depth) if any(each.depends for each in made) else _UNKNOWN
        if given.depends is not None:
            seen.discard(unit.where)  # another call may be given another layer
        if given.depends:
            yield given
        else:
            yield from (
                replace(each, chosen=True) if each.depends and given.depends is False else each for each in made
            )

    def _given(self, caller: Unit, callee: Unit, fact: CallFact, depth: int) -> Dependence:
        """What a function gives by the defaults that are handed to it, where it is one module: `norm_of("layer")`."""
        function = caller.lowered.function
        own = {("parameter", caller.where, each.name): each for each in function.parameters}
        arguments = self._engine.arguments(callee, fact, fact.receiver)
        for name, value in arguments.items():
            handed = [own[each] for each in value.objects if each in own]
            default = (
                self._engine.default(caller, function, handed[0]) if len(handed) == len(value.objects) == 1 else None
            )
            arguments[name] = value if default is None else default
        outcome = self._engine.called(callee, arguments, depth - 1)
        if outcome is None or outcome.value.kind is not Kind.MODULE or outcome.value.symbol is None:
            return _UNKNOWN
        return self.of(outcome.value, depth - 1)

    def _kept(self, unit: Unit, facts: Facts) -> Iterator[Dependence]:
        """What is kept in an attribute and called, and nothing is known of."""
        if unit.outline is None or unit.outline.class_name is None:
            return
        me = unit.me
        for (owner, name), value in facts.end.fields.items():
            if owner == me and value.kind is Kind.UNKNOWN and value.objects and self._is_called(unit, name):
                yield _OPAQUE

    def _is_called(self, unit: Unit, name: str) -> bool:
        name_of_class = unit.outline.class_name if unit.outline is not None else None
        cls = self._engine.project.definition(unit.path, name_of_class) if name_of_class is not None else None
        if not isinstance(cls, ClassOutline):
            return True
        text = "\n".join(unit.source.lines[cls.first_line - 1 : cls.end_line])
        return re.search(rf"\bself\.{name}(?:\[[^\]\n]*\])?(?:\.\w+)?\(", text) is not None

    def _facts(self, unit: Unit) -> Facts | None:
        try:
            return self._engine.facts(unit)
        except Unreadable:
            return None


def _rank(each: Dependence) -> tuple[bool, ...]:
    """What tells most comes first: a layer that depends on the mode, then what is not seen."""
    layer = (each.depends is not True, each.chosen, each.what == INSTANCE_NORM, not each.sure)
    return (*layer, each.depends is False, not each.opaque)


def _layer(symbol: str | None) -> str:
    """What a layer does in train mode, in words."""
    last = (symbol or "").rpartition(".")[2]
    if last == _ANY:
        return ""
    if "drop" in last.lower():
        return "dropout"
    if "instance" in last.lower():
        return INSTANCE_NORM
    if "norm" in last.lower():
        return "batch norm"
    return f"`{last}`" if last else "a layer"
