"""Assignments in loops that throw away what the turns before have made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from mlint.cached import cached_property
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses, Event
from mlint.facts.flow.consumers import Consumer, Role
from mlint.facts.flow.paths import Path, text
from mlint.facts.loops.candidates import overwritten_totals
from mlint.facts.loops.counted import COUNTS, may_count, overwritten_counts
from mlint.facts.loops.cursors import Move, Stuck, stuck_positions
from mlint.facts.loops.judgement import judge
from mlint.facts.loops.meters import Meter, overwritten_meters
from mlint.facts.loops.resets import Idle, Lost, Reset, idle_counters, lost_totals, resets
from mlint.facts.loops.starts import is_zero
from mlint.facts.loops.tallies import Tally, overwritten_tallies
from mlint.facts.loops.totals import Overwritten
from mlint.facts.loops.totals_by_key import Entry, overwritten_entries
from mlint.facts.loops.turns import Turns, turns, written_value
from mlint.facts.loops.windows import Window, overwritten_windows
from mlint.finding import Confidence
from mlint.rule import Report, Step
from mlint.subjects.numbers.meter_class import sketches, zeroed
from mlint.subjects.owners import Class, Function

_LONGEST = 48
_ADDS = re.compile(r"\s*(self\.\w+(?:\[.*\])?)\s*(?:\+=|=\s*\1\s*\+)")
_LOOP = re.compile(r"\s*(?:async\s+)?(?:for\b.*\bin\b|while\b)")


@dataclass(frozen=True)
class Overwrite:
    """An assignment in a loop whose value of one turn is lost on the next, or is never moved on from.

    `name` is what is assigned, `problem` says what happens to it, `advice` what was probably meant; `temporary` is the
    assignment, `steps` prove it.
    """

    function: Function
    temporary: int
    name: str
    problem: str
    advice: str
    confidence: Confidence
    steps: tuple[Step, ...]

    scope: ClassVar[str] = "function"

    @classmethod
    def of(cls, owner: Function) -> Iterator[Overwrite]:
        """Those of a function and of what is nested in it, one a statement, in the order of the text.

        Nothing is lowered where no line looks like the head of a loop, or no loop assigns what can be a total.
        """
        loops, adds = _may_lose_turns(owner), _may_lose_calls(owner)
        if not loops and not adds:
            return
        found: dict[int, Overwrite] = {}
        methods = _vocabulary(owner.cls) if owner.cls is not None else None
        for body in owner.bodies:
            reader = _Reader(owner, Accesses(body, methods))
            for each in (*(reader.all() if body.loops and loops else ()), *(reader.meters() if adds else ())):
                known = found.get(each.temporary)
                if known is None or known.confidence < each.confidence:
                    found[each.temporary] = each
        yield from (found[temporary] for temporary in sorted(found))

    def report(self, *, because: Iterable[Step] = (), **values: object) -> Report:
        """A report at the assignment."""
        steps = (*self.steps, *because)
        confidence, advice = self.confidence, self.advice
        return self.function.report(self.temporary, confidence=confidence, advice=advice, because=steps, **values)


def _may_lose_turns(owner: Function) -> bool:
    """Whether a loop assigns what can be a total."""
    if not any(map(_LOOP.match, owner.lines)):
        return False
    return owner.unit.sketch is None or owner.unit.sketch.may_overwrite


def _may_lose_calls(owner: Function) -> bool:
    """Whether a method counts, or adds to one attribute and assigns another one that the class divides by something,
    or something by it."""
    if owner.cls is None:
        return False
    if may_count(owner.name) and any(map(COUNTS.search, owner.words)):
        return True
    if not any(map(_ADDS.match, owner.lines)):
        return False
    own = owner.unit.sketch
    if own is None or not own.assigned_attributes:
        return own is None
    every = sketches(owner.cls)
    paired = {each for sketch in every for pair in sketch.quotients for side in pair for each in side}
    return not own.assigned_attributes.isdisjoint(paired.union(*(each.summed for each in every)))


def _vocabulary(cls: Class) -> dict[str, frozenset[str]]:
    """By method of the class: its words, and those of the methods that it names, and so on."""
    own = {name: method.words for name, method in cls.outline.methods.items()}
    found: dict[str, frozenset[str]] = {}
    for name in own:
        reached = {name}
        pending = [name]
        while pending:
            named = own[pending.pop()] & own.keys() - reached
            reached |= named
            pending += named
        found[name] = frozenset().union(*(own[each] for each in reached))
    return found


@dataclass(frozen=True)
class _Reader:
    """Puts the facts of one body into words."""

    owner: Function
    accesses: Accesses

    @cached_property
    def _turns(self) -> tuple[Turns, ...]:
        return tuple(turns(self.accesses))

    def all(self) -> Iterator[Overwrite]:
        for total in overwritten_totals(self._turns):
            confidence = judge(total)
            if confidence is not None:
                yield self._total(total, confidence)
        yield from map(self._stuck, stuck_positions(self._turns))
        yield from map(self._reset, resets(self._turns))
        yield from map(self._idle, idle_counters(self._turns))
        yield from map(self._lost, lost_totals(self._turns))
        yield from map(self._window, overwritten_windows(self.accesses, self._is_divided_elsewhere))
        yield from map(self._tally, overwritten_tallies(self.accesses))
        yield from map(self._entry, overwritten_entries(self.accesses))

    def meters(self) -> Iterator[Overwrite]:
        """The attributes that one call overwrites where they should add up over all calls."""
        yield from map(self._meter, overwritten_meters(self.accesses, self._is_divided, self._totals))
        yield from map(self._count, overwritten_counts(self.accesses, self._totals()))

    def _is_divided(self, path: Path, other: Path) -> bool:
        """Whether the class begins both attributes at zero, and divides the one by the other, or has both added up."""
        if self.owner.cls is None or not {path, other} <= self._totals():
            return False
        mine, yours = text(path), text(other)
        every = sketches(self.owner.cls)
        if {mine, yours} <= {name for each in every for name in each.summed}:
            return True
        return any(mine in over and yours in under for each in every for over, under in each.quotients)

    def _totals(self) -> frozenset[Path]:
        """The attributes that the class begins at zero, or empty."""
        begun = zeroed(self.owner.cls) if self.owner.cls is not None else ()
        return frozenset(("self", f".{name[5:]}") for name in begun)

    def _meter(self, meter: Meter) -> Overwrite:
        name, sibling = self._whole(meter.write), self._whole(meter.sibling)
        value = written_value(self.accesses, meter.write)
        assert value is not None
        step = self._step(meter.sibling.target, f"`{sibling}` adds up here, and the class combines the two")
        problem = f"is overwritten on every call, while `{sibling}` adds up: only the last call counts"
        advice = self._add(name, value)
        return Overwrite(self.owner, meter.write.target, name, problem, advice, Confidence.LIKELY, (step,))

    def _count(self, write: Event) -> Overwrite:
        name, value = text(write.path), written_value(self.accesses, write)
        assert value is not None
        problem = "is overwritten on every call with the counts of that call: only the last one counts"
        return Overwrite(self.owner, write.target, name, problem, self._add(name, value), Confidence.LIKELY, ())

    def _whole(self, write: Event) -> str:
        """What is written, with the item: `self.sums[name]`."""
        made = write.instruction
        return f"{text(write.path)}[{self._code(made.index)}]" if isinstance(made, ir.StoreItem) else text(write.path)

    def _is_divided_elsewhere(self, path: Path, other: Path) -> bool:
        """Whether other methods of the class begin two attributes at zero, and divide one by the other."""
        if self.owner.cls is None or len(path) != 2 or path[:1] != other[:1] or path[0] != "self":
            return False
        mine, yours = text(path), text(other)
        names = {path[1][1:], other[1][1:]}
        rest = [each.unit.sketch for each in self.owner.cls.methods.values() if names & each.words]
        others = [each for each in rest if each is not None]
        both = [pair for each in others for pair in each.quotients]
        return any(mine in each.zeroed for each in others) and any(
            (mine in over and yours in under) or (yours in over and mine in under) for over, under in both
        )

    def _total(self, total: Overwritten, confidence: Confidence) -> Overwrite:
        turn, name = total.turns, text(total.turns.path)
        beside = total.counterparts or total.fellows or total.siblings or total.twins
        steps = [
            *self._origin(total),
            *(self._step(each.target, f"`{text(each.path)}` adds up here") for each in beside[:2]),
        ]
        end = total.averaged or total.averages or next(iter(total.ends), None)
        if end is not None:
            steps.append(self._step(end.instruction.target, f"{self._use(total, end)} after the loop"))
        return Overwrite(
            self.owner,
            turn.write.target,
            name,
            "is overwritten on every turn of the loop: after it, only the last turn counts",
            self._add(name, total.value),
            confidence,
            tuple(steps),
        )

    def _origin(self, total: Overwritten) -> list[Step]:
        name = text(total.turns.path)
        zeros = [start for start in total.turns.starts if is_zero(self.accesses, start)]
        found = [self._step(start.target, f"`{name}` begins at zero, or empty") for start in zeros[:1]]
        if total.share is not None:
            found.append(self._step(total.share, "each turn's value is a share: it is divided by the number of turns"))
        return found

    def _use(self, total: Overwritten, end: Consumer) -> str:
        name = text(total.turns.path)
        if end is total.averaged and end.other is not None:
            return f"`{name}` is divided by `{self._code(end.other)}`"
        if end is total.averages:
            return f"what the loop adds up is divided by `{name}`"
        return f"`{name}` is used"

    def _stuck(self, stuck: Stuck) -> Overwrite:
        turn, name = stuck.turns, text(stuck.turns.path)
        assert turn.value is not None
        value = self._code(turn.value)
        read = (turn.carried or turn.own)[0]
        steps = [self._step(start.target, f"`{name}` begins at zero") for start in turn.starts[:1]]
        steps.append(self._step(read.target, f"`{name}` is read as a position or a count"))
        confidence = Confidence.CERTAIN if stuck.move is Move.ADDEND else Confidence.LIKELY
        if stuck.move is Move.EXTENT and not stuck.is_place:
            confidence = Confidence.POSSIBLE
        problem = f"is set to `{value}` on every turn of the loop and never moves on"
        return Overwrite(
            self.owner, turn.write.target, name, problem, self._add(name, turn.value), confidence, tuple(steps)
        )

    def _reset(self, reset: Reset) -> Overwrite:
        turn, name = reset.turns, text(reset.turns.path)
        end = reset.division
        steps = [self._step(reset.addition.target, f"`{name}` adds up here")]
        if end is not None and end.other is not None:
            pair = (name, self._code(end.other)) if end.role is Role.DIVIDED else (self._code(end.other), name)
            message = f"after the loop, `{pair[0]}` is divided by `{pair[1]}`"
            steps.append(self._step(end.instruction.target, message))
        effect = "after it, only the last turn counts" if end is not None else "it never gets beyond the first step"
        problem = f"is set to zero again on every turn of the loop: {effect}"
        advice = f"set `{name}` to zero before the loop" + ("" if end is not None else " only")
        return Overwrite(self.owner, turn.write.target, name, problem, advice, Confidence.LIKELY, tuple(steps))

    def _idle(self, idle: Idle) -> Overwrite:
        turn, name = idle.turns, text(idle.turns.path)
        steps = [self._step(start.target, f"`{name}` begins at zero") for start in turn.starts[:1]]
        steps.append(self._step(idle.use.target, f"`{name}` is used, and is zero whatever the loop did"))
        problem = "is set to zero, which it is, on every turn of the loop: nothing ever counts it"
        advice = f"write `{name} += 1`"
        return Overwrite(self.owner, turn.write.target, name, problem, advice, Confidence.LIKELY, tuple(steps))

    def _lost(self, lost: Lost) -> Overwrite:
        turn, name = lost.turns, text(lost.turns.path)
        assert turn.value is not None
        assert lost.division.other is not None
        message = f"the next turn divides `{name}` by `{self._code(lost.division.other)}`, as a total"
        steps = (
            self._step(lost.reset.target, f"`{name}` is set back to zero, which nobody reads"),
            self._step(lost.division.instruction.target, message),
        )
        problem = "is overwritten on every turn of the loop, though the next turn takes it for a total"
        advice = self._add(name, turn.value)
        return Overwrite(self.owner, turn.write.target, name, problem, advice, Confidence.LIKELY, steps)

    def _window(self, window: Window) -> Overwrite:
        made = window.write.instruction
        assert isinstance(made, ir.StoreItem)
        name, sibling = text(window.write.path), text(window.sibling.path)
        steps = [self._step(window.sibling.target, f"`{sibling}` adds up in the same window")]
        if window.division is not None:
            steps.append(self._step(window.division.instruction.target, "one is divided by the other"))
        problem = f"is overwritten where windows overlap, while `{sibling}` adds up"
        advice = f"add to `{name}` by `+=`, as to `{sibling}`"
        return Overwrite(self.owner, made.target, name, problem, advice, Confidence.LIKELY, tuple(steps))

    def _tally(self, tally: Tally) -> Overwrite:
        made = tally.write.instruction
        assert isinstance(made, ir.StoreItem)
        name = text(tally.write.path)
        steps = (self._step(tally.division.instruction.target, f"`{name}` is divided by its sum"),)
        problem = "is set to 1 where it should count: after the loop, it says only what occurred at all"
        return Overwrite(self.owner, made.target, name, problem, "count by `+= 1`", Confidence.LIKELY, steps)

    def _entry(self, entry: Entry) -> Overwrite:
        made = entry.write.instruction
        assert isinstance(made, ir.StoreItem)
        name = self._whole(entry.write)
        steps = (self._step(entry.division.instruction.target, "after the loops it is divided as a total"),)
        problem = "is overwritten on every turn of the outer loop: after it, only the last turn counts"
        return Overwrite(self.owner, made.target, name, problem, self._add(name, made.value), Confidence.LIKELY, steps)

    def _add(self, name: str, value: int) -> str:
        return f"write `{name} += {self._code(value)}`"

    def _code(self, temporary: int) -> str:
        code = self.owner.code(temporary)
        return code if len(code) <= _LONGEST else "..."

    def _step(self, temporary: int, message: str) -> Step:
        return Step(message, self.owner.span(temporary))
