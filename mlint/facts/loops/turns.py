"""What a loop does to a variable from one turn to the next: is the value carried on, or overwritten unread?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlint.cached import cached_property
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.paths import Path, Place, operands

_WRAPPERS = frozenset(
    {"enumerate", "tqdm", "track", "trange", "iter", "list", "range", "len", "reversed", "sorted", "zip"}
)
_GROWS = frozenset("append extend insert add update pop popleft remove discard clear put get put_nowait".split())
"""Methods by which a container has another length."""


@dataclass(frozen=True)
class Turns:
    """A path in a loop (by its index), on those turns that can come to its write `write`.

    Where a branch inside decides on what the loop does not change, its other side belongs to no such turn.
    """

    accesses: Accesses
    path: Path
    loop: int
    write: Event

    @cached_property
    def all_members(self) -> frozenset[int]:
        """The blocks of the loop."""
        return self.accesses.graph.members(self.loop)

    @cached_property
    def head(self) -> int:
        """The block that decides on the next turn."""
        return self.accesses.function.loops[self.loop].head

    @cached_property
    def members(self) -> frozenset[int]:
        """The blocks of the loop that a turn which comes to the write can pass; the same for all writes of a block."""
        known = self.accesses.turns_through
        if self._place not in known:
            known[self._place] = self._passed()
        return known[self._place]

    @property
    def _place(self) -> tuple[int, int]:
        return self.loop, self.write.place.block

    def _passed(self) -> frozenset[int]:
        graph = self.accesses.graph
        excluded: set[int] = set()
        for index in self.all_members:
            end = self.accesses.function.blocks[index].end
            if isinstance(end, ir.Branch) and end.condition is not None and self._is_invariant(end.condition):
                ways = [way for way in (end.then, end.orelse) if not self._comes_to_write(way)]
                excluded.update(way for way in ways if len(ways) == 1 and graph.predecessors[way] == (index,))
        return self.all_members - excluded

    @cached_property
    def deciding(self) -> tuple[int, ...]:
        """The conditions inside the loop that decide whether a turn comes to the write."""
        found: list[int] = []
        for index in self.members:
            end = self.accesses.function.blocks[index].end
            if isinstance(end, ir.Branch) and end.condition is not None:
                ways = [self._comes_to_write(way) for way in (end.then, end.orelse)]
                found += [end.condition] if ways in ([True, False], [False, True]) else []
        return tuple(found)

    @cached_property
    def unless(self) -> frozenset[int]:
        """Those of them that must be false."""
        ends = [self.accesses.function.blocks[index].end for index in self.members]
        branches = [end for end in ends if isinstance(end, ir.Branch) and end.condition in self.deciding]
        return frozenset(
            end.condition for end in branches if end.condition is not None and not self._comes_to_write(end.then)
        )

    def _comes_to_write(self, block: int) -> bool:
        return block in self._before_write

    @cached_property
    def _before_write(self) -> frozenset[int]:
        """The blocks of the loop from which the same turn may come to the write, its own included."""
        inside = self.all_members - {self.head}
        found: set[int] = set()
        pending = [self.write.place.block]
        while pending:
            block = pending.pop()
            if block in inside and block not in found:
                found.add(block)
                pending += self.accesses.graph.predecessors[block]
        return frozenset(found)

    def _is_invariant(self, condition: int) -> bool:
        return not any(self._changes(each) for each in self.accesses.temporaries.inputs(condition))

    def _changes(self, temporary: int) -> bool:
        made = self.accesses.temporaries.definitions[temporary]
        if isinstance(made, ir.Call):
            callee = self.accesses.temporaries.definitions[made.callee]
            return not (isinstance(callee, ir.Global) and callee.name in ("isinstance", "len", "hasattr"))
        if isinstance(made, (ir.Next, ir.Yield, ir.Await, ir.Enter, ir.Closure)):
            return True
        path = self.accesses.temporaries.path(temporary)
        if path is None:
            return False
        return path in self._grown or any(
            event.access is not Access.READ and event.place.block in self.all_members
            for events in self.accesses.of(path).values()
            for event in events
        )

    @cached_property
    def _grown(self) -> frozenset[Path]:
        """The paths that the loop adds to, or takes from: `queue.pop(0)`."""
        temporaries = self.accesses.temporaries
        blocks = (self.accesses.function.blocks[index] for index in self.all_members)
        called = (
            temporaries.definitions.get(op.callee) for b in blocks for op in b.instructions if type(op) is ir.Call
        )
        changed = (each.base for each in called if isinstance(each, ir.Attribute) and each.name in _GROWS)
        return frozenset(path for each in changed if (path := temporaries.path(each)) is not None)

    @cached_property
    def repeats(self) -> bool:
        """Whether another turn can follow one that came to the write; the same for all writes of a block."""
        known = self.accesses.turns_again
        if self._place not in known:
            graph = self.accesses.graph
            outside = frozenset(range(len(graph.blocks))) - self.members
            known[self._place] = self.head in graph.reachable(graph.successors[self.write.place.block], outside)
        return known[self._place]

    @cached_property
    def every_turn(self) -> bool:
        """Whether each of these turns comes to the write, but for those that an exception ends."""
        graph = self.accesses.graph
        blocked = (frozenset(range(len(graph.blocks))) - self.members) | {self.write.place.block}
        starts = [to for to in graph.blocks[self.head].successors if to in self.members]
        return self.write.place.block == self.head or not any(
            self.head in graph.blocks[block].successors for block in graph.reachable(starts, blocked)
        )

    @cached_property
    def carried(self) -> tuple[Event, ...]:
        """The reads, inside the loop, of the value that the turn before left."""
        return tuple(self.accesses.reads_from([Place(self.head, 0)], self.path, self.members))

    @cached_property
    def additions(self) -> tuple[Event, ...]:
        """The augmented assignments that add to what the write has assigned, in the same turn."""
        found: dict[int, Event] = {}
        pending = [self.write]
        while pending:
            reads = self._reads_in_turn(pending.pop())
            for other in self.others:
                if other.target not in found and is_augmented(other) and _is_own_read(self.accesses, other, reads):
                    found[other.target] = other
                    pending.append(other)
        return tuple(found.values())

    def _reads_in_turn(self, write: Event) -> list[Event]:
        return self.accesses.reached_by(write, self.path, self.members - {self.head})

    @cached_property
    def own(self) -> tuple[Event, ...]:
        """The reads, inside the loop, of what the same turn has assigned, but for those that add to it."""
        reads = {read.target: read for write in (self.write, *self.additions) for read in self._reads_in_turn(write)}
        added = {each for addition in self.additions for each in self._added(addition)}
        return tuple(read for read in reads.values() if read.target not in added)

    def _added(self, addition: Event) -> Iterator[int]:
        value = written_value(self.accesses, addition)
        return iter(()) if value is None else self.accesses.temporaries.inputs(value)

    @cached_property
    def after(self) -> tuple[Event, ...]:
        """The reads after the loop that may see what the turn has assigned."""
        found: dict[int, Event] = {}
        for write in (self.write, *self.additions):
            for read in self.accesses.reached_by(write, self.path):
                if read.place.block not in self.all_members:
                    found[read.target] = read
        return tuple(found.values())

    @cached_property
    def escapes(self) -> bool:
        """Whether the value is still there when the function ends, in an attribute or item that others can read."""
        blocks = self.accesses.function.blocks
        starts = [Place(write.place.block, write.place.position + 1) for write in (self.write, *self.additions)]
        return len(self.path) > 1 and any(
            isinstance(blocks[block].end, ir.Leave) for block in self.accesses.survives(starts, self.path)
        )

    @cached_property
    def starts(self) -> tuple[Event, ...]:
        """The writes whose value the path may have when the loop begins."""
        return tuple(before(self.accesses, self.path, self.loop))

    @cached_property
    def others(self) -> tuple[Event, ...]:
        """The other writes of the path inside the loop."""
        events = self.accesses.all(self.path, Access.WRITE)
        return tuple(e for e in events if e.place.block in self.all_members and e.target != self.write.target)

    @property
    def value(self) -> int | None:
        """The temporary that the write assigns."""
        return written_value(self.accesses, self.write)

    def inputs(self, temporary: int, hops: int = 2) -> Iterator[int]:
        """The temporaries that a value is computed from within a turn: those of its expression, and of what the
        variables in it were assigned, `hops` assignments deep."""
        temporaries = self.accesses.temporaries
        pending = [(temporary, hops)]
        seen: set[int] = set()
        while pending:
            current, left = pending.pop()
            if current in seen or current not in temporaries.definitions:
                continue
            seen.add(current)
            yield current
            pending += [(operand, left) for operand in operands(temporaries.definitions[current])]
            if left:
                pending += [(value, left - 1) for value in self.assigned(current)]

    def assigned(self, temporary: int) -> Iterator[int]:
        """What the same turn has assigned to the variable or path that the temporary reads."""
        path, place = self.accesses.temporaries.path(temporary), self.accesses.temporaries.places[temporary]
        if path is not None and place.block in self.all_members:
            for write in self.accesses.reaching(place, path):
                value = written_value(self.accesses, write)
                if write.place.block in self.all_members and write.target < temporary and value is not None:
                    yield value

    def origin(self, temporary: int) -> int:
        """Where the value of a plain variable comes from within the turn, if from one place."""
        for _ in range(8):
            made = self.accesses.temporaries.definitions[temporary]
            found = list(self.assigned(temporary)) if isinstance(made, ir.Load) else []
            if len(found) != 1:
                break
            temporary = found[0]
        return temporary


def _is_own_read(accesses: Accesses, addition: Event, reads: list[Event]) -> bool:
    """Whether one of the reads is that of the augmented assignment itself."""
    value = accesses.temporaries.definitions.get(getattr(addition.instruction, "value", -1))
    return isinstance(value, ir.Binary) and value.inplace and any(read.target == value.left for read in reads)


def turns(accesses: Accesses) -> Iterator[Turns]:
    """Every plain write inside a loop, in every loop around it, innermost first.

    Of `group["lr"] = rate` not those that take another `group` on every turn: they write to another place each time.
    """
    for event in accesses.events:
        if event.access is Access.WRITE and not is_augmented(event) and not accesses.is_captured(event.path):
            for loop in reversed(accesses.function.blocks[event.place.block].loops):
                if not _is_of_another(accesses, event.path, loop):
                    yield Turns(accesses, event.path, loop, event)


def _is_of_another(accesses: Accesses, path: Path, loop: int) -> bool:
    """Whether the loop binds what the path is a part of."""
    if len(path) == 1:
        return False
    members = accesses.graph.members(loop)
    holders = [path[:length] for length in range(1, len(path))]
    return any(
        event.access is Access.WRITE and event.path == holder and event.place.block in members
        for holder in holders
        for events in accesses.of(holder).values()
        for event in events
    )


def written_value(accesses: Accesses, write: Event) -> int | None:
    """The temporary that a write assigns; in a tuple assignment, the item that it gets."""
    value = getattr(write.instruction, "value", None)
    return None if value is None else accesses.temporaries.resolve(value)


def before(accesses: Accesses, path: Path, loop: int) -> Iterable[Event]:
    """The writes whose value the path may have when the loop begins."""
    members = accesses.graph.members(loop)
    head = accesses.function.loops[loop].head
    found: dict[int, Event] = {}
    for block in accesses.graph.predecessors[head]:
        if block not in members:
            end = Place(block, len(accesses.function.blocks[block].instructions))
            found.update({event.target: event for event in accesses.reaching(end, path)})
    return found.values()


def is_augmented(write: Event) -> bool:
    """Whether the write is an augmented assignment."""
    made = write.instruction
    return isinstance(made, (ir.Store, ir.StoreAttribute, ir.StoreItem)) and made.augmented


def goes_through_parameters(accesses: Accesses, loop: int) -> bool:
    """Whether a for loop goes through the parameters of a model: `for name, p in model.named_parameters()`."""
    end = accesses.graph.blocks[accesses.function.loops[loop].head].end
    made = accesses.temporaries.definitions.get(end.iterable) if isinstance(end, ir.ForEach) else None
    return isinstance(made, ir.Call) and accesses.temporaries.callee_name(made) in ("parameters", "named_parameters")


def iterated(accesses: Accesses, loop: int) -> Iterator[Path]:
    """The paths that a for loop goes through: `loader` of `for i, x in enumerate(tqdm(loader))`."""
    end = accesses.graph.blocks[accesses.function.loops[loop].head].end
    pending = [end.iterable] if isinstance(end, ir.ForEach) else []
    while pending:
        temporary = pending.pop()
        made = accesses.temporaries.definitions.get(temporary)
        path = accesses.temporaries.path(temporary)
        if path is not None:
            yield path
        elif isinstance(made, ir.Call) and accesses.temporaries.callee_name(made) in _WRAPPERS:
            pending += [argument.value for argument in made.arguments]


def is_loop_variable(accesses: Accesses, made: ir.Instruction | None) -> bool:
    """Whether it is what the loop takes up, or a part of that."""
    while isinstance(made, ir.Element):
        made = accesses.temporaries.definitions.get(made.source)
    return isinstance(made, (ir.Next, ir.Closure, ir.Import))
