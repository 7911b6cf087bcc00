"""The function of the project that a call runs, and which argument goes to which of its parameters."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.facts.project.units import Unit

if TYPE_CHECKING:
    from mlint.facts.engine import Engine


def called(engine: Engine, fact: CallFact) -> Unit | None:
    """The function of the project that a call runs: of a module its forward."""
    key = fact.callee.symbol
    if key is not None and fact.callee.kind is Kind.MODULE:
        key = engine.method(key, "forward")
    elif fact.callee.kind is not Kind.FUNCTION:
        key = None
    symbol = engine.symbol(key) if key is not None else None
    if symbol is None or symbol.path is None or symbol.kind not in ("function", "method"):
        return None
    unit = engine.unit(symbol.path, symbol.qualname)
    return unit if unit is not None and unit.outline is not None else None


def passed_for(unit: Unit, op: ir.Call, fact: CallFact) -> dict[str, int]:
    """By the name of each parameter of a unit: the temporary that a call passes for it; none after `*args`."""
    if unit.outline is None:
        return {}
    is_static = any(each.endswith("staticmethod") for each in unit.outline.decorators)
    is_bound = fact.callee.kind is Kind.MODULE or (fact.receiver is not None and not is_static)
    names = [each.name for each in unit.outline.parameters if each.kind in ("positional-only", "positional")]
    plain = takewhile(lambda each: not each.stars, (each for each in op.arguments if each.name is None))
    found = {name: each.value for name, each in zip(names[is_bound:], plain, strict=False)}
    return found | {each.name: each.value for each in op.arguments if each.name is not None}
