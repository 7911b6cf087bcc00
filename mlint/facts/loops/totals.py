"""Totals that a loop overwrites where it should add to them: what speaks for a total, and what against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlint.cached import cached_property
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.consumers import Consumer, Role, callee_name, consumers
from mlint.facts.flow.counts import is_batch_size, is_count, is_size, words
from mlint.facts.flow.paths import operands
from mlint.facts.loops.beside import looked_up_beside, parts_of_one, same_value
from mlint.facts.loops.carried import accumulates, reads_grown, reads_state
from mlint.facts.loops.entries import entries
from mlint.facts.loops.first import is_left_early
from mlint.facts.loops.names import CLOCKS, COUNTERS, FLAGS, LASTS, PARTS, PIECES, TOTALS, WHOLES
from mlint.facts.loops.ordinals import counts_turns
from mlint.facts.loops.placeholders import is_placeholder
from mlint.facts.loops.roots import is_sum_of_squares
from mlint.facts.loops.shown import is_told_of_many, labels
from mlint.facts.loops.starts import begin_as_text, is_zero
from mlint.facts.loops.turns import (
    Turns,
    before,
    goes_through_parameters,
    is_augmented,
    is_loop_variable,
    iterated,
    written_value,
)
from mlint.facts.loops.twins import has_counterpart_elsewhere, is_instead, is_mixed, is_twin_of_addition

_HANDED = frozenset({Role.SHOWN, Role.RETURNED, Role.PASSED, Role.STORED})
_AMOUNTS = COUNTERS - {"step", "steps"}
_SHOWN_LASTS = frozenset({"last", "latest", "current"})
_NUMERIC = frozenset({Role.DIVIDED, Role.DIVISOR, Role.ADDED, Role.MULTIPLIED, Role.INDEX, Role.BOUND})


@dataclass(frozen=True)
class Overwritten:
    """A path that begins at zero and that a loop overwrites turn by turn."""

    turns: Turns

    @property
    def accesses(self) -> Accesses:
        """The function's reads and writes."""
        return self.turns.accesses

    @cached_property
    def value(self) -> int:
        """The temporary of the value that overwrites."""
        assert self.turns.value is not None
        return self.turns.value

    @cached_property
    def made(self) -> ir.Instruction:
        """What makes that value."""
        return self.accesses.temporaries.definitions[self.value]

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the name."""
        return words(self.turns.path)

    @cached_property
    def ends(self) -> tuple[Consumer, ...]:
        """What becomes of the value after the loop."""
        values = [each for read in self.turns.after for each in (read.target, *self._entries(read))]
        return tuple(end for each in values for end in consumers(self.accesses, each))

    def _entries(self, read: Event) -> Iterator[int]:
        """The value where the container that holds it is gone through: `for name, value in totals.items()`."""
        is_held = read.path == self.turns.path[:-1] and self.turns.path[-1].startswith("[")
        return entries(self.accesses, read.target) if is_held else iter(())

    # --- what speaks for a total

    @cached_property
    def averaged(self) -> Consumer | None:
        """The division by a count, or by what the same loop adds up, after the loop."""
        divisions = [(end, end.other) for end in self.ends if end.role is Role.DIVIDED and end.other is not None]
        return next((end for end, other in divisions if is_count(self.accesses, other) or self._is_summed(other)), None)

    def _is_summed(self, temporary: int) -> bool:
        totals = {sibling.path for sibling in self.totals}
        return any(
            self.accesses.temporaries.path(each) in totals for each in self.accesses.temporaries.inputs(temporary)
        )

    @cached_property
    def averages(self) -> Consumer | None:
        """The division, after the loop, of what the same loop adds up by this."""
        divisions = [(end, end.other) for end in self.ends if end.role is Role.DIVISOR and end.other is not None]
        return next((end for end, other in divisions if self._is_summed(other)), None)

    @property
    def is_mean_of_turns(self) -> bool:
        """Whether it is divided, after the loop, by what the number of turns is computed from."""
        if self.averaged is None or self.averaged.other is None:
            return False
        through = set(iterated(self.accesses, self.turns.loop))
        inputs = self.accesses.temporaries.inputs(self.averaged.other)
        return any(self.accesses.temporaries.path(each) in through for each in inputs)

    @cached_property
    def totals(self) -> tuple[Event, ...]:
        """The augmented assignments in the loop of other paths that begin at zero."""
        turn = self.turns
        return tuple(
            event
            for event in self.accesses.events
            if event.access is Access.WRITE
            and event.place.block in turn.members
            and event.path != turn.path
            and is_augmented(event)
            and all(is_zero(self.accesses, start) for start in before(self.accesses, event.path, turn.loop))
        )

    @property
    def siblings(self) -> tuple[Event, ...]:
        """Those of them that stand beside this write."""
        return tuple(event for event in self.totals if event.place.block == self.turns.write.place.block)

    @cached_property
    def fellows(self) -> tuple[Event, ...]:
        """Those of them that add another part of what this is one part of: `n += a` of `a, b = f()`, with b here."""
        named = [each for each in self.siblings if words(each.path) & self.words & _AMOUNTS]
        looked_up = looked_up_beside(self.turns, self.value, named)
        return (*parts_of_one(self.turns, self.value, self.siblings), *looked_up)

    @cached_property
    def counterparts(self) -> tuple[Event, ...]:
        """Those of the totals that add the very same value: `kept += n` in one branch, `dropped = n` in the other."""
        if self.is_constant:
            return ()
        counts = self.is_counter or self.is_total
        totals = [each for each in self.totals if counts or is_instead(self.turns, each)]
        return tuple(same_value(self.accesses, self.value, totals))

    @cached_property
    def twins(self) -> tuple[Event, ...]:
        """The writes that add to the path, on turns that do not come to this one."""
        turn = self.turns
        others = [other for other in turn.others if other.place.block not in turn.members]
        return tuple(other for other in others if accumulates(turn, other))

    @cached_property
    def discards(self) -> tuple[Event, ...]:
        """The additions before the loop whose result is thrown away."""
        own = {each.target for each in self.turns.additions}  # that come round an outer loop
        starts = [start for start in self.turns.starts if is_augmented(start) and start.target not in own]
        return tuple(start for start in starts if self._is_addition(start))

    def _is_addition(self, write: Event) -> bool:
        made = self.accesses.temporaries.definitions.get(getattr(write.instruction, "value", -1))
        return isinstance(made, ir.Binary) and made.op == "+"

    @cached_property
    def share(self) -> int | None:
        """The division, inside the turn, by the number of turns: the value is a share of what all turns add up to."""
        through = set(iterated(self.accesses, self.turns.loop))
        temporaries = self.accesses.temporaries
        for each in self.turns.inputs(self.value):
            made = temporaries.definitions[each]
            if isinstance(made, ir.Binary) and made.op == "/":
                counted = temporaries.definitions[self.turns.origin(made.right)]
                is_length = isinstance(counted, ir.Call) and callee_name(self.accesses, counted) == "len"
                if is_length and any(temporaries.path(operand) in through for operand in operands(counted)):
                    return each
        return None

    @property
    def is_list(self) -> bool:
        """Whether the value is a list that is written out or made by a comprehension."""
        return isinstance(self.made, (ir.Collect, ir.Comprehension)) and self.made.kind == "list"

    @property
    def is_sum_of_squares(self) -> bool:
        """Whether a turn squares it, and its root is taken after the loop."""
        return is_sum_of_squares(self.turns, self.value)

    @property
    def is_of_parameters(self) -> bool:
        """Whether it is computed from one parameter of a model after the other, and a number after all: no single one
        is of interest."""
        through = goes_through_parameters(self.accesses, self.turns.loop)
        return through and self.is_unread and self.is_number and not (self.is_copy or self.is_repeated)

    @property
    def is_told_of_many(self) -> bool:
        """Whether a text tells it of many: `f"{done} / {n} files"`."""
        return any(is_told_of_many(self.accesses, end, self.turns.path) for end in self.ends)

    @property
    def is_size_of_piece(self) -> bool:
        """Whether it is how long a piece is, and not named as a piece's."""
        paths = [self.accesses.temporaries.path(each) for each in self.turns.inputs(self.value, hops=0)]
        return not self.words & PIECES and any(path is not None and words(path) & PIECES for path in paths)

    @property
    def is_total(self) -> bool:
        """Whether the name says total."""
        return bool(self.words & TOTALS)

    @property
    def is_entry(self) -> bool:
        """Whether it is an entry of a container that begins with a zero for it, as one that is filled in does, too."""
        return any(start.path != self.turns.path for start in self.turns.starts)

    @cached_property
    def is_named_whole(self) -> bool:
        """Whether the name says that it is the whole of what it is computed from: `epoch_loss = loss.item()`."""
        temporaries = self.accesses.temporaries
        for each in self.turns.inputs(self.value, hops=0):
            path = temporaries.path(each)
            named = words(path) - PARTS if path is not None else frozenset()
            if named and named < self.words and self.words - named <= WHOLES:
                return True
        return False

    @cached_property
    def resets(self) -> tuple[Event, ...]:
        """The writes inside the loop that set the path to the number zero, which nobody reads: the next turn overwrites
        it. Only what adds up is set back."""
        found = [other for other in self.turns.others if self._is_number_zero(other)]
        return tuple(each for each in found if not self.accesses.reached_by(each, self.turns.path))

    def _is_number_zero(self, write: Event) -> bool:
        value = written_value(self.accesses, write)
        made = None if value is None else self.accesses.temporaries.definitions.get(value)
        return isinstance(made, ir.Const) and type(made.value) in (int, float) and made.value == 0

    @property
    def is_counter(self) -> bool:
        """Whether the name says that something is counted."""
        return bool(self.words & COUNTERS)

    @property
    def is_plural(self) -> bool:
        """Whether the name is that of several things, which a flag's is not."""
        last = self.turns.path[-1].rpartition("_")[2]
        return last.endswith("s") and not last.endswith(("ss", "us", "is"))

    @property
    def is_flag(self) -> bool:
        """Whether the name is that of a flag, and the value is used as no number."""
        return bool(self.words & FLAGS) and not self.is_number

    @property
    def is_handed(self) -> bool:
        """Whether the value is shown, returned or handed on."""
        return any(end.role in _HANDED for end in self.ends)

    @property
    def is_unread(self) -> bool:
        """Whether a turn does nothing with the value but to keep it."""
        return not self.turns.own

    @cached_property
    def is_dead_start(self) -> bool:
        """Whether nobody ever reads what the path begins with."""
        return not any(self.accesses.reached_by(start, self.turns.path) for start in self.turns.starts)

    @property
    def is_never_read(self) -> bool:
        """Whether nobody reads what the loop assigns, neither in it nor after it."""
        turn = self.turns
        return not (turn.escapes or turn.after or self.accesses.reached_by(turn.write, turn.path))

    @property
    def is_result_for_text(self) -> bool:
        """Whether it begins as an empty text, and another one is given or picked: the last may be wanted."""
        is_given = isinstance(self.made, (ir.Call, ir.Item)) and not self.is_total
        return is_given and begin_as_text(self.accesses, self.turns.starts)

    @property
    def is_placeholder(self) -> bool:
        """Whether the same block assigns a constant to the other side of a division, too."""
        return is_placeholder(self.accesses, self.turns.write, self.ends)

    @cached_property
    def is_number(self) -> bool:
        """Whether the value is used as a number after the loop, which a flag is not."""
        return any(end.role in _NUMERIC for end in self.ends)

    # --- what speaks against it

    @cached_property
    def is_filled(self) -> bool:
        """Whether the loop stores parts of it, too: what holds many by name holds one here."""
        inside = self.turns.all_members
        changes = self.accesses.all(self.turns.path, Access.CHANGE)
        return any(each.place.block in inside and each.place.block != self.turns.write.place.block for each in changes)

    @cached_property
    def is_dispatched(self) -> bool:
        """Whether turns that do not come here assign something else that begins at zero: each takes what it is for."""
        return not self.totals and has_counterpart_elsewhere(self.turns)

    @cached_property
    def is_twin(self) -> bool:
        """Whether a branch of this turn's data adds to the path what this one assigns."""
        return is_twin_of_addition(self.turns)

    @cached_property
    def is_mixed(self) -> bool:
        """Whether other turns add to the path, and nothing shows why this one does not."""
        return not (self.is_copy or self.is_measure) and is_mixed(self.turns, self.value)

    @property
    def is_last(self) -> bool:
        """Whether the name says that one turn's value is wanted, or the text does in which it is shown."""
        return bool(self.words & LASTS) or any(
            _SHOWN_LASTS & words((each,)) for end in self.ends for each in labels(self.accesses, end)
        )

    @property
    def is_constant(self) -> bool:
        """Whether every turn writes the same number."""
        return isinstance(self.made, ir.Const)

    @property
    def is_constant_number(self) -> bool:
        """Whether that is a number in the sense of arithmetic."""
        return isinstance(self.made, ir.Const) and type(self.made.value) in (int, float)

    @property
    def is_copy(self) -> bool:
        """Whether the value is only taken over from the loop's variable, looked up, or unpacked from a result."""
        origin = self.turns.origin(self.value)
        made = self.accesses.temporaries.definitions[origin]
        looked_up = isinstance(made, ir.Call) and callee_name(self.accesses, made) == "get"
        unpacked = isinstance(self.made, ir.Element) or looked_up
        return unpacked or is_loop_variable(self.accesses, made) or self.accesses.temporaries.path(origin) is not None

    @property
    def is_computed(self) -> bool:
        """Whether it is a variable to which the same turn has assigned what it computed, in one way or another."""
        definitions = self.accesses.temporaries.definitions
        origin = self.turns.origin(self.value)
        assigned = list(self.turns.assigned(origin)) if isinstance(definitions[origin], ir.Load) else []
        return bool(assigned) and all(isinstance(definitions[each], (ir.Call, ir.Binary)) for each in assigned)

    @cached_property
    def is_measure(self) -> bool:
        """Whether the value is a size of this turn's data, which is often that of every turn."""
        return is_size(self.accesses, self.value) or is_size(self.accesses, self.turns.origin(self.value))

    @cached_property
    def is_batch_size(self) -> bool:
        """Whether the value is how many samples this turn's batch has."""
        return any(is_batch_size(self.accesses, each) for each in (self.value, self.turns.origin(self.value)))

    @property
    def is_all_elements(self) -> bool:
        """Whether the value is how many elements one of many arrays has."""
        return isinstance(self.made, ir.Call) and callee_name(self.accesses, self.made) in ("numel", "nelement")

    @cached_property
    def is_recomputed(self) -> bool:
        """Whether the value is made in full from something that grows, or from how many turns there were."""
        return reads_grown(self.turns, self.value) or counts_turns(self.turns, self.value)

    @cached_property
    def follows_state(self) -> bool:
        """Whether the value follows from a variable that the loop carries on; a list of new things does not."""
        return not isinstance(self.made, (ir.Collect, ir.Comprehension)) and reads_state(self.turns, self.value)

    @cached_property
    def is_timing(self) -> bool:
        """Whether the value is a time that was measured."""
        made = [self.accesses.temporaries.definitions[each] for each in self.turns.inputs(self.value)]
        return any(isinstance(each, ir.Call) and callee_name(self.accesses, each) in CLOCKS for each in made)

    @cached_property
    def is_left_early(self) -> bool:
        """Whether the loop ends with the first hit, or the last before it."""
        return is_left_early(self.turns)

    @cached_property
    def is_repeated(self) -> bool:
        """Whether the value does not depend on the loop's variable, as in a measurement that is repeated."""
        temporaries = self.accesses.temporaries
        made = [temporaries.definitions[each] for each in self.turns.inputs(self.value, hops=6)]
        loop = self.accesses.function.loops[self.turns.loop]
        return loop.kind == "for" and not any(isinstance(each, ir.Next) for each in made)

    @cached_property
    def is_fallback(self) -> bool:
        """Whether the write stands in an exception handler."""
        graph = self.accesses.graph
        handlers = {handler for block in graph.order for handler in graph.blocks[block].handlers}
        members = handlers & self.turns.members
        return any(
            graph.dominates(handler, self.turns.write.place.block) for handler in members & graph.position.keys()
        )
