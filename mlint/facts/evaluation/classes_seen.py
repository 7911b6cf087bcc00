"""What is seen of the project's classes: what their methods store in attributes, and the modes they leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlint.facts.domain import promotion
from mlint.facts.domain.objects import Mode, contained, modes_of
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN, Kind, Object, Value, join_all
from mlint.facts.evaluation.outcomes import detached
from mlint.facts.evaluation.parameters import literal
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.project.reads import Memo
from mlint.facts.project.symbols import Symbol
from mlint.facts.project.units import Unit
from mlint.outline import ClassOutline, FunctionOutline
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_SWITCHES = frozenset(("eval", "train"))

_NEUTRAL = ("torch.nn.", "builtins.", "abc.", "typing.", "typing_extensions.", "enum.", "collections.")
"""The beginnings of the names of bases that do not call what is added to them, but for their own methods."""

_PLAIN = (Kind.NUMBER, Kind.TEXT, Kind.NONE)
_FIELD_DEPTH = 2
"""How deep the calls of a method are followed, itself included, to see what it stores."""


class ClassesSeen:
    """Answers about classes, by evaluating their methods."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kinds: Memo[Symbol, Kind] = Memo(engine.project.reads)
        self._fields: Memo[tuple[Symbol, str, int], Value] = Memo(engine.project.reads)

    def kind(self, cls: Symbol) -> Kind:
        """What an instance is: `Kind.MODULE` where a base is `torch.nn.Module`, as far as bases are seen."""
        return self._kinds.get(cls, lambda: self._kind(cls))

    def _kind(self, cls: Symbol) -> Kind:
        bases = [each.name for each in self._engine.project.bases(cls) if each.kind == "external"]
        is_module = any(self._engine.tables.is_a(base, "torch.nn.Module") for base in bases)
        return Kind.MODULE if is_module else Kind.OBJECT

    def is_run_as_module(self, cls: Symbol) -> bool:
        """Whether a class is a module, by its bases or, where these are not seen, since it has a forward of its own."""
        forward = self._engine.method(self._engine.key(cls), "forward")
        return self.kind(cls) is Kind.MODULE or "::" in (forward or "")

    def is_of_module(self, unit: Unit) -> bool:
        """Whether a unit is a method of a module."""
        cls = self._engine.class_of(unit)
        return cls is not None and self.kind(cls) is Kind.MODULE

    def is_extension(self, unit: Unit) -> bool:
        """Whether a unit is a public method of a class that extends one of a library, which may well call it."""
        cls = self._engine.class_of(unit)
        if cls is None or unit.outline is None or unit.outline.name.startswith("_"):
            return False
        return any(each.path is None and not each.name.startswith(_NEUTRAL) for each in self._engine.project.bases(cls))

    def field(self, cls: Symbol, name: str, depth: int) -> Value:
        """What the methods of the class and its bases store in `self.name`, joined; UNKNOWN where none does."""
        depth = min(depth, _FIELD_DEPTH)
        return UNKNOWN if depth < 1 else self._fields.get((cls, name, depth), lambda: self._field(cls, name, depth))

    def _field(self, cls: Symbol, name: str, depth: int) -> Value:
        stored = [value for unit in self._storing(cls, name) for value in self._stored(unit, name, depth - 1)]
        if all(value.kind in _PLAIN for value in stored):
            stored += self._stored_later(cls, name, depth - 1)
        modules = [value for value in stored if value.kind is Kind.MODULE]
        if modules and all(value.kind in (Kind.MODULE, Kind.NONE) for value in stored):
            stored = modules  # None stands there until the module is made
        return join_all(map(detached, stored)) if stored else self.attribute(cls, name)

    def attribute(self, cls: Symbol, name: str) -> Value:
        """What the body of the class, or of a base, assigns to the name, where that is a literal or a dtype's name.

        None keeps the place of what is set from outside, and a field of a record is what its maker passes.
        """
        for each in (cls, *self._engine.project.bases(cls)):
            text = each.outline.attributes.get(name) if isinstance(each.outline, ClassOutline) else None
            if text is not None and isinstance(each.outline, ClassOutline):
                is_set = text == "None" or (name in each.outline.annotations and _is_record(each.outline))
                return UNKNOWN if is_set else self._assigned(each, text)
        return UNKNOWN

    def _assigned(self, cls: Symbol, text: str) -> Value:
        found = literal(text)
        if found.is_known or cls.path is None or promotion.canonical(text) is None:
            return found
        symbol = self._engine.project.resolve(cls.path, text)
        return self._engine.value(symbol, 1) if symbol is not None and symbol.kind == "external" else found

    def stores(self, cls: Symbol, name: str) -> bool:
        """Whether a method of the class, or of a base in the project, assigns `self.name`."""
        return any(True for _ in self._storing(cls, name))

    def keeps(self, cls: Symbol, name: str) -> bool:
        """Whether it is no module, and stores the attribute itself: that is no method of a library's class, then."""
        return self.kind(cls) is Kind.OBJECT and self.stores(cls, name)

    def _storing(self, cls: Symbol, name: str) -> Iterator[Unit]:
        """The methods in whose text `self.name` is assigned."""
        seen: set[str] = set()
        for method, unit in self._methods(cls):
            if method.name not in seen and name in unit.assigned_attributes:
                seen.add(method.name)
                yield unit

    def _methods(self, cls: Symbol, words: frozenset[str] | None = None) -> Iterator[tuple[FunctionOutline, Unit]]:
        """The methods of the class and its bases; with `words` those in whose text one of them stands."""
        for each in (cls, *self._engine.project.bases(cls)):
            if not isinstance(each.outline, ClassOutline) or each.path is None:
                continue
            for method in each.outline.methods.values():
                if words is not None and method.words.isdisjoint(words):
                    continue
                unit = self._engine.unit(each.path, method.qualname)
                if unit is not None:
                    yield method, unit

    def _stored(self, unit: Unit, name: str, depth: int) -> Iterator[Value]:
        me = unit.me
        facts = self._facts(unit, depth)
        if me is None or facts is None:
            yield UNKNOWN
        elif (me, name) in facts.end.fields and facts.end.fields[me, name].kind is not Kind.UNKNOWN:
            yield facts.end.fields[me, name]
        elif _is_constructor(unit):
            yield from _stored_at_times(unit, facts, me, name)
        elif (me, name) in facts.end.fields:
            yield UNKNOWN

    def _stored_later(self, cls: Symbol, name: str, depth: int) -> Iterator[Value]:
        """What other methods than the constructor store on some of their paths: the first batch that was seen, a count.

        A tensor is left out: it is often a buffer all the same, or one of several.
        """
        for unit in self._storing(cls, name):
            me, facts = unit.me, None if _is_constructor(unit) else self._facts(unit, depth)
            if me is not None and facts is not None and (me, name) not in facts.end.fields:
                found = _stored_at_times(unit, facts, me, name)
                yield from (value for value in found if value.kind not in (Kind.TENSOR, Kind.ARRAY))

    def passed(self, key: str, fact: CallFact) -> list[tuple[str, Value]]:
        """What the generated constructor of a dataclass or NamedTuple stores of what it is passed."""
        outline = self._outline(key)
        if outline is None or not _is_record(outline):
            return []
        positional = list(zip(outline.annotations, fact.positional, strict=False))
        return positional + [(name, value) for name, value in fact.keywords.items() if name in outline.annotations]

    def field_at(self, key: str, index: int) -> str | None:
        """The name of an item of a NamedTuple; None of any other class."""
        outline = self._outline(key)
        names = list(outline.annotations) if outline is not None and _is_named_tuple(outline) else []
        return names[index] if -len(names) <= index < len(names) else None

    def _outline(self, key: str) -> ClassOutline | None:
        cls = self._engine.symbol(key)
        return cls.outline if cls is not None and isinstance(cls.outline, ClassOutline) else None

    def left(self, cls: Symbol, name: str, depth: int) -> Iterator[tuple[Unit, Value, Mode]]:
        """What methods store in `self.name`, and the modes that they leave it in, or what it holds."""
        for unit in self._storing(cls, name):
            me, facts = unit.me, self._facts(unit, depth)
            value = facts.end.fields.get((me, name)) if facts is not None and me is not None else None
            if value is None and facts is not None and me is not None:  # not on every path
                value = join_all(each for each in _stored_at_times(unit, facts, me, name) if each.objects)
            objects = value.objects or contained(value) if value is not None else None
            if objects and value is not None and facts is not None:
                yield unit, replace(value, objects=objects), modes_of(facts.end, objects)

    def are_one(self, cls: Symbol, name: str, other: str, depth: int) -> bool:
        """Whether two attributes of `self` hold one object, as a model and its `DistributedDataParallel` do."""
        return any(self._is_kept_as(cls, *each, depth) for each in ((name, other), (other, name)))

    def _is_kept_as(self, cls: Symbol, name: str, other: str, depth: int) -> bool:
        for unit in self._storing(cls, other):
            me, facts = unit.me, self._facts(unit, depth)
            value = facts.end.fields.get((me, other)) if facts is not None and me is not None else None
            if value is not None and facts is not None and me is not None:
                mine = facts.end.fields.get((me, name))
                objects = mine.objects if mine is not None else frozenset({("attribute", me, name)})
                if not objects.isdisjoint(value.objects):
                    return True
        return False

    def is_part_of_another(self, cls: Symbol, name: str, depth: int) -> bool:
        """Whether what is stored in `self.name` becomes a part of another module as well, in a class that puts some
        model in eval mode: `self.model = ModuleDict({"encoder": self.encoder})`."""
        sketches = [unit.sketch for _, unit in self._methods(cls, frozenset({"eval"}))]
        puts = any(each is None or "eval" in each.called for each in sketches)
        return puts and any(self._is_passed_to_module(unit, name, depth) for unit in self._storing(cls, name))

    def _is_passed_to_module(self, unit: Unit, name: str, depth: int) -> bool:
        me, facts = unit.me, self._facts(unit, depth)
        kept = facts.end.fields.get((me, name)) if facts is not None and me is not None else None
        if facts is None or kept is None or not kept.objects:
            return False
        return any(
            not kept.objects.isdisjoint(each.objects | contained(each))
            for target, fact in facts.calls.items()
            if fact.callee.kind is Kind.CLASS and facts.values.get(target, UNKNOWN).kind is Kind.MODULE
            for each in (*fact.positional, *fact.keywords.values())
        )

    def put(self, cls: Symbol, name: str, depth: int, index: object = None) -> frozenset[str]:
        """The modes that methods put `self.name` in, or `self` with all that it holds, whoever stored it there; of one
        item of a container, those of that item where an index is given."""
        found: set[str] = set()
        for _, unit in self._methods(cls, _SWITCHES):
            me, facts = unit.me, self._facts(unit, depth)
            if me is not None and facts is not None:
                found |= self._put_by(facts, me, name, index)
        return frozenset(found)

    def _put_by(self, facts: Facts, me: Object, name: str, index: object) -> set[str]:
        """In the states before the calls, too: what is put in eval is often put back at the end."""
        member: Object = ("attribute", me, name)
        states = [facts.end, *(fact.state for fact in facts.calls.values())]
        return {
            mode
            for state in states
            for owner, found in state.modes.items()
            if owner in (me, member) or (owner[:2] == ("item", member) and (index is None or owner[2] in (None, index)))
            for mode in found.modes
        }

    def _facts(self, unit: Unit, depth: int) -> Facts | None:
        try:
            return self._engine.facts(unit, depth)
        except Unreadable:
            return None


def _is_constructor(unit: Unit) -> bool:
    return unit.outline is not None and unit.outline.name == "__init__"


def _stored_at_times(unit: Unit, facts: Facts, me: Object, name: str) -> Iterator[Value]:
    """What a method stores on some of its paths alone, `if use_norm: self.norm = LayerNorm(n)`: whoever reads it finds
    this. A counter may have any number."""
    made = (op for block in unit.lowered.function.blocks for op in block.instructions)
    for op in made:
        if isinstance(op, ir.StoreAttribute) and op.name == name and me in facts.values.get(op.base, UNKNOWN).objects:
            yield UNKNOWN if op.augmented else facts.values.get(op.value, UNKNOWN)


def _is_record(outline: ClassOutline) -> bool:
    """Whether the fields of an object are what its generated constructor is passed."""
    return any("dataclass" in each for each in outline.decorators) or _is_named_tuple(outline)


def _is_named_tuple(outline: ClassOutline) -> bool:
    return any(base.rpartition(".")[2] == "NamedTuple" for base in outline.bases)
