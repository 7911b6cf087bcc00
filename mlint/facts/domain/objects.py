"""The state at a place: what each variable is, the mode of each module, attributes that were set, open contexts.

An abstract object is an allocation (`("new", where, site)`), or an access path from a parameter, a global or `self`
(`("attribute", object, name)`). What is not recorded of an object is as its owner has it: a module is in the mode of
the module that holds it, until its own mode is set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN, Kind, Object, Trace, Value, join, widen

MAX_DEPTH = 4
"""Access paths longer than this are not followed."""

TRAIN, EVAL, ENTRY, UNSURE = "train", "eval", "entry", "unknown"
"""The modes; `ENTRY` is the mode that an object had when the function was called, `UNSURE` one that nothing tells."""

EACH = "each"
"""The trait of what a loop takes from a list written out: on one turn or another each of its items."""
MEMBERS = "members"
"""The index of an item that stands for a module itself and all that it holds, as `net.modules()` gives them."""

Modes = frozenset[str]
AT_ENTRY: Modes = frozenset({ENTRY})
_AS_TRAIN: tuple[Modes, ...] = (frozenset({TRAIN}), AT_ENTRY)
_AS_EVAL: tuple[Modes, ...] = (frozenset({EVAL}), AT_ENTRY)
_GRADIENTS = {"no_grad": "off", "inference_mode": "off", "enable_grad": "on", "none": "on", "unknown": "unknown"}


@dataclass(slots=True, unsafe_hash=True)
class Mode:
    """The modes that a module may be in, and where it was put there. Of a copy, `like` are the objects whose mode at
    the entry it has."""

    modes: Modes
    trace: tuple[Trace, ...] = field(default=(), compare=False)
    like: frozenset[Object] = frozenset()


@dataclass(slots=True, unsafe_hash=True)
class Context:
    """A `with` block that is open, by what it switches on (`no_grad`, `enable_grad` ..., `""` for any other)."""

    effect: str
    site: int


@dataclass(slots=True)
class State:
    """What is known at a place. Treated as a value: the mappings of a state that was handed on are never written to."""

    names: Mapping[str, Value] = field(default_factory=dict)
    modes: Mapping[Object, Mode] = field(default_factory=dict)
    fields: Mapping[tuple[Object, str], Value] = field(default_factory=dict)
    contexts: tuple[Context, ...] = ()
    ambient: str | None = None
    """What a statement (`torch.set_grad_enabled(False)`) switched on for good."""
    assumed: str | None = None
    """The mode that what is tested here (`if was_training:`) was in when the function was called."""

    @property
    def gradients(self) -> str | None:
        """`off` under `no_grad` or `inference_mode`, `on` where they are switched on again, `unknown` where that hangs
        on a flag, None where nothing says."""
        effects = [self.ambient, *(context.effect for context in self.contexts)]
        for effect in reversed(effects):
            if effect in _GRADIENTS:
                return _GRADIENTS[effect]
        return None

    def with_name(self, name: str, value: Value) -> State:
        """The state after `name = value`."""
        return replace(self, names={**self.names, name: value})

    def mode(self, owner: Object) -> Mode:
        """The mode of an object: its own, or that of what holds it, or the one it came with."""
        holder: Object | None = owner
        while holder is not None:
            if holder in self.modes:
                return self.modes[holder]
            if holder[0] == "item" and ("item", holder[1], None) in self.modes:
                return self.modes["item", holder[1], None]
            holder = parent(holder)
        return Mode(frozenset({UNSURE}) if root(owner)[0] == "new" else AT_ENTRY)

    def with_mode(self, owners: frozenset[Object], mode: Mode, each: bool = False) -> State:
        """The state after `owner.eval()` or `owner.train()`.

        Of several possible owners each may have kept its mode; but what was put in eval by one name is in eval when it
        is called by that name, so `eval` holds for all of them. After `train` the others may only still be in eval.
        """
        if any(owner[0] == "item" and owner[2] == MEMBERS for owner in owners):
            return self._with_members(owners, mode)
        modes = dict(self.modes)
        if self.assumed is not None and mode.modes == {self.assumed}:
            mode = replace(mode, modes=frozenset({ENTRY}))
        sure = each or len(owners) == 1 or mode.modes == {EVAL}
        reached = self._members(owners)
        for owner in reached:
            modes[owner] = mode if sure else Mode(self._kept(owner, mode) | mode.modes, mode.trace)
        for other in self.modes:
            if other not in reached and any(is_inside(other, owner) for owner in owners):
                modes.pop(other)
        return replace(self, modes=modes)

    def _kept(self, owner: Object, mode: Mode) -> Modes:
        """The modes that an object may have kept which only may be what was put in a mode."""
        before = self.mode(owner).modes
        return before & {EVAL} if mode.modes == {TRAIN} else before

    def _with_members(self, owners: frozenset[Object], mode: Mode) -> State:
        """`for m in net.modules(): m.eval()` puts all in eval mode, the net included; which of them another loop puts
        in train mode hangs on conditions that are not followed."""
        wholes = frozenset(each for owner in owners if (each := parent(owner)) is not None)
        return self.with_mode(wholes, mode if mode.modes == {EVAL} else Mode(frozenset({UNSURE}), mode.trace))

    def _members(self, owners: Iterable[Object]) -> frozenset[Object]:
        """The objects, and those that were stored in an attribute of them."""
        reached: list[Object] = list(owners)
        for owner in reached:
            for (holder, _), value in self.fields.items():
                if holder == owner or is_inside(holder, owner):
                    reached += [member for member in value.objects if member not in reached]
        return frozenset(reached)

    def as_in(self, other: State) -> State:
        """The variables and attributes of this state, the modes and contexts of another."""
        return replace(self, modes=other.modes, contexts=other.contexts, ambient=other.ambient)

    def with_field(self, owners: frozenset[Object], name: str, value: Value) -> State:
        """The state after `owner.name = value`."""
        return self.with_fields([(owners, name, value)])

    def with_fields(self, stored: Sequence[tuple[frozenset[Object], str, Value]]) -> State:
        """The state after several attributes were set."""
        if not stored:
            return self
        fields = dict(self.fields)
        for owners, name, value in stored:
            for owner in owners:
                old = fields.get((owner, name), UNKNOWN)
                fields[owner, name] = value if len(owners) == 1 else join(old, value)
        return replace(self, fields=fields)


def parent(path: Object) -> Object | None:
    """The object that holds this one, where that is part of its identity."""
    holder = path[1] if path[0] in ("attribute", "item") else None
    return holder if isinstance(holder, tuple) else None


def is_inside(path: Object, owner: Object) -> bool:
    """Whether the access path leads through `owner`."""
    holder = parent(path)
    while holder is not None and holder != owner:
        holder = parent(holder)
    return holder is not None


def root(path: Object) -> Object:
    """Where an access path begins."""
    holder = parent(path)
    while holder is not None:
        path, holder = holder, parent(holder)
    return path


def depth(path: Object) -> int:
    """How many steps an access path takes."""
    steps = 0
    holder = parent(path)
    while holder is not None:
        steps, holder = steps + 1, parent(holder)
    return steps


def attribute(owners: frozenset[Object], name: str) -> frozenset[Object]:
    """The objects that `owner.name` may be; none where the path becomes too long."""
    return frozenset(("attribute", owner, name) for owner in owners if depth(owner) < MAX_DEPTH)


def stored(state: State, owners: frozenset[Object], name: str) -> frozenset[Object]:
    """The objects that `owner.name` may be in a state: what was stored there, else those of the access path."""
    known = [state.fields.get((each, name)) for each in owners]
    if known and all(value is not None and value.objects for value in known):
        return frozenset().union(*(value.objects for value in known if value is not None))
    return attribute(owners, name)


def item(owners: frozenset[Object], index: object = None) -> frozenset[Object]:
    """The objects that `owner[index]` may be; an index of None is any."""
    return frozenset(("item", owner, index) for owner in owners if depth(owner) < MAX_DEPTH)


_IDENTIFIED = (Kind.UNKNOWN, Kind.MODULE, Kind.OBJECT)


def part_of(source: Value, value: Value, index: object = None) -> Value:
    """An item of a container. Where it has no identity of its own, it has one by its place in the container."""
    if value.objects or not source.objects or value.kind not in _IDENTIFIED:
        return value
    return replace(value, objects=item(source.objects, index), parameters=source.parameters)


def contained(value: Value, index: object = None) -> frozenset[Object]:
    """The objects that an item of a container may be; an index of None is any."""
    found = value.items or tuple(each for _, each in value.entries or ()) or (value.element or UNKNOWN,)
    if value.items is not None and isinstance(index, int) and -len(found) <= index < len(found):
        found = (found[index],)
    if value.entries is not None and index is not None:
        found = tuple(each for key, each in value.entries if key == index) or found
    return frozenset().union(*(each.objects for each in found))


def join_states(left: State, right: State) -> State:
    """What holds where control may come from either. A variable that one side lacks keeps what the other knows: code
    that reads it unbound raises."""
    return _merged(left, right, join)


def widen_states(older: State, newer: State) -> State:
    """The join of a loop's turns, made to end."""
    return _merged(older, newer, widen)


def _merged(left: State, right: State, merge: Callable[[Value, Value], Value]) -> State:
    if left is right:
        return left
    names = {**left.names, **right.names}
    ours, theirs = left.names, right.names
    for name in [name for name, value in ours.items() if names[name] is not value]:
        names[name] = merge(ours[name], theirs[name])
    modes = dict(left.modes)
    if left.modes is not right.modes:
        for owner in {**left.modes, **right.modes}:
            if left.modes.get(owner) != right.modes.get(owner):
                modes[owner] = _restored(left, right, owner)
    fields = left.fields
    if left.fields is not right.fields:
        both = ((key, value, right.fields.get(key)) for key, value in left.fields.items())
        fields = {key: merge(one, other) for key, one, other in both if other is not None}
    contexts = left.contexts if len(left.contexts) <= len(right.contexts) else right.contexts
    ambient = left.ambient if left.ambient == right.ambient else None
    return State(names, modes, fields, contexts, ambient, left.assumed if left.assumed == right.assumed else None)


def _restored(left: State, right: State, owner: Object) -> Mode:
    """Where a test of the mode at the entry joins again: `if was_training: model.train()` restores that mode, and
    after `if model.training: model.eval()` it is in eval mode."""
    for train, evaluated in ((left, right), (right, left)):
        if train.assumed == TRAIN and evaluated.assumed == EVAL:
            on, off = train.mode(owner), evaluated.mode(owner)
            if on.modes in _AS_TRAIN and off.modes in _AS_EVAL:
                return Mode(AT_ENTRY, off.trace)
            if on.modes == {EVAL} and off.modes in _AS_EVAL:
                return on
    return _joined(left, right, owner)


def _joined(left: State, right: State, owner: Object) -> Mode:
    a, b = left.mode(owner), right.mode(owner)
    if root(owner)[0] == "new" and owner not in left.modes:
        return b  # made on the other side only
    if root(owner)[0] == "new" and owner not in right.modes:
        return a
    return Mode(a.modes | b.modes, tuple(dict.fromkeys((*a.trace, *b.trace))), a.like | b.like)


def joined_modes(mode: Mode, found: Sequence[Mode]) -> Mode:
    """The mode with what is found in the place of `entry`."""
    modes: Modes = (mode.modes - AT_ENTRY).union(*(each.modes for each in found)) if found else mode.modes
    trace = tuple(dict.fromkeys((*(step for each in found for step in each.trace), *mode.trace)))
    return Mode(modes, trace, frozenset().union(*(each.like for each in found)))


def mode_of_copy(state: State, sources: frozenset[Object]) -> Mode:
    """The mode of what is copied from what may be several objects."""
    found = modes_of(state, sources)
    at_entry = [(each, state.mode(each)) for each in sources]
    like = frozenset().union(*(mode.like or {each} for each, mode in at_entry if ENTRY in mode.modes))
    return replace(found, like=like)


def modes_of(state: State, owners: frozenset[Object]) -> Mode:
    """The mode of what may be several objects."""
    return joined_modes(Mode(AT_ENTRY), [state.mode(each) for each in sorted(owners, key=repr)])
