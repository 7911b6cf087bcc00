"""Context managers of the project: what entering and leaving them does to modes and gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlint.facts.domain.objects import ENTRY, UNSURE, Context
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN, Kind, Value
from mlint.facts.evaluation.outcomes import Effects, Outcome, Rebase
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact

if TYPE_CHECKING:
    from mlint.facts.evaluation.evaluate import Evaluation

_GENERATORS = ("contextmanager", "asynccontextmanager")


@dataclass(frozen=True, slots=True)
class Manager:
    """What holds inside of a `with` block (`opened`), and what is done at its end (`closed`)."""

    opened: Effects
    closed: Effects
    rebase: Rebase
    value: Value


def is_maker(decorators: tuple[str, ...]) -> bool:
    """Whether a generator with these decorators makes contexts."""
    return any(each.rpartition(".")[2] in _GENERATORS for each in decorators)


def made(evaluation: Evaluation, op: ir.Call, outcome: Outcome) -> Value:
    """`evaluating(model)`, where that is a generator: nothing is done before it is entered."""
    rebase = outcome.rebase(evaluation.state, (evaluation.unit.where, op.target))
    value = UNKNOWN if outcome.value.element is None else rebase.value(outcome.value.element)
    opened = outcome.paused if outcome.paused is not None else Effects()
    evaluation.managers[op.target] = Manager(opened, outcome.effects, rebase, value)
    return Value(Kind.CONTEXT)


def entered(evaluation: Evaluation, op: ir.Enter) -> Value | None:
    """What `with` gives of a context of the project; its effects are applied. None where it is none."""
    manager = evaluation.managers.get(op.context)
    if manager is None:
        return _object(evaluation, op.target, op.context, "__enter__")
    evaluation.state = manager.rebase.applied(evaluation.state, manager.opened)
    _open(evaluation, op.target, manager.opened)
    return manager.value


def left(evaluation: Evaluation, op: ir.Exit) -> None:
    """The effects at the end of the block."""
    manager = evaluation.managers.get(op.context)
    if manager is not None:
        evaluation.state = manager.rebase.applied(evaluation.state, manager.closed)
    else:
        _object(evaluation, op.target, op.context, "__exit__")


def _before(evaluation: Evaluation, context: int, effects: Effects, rebase: Rebase) -> Effects:
    """At the end of a block: what is put back as it was, is as it was before the block."""
    found = evaluation.before.get(context, evaluation.state)
    put_back = (ENTRY, UNSURE)
    modes = tuple(
        (owner, found.mode(next(iter(mine)))) if not mode.modes.isdisjoint(put_back) and mine else (owner, mode)
        for owner, mode in effects.modes
        for mine in (rebase.objects(frozenset({owner})),)
    )
    return replace(effects, modes=modes)


def _object(evaluation: Evaluation, site: int, context: int, name: str) -> Value | None:
    """`with` of an instance of a class of the project runs its `__enter__`, and at the end its `__exit__`."""
    value = evaluation.values[context]
    if value.symbol is None or value.kind is not Kind.OBJECT:
        return None
    found = evaluation.engine.method(value.symbol, name)
    if found is None or "::" not in found:
        return None
    fact = CallFact(Value(Kind.FUNCTION, symbol=found), value, name, (), {}, evaluation.state)
    outcome = evaluation.engine.outcome(evaluation, found, fact, value)
    if outcome is None:
        return None
    rebase = outcome.rebase(evaluation.state, (evaluation.unit.where, site))
    effects = outcome.effects
    if name == "__enter__":
        evaluation.before[context] = evaluation.state
    else:
        effects = _before(evaluation, context, effects, rebase)
    evaluation.state = rebase.applied(evaluation.state, effects)
    if name == "__enter__":
        _open(evaluation, site, effects)
    return rebase.value(outcome.value)


def _open(evaluation: Evaluation, site: int, effects: Effects) -> None:
    """One context for all that were open where the manager pauses: the innermost that says something of gradients."""
    told = [each.effect for each in effects.contexts if each.effect]
    effect = told[-1] if told else ""
    evaluation.push(Context(effect, site))
