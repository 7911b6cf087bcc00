"""How a constructor may register modules that it keeps in a container: by names, one by one, or by passing them on."""

from __future__ import annotations

from collections.abc import Iterator

from mlint.facts.domain.values import Kind, Object
from mlint.facts.flow import ir
from mlint.facts.flow.paths import Path, Temporaries
from mlint.facts.flow.recorded import Facts
from mlint.facts.members.held import ADDS
from mlint.subjects.owners import Function

_REGISTERING = frozenset(("add_module", "register_module", "setattr", "_modules", "__setattr__", "register_parameter"))
_ADDING = frozenset(("add_module", "register_module", "_modules"))
_GROUPS = frozenset(("Sequential", "ModuleList", "ModuleDict"))
"""Modules that have no weights but those of what they are given."""
_NO_MODULES = (Kind.TENSOR, Kind.NUMBER, Kind.TEXT, Kind.NONE)
_ONLY_LOOK = frozenset(("len", "print", "enumerate", "range", "zip", "reversed"))


class Registering:
    """Answers about one constructor, whose temporaries and facts these are."""

    def __init__(self, function: Function, temporaries: Temporaries, facts: Facts) -> None:
        self._function = function
        self._temporaries = temporaries
        self._facts = facts

    def is_by_name(self, of_parameters: bool) -> bool:
        """Whether modules may be registered by names that are computed; `setattr(self, name, nn.Parameter(...))` does
        not do that, unless the container holds parameters."""
        if _REGISTERING.isdisjoint(self._function.words):
            return False
        calls = [each for each in self._facts.calls.values() if each.name in _REGISTERING]
        if not calls or len(calls) < sum(each in _REGISTERING for each in self._called):
            return True
        set_to = [each for fact in calls for each in (*fact.positional[-1:], *fact.keywords.values())]
        if of_parameters and any("parameter" in each.traits for each in set_to):
            return True
        return not all("parameter" in each.traits or each.kind in _NO_MODULES for each in set_to)

    @property
    def is_by_maker(self) -> bool:
        """Whether a method that the constructor calls registers what it makes: `self.add_module(name, block)`."""
        methods = self._function.cls.methods if self._function.cls is not None else {}
        called = (methods[name] for name in self._called if name in methods)
        return any(not _ADDING.isdisjoint(each.words) for each in called)

    @property
    def _called(self) -> Iterator[str]:
        for op in self._temporaries.definitions.values():
            if isinstance(op, ir.Call):
                yield self._temporaries.callee_name(op) or ""

    def is_of_attributes(self, container: int) -> bool:
        """Whether it is written with attributes alone, registered by themselves: `[self.normal, self.reduce]`."""
        made = self._temporaries.definitions.get(self._temporaries.resolve(container))
        items = made.items if isinstance(made, ir.Collect) else ()
        return bool(items) and all(isinstance(self._temporaries.definitions.get(each), ir.Attribute) for each in items)

    def is_group_of_attributes(self, objects: frozenset[Object]) -> bool:
        """Whether a module only groups what an attribute holds, registered by itself:
        `[nn.Sequential(each) for each in self.features]`."""
        made = [op for op in self._temporaries.definitions.values() if self._has_made(op, objects)]
        return bool(made) and all(
            isinstance(op, ir.Call)
            and self._temporaries.callee_name(op) in _GROUPS
            and bool(op.arguments)
            and all(self._comes_from_attribute(each.value) for each in op.arguments)
            for op in made
        )

    def _has_made(self, op: ir.Instruction, objects: frozenset[Object]) -> bool:
        return ("new", self._function.unit.where, op.target) in objects

    def _comes_from_attribute(self, temporary: int) -> bool:
        definitions = self._temporaries.definitions
        inside = [definitions[each] for each in self._temporaries.inputs(temporary)]
        paths = [self._temporaries.path(op.target) for op in inside if isinstance(op, ir.Attribute)]
        if any(path is not None and path[0] == "self" for path in paths):
            return True
        names = {op.name for op in inside if isinstance(op, ir.Load)}
        turns = [op.value for op in definitions.values() if isinstance(op, ir.Store) and op.name in names]
        taken = [op.iterable for each in turns if isinstance(op := definitions.get(each), ir.Next)]
        return bool(taken) and len(taken) == len(turns) and all(map(self._comes_from_attribute, taken))

    def is_elsewhere(self, path: Path) -> bool:
        """Whether what the container at a path holds is registered elsewhere, or may be."""
        asks = (self.is_passed_on, self.is_given_attributes, self.is_handed_out, self.is_put_elsewhere)
        return any(ask(path) for ask in asks)

    def is_given_attributes(self, path: Path) -> bool:
        """Whether attributes are put into it, registered by themselves: `self.decoders.append(self.event_decoder)`."""
        definitions = self._temporaries.definitions
        for op in definitions.values():
            callee = definitions.get(op.callee) if isinstance(op, ir.Call) else None
            if not isinstance(op, ir.Call) or not isinstance(callee, ir.Attribute):
                continue
            given = [self._temporaries.path(each.value) for each in op.arguments]
            if self._temporaries.path(callee.base) == path and any(each and each[0] == "self" for each in given):
                return True
        return False

    def is_passed_on(self, path: Path) -> bool:
        """Whether the container, or all in it, is an argument: `nn.ModuleList(layers)`, `nn.Sequential(*self.layers)`,
        `nn.ModuleList(self.convs.values())`."""
        return any(
            isinstance(op, ir.Call)
            and self._temporaries.callee_name(op) not in _ONLY_LOOK
            and any(self._leads_to(each.value, path) for each in op.arguments)
            for op in self._temporaries.definitions.values()
        )

    def is_put_elsewhere(self, path: Path) -> bool:
        """Whether what is put into it is put into something else as well: `self.parts.append(head)` of a `ModuleList`
        beside `self.by_name[name] = head`."""
        put: dict[int, set[Path | None]] = {}
        definitions = self._temporaries.definitions
        for op in definitions.values():
            if isinstance(op, ir.StoreItem):
                owner, given = op.base, [op.value]
            elif isinstance(op, ir.Call) and isinstance(callee := definitions.get(op.callee), ir.Attribute):
                owner, given = callee.base, [each.value for each in op.arguments if callee.name in ADDS]
            else:
                continue
            for each in given:
                if isinstance(read := definitions.get(each), ir.Load):
                    put.setdefault(self._assigned_last(read), set()).add(self._owner(owner))
        return any(path in places and len(places) > 1 for places in put.values())

    def _assigned_last(self, read: ir.Load) -> int:
        """The last store above it in the variable that is read: loops may use one name for what each makes."""
        stores = (
            op.target
            for op in self._temporaries.definitions.values()
            if isinstance(op, ir.Store) and op.name == read.name
        )
        return max((each for each in stores if each < read.target), default=read.target)

    def _owner(self, temporary: int) -> Path | None:
        """The variable or attribute that something is put into: of `heads[kind].append(head)` the heads."""
        op = self._temporaries.whole(temporary)
        return self._temporaries.path(op.target) if op is not None else None

    def is_handed_out(self, path: Path) -> bool:
        """Whether a loop of the constructor goes through it and puts what it takes somewhere else, which may be
        registered: `for layer, size in zip(layers, sizes): sequence.append(layer)`."""
        definitions = self._temporaries.definitions
        turns = {op.target for op in definitions.values() if isinstance(op, ir.Next) and self._goes_through(op, path)}
        if not turns:
            return False
        parts = {op.target for op in definitions.values() if isinstance(op, ir.Element) and op.source in turns}
        names = {op.name for op in definitions.values() if isinstance(op, ir.Store) and op.value in turns | parts}
        return any(
            isinstance(read := self._temporaries.whole(each.value), ir.Load) and read.name in names
            for op in definitions.values()
            if isinstance(op, ir.Call) and self._temporaries.callee_name(op) in ADDS
            for each in op.arguments
        )

    def _goes_through(self, turn: ir.Next, path: Path) -> bool:
        made = self._temporaries.definitions.get(turn.iterable)
        passed = [each.value for each in made.arguments] if isinstance(made, ir.Call) else []
        return any(self._leads_to(each, path) for each in (turn.iterable, *passed))

    def _leads_to(self, temporary: int, path: Path) -> bool:
        op = self._temporaries.definitions.get(temporary)
        callee = self._temporaries.definitions.get(op.callee) if isinstance(op, ir.Call) else None
        if isinstance(callee, ir.Attribute) and callee.name in ("values", "items"):
            temporary = callee.base
        return self._temporaries.path(temporary) == path
