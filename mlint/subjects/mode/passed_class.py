"""Models of a class that the caller passes: `model = model_class(channels)`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mlint.facts.domain.objects import root
from mlint.facts.domain.values import UNKNOWN, Kind, Object, Value
from mlint.facts.flow import ir
from mlint.subjects.owners import Function


def is_of_independent_class(function: Function, model: Value) -> bool:
    """Whether a model is made of a class that is passed, and each that a caller is seen to pass acts the same in train
    and eval mode."""
    made = [root(each) for each in model.objects]
    passed = [value for each in made for value in _passed(function, each)]
    of = function.file.engine.dependences.of
    return bool(passed) and all(
        each.kind is Kind.CLASS and of(Value(Kind.MODULE, symbol=each.symbol)).depends is False for each in passed
    )


def _passed(function: Function, made: Object) -> Iterator[Value]:
    """What the callers of the function that makes it pass for the class; what is not known where it is no parameter."""
    engine = function.file.engine
    where = made[1] if made[0] == "new" and len(made) == 3 else None
    unit = engine.unit(Path(str(where[0])), str(where[1])) if isinstance(where, tuple) else None
    if unit is None:
        yield UNKNOWN
        return
    instructions = {op.target: op for block in unit.lowered.function.blocks for op in block.instructions}
    op = instructions.get(made[2]) if isinstance(made[2], int) else None
    callee = instructions.get(op.callee) if isinstance(op, ir.Call) else None
    if not isinstance(callee, ir.Load) or callee.name not in {each.name for each in unit.lowered.function.parameters}:
        yield UNKNOWN
        return
    for site in engine.callers.sites(unit).sites:
        yield engine.arguments(unit, site.fact, site.fact.receiver).get(callee.name, UNKNOWN)
