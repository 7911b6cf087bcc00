"""Attributes as values: of modules and classes, of tensors and arrays, of objects of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlint.facts.domain import devices
from mlint.facts.domain.objects import UNSURE, Modes, State, attribute
from mlint.facts.domain.polynomials import leaf
from mlint.facts.domain.records import replace, replacing
from mlint.facts.domain.terms import term
from mlint.facts.domain.values import UNKNOWN, Kind, Value, join_all, with_term
from mlint.facts.evaluation import modes
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.facts.tables import calls

if TYPE_CHECKING:
    from mlint.facts.evaluation.evaluate import Evaluation

_as_part = replacing(Value, "objects", "parameters")


def load(evaluation: Evaluation, op: ir.Attribute) -> Value:
    """`base.name`"""
    base = evaluation.values[op.base]
    if base.symbol is not None and base.kind in (Kind.NAMESPACE, Kind.CLASS):
        found = evaluation.engine.member(base, op.name, evaluation.depth)
        if found is not None:
            return found
    kept = stored(evaluation.state, base, op.name)
    if kept is not None:
        return kept
    value = _of_property(evaluation, base, op) or _by_table(evaluation, base, op)
    if value is None:
        value = _of_object(evaluation, base, op)
    value = devices.read(base, op.name, value)
    return value if value.term is not None else with_term(value, _term(base, op.name))


def _term(base: Value, name: str) -> object:
    """The same attribute of the same thing is the same value, as far as nothing was stored in between."""
    inner = base.term or (leaf(next(iter(base.objects))) if len(base.objects) == 1 else None)
    return term(f".{name}", inner) if inner is not None else None


def stored(state: State, base: Value, name: str) -> Value | None:
    """What was stored in `base.name`; None where that is not known of all that `base` may be."""
    found = [state.fields.get((owner, name)) for owner in base.objects]
    if not found or any(value is None for value in found):
        return None
    return join_all(value for value in found if value is not None)


def as_registered(state: State, base: Value, name: str, value: Value) -> Value:
    """What `base.name` is after `value` was assigned to it: what is put in the place of a buffer is one, too."""
    if value.kind not in (Kind.TENSOR, Kind.UNKNOWN) or "parameter" in value.traits:
        return value
    held = stored(state, base, name)
    if held is None or "buffer" not in held.traits:
        return value
    return replace(value, kind=Kind.TENSOR, traits=value.traits | {"buffer"})


def _of_property(evaluation: Evaluation, base: Value, op: ir.Attribute) -> Value | None:
    """`self.model` where that is a property of the project that gives a module; None of anything else."""
    if base.symbol is None or base.kind not in (Kind.MODULE, Kind.OBJECT):
        return None
    getter = evaluation.engine.getter(base.symbol, op.name)
    if getter is None:
        return None
    fact = CallFact(Value(Kind.FUNCTION, symbol=getter), base, op.name, (), {}, evaluation.state)
    outcome = evaluation.engine.outcome(evaluation, getter, fact, base)
    if outcome is None or outcome.value.kind is not Kind.MODULE:
        return None
    rebase = outcome.rebase(evaluation.state, (evaluation.unit.where, op.target))
    evaluation.state = rebase.applied(evaluation.state, outcome.effects)
    return rebase.value(outcome.value)


def _by_table(evaluation: Evaluation, base: Value, op: ir.Attribute) -> Value | None:
    if base.kind in (Kind.MODULE, Kind.UNKNOWN) and op.name == "training" and base.objects:
        return _training(evaluation.state, base)
    if op.name == "module" and base.objects and _is_wrapper(evaluation, base):
        return base  # `.module` of a wrapper is the model inside
    entry = evaluation.engine.tables.entry_for_attribute(base.kind, op.name)
    if base.kind in (Kind.OBJECT, Kind.MODULE) and base.symbol is not None:
        entry = evaluation.engine.tables.member(base.symbol, op.name) or entry
    if entry is None or not entry.attribute or _is_own(evaluation, base, op.name):
        return None
    return calls.apply(entry, calls.bind(entry, (), {}, base)).value


def _is_wrapper(evaluation: Evaluation, base: Value) -> bool:
    """Whether it may be what `DataParallel` and the like give of a model: its class is not seen, or has no `module`."""
    if base.kind is not Kind.MODULE or base.symbol is None:
        return base.kind is Kind.UNKNOWN
    symbol = evaluation.engine.symbol(base.symbol)
    return symbol is None or not evaluation.engine.classes.stores(symbol, "module")


def _is_own(evaluation: Evaluation, base: Value, name: str) -> bool:
    """Whether a module's class is seen to store a tensor of its own in an attribute that every module may have."""
    if base.kind is not Kind.MODULE or base.symbol is None or evaluation.engine.symbol(base.symbol) is None:
        return False
    return evaluation.engine.field(base.symbol, name, evaluation.depth).kind is Kind.TENSOR


def _training(state: State, base: Value) -> Value:
    found: Modes = frozenset().union(*(state.mode(owner).modes for owner in base.objects))
    return modes.read(found or frozenset({UNSURE}), base.objects)


def _of_object(evaluation: Evaluation, base: Value, op: ir.Attribute) -> Value:
    """An attribute of an object: what its class is seen to give it, and an identity of its own."""
    if op.name == "__class__":
        return UNKNOWN  # no part of it, whatever its other attributes are
    objects = attribute(base.objects, op.name)
    value = UNKNOWN
    if base.symbol is not None and base.kind in (Kind.MODULE, Kind.OBJECT):
        value = evaluation.engine.field(base.symbol, op.name, evaluation.depth)
    if value.kind in (Kind.NUMBER, Kind.TEXT, Kind.DTYPE):
        return value
    return _as_part(value, objects, base.parameters)
