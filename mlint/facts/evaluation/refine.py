"""What a condition tells of the variables in it, on the branch where it holds and on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlint.facts.domain import conditions
from mlint.facts.domain.conditions import constrained, constraints, told
from mlint.facts.domain.objects import AT_ENTRY, EVAL, TRAIN, Mode, State, modes_of
from mlint.facts.domain.records import replace, replacing
from mlint.facts.domain.values import MISSING, OPTIONAL, Kind, Object, Value
from mlint.facts.evaluation.modes import recorded
from mlint.facts.flow import ir

if TYPE_CHECKING:
    from mlint.facts.evaluation.evaluate import Evaluation

_with_names = replacing(State, "names")
_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "is": "is not", "is not": "is"}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def refine(evaluation: Evaluation, condition: int, holds: bool) -> State:
    """The state on the branch where the condition is as `holds` says."""
    op = evaluation.instruction(condition)
    state = _constrained(_with_names(evaluation.state, dict(evaluation.names)), evaluation.values[condition], holds)
    if isinstance(op, ir.Unary) and op.op == "not":
        return refine(evaluation, op.operand, not holds)
    if recorded(evaluation.values[condition]) == AT_ENTRY:
        return replace(state, assumed=TRAIN if holds else EVAL)
    if recorded(evaluation.values[condition]) is not None:
        return _in_mode(state, evaluation.values[condition].objects, EVAL if holds else TRAIN)
    if isinstance(op, ir.Compare):
        return _compared(evaluation, state, op, holds)
    if isinstance(op, ir.Call):
        return _instance(evaluation, state, op) if holds else _no_module(evaluation, state, op)
    if isinstance(op, ir.Load) and not holds:
        return _absent(state, evaluation.values[condition])
    return state


def _absent(state: State, value: Value) -> State:
    """`if teacher: teacher.train()`: where there is none, it is in no mode that could matter."""
    if value.kind not in (Kind.MODULE, Kind.UNKNOWN) or state.modes.keys().isdisjoint(value.objects):
        return state
    return state.with_mode(value.objects, Mode(frozenset({EVAL})))


def _in_mode(state: State, owners: frozenset[Object], other: str) -> State:
    """What `if model.training:` tells where the model may have come in another mode than it was put in since."""
    found = modes_of(state, owners)
    rest = found.modes - {other}
    if len(owners) != 1 or not rest or rest == found.modes:
        return state
    return state.with_mode(owners, replace(found, modes=rest))


def _constrained(state: State, condition: Value, holds: bool) -> State:
    """`if x.max() > 1`: what that tells of the variables that hold `x`, or what was computed from it."""
    for constraint in constraints(condition, holds):
        names = {name: told(constrained(value, constraint), constraint) for name, value in state.names.items()}
        state = replace(state, names=names)
    return state


def _compared(evaluation: Evaluation, state: State, op: ir.Compare, holds: bool) -> State:
    operator = op.op if holds else _NEGATED.get(op.op)
    if operator is None:
        return state
    state = _side(evaluation, state, op.left, operator, evaluation.values[op.right])
    return _side(evaluation, state, op.right, _MIRRORED.get(operator, operator), evaluation.values[op.left])


def _side(evaluation: Evaluation, state: State, side: int, operator: str, other: Value) -> State:
    """What `side operator other` tells of the variable that `side` is, or whose dtype it is."""
    op = evaluation.instruction(side)
    if isinstance(op, ir.Attribute) and op.name == "dtype" and operator in ("==", "is"):
        return _of_dtype(evaluation, state, op.base, other)
    if not isinstance(op, ir.Load) or op.name not in state.names:
        return state
    value = state.names[op.name]
    may_be_none = value.kind in (Kind.UNKNOWN, Kind.NONE) or OPTIONAL in value.traits
    if operator in ("is not", "!=") and other.kind is Kind.NONE:
        refined = replace(value, traits=value.traits - {OPTIONAL}) if OPTIONAL in value.traits else value
    elif operator in ("is", "==") and other.kind is Kind.NONE:
        refined = replace(other, trace=value.trace) if may_be_none else value
    else:
        refined = conditions.refine(operator, value, other)
    return state if refined is value else state.with_name(op.name, refined)


def _of_dtype(evaluation: Evaluation, state: State, base: int, other: Value) -> State:
    dtype = other.dtype if other.kind is Kind.DTYPE or other.kind is Kind.CLASS else other.const
    op = evaluation.instruction(base)
    if not isinstance(dtype, str) or not isinstance(op, ir.Load):
        return state
    value = state.names.get(op.name, Value())
    if value.dtype is not None and value.dtype != "float" and value.dtype != "int":
        return state
    return state.with_name(op.name, conditions.of_dtype(value, dtype))


def _no_module(evaluation: Evaluation, state: State, op: ir.Call) -> State:
    """What has no `eval`, or is no module, acts the same in either mode: `if hasattr(model, "eval"): model.eval()`."""
    fact = evaluation.facts.calls.get(op.target)
    if fact is None or len(fact.positional) != 2 or not fact.positional[0].objects:
        return state
    asked, about = fact.callee.symbol, fact.positional[1]
    if (asked == "builtins.hasattr" and about.const in ("eval", "train")) or (
        asked == "builtins.isinstance" and about.symbol == "torch.nn.Module"
    ):
        return state.with_mode(fact.positional[0].objects, Mode(frozenset({EVAL})))
    return state


def _instance(evaluation: Evaluation, state: State, op: ir.Call) -> State:
    """`isinstance(x, torch.Tensor)`, `torch.is_tensor(x)`"""
    fact = evaluation.facts.calls.get(op.target)
    first = evaluation.instruction(op.arguments[0].value) if op.arguments else None
    if fact is None or not isinstance(first, ir.Load) or first.name not in state.names:
        return state
    kind: Kind | None = None
    if fact.callee.symbol == "torch.is_tensor":
        kind = Kind.TENSOR
    elif fact.callee.symbol == "builtins.isinstance" and len(fact.positional) == 2:
        kind = evaluation.engine.kind_of_instances(fact.positional[1])
    value = state.names[first.name]
    if kind is None or value.kind is not Kind.UNKNOWN:
        return state
    return state.with_name(first.name, replace(value, kind=kind, const=MISSING))
