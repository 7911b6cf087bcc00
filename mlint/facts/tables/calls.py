"""What a call of a library function does: its arguments bound to parameters, and what the tables say about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mlint.facts.domain import numbers
from mlint.facts.domain.records import replace, replacing
from mlint.facts.domain.values import MISSING, UNKNOWN, Kind, Trace, Value, describe, join
from mlint.facts.tables import answers, results
from mlint.facts.tables.answers import Bound, argument, first_argument
from mlint.facts.tables.entries import Entry, Parameter
from mlint.facts.tables.expressions import Condition, alternatives

_with_trace = replacing(Value, "trace")
REST = "*"
"""The key in what `bind` gives under which positional arguments lie that found no parameter."""


@dataclass(slots=True)
class CallResult:
    """What a call gives and does.

    `value`: what it returns. `same`: the parameter whose own object is returned. `mutates`: the parameter that is
    updated in place, and takes `value`'s facts. `mode`: `eval`, `train` or `either`; `moves`: a device; both are
    effects on the module in the parameter `same` where there is one, else on the module that is returned.
    `context`: what entering the result switches on (`no_grad`, `inference_mode`, `enable_grad`, `autocast`, `none`;
    `unknown` where it hangs on an unknown flag). `members`: modules that become members of the result.
    `mode_dependent`: of a module that is made, whether it acts differently in train and eval; None where unknown.
    """

    value: Value = UNKNOWN
    same: str | None = None
    mutates: str | None = None
    mode: str | None = None
    moves: str | None = None
    context: str | None = None
    members: tuple[Value, ...] = field(default=())
    mode_dependent: bool | None = None


def bind(
    entry: Entry, positional: Sequence[Value], keywords: Mapping[str, Value], receiver: Value | None = None
) -> dict[str, Value]:
    """Which argument goes to which parameter. The receiver of a method is its first argument.

    What finds no parameter lies under `REST` or under its own name. Parameters that were not passed are missing, those
    with a default in the table have it. A `*x` that is given one tuple or list is that.
    """
    arguments = [*([receiver] if receiver is not None else []), *positional]
    if entry.parameters is None:
        return {**({REST: _collected(arguments)} if arguments else {}), **keywords}
    bound, at = {}, 0
    for parameter in entry.parameters:
        if parameter.stars == 1:
            bound[parameter.name] = _collected(arguments[at:])
            at = len(arguments)
        elif parameter.stars == 0 and not parameter.keyword_only and at < len(arguments):
            bound[parameter.name] = arguments[at]
            at += 1
    if at < len(arguments):
        bound[REST] = _collected(arguments[at:])
    for name, value in keywords.items():
        found = entry.parameter(name)
        bound[name if found is None else found.name] = value
    return {**bound, **_defaults(entry.parameters, bound)}


def _collected(arguments: Sequence[Value]) -> Value:
    if len(arguments) == 1 and arguments[0].kind in (Kind.TUPLE, Kind.LIST):
        return arguments[0]
    return Value(Kind.TUPLE, items=tuple(arguments))


def _defaults(parameters: Sequence[Parameter], bound: Bound) -> dict[str, Value]:
    """Defaults of what was not passed, or passed as None."""
    return {
        parameter.name: parameter.default
        for parameter in parameters
        if parameter.default is not None and argument(parameter.name, bound) is None
    }


def apply(entry: Entry, bound: Bound, trace: Trace | None = None) -> CallResult:
    """What the call gives and does. A trace without a message gets one.

    Where a case of the entry hangs on something unknown, the result is the join of both.
    """
    for index, (conditions, case) in enumerate(entry.cases):
        holds = _all_hold(conditions, bound)
        if holds:
            return apply(case, bound, trace)
        if holds is None:
            rest = apply(replace(entry, cases=entry.cases[index + 1 :]), bound, trace)
            return _either(apply(case, bound, trace), rest)
    return _applied(entry, bound, trace)


def _applied(entry: Entry, bound: Bound, trace: Trace | None) -> CallResult:
    value = results.evaluate(entry.result, bound)
    if entry.is_class and entry.same is None and entry.result.symbol is None:
        value = replace(value, symbol=entry.name)
    if entry.dtype_name and entry.parameters is not None and entry.result.dtype is None:
        value = replace(value, dtype=entry.dtype_name)
    target = _written(entry, bound)
    same, mutates = target or entry.same, target or entry.mutates
    if same is not None:
        value = _kept(value, bound.get(same, UNKNOWN), mutates is not None)
    if target is not None:
        value = replace(value, device=bound.get(target, UNKNOWN).device)
    value = _traced(value, entry, bound, trace)
    return CallResult(
        value if trace is None else numbers.named(value, (trace.where, trace.site), bound.values()),
        same,
        mutates,
        mode=_mode(entry, bound, value),
        moves=None if entry.moves is None else answers.device(entry.moves, bound),
        context=entry.context,
        members=_members(entry, bound),
        mode_dependent=_mode_dependent(entry, bound),
    )


def _written(entry: Entry, bound: Bound) -> str | None:
    """The argument that takes the result: `out=` of numpy and torch, `dst` of cv2."""
    for name in ("out", "dst"):
        if entry.parameter(name) is not None and argument(name, bound) is not None:
            return name
    return None


def _kept(value: Value, original: Value, changed: bool) -> Value:
    """The object that is returned itself: it keeps its identity, and what the table says nothing of."""
    if not changed and value == UNKNOWN:
        return original
    kind = value.kind if value.kind is not Kind.UNKNOWN else original.kind
    return replace(
        value,
        kind=kind,
        dtype=original.dtype if changed else value.dtype or original.dtype,
        objects=original.objects,
        device=value.device or original.device,
        symbol=value.symbol or original.symbol,
        parameters=value.parameters | original.parameters,
    )


def _all_hold(conditions: Sequence[Condition], bound: Bound) -> bool | None:
    answers = [_holds(condition, bound) for condition in conditions]
    if False in answers:
        return False
    return None if None in answers else True


def _holds(condition: Condition, bound: Bound) -> bool | None:
    """Whether a condition holds; None where that is not known."""
    answer = _answer(condition, argument(condition.parameter, bound))
    return answer if answer is None else answer != condition.negated


def _answer(condition: Condition, value: Value | None) -> bool | None:
    if condition.kinds:
        if value is None:
            return "none" in condition.kinds
        if (
            value.kind is Kind.TUPLE
            and value.items is not None
            and len(value.items) == 1
            and "tuple" not in condition.kinds
        ):
            value = value.items[0]  # what a `*x` has collected
        if value.kind is Kind.UNKNOWN:
            return None
        return value.kind.value in condition.kinds or value.kind.name.lower() in condition.kinds
    if condition.equals:
        if value is None:
            return False
        return None if value.const is MISSING else value.const in condition.equals
    return value is not None and value.items != ()


def _either(left: CallResult, right: CallResult) -> CallResult:
    same = left.same if left.same == right.same else None
    return CallResult(
        join(left.value, right.value),
        same,
        left.mutates if left.mutates == right.mutates else None,
        mode=left.mode if left.mode == right.mode else "either",
        moves=left.moves if left.moves == right.moves else None,
        context=left.context if left.context == right.context else "unknown",
        members=left.members or right.members,
        mode_dependent=left.mode_dependent if left.mode_dependent == right.mode_dependent else None,
    )


def _mode(entry: Entry, bound: Bound, value: Value) -> str | None:
    if entry.mode is None:
        return "train" if entry.is_class and entry.same is None and value.kind is Kind.MODULE else None
    if not entry.mode.startswith("$"):
        return entry.mode
    flag = (argument(entry.mode[1:], bound) or UNKNOWN).const
    return "either" if flag is MISSING else "train" if flag else "eval"


def _mode_dependent(entry: Entry, bound: Bound) -> bool | None:
    if entry.mode_dependent is None or isinstance(entry.mode_dependent, bool):
        return entry.mode_dependent
    if entry.mode_dependent == "members":
        return None
    value = argument(entry.mode_dependent[1:], bound)
    if value is None:
        return False
    return None if value.const is MISSING else bool(value.const)


def _members(entry: Entry, bound: Bound) -> tuple[Value, ...]:
    value = None if entry.members is None else argument(entry.members, bound)
    if value is None:
        return ()
    if value.items is not None:
        return value.items
    if value.entries is not None:
        return tuple(item for _, item in value.entries)
    return (value,) if value.element is None else (value.element,)


def _traced(value: Value, entry: Entry, bound: Bound, trace: Trace | None) -> Value:
    if not value.trace:
        source = argument(_source(entry), bound)
        value = _with_trace(value, source.trace) if source is not None and source.trace else value
    if trace is None:
        return value
    if trace.message:
        return value.with_trace(trace)
    described = describe(value)
    if described == "unknown":
        return value
    return value.with_trace(replace(trace, message=f"`{entry.last}` gives {described}"))


def _source(entry: Entry) -> str:
    """The parameter that the result's numbers come from; empty where there is none."""
    for text in (entry.result.range, entry.result.dtype):
        for row in alternatives(text) if text is not None else ():
            for expression in row:
                found = first_argument(expression)
                if found:
                    return found
    return ""
