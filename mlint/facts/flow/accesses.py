"""Definitions and uses of variables and access paths: which write reaches which read, and what is still read later."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from mlint.cached import cached_property
from mlint.facts.flow import ir
from mlint.facts.flow.cfg import Graph
from mlint.facts.flow.paths import READING, Path, Place, Temporaries


class Access(enum.Enum):
    """What an instruction does with a path."""

    READ = "read"
    WRITE = "write"
    CHANGE = "change"
    """A part of it is assigned: the rest of the value stays."""


@dataclass(slots=True, unsafe_hash=True)
class Event:
    """An instruction that reads, writes or changes a path, and where it stands. `path` is what it names itself. Not
    written to once it is made."""

    access: Access
    path: Path
    place: Place
    instruction: ir.Instruction

    @property
    def target(self) -> int:
        """The number of the instruction."""
        return self.instruction.target


class Accesses:
    """The reads and writes of a function.

    A read of `self` (as an argument, or by a method called on it) reads `self.total`, too, and a read of `total.shape`
    reads `total`. A write of `self` ends what `self.total` held; one of `total[i]` changes `total` and ends nothing.
    What a nested function does with a variable is not followed: ask `is_captured`.
    `methods`: the words that each method of the class of `self` may use, by its name. Where they are given, a method
    reads no attribute of `self` but those, and what else is called on `self` is no method and reads none.
    """

    def __init__(self, function: ir.FunctionIR, methods: Mapping[str, frozenset[str]] | None = None) -> None:
        self.function = function
        self._methods = methods
        self.temporaries = Temporaries(function)
        self.graph = Graph(function.blocks, function.loops)
        # By loop and block, for `loops.turns`: what a turn that comes to the block passes, and whether another follows.
        self.turns_through: dict[tuple[int, int], frozenset[int]] = {}
        self.turns_again: dict[tuple[int, int], bool] = {}
        self._of_path: dict[Path, dict[int, list[Event]]] = {}
        self._reaching: dict[tuple[Place, Path], list[Event]] = {}
        self._assigned: dict[tuple[Place, Path], frozenset[int]] = {}

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Every read and write of the reachable blocks, block by block."""
        return tuple(self._events())

    def _events(self) -> Iterator[Event]:
        places = self.temporaries.places
        for index in sorted(self.graph.order):
            for made in self.function.blocks[index].instructions:
                if isinstance(made, READING):
                    read = self.temporaries.read(made)
                    if read is not None:
                        yield Event(Access.READ, read, places[made.target], made)
                    continue
                written = self.temporaries.written(made)
                if written is not None:
                    yield Event(Access.WRITE, written, places[made.target], made)
                elif isinstance(made, ir.StoreItem):
                    base = self.temporaries.path(made.base)
                    if base is not None:
                        yield Event(Access.CHANGE, base, places[made.target], made)

    @cached_property
    def augmented(self) -> tuple[Event, ...]:
        """The augmented assignments."""
        writes = (event for event in self.events if event.access is Access.WRITE)
        return tuple(event for event in writes if getattr(event.instruction, "augmented", False))

    @cached_property
    def dividing(self) -> frozenset[int]:
        """The blocks in which something is divided."""
        return frozenset(
            block.index
            for block in self.function.blocks
            for made in block.instructions
            if isinstance(made, ir.Binary) and made.op == "/"
        )

    @cached_property
    def _by_root(self) -> dict[str, list[Event]]:
        found: dict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            found[event.path[0]].append(event)
        return found

    @cached_property
    def _captured(self) -> frozenset[str]:
        found: set[str] = set()
        pending = list(self.function.nested)
        while pending:
            inner = pending.pop()
            found |= inner.free
            pending += inner.nested
        return frozenset(found)

    def is_captured(self, path: Path) -> bool:
        """Whether a nested function reads the variable that the path begins with, at a time that is not known."""
        return path[0] in self._captured

    def of(self, path: Path) -> dict[int, list[Event]]:
        """By block: what happens to the path there, in order."""
        if path not in self._of_path:
            found: dict[int, list[Event]] = defaultdict(list)
            for event in self._by_root[path[0]]:
                access = _access(event, path)
                if access is not None and not self._leaves_alone(event, path):
                    same = access is event.access
                    seen = event if same else Event(access, event.path, event.place, event.instruction)
                    found[event.place.block].append(seen)
            self._of_path[path] = dict(found)
        return self._of_path[path]

    def _leaves_alone(self, event: Event, path: Path) -> bool:
        """Whether only methods of `self` are called here, and none of them knows the attribute."""
        if self._methods is None or event.path != ("self",) or len(path) < 2 or event.access is not Access.READ:
            return False
        called = self.temporaries.methods_called(event.instruction)
        name = path[1].lstrip(".")
        return called is not None and not any(name in self._methods.get(each, ()) for each in called)

    def all(self, path: Path, access: Access) -> list[Event]:
        """Every event of this kind on the path, block by block."""
        return [event for events in self.of(path).values() for event in events if event.access is access]

    def reads_from(self, starts: Iterable[Place], path: Path, within: Set[int] | None = None) -> list[Event]:
        """The reads that control may come to from just before `starts` without passing a write of the path.

        `within`: only through these blocks.
        """
        found: dict[int, Event] = {}
        by_block = self.of(path)
        for block, first in self._flow(starts, path, within):
            for event in _until_write(by_block[block], first) if block in by_block else ():
                if event.access is Access.READ:
                    found[event.target] = event
        return list(found.values())

    def is_live(self, start: Place, path: Path, within: Set[int] | None = None) -> bool:
        """Whether the value that the path has just before `start` may still be read."""
        return bool(self.reads_from([start], path, within))

    def survives(self, starts: Iterable[Place], path: Path, within: Set[int] | None = None) -> frozenset[int]:
        """The blocks whose end control may come to from just before `starts` without a write of the path."""
        flow = self._flow(starts, path, within)
        by_block = self.of(path)
        return frozenset(block for block, first in flow if not _writes(by_block.get(block, ()), first))

    def _flow(self, starts: Iterable[Place], path: Path, within: Set[int] | None) -> Iterator[tuple[int, int]]:
        pending = [(start.block, start.position) for start in starts]
        seen: set[tuple[int, int]] = set()
        by_block = self.of(path)
        while pending:
            block, first = pending.pop()
            if (block, first) in seen or (within is not None and block not in within):
                continue
            seen.add((block, first))
            yield block, first
            # An exception may leave a block before its write.
            ways = self.graph.successors[block]
            if block in by_block and _writes(by_block[block], first):
                ways = self.function.blocks[block].handlers
            pending += [(to, 0) for to in ways]

    def reached_by(self, write: Event, path: Path, within: Set[int] | None = None) -> list[Event]:
        """The reads that may see what this write assigns."""
        return self.reads_from([Place(write.place.block, write.place.position + 1)], path, within)

    def reaching(self, place: Place, path: Path) -> list[Event]:
        """The writes whose value the path may have just before `place`."""
        key = (place, path)
        if key not in self._reaching:
            self._reaching[key] = self._found_reaching(place, path)
        return self._reaching[key]

    def assigned(self, place: Place, path: Path) -> frozenset[int]:
        """The temporaries of those writes."""
        key = (place, path)
        if key not in self._assigned:
            self._assigned[key] = frozenset(event.target for event in self.reaching(place, path))
        return self._assigned[key]

    def _found_reaching(self, place: Place, path: Path) -> list[Event]:
        found: dict[int, Event] = {}
        pending = [(place.block, place.position)]
        seen: set[tuple[int, int]] = set()
        by_block = self.of(path)
        while pending:
            block, end = pending.pop()
            if (block, end) in seen:
                continue
            seen.add((block, end))
            before = [
                each for each in by_block.get(block, ()) if each.access is Access.WRITE and each.place.position < end
            ]
            if before:
                found[before[-1].target] = before[-1]
                continue
            for other in self.graph.predecessors[block]:
                pending.append((other, len(self.function.blocks[other].instructions)))
                if block in self.function.blocks[other].handlers:
                    found.update(self._before_exception(other, path))
                    pending.append((other, 0))
        return list(found.values())

    def _before_exception(self, block: int, path: Path) -> dict[int, Event]:
        events = self.of(path).get(block, ())
        return {event.target: event for event in events if event.access is Access.WRITE}


def _until_write(events: Iterable[Event], first: int) -> Iterator[Event]:
    """The events of a block from a place on, up to the first write."""
    for event in events:
        if event.place.position >= first:
            yield event
            if event.access is Access.WRITE:
                return


def _writes(events: Iterable[Event], first: int) -> bool:
    """Whether one of the events of a block, from a place on, is a write."""
    return any(event.access is Access.WRITE and event.place.position >= first for event in events)


def _access(event: Event, path: Path) -> Access | None:
    """What an event does to a path: one of a prefix concerns the whole, one of a longer path a part."""
    length = min(len(event.path), len(path))
    if event.path[:length] != path[:length]:
        return None
    if event.access is Access.WRITE and len(event.path) > len(path):
        return Access.CHANGE
    return event.access
