"""Who calls a function, and in which state its objects are then: the mode of a model, and whether gradients are on.

The world is open. That no caller is found proves nothing; that callers may be missing is told (`open`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlint.facts.around.sites import MAX_SITES, Calls, Site, Sites, called_name, units_with
from mlint.facts.domain.objects import AT_ENTRY, ENTRY, EVAL, UNSURE, Mode, joined_modes, modes_of, parent, root
from mlint.facts.domain.objects import depth as depth_of
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN, Kind, Object, Trace, Value
from mlint.facts.evaluation.managers import is_maker
from mlint.facts.evaluation.outcomes import Rebase
from mlint.facts.evaluation.rebinding import rebound
from mlint.facts.flow.recorded import CallFact, Facts
from mlint.facts.project.reads import Leaf
from mlint.facts.project.symbols import Symbol
from mlint.facts.project.units import MODULE, Unit
from mlint.outline import FunctionOutline
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

MAX_DEPTH = 4
_SEEN = 2
"""How deep calls are followed where a class is asked what its methods do."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One way to come to a place: the mode of the object there, whether gradients are on, and the calls on the way.

    `chain` goes from the place outwards. Where the modes hold `entry`, or the gradients are None, no caller of the
    outermost function is seen. `hidden`: it is called all the same, by what is not seen (it is passed on as a value).
    """

    mode: Mode
    gradients: str | None
    chain: tuple[Site, ...] = ()
    hidden: bool = False
    value: Value = UNKNOWN
    """What the outermost function knows of the object."""


class Callers:
    """Answers about the callers of the functions of one project."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._calls = Calls(engine)

    def situations(
        self,
        unit: Unit,
        owners: frozenset[Object],
        mode: Mode,
        gradients: str | None,
        value: Value = UNKNOWN,
        depth: int = MAX_DEPTH,
        cls: Symbol | None = None,
    ) -> list[Situation]:
        """The ways to come to a place of a unit where an object has this mode, read from the unit alone.

        What the unit leaves open (the mode it finds, and gradients that it says nothing of) is told by its callers,
        both by the same one. `cls` is the class of `self`, where that is known to be one that derives from the unit's.
        """
        if ENTRY not in mode.modes and gradients is not None:
            return [Situation(mode, gradients, value=value)]
        cls = cls or self._engine.class_of(unit)
        is_called = depth > 0 or (depth == 0 and unit.qualname.endswith(".__init__"))
        found = self.sites(unit) if is_called else Sites(open=True)
        start = Situation(mode, gradients, value=value)
        situations = [each for site in found.sites for each in self._from(site, unit, owners, start, depth, cls)]
        if situations:
            return situations[:MAX_SITES]
        alone, stored = self._without_callers(unit, owners, mode, depth, cls)
        known = value if stored is None or value.kind is Kind.MODULE else stored
        return [Situation(alone, gradients, hidden=found.open, value=known)]

    def _from(
        self, site: Site, unit: Unit, owners: frozenset[Object], start: Situation, depth: int, cls: Symbol | None
    ) -> Iterator[Situation]:
        rebase = self._rebase(site, unit)
        mine = rebase.objects(owners)
        state = site.fact.state
        around, held = start.mode, None
        if ENTRY in around.modes:
            found = [state.mode(each) for each in sorted(mine, key=repr)]
            if all(each.modes == {UNSURE} and not each.trace for each in found):  # made by the class, on some paths
                left = [each for owner in sorted(owners, key=repr) for each in self._member(unit, owner, depth, cls)]
                found = [each for each, _ in left] or found
                held = left[0][1] if len(left) == 1 else None
            around = joined_modes(around, found)
        asked = start.gradients if start.gradients is not None else state.gradients
        value = _known(rebase, owners) or held or start.value
        theirs = self._engine.class_of(site.unit)
        derived = cls if cls is not None and theirs in self._engine.project.bases(cls) else theirs
        for each in self.situations(site.unit, mine, around, asked, value, depth - 1, derived):
            yield replace(each, chain=(site, *each.chain))

    def _rebase(self, site: Site, unit: Unit) -> Rebase:
        assert unit.outline is not None
        arguments = self._engine.arguments(unit, site.fact, self._receiver(site, unit))
        return Rebase(unit.where, arguments, site.fact.state, (site.unit.where, site.target))

    def _receiver(self, site: Site, unit: Unit) -> Value | None:
        if site.fact.callee.kind is Kind.CLASS:
            return Value(objects=frozenset({("new", site.unit.where, site.target)}))
        return site.fact.callee if site.fact.callee.kind is Kind.OBJECT else site.fact.receiver

    def _without_callers(
        self, unit: Unit, owners: frozenset[Object], mode: Mode, depth: int, cls: Symbol | None
    ) -> tuple[Mode, Value | None]:
        """The mode where no caller is seen, and the value where that is seen: a global is as the module leaves it, an
        attribute as the class does."""
        if ENTRY not in mode.modes:
            return mode, None
        ordered = sorted(owners, key=repr)
        found = [self._global(each) for each in ordered if root(each)[0] == "global"]
        members = [each for owner in ordered for each in self._member(unit, owner, depth, cls)]
        found += [each for each, _ in members]
        value = members[0][1] if len(members) == len(owners) == 1 else None
        return (joined_modes(mode, found), value) if len(found) >= len(owners) else (mode, None)

    def _member(self, unit: Unit, owner: Object, depth: int, cls: Symbol | None) -> list[tuple[Mode, Value | None]]:
        """What an attribute of `self` holds is in the mode that the methods leave which store it there."""
        name = _attribute_of_self(unit, owner)
        if cls is None or name is None or depth < 1 or self._engine.classes.is_run_as_module(cls):
            return []  # whoever has a module sets the mode of all that it holds
        found, values = [], []
        for where, value, mode in self._engine.classes.left(cls, name, _SEEN):
            values.append(value)
            if ENTRY in mode.modes:  # it was passed in
                situations = self.situations(where, mode.like or value.objects, mode, "off", depth=depth - 1)
                found += [each.mode for each in situations]
            else:
                found.append(mode)
        index = owner[2] if owner[0] == "item" and parent(parent(owner) or ()) == root(owner) else None
        switching = self._engine.switching
        classes = self._engine.classes
        if found and (
            EVAL in classes.put(cls, name, _SEEN, index)
            or switching.is_put_from_outside(name)
            or classes.is_part_of_another(cls, name, _SEEN)  # whose mode it has
        ):
            found.append(Mode(frozenset({UNSURE})))
        whole = parent(owner) == root(owner) and len(values) == 1 and values[0].kind is Kind.MODULE
        return [(joined_modes(Mode(AT_ENTRY), found), values[0] if whole else None)] if found else []

    def _global(self, owner: Object) -> Mode:
        start = root(owner)
        unit = self._engine.unit(Path(str(start[1])), MODULE)
        facts = self.facts(unit) if unit is not None else None
        if unit is None or facts is None:
            return Mode(AT_ENTRY)
        if depth_of(owner) == 0:
            others = rebound(self._engine, unit.path, str(owner[2]))
            if others:
                return joined_modes(Mode(AT_ENTRY), [modes_of(each.end, value.objects) for each, value in others])
        rebase = Rebase(("", ""), {}, facts.end, (unit.where, -1))
        return joined_modes(Mode(AT_ENTRY), [facts.end.mode(each) for each in rebase.objects(frozenset({owner}))])

    def runs(self, path: Path, qualname: str) -> frozenset[tuple[str, str]]:
        """The parameters that a function calls, in the mode that they come in, and with gradients as they come.

        With each comes the name of its attribute that is called, where that is called and not itself.
        """
        unit = self._engine.unit(path, qualname)
        facts = self.facts(unit) if unit is not None else None
        if unit is None or facts is None:
            return frozenset()
        return frozenset(
            (str(start[2]), "" if start is owner else str(owner[2]))
            for fact in facts.calls.values()
            if fact.state.gradients is None and fact.callee.kind in (Kind.MODULE, Kind.UNKNOWN)
            for owner in fact.callee.objects
            for start in (owner if owner[0] == "parameter" else parent(owner) or owner,)
            if start[:2] == ("parameter", unit.where) and fact.state.mode(owner).modes == AT_ENTRY
        )

    def asks(self, path: Path, qualname: str, methods: frozenset[str]) -> frozenset[tuple[str, str]]:
        """The parameters of which a function calls one of these methods, in the mode and with the gradients that it
        finds, and the methods."""
        unit = self._engine.unit(path, qualname)
        sketch = unit.sketch if unit is not None else None
        facts = self.facts(unit) if unit is not None and sketch is not None and sketch.called & methods else None
        return frozenset(
            (str(owner[2]), fact.name)
            for fact in (facts.calls.values() if facts is not None else ())
            if fact.name in methods and fact.state.gradients is None and fact.receiver is not None
            for owner in fact.receiver.objects
            if unit is not None and owner[:2] == ("parameter", unit.where) and fact.state.mode(owner).modes == AT_ENTRY
        )

    def names_of(self, path: Path, qualname: str, fact: CallFact, value: Value) -> frozenset[str]:
        """The parameters of a function to which a call passes this value."""
        unit = self._engine.unit(path, qualname)
        if unit is None:
            return frozenset()
        passed = self._engine.arguments(unit, fact, fact.receiver)
        return frozenset(name for name, each in passed.items() if each is value)

    def switches(self, words: tuple[str, ...]) -> frozenset[str]:
        """The words, and the names of the project's own context managers and decorators in whose text one stands."""
        leaf = Leaf("switches", "", " ".join(words))
        reads = self._engine.project.reads
        found = reads.lasting(leaf, lambda: reads.derive(leaf, lambda: " ".join(sorted(self._switching(words)))))
        return frozenset((*words, *found.split()))

    def _switching(self, words: tuple[str, ...]) -> Iterator[str]:
        for word in words:
            for path, outline in self._engine.project.functions_with(word, head=_wraps):
                if self._uses(path, outline, word):
                    yield outline.class_name.rpartition(".")[2] if outline.class_name is not None else outline.name

    def _uses(self, path: Path, outline: FunctionOutline, word: str) -> bool:
        """Whether the code of the function says the word: not only its text, or what decorates it."""
        unit = self._engine.unit(path, outline.qualname)
        return unit is None or unit.sketch is None or unit.sketch.uses(word)

    def sites(self, unit: Unit) -> Sites:
        """The calls of a function or method, of a constructor by the name of its class."""
        return self._calls.of(unit)

    def are_outside_of_modules(self, unit: Unit) -> bool:
        """Whether code that is no method of a module may call the unit, by its name."""
        name = called_name(unit.outline) if unit.outline is not None else None
        is_of_module = self._engine.classes.is_of_module
        return name is None or not all(map(is_of_module, units_with(self._engine, name)))

    def facts(self, unit: Unit) -> Facts | None:
        """What is known in a unit; None where it cannot be read alone."""
        try:
            return self._engine.facts(unit)
        except Unreadable:
            return None


def _wraps(outline: FunctionOutline) -> bool:
    """Whether a function makes contexts, or wraps the functions that it is given."""
    if outline.class_name is not None:
        return outline.name in ("__enter__", "__call__")
    return bool(outline.nested) or is_maker(outline.decorators)


def _known(rebase: Rebase, owners: frozenset[Object]) -> Value | None:
    """What the caller knows of an object: of what it passes, or has stored in what it passes."""
    if len(owners) != 1:
        return None
    (owner,) = owners
    holder = parent(owner)
    if holder is None:
        found = rebase.arguments.get(str(owner[2])) if owner[0] == "parameter" else None
    else:
        stored = [rebase.state.fields.get((each, str(owner[2]))) for each in rebase.objects(frozenset({holder}))]
        found = stored[0] if len(stored) == 1 else None
    return found if found is not None and found.kind is Kind.MODULE else None


def _attribute_of_self(unit: Unit, owner: Object) -> str | None:
    """`model` of `self.model` and of what that holds; None of anything else."""
    while parent(owner) is not None and parent(parent(owner) or ()) is not None:
        owner = parent(owner) or owner
    holder = parent(owner)
    if holder is None or owner[0] != "attribute":
        return None
    return str(owner[2]) if holder == unit.me else None


def steps_of(situation: Situation) -> tuple[Trace, ...]:
    """The calls that lead there, outermost first."""
    return tuple(Trace("`{code}` leads there", site.target, site.unit.where) for site in reversed(situation.chain))
