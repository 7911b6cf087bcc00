"""Arguments of calls of the project's functions: which parameter they go to, and what of them the callee is told."""

from __future__ import annotations

from mlint.facts.domain.records import replace
from mlint.facts.domain.values import MISSING, Kind, Value
from mlint.facts.evaluation import parameters
from mlint.facts.evaluation.outcomes import detached
from mlint.facts.flow.recorded import CallFact
from mlint.outline import FunctionOutline


def told(value: Value) -> Value:
    """An argument as a small function gets it: with all that is known of its numbers."""
    return replace(detached(value), trace=value.trace)


def outlined(value: Value) -> Value:
    """An argument as a large function gets it: what it is, not which numbers, so that few calls differ."""
    const = value.const if value.const is None or isinstance(value.const, (bool, str)) else MISSING
    device = None if value.device is not None and value.device.startswith("of:") else value.device
    return Value(value.kind, value.dtype, device=device, const=const, symbol=value.symbol, trace=value.trace)


def received(own: Value, passed: Value, name: str) -> Value:
    """A parameter to which a known argument was passed: what the caller knows, under the callee's own identity."""
    if not passed.is_known:
        return own
    device = passed.device or own.device
    return replace(passed, objects=own.objects, term=own.term, device=device, parameters=frozenset({name}))


def defaults(outline: FunctionOutline, fact: CallFact) -> dict[str, Value]:
    """The parameters that have a constant as their default: it is what is passed where nothing else is."""
    if fact.starred:
        return {}
    found = {each.name: parameters.literal(each.default) for each in outline.parameters if each.default is not None}
    return {name: value for name, value in found.items() if value.is_known}


def bound(outline: FunctionOutline, fact: CallFact, receiver: Value | None) -> dict[str, Value]:
    """Which argument goes to which parameter of a function of the project."""
    positional = [*([receiver] if receiver is not None else []), *fact.positional]
    names = [each.name for each in outline.parameters if each.kind in ("positional-only", "positional")]
    arguments = dict(zip(names, positional, strict=False))
    for each in outline.parameters:
        if each.kind == "variadic" and not fact.starred:
            arguments[each.name] = Value(Kind.TUPLE, items=tuple(positional[len(names) :]))
    known = {each.name for each in outline.parameters}
    arguments.update((name, value) for name, value in fact.keywords.items() if name in known)
    return arguments
