"""The evaluator: what each temporary of a function is, by a forward fixpoint over its control-flow graph."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from mlint.facts.domain import comparisons, devices, numbers
from mlint.facts.domain.objects import UNSURE, Context, Mode, State, join_states, widen_states
from mlint.facts.domain.polynomials import is_settled, merged
from mlint.facts.domain.records import replace, replacing
from mlint.facts.domain.values import MISSING, UNKNOWN, Kind, Object, Trace, Value, constant, describe, join
from mlint.facts.evaluation import attributes, containers, managers, modes, parts, wrappers
from mlint.facts.evaluation.calling import call
from mlint.facts.evaluation.outcomes import Outcome, most
from mlint.facts.evaluation.refine import refine
from mlint.facts.flow import ir
from mlint.facts.flow.flow import Exhausted, forward
from mlint.facts.flow.frames import frame_of
from mlint.facts.flow.recorded import FELL_OFF, YIELDED, Facts
from mlint.facts.project.units import MODULE, Unit

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_FIXPOINTS = 4
_with_names = replacing(State, "names")


class Evaluation:
    """One evaluation of one function, in one entry state. The functions nested in it record in the same values."""

    def __init__(
        self, engine: Engine, unit: Unit, function: ir.FunctionIR, depth: int, facts: Facts | None = None
    ) -> None:
        self.engine = engine
        self.unit = unit
        self.function = function
        self.depth = depth
        self.facts = facts if facts is not None else Facts()
        self.values = self.facts.values
        self.names: dict[str, Value] = {}
        self.state = State()
        self.ends: dict[int, State] = {}
        self.managers: dict[int, managers.Manager] = {}
        self.keeps_names = function.name == MODULE
        self.before: dict[int, State] = {}
        self.called: dict[int, State] = {}
        self.rewritten: dict[int, int] = {}
        self._switched: set[str] = set()
        self._entered_in = 0
        self._turned: dict[int, Mapping[Object, Mode]] = {}
        self._backs: dict[tuple[int, int], State] = {}
        self._seen = self.state, self.state
        self._frame = frame_of(function)
        self._instructions = self._frame.instructions
        self._loop_names = self._frame.loop_names

    def run(self, entry: State) -> Facts:
        """Evaluate from the entry state to the fixpoint. Where that takes too long, nothing is known."""
        entry = self._decorated(entry)
        self._entered_in = len(entry.contexts)
        try:
            self._fixpoint(entry)
        except Exhausted:
            self._forget()
            return self.facts
        self._finish()
        return self.facts

    def _fixpoint(self, entry: State) -> None:
        """Visit every block until its state stands: the last visit of each records what holds. Raises Exhausted.

        A loop is taken to turn at least once as far as modes go: after `for m in models: m.eval()` all are in eval.
        What a turn leaves is known only from a fixpoint; where that matters, the next one starts with it.
        """
        for _ in range(_FIXPOINTS):
            self._backs.clear()
            self.ends.clear()
            self.called.clear()
            self.facts.paused = None
            heads = set(self._loop_names)
            blocks, places = self.function.blocks, self._frame.places
            states = forward(blocks, entry, self._step, join_states, widen_states, heads, places=places)
            turned = self._turns(states)
            if turned == self._turned:
                break
            self._turned = turned

    def _turns(self, states: Mapping[int, State]) -> dict[int, Mapping[Object, Mode]]:
        """By the head of a loop the modes that a turn leaves, where they differ from those that a turn may find."""
        turned: dict[int, State] = {}
        for (head, _), state in self._backs.items():
            turned[head] = join_states(turned[head], state) if head in turned else state
        return {head: found for head, state in turned.items() if (found := _changed(states[head], state))}

    def _finish(self) -> None:
        ends = [self.ends[index] for index in sorted(self.ends)]
        end = ends[0] if ends else State()
        for other in ends[1:]:
            end = join_states(end, other)
        self.facts.end = end
        for index, nested in enumerate(self.function.nested):
            inner = Evaluation(self.engine, self.unit, nested, self.depth, Facts(self.values, self.facts.calls))
            inner.run(inner.entry_inside(end.as_in(self.called.get(index, end))))

    def _decorated(self, entry: State) -> State:
        """The entry state inside of the contexts that decorate the function."""
        if not self.function.decorators:
            return entry
        self.evaluate_head(self.function.decorators, entry)
        contexts = list(entry.contexts)
        for each in self.function.decorators:
            value = self.values.get(each, UNKNOWN)
            effect, switches = self.engine.context_of(value), False
            if value.kind is Kind.FUNCTION and effect is None:
                effect, switches = wrappers.around(self.engine, value, self.depth)
            contexts += [Context(effect, -1)] if effect is not None else []
            if switches:  # the wrapper sets the mode of what it passes on: which, is not followed
                passed = frozenset().union(*(entry.names[name].objects for name in self._own_names(entry)))
                entry = entry.with_mode(passed, Mode(frozenset({UNSURE})))
        return replace(entry, contexts=tuple(contexts))

    def _own_names(self, entry: State) -> list[str]:
        return [each.name for each in self.function.parameters if each.name in entry.names]

    def evaluate_head(self, wanted: Collection[int], entry: State) -> None:
        """Evaluate what stands before the body: the instructions of the first block up to the last one wanted."""
        self.names = dict(entry.names)
        self.state = replace(entry, names=self.names)
        for instruction in self.function.blocks[0].instructions:
            if instruction.target > max(wanted):
                break
            self.values[instruction.target] = _TRANSFER[type(instruction)](self, instruction)

    def entry_inside(self, around: State, arguments: Mapping[str, Value] | None = None) -> State:
        """The entry state of this function where it is nested in one whose variables are as in `around`."""
        names = {name: around.names[name] for name in self.function.free if name in around.names}
        for each in self.function.parameters:
            names[each.name] = self.engine.parameter(self.unit, self.function, each)
        return replace(around, names={**names, **(arguments or {})})

    def _forget(self) -> None:
        self.values.clear()
        self.facts.calls.clear()
        self.facts.returns = {FELL_OFF: UNKNOWN}
        self.facts.complete = False

    # --- blocks -----------------------------------------------------------------------------------------------------

    def _step(self, block: ir.Block, state: State) -> Mapping[int, State]:
        # What came here by several ways is one value from here on. Turns of a loop meet in every block of it: the
        # fixpoint joins what comes to it with what came before.
        self.names = names = dict(state.names)
        for name, value in state.names.items():
            if value.kind in numbers.NAMED and value.const is MISSING and not is_settled(value.term):
                names[name] = numbers.named(value, (self.unit.where, "at", block.index, name))
        self.state = _with_names(state, names)
        out = {handler: self._at_depth(state, handler) for handler in block.handlers}
        values = self.values
        for instruction in block.instructions:
            values[instruction.target] = _TRANSFER[type(instruction)](self, instruction)
        self.facts.cost += len(block.instructions)
        for handler in block.handlers:
            out[handler] = join_states(out[handler], self._at_depth(self.state, handler))
        out.update(self._leave(block))
        return out

    def _at_depth(self, state: State, handler: int) -> State:
        contexts = state.contexts[: self._entered_in + self.function.blocks[handler].depth]
        return replace(state, names=dict(state.names), contexts=contexts)

    def _leave(self, block: ir.Block) -> dict[int, State]:
        end = block.end
        if isinstance(end, ir.Leave):
            if not end.raises:
                self.ends[block.index] = self.state
                if not any(isinstance(last, ir.Return) for last in block.instructions[-1:]):
                    self.facts.returns.setdefault(FELL_OFF, constant(None))
            return {}
        if isinstance(end, ir.Branch):
            return {to: self._along(block, to, state) for to, state in self._branch(end).items()}
        return {to: self._along(block, to, self.state) for to in block.successors}

    def _branch(self, end: ir.Branch) -> dict[int, State]:
        if end.condition is None or end.then == end.orelse:
            return {end.then: self.state, end.orelse: self.state}
        truth = self.values[end.condition].const
        out: dict[int, State] = {}
        if truth is MISSING or truth:
            out[end.then] = refine(self, end.condition, True)
        if truth is MISSING or not truth:
            out[end.orelse] = refine(self, end.condition, False)
        return out

    def _along(self, block: ir.Block, to: int, state: State) -> State:
        """On the way back to a loop's head, what an assignment inside it computed is another turn's value."""
        if block.index in self._turned and not set(block.loops) <= set(self.function.blocks[to].loops):
            return replace(state, modes={**state.modes, **self._turned[block.index]})
        stored = self._loop_names.get(to)
        if stored is None or not any(self.function.loops[loop].head == to for loop in block.loops):
            return state
        self._backs[to, block.index] = state
        names = {
            name: replace(value, term=merged(value.term)) if name in stored and value.term is not None else value
            for name, value in state.names.items()
        }
        return replace(state, names=names)

    # --- instructions -----------------------------------------------------------------------------------------------

    @property
    def state_seen(self) -> State:
        """The state as calls record it: with its variables in a module only, and one for all calls in a row."""
        if self.keeps_names:
            return replace(self.state, names=dict(self.names))
        if self._seen[0] is not self.state:
            self._seen = self.state, _with_names(self.state, {})
        return self._seen[1]

    def follows(self, unit: Unit, key: str) -> bool:
        """Whether a call of the unit is followed: calls have not cost too much yet, or it has switched the mode of a
        model on a pass before, which must not be lost on the next."""
        return self.depth > 0 and (self.facts.cost <= most(unit, self.depth) or key in self._switched)

    def followed(self, key: str, found: Outcome) -> None:
        """A call was followed, and came to this."""
        self.facts.cost += found.cost
        if found.effects.modes:
            self._switched.add(key)

    def instruction(self, temporary: int) -> ir.Instruction | None:
        """What defines a temporary of this function; None for one of the function around it."""
        return self._instructions.get(temporary)

    def update(self, temporary: int, value: Value) -> None:
        """What the temporary was read from (a variable, an attribute) holds another value now: it changed in place."""
        temporary = self.rewritten.get(temporary, temporary)  # `x.mul_(2).add_(1)` adds to what the first call changed
        source = self.instruction(temporary)
        if isinstance(source, ir.Load) and source.name in self.names:
            self.names[source.name] = value
        elif isinstance(source, ir.Attribute) and source.base in self.values:
            self.state = self.state.with_field(self.values[source.base].objects, source.name, value)

    def trace(self, site: int, message: str) -> Trace:
        """A step of history at an instruction of this function."""
        return Trace(message, site, self.unit.where)

    def global_(self, op: ir.Global) -> Value:
        return self.engine.global_value(self.unit, op.name, self.depth)

    def import_(self, op: ir.Import) -> Value:
        return self.engine.imported(self.unit, op.qualified, self.depth)

    def store(self, op: ir.Store) -> Value:
        value = self.values[op.value]
        if not isinstance(self.instruction(op.value), ir.Next):  # another one on each turn
            value = devices.stored(op.name, value, op.target)
        self.names[op.name] = value
        return value

    def delete(self, op: ir.Delete) -> Value:
        self.names.pop(op.name, None)
        return UNKNOWN

    def store_attribute(self, op: ir.StoreAttribute) -> Value:
        value, base = self.values[op.value], self.values[op.base]
        if op.name == "training" and base.kind in (Kind.UNKNOWN, Kind.MODULE, Kind.OBJECT):
            modes.set_flag(self, op.target, base, value)
        else:
            value = attributes.as_registered(self.state, base, op.name, value)
            self.state = self.state.with_field(base.objects, op.name, value)
        return value

    def slice(self, op: ir.Slice) -> Value:
        return Value(traits=frozenset({"slice"}))

    def binary(self, op: ir.Binary) -> Value:
        left, right = self.values[op.left], self.values[op.right]
        joined = containers.concatenated(op.op, left, right)
        if joined is not None:
            return joined
        return self.computed(op.target, numbers.binary(op.op, left, right, op.inplace), left, right)

    def unary(self, op: ir.Unary) -> Value:
        operand = self.values[op.operand]
        return self.computed(op.target, numbers.unary(op.op, operand), operand)

    def compare(self, op: ir.Compare) -> Value:
        left, right = self.values[op.left], self.values[op.right]
        return self.computed(op.target, comparisons.compare(op.op, left, right), left, right)

    def computed(self, site: int, value: Value, *inputs: Value) -> Value:
        """A result, with a term of its own where arithmetic gave it none, and where its range came about."""
        value = numbers.named(value, (self.unit.where, site), inputs)
        if value.range is not None and value.kind is not Kind.NUMBER:
            value = value.with_trace(self.trace(site, f"`{{code}}` is {describe(value)}"))
        return value

    def next(self, op: ir.Next) -> Value:
        return containers.next_of(self.values[op.iterable], op.target, self.unit.where)

    def closure(self, op: ir.Closure) -> Value:
        return Value(Kind.FUNCTION, objects=frozenset({("closure", self.unit.where, op.target)}), const=MISSING)

    def enter(self, op: ir.Enter) -> Value:
        deep = len(self.state.contexts)
        entered = managers.entered(self, op)
        if len(self.state.contexts) > deep and entered is not None:
            return entered
        context = self.values[op.context]
        effect = context.symbol if context.kind is Kind.CONTEXT and context.symbol else ""
        self.push(Context(effect, op.target))
        return UNKNOWN if effect else context

    def push(self, context: Context) -> None:
        """A `with` block begins."""
        self.state = replace(self.state, contexts=(*self.state.contexts, context))

    def exit(self, op: ir.Exit) -> Value:
        self.state = replace(self.state, contexts=self.state.contexts[:-1])
        managers.left(self, op)
        return UNKNOWN

    def return_(self, op: ir.Return) -> Value:
        value = constant(None) if op.value is None else self.values[op.value]
        self.facts.returns[op.target] = value
        return value

    def unknown(self, op: ir.Instruction) -> Value:
        return UNKNOWN

    def discard(self, op: ir.Discard) -> Value:
        """`torch.set_grad_enabled(False)` as a statement holds until the function ends."""
        parts.filled(self, op.value)
        call = self.facts.calls.get(op.value)
        effect = self.values[op.value]
        if (
            call is not None
            and effect.kind is Kind.CONTEXT
            and "set_grad_enabled" in (call.name, call.callee.symbol or "")
        ):
            self.state = replace(self.state, ambient=effect.symbol)
        return UNKNOWN

    def yielded(self, op: ir.Yield) -> Value:
        value = UNKNOWN if op.value is None else self.values[op.value]
        self.facts.paused = self.state if self.facts.paused is None else join_states(self.facts.paused, self.state)
        if not op.delegate:
            element = Value(Kind.ITERATOR, element=value)
            older = self.facts.returns.get(YIELDED)
            self.facts.returns[YIELDED] = element if older is None else join(older, element)
        return UNKNOWN


def _changed(found: State, left: State) -> dict[Object, Mode]:
    """The modes that a turn leaves otherwise than it may find them."""
    return {owner: mode for owner, mode in left.modes.items() if found.modes.get(owner) != mode}


# By the kind of an instruction what gives its value in the current state, which it may change.
_TRANSFER: dict[type[ir.Instruction], Callable[[Evaluation, Any], Value]] = {
    ir.Const: lambda _, op: constant(op.value),
    ir.Load: lambda evaluation, op: evaluation.names.get(op.name, UNKNOWN),
    ir.Global: Evaluation.global_,
    ir.Import: Evaluation.import_,
    ir.Store: Evaluation.store,
    ir.Delete: Evaluation.delete,
    ir.Attribute: attributes.load,
    ir.StoreAttribute: Evaluation.store_attribute,
    ir.Item: containers.item,
    ir.StoreItem: containers.store_item,
    ir.Slice: Evaluation.slice,
    ir.Call: call,
    ir.Binary: Evaluation.binary,
    ir.Unary: Evaluation.unary,
    ir.Compare: Evaluation.compare,
    ir.Collect: containers.display,
    ir.Mapping: containers.mapping,
    ir.Comprehension: containers.comprehension,
    ir.Element: containers.element,
    ir.Next: Evaluation.next,
    ir.Text: lambda _, op: Value(Kind.TEXT),
    ir.Closure: Evaluation.closure,
    ir.Enter: Evaluation.enter,
    ir.Exit: Evaluation.exit,
    ir.Return: Evaluation.return_,
    ir.Raise: Evaluation.unknown,
    ir.Matches: Evaluation.unknown,
    ir.Opaque: Evaluation.unknown,
    ir.Await: lambda evaluation, op: evaluation.values[op.value],
    ir.Yield: Evaluation.yielded,
    ir.Discard: Evaluation.discard,
}
