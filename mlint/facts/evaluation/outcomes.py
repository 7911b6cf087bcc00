"""Outcomes: what a call of a project's function gives and does, and how that reads in its caller's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mlint.facts.domain import devices
from mlint.facts.domain.numbers import term_of
from mlint.facts.domain.objects import (
    AT_ENTRY,
    ENTRY,
    Context,
    Mode,
    State,
    contained,
    depth,
    item,
    mode_of_copy,
    parent,
    stored,
)
from mlint.facts.domain.polynomials import Term, leaf
from mlint.facts.domain.records import replace
from mlint.facts.domain.terms import substitute
from mlint.facts.domain.values import Object, Value
from mlint.facts.evaluation.modes import read, recorded
from mlint.facts.flow.recorded import Facts
from mlint.facts.project.units import Unit

MAX_CHAIN = 6
"""The length of the longest identity of something made: the place where, and the calls that led there."""
DEPTH = 3
"""How many calls deep the functions that a checked function calls are followed."""
_MOST = 1_000
_MOST_OF_SWITCHES = 30_000
_SWITCHES = frozenset(("eval", "train"))


def most(unit: Unit, depth: int) -> int:
    """Once the calls of a function have cost more instructions than this, this one is not followed.

    In the function that is asked about (and not one that it calls) what is done before a validation, such as a whole
    training, must not hide that this switches the mode.
    """
    words = unit.outline.words if unit.outline is not None else frozenset[str]()
    if unit.outline is not None and unit.outline.name in _SWITCHES and unit.outline.class_name is not None:
        return _MOST_OF_SWITCHES  # a class that has an `eval` of its own
    return _MOST_OF_SWITCHES if depth == DEPTH and not _SWITCHES.isdisjoint(words) else _MOST


@dataclass(slots=True)
class Effects:
    """Modes set, attributes stored, gradients switched on or off for good; `contexts` are those that are open there."""

    modes: tuple[tuple[Object, Mode], ...] = ()
    fields: tuple[tuple[Object, str, Value], ...] = ()
    ambient: str | None = None
    contexts: tuple[Context, ...] = ()


def effects(state: State) -> Effects:
    """What was done up to a state, at the entry of which nothing was."""
    fields = tuple((owner, name, value) for (owner, name), value in state.fields.items())
    return Effects(tuple(state.modes.items()), fields, state.ambient, state.contexts)


@dataclass(slots=True)
class Outcome:
    """What a call gives (`value`) and does (`effects`), by the callee's own names of objects.

    `paused`: of a generator, what it has done where it yields. `is_manager`: it is a generator that makes a context.
    `arguments` are the values that the callee's parameters had in the caller. `cost` counts the instructions that were
    evaluated for it.
    """

    value: Value
    effects: Effects
    paused: Effects | None
    where: tuple[str, str]
    cost: int
    arguments: Mapping[str, Value]
    is_manager: bool = False

    def rebase(self, state: State, site: tuple[tuple[str, str], int]) -> Rebase:
        """The translation into the terms of a caller in this state, who calls at this site."""
        return Rebase(self.where, self.arguments, state, site)


def outcome(facts: Facts, where: tuple[str, str], cost: int) -> Outcome:
    """What the evaluation of a function came to, as its callers see it."""
    paused = None if facts.paused is None else effects(facts.paused)
    return Outcome(facts.returned, effects(facts.end), paused, where, cost, {})


@dataclass(slots=True)
class Rebase:
    """From the callee's objects to the caller's: a parameter is what was passed, what was made is made at the call."""

    where: tuple[str, str]
    arguments: Mapping[str, Value]
    state: State
    site: tuple[tuple[str, str], int]

    def applied(self, state: State, done: Effects) -> State:
        """The caller's state after what the callee did."""
        stored = [(self.objects(frozenset({owner})), name, self.value(value)) for owner, name, value in done.fields]
        state = state.with_fields(stored)
        made: dict[Object, Mode] = {}
        for owner, mode in done.modes:
            mine = self.objects(frozenset({owner}))
            if owner[0] == "new" and len(mine) == 1:  # the caller has not seen it yet: nothing else is affected
                made.update(dict.fromkeys(mine, self._of_copy(mode) if mode.like else mode))
            else:
                state = state.with_mode(mine, self.mode(owner, mode))
        state = replace(state, modes={**state.modes, **made}) if made else state
        return state if done.ambient is None else replace(state, ambient=done.ambient)

    def objects(self, owners: frozenset[Object]) -> frozenset[Object]:
        """The caller's objects for those of the callee."""
        return frozenset(mine for owner in owners for mine in self._object(owner))

    def _object(self, owner: Object) -> frozenset[Object]:
        if depth(owner) == 0:
            return self._root(owner)
        holder = parent(owner)
        assert holder is not None
        holders = self._object(holder)
        if owner[0] == "item":
            passed = self.arguments.get(str(holder[2])) if holder[:2] == ("parameter", self.where) else None
            inside = contained(passed, owner[2]) if passed is not None else frozenset()
            return inside or item(holders, owner[2])
        return stored(self.state, holders, str(owner[2]))

    def _root(self, owner: Object) -> frozenset[Object]:
        if owner[0] == "parameter" and owner[1] == self.where:
            passed = self.arguments.get(str(owner[2]))
            return passed.objects if passed is not None else frozenset()
        if owner[0] == "new":
            # One identity for each chain of calls; the chain is cut, or recursion never ends.
            return frozenset({(*owner, self.site) if len(owner) < MAX_CHAIN else owner})
        if owner[0] == "global" and self.site[0] == (owner[1], "<module>"):
            known = self.state.names.get(str(owner[2]))
            return known.objects if known is not None and known.objects else frozenset({owner})
        return frozenset({owner})

    def value(self, value: Value) -> Value:
        """A value of the callee in the caller's terms."""
        parameters = frozenset().union(
            *(self.arguments[name].parameters for name in value.parameters if name in self.arguments)
        )
        if recorded(value) == AT_ENTRY:
            owners = self.objects(value.objects)
            return read(frozenset().union(*(self.state.mode(owner).modes for owner in owners)), owners)
        return replace(
            value,
            objects=self.objects(value.objects),
            term=None if value.term is None else substitute(value.term, self._leaf),
            parameters=parameters,
            device=self._device(value.device),
            items=None if value.items is None else tuple(map(self.value, value.items)),
            element=None if value.element is None else self.value(value.element),
            entries=None if value.entries is None else tuple((key, self.value(each)) for key, each in value.entries),
        )

    def _leaf(self, mine: Term) -> Term | None:
        """A parameter is what was passed; whatever else the callee computed with is new on every call."""
        identity = mine.name
        if isinstance(identity, tuple) and identity[:2] == ("parameter", self.where):
            passed = self.arguments.get(str(identity[2]))
            return None if passed is None else term_of(passed)
        return leaf((self.site, identity), mine.range) if len(mine.sources) == 1 else None

    def _device(self, device: str | None) -> str | None:
        if device is None or not device.startswith("of:"):
            return device
        passed = [self.arguments.get(name) for name in device[3:].split("|")]
        return devices.together(each.device if each is not None else None for each in passed)

    def mode(self, owner: Object, mode: Mode) -> Mode:
        """A mode at the callee's end; where it may be as it was at the entry, the caller's own comes in."""
        if ENTRY not in mode.modes:
            return mode
        mine = frozenset().union(*(self.state.mode(each).modes for each in self.objects(frozenset({owner}))))
        return Mode((mode.modes - {ENTRY}) | mine, mode.trace)

    def _of_copy(self, mode: Mode) -> Mode:
        """The mode of what the callee copied from objects that came with the mode that the caller left them in."""
        source = mode_of_copy(self.state, self.objects(mode.like))
        return Mode((mode.modes - {ENTRY}) | source.modes, (*source.trace, *mode.trace), source.like)


def detached(value: Value) -> Value:
    """A value without identity, terms and parameters: what can be said of it outside of the function it stood in."""
    if not value.is_known:
        return value
    return replace(
        value,
        objects=frozenset(),
        term=None,
        parameters=frozenset(),
        device=None if value.device is not None and value.device.startswith("of:") else value.device,
        items=None if value.items is None else tuple(map(detached, value.items)),
        element=None if value.element is None else detached(value.element),
        entries=None if value.entries is None else tuple((key, detached(each)) for key, each in value.entries),
    )
