"""Calls: who is called, with what, and what that does to the state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlint.facts.domain import numbers, promotion
from mlint.facts.domain.objects import EACH, Mode, contained, mode_of_copy, root
from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN, Kind, Object, Value
from mlint.facts.evaluation import containers, dicts, managers, modes
from mlint.facts.evaluation.modes import LAYER, MODE_DEPENDENT, MODE_INDEPENDENT
from mlint.facts.evaluation.passed_on import with_kept
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.facts.tables import calls
from mlint.facts.tables.answers import data
from mlint.facts.tables.calls import CallResult
from mlint.facts.tables.entries import Entry

if TYPE_CHECKING:
    from mlint.facts.evaluation.evaluate import Evaluation
    from mlint.facts.evaluation.outcomes import Outcome

_CHAIN = "torch.nn.Sequential"
_LAYERS, _WEIGHTED = "torch.nn.", "torch.nn.calls.weighted"


def call(evaluation: Evaluation, op: ir.Call) -> Value:
    """`callee(arguments)`: its value; the effects are on the evaluation's state."""
    fact = _seen(evaluation, op)
    evaluation.facts.calls[op.target] = fact
    value = _identified(evaluation, op, _dispatch(evaluation, op, fact))
    if not numbers.lacks_name(value):
        return value
    inputs = [*fact.positional, *fact.keywords.values(), *([] if fact.receiver is None else [fact.receiver])]
    return numbers.named(value, (evaluation.unit.where, op.target), inputs)


def _identified(evaluation: Evaluation, op: ir.Call, value: Value) -> Value:
    """What nothing is known of is something all the same: it can be put in a mode, or have attributes set."""
    if value.objects or value.kind not in (Kind.UNKNOWN, Kind.MODULE, Kind.OBJECT):
        return value
    made: Object = ("new", evaluation.unit.where, op.target)
    modes_known = evaluation.state.modes
    if any(root(each) == made for each in modes_known):  # what the turn before got here is another one
        kept = {each: mode for each, mode in modes_known.items() if root(each) != made}
        evaluation.state = replace(evaluation.state, modes=kept)
    return replace(value, objects=frozenset({made}))


def _seen(evaluation: Evaluation, op: ir.Call) -> CallFact:
    values = evaluation.values
    positional: list[Value] = []
    starred = False
    for argument in op.arguments:
        if argument.stars == 2 or starred:
            starred = True
        elif argument.stars == 1:
            items = values[argument.value].items
            starred = items is None
            positional += items or ()
        elif argument.name is None:
            positional.append(values[argument.value])
    keywords = {argument.name: values[argument.value] for argument in op.arguments if argument.name is not None}
    callee = evaluation.instruction(op.callee)
    receiver, name = None, ""
    if isinstance(callee, ir.Attribute):
        base = values[callee.base]
        name = callee.name
        receiver = None if base.kind in (Kind.NAMESPACE, Kind.CLASS) else base
    elif isinstance(callee, (ir.Load, ir.Global)):
        name = callee.name
    return CallFact(values[op.callee], receiver, name, tuple(positional), keywords, evaluation.state_seen, starred)


def _dispatch(evaluation: Evaluation, op: ir.Call, fact: CallFact) -> Value:
    callee, receiver = fact.callee, fact.receiver
    if callee.kind is Kind.MODULE:
        return _run_module(evaluation, op, fact)
    if callee.kind is Kind.OBJECT and callee.symbol is not None:
        return _run_object(evaluation, op, fact, callee.symbol)
    if callee.kind is Kind.CLASS and callee.symbol is not None:
        return _instance(evaluation, op, fact, callee.symbol)
    if callee.kind is Kind.DTYPE and fact.positional:  # np.uint8(x)
        return numbers.made(data(fact.positional[0]), callee.dtype)
    if callee.kind in (Kind.FUNCTION, Kind.NAMESPACE) and callee.symbol is not None:
        return _function(evaluation, op, fact, callee.symbol, None)
    if any(owner[0] == "closure" for owner in callee.objects):
        return _closure(evaluation, op, fact)
    if receiver is not None:
        return _method(evaluation, op, fact, receiver)
    modes.of_named(evaluation, op)
    return modes.of_class(evaluation, op, fact)


def _function(evaluation: Evaluation, op: ir.Call, fact: CallFact, symbol: str, receiver: Value | None) -> Value:
    if symbol == "builtins.super":
        return modes.super_of(evaluation)
    if symbol == "builtins.getattr":
        return modes.named_part(fact)
    entry = evaluation.engine.tables.entry(symbol)
    if entry is not None:
        return _by_table(evaluation, op, fact, entry, receiver)
    outcome = evaluation.engine.outcome(evaluation, symbol, fact, receiver)
    if outcome is None:
        return modes.of_external(evaluation, op, fact, symbol) or UNKNOWN
    if outcome.is_manager:
        return managers.made(evaluation, op, outcome)
    return _substituted(evaluation, op, outcome)


def _method(evaluation: Evaluation, op: ir.Call, fact: CallFact, receiver: Value) -> Value:
    engine = evaluation.engine
    if receiver.symbol is not None and receiver.kind in (Kind.MODULE, Kind.OBJECT):
        found = engine.method(receiver.symbol, fact.name)
        if found is not None:
            fact.callee = Value(Kind.FUNCTION, symbol=found)
            value = _function(evaluation, op, fact, found, receiver)
            return value if fact.entry is None else modes.kept(fact.name, receiver, value)
        entry = engine.tables.member(receiver.symbol, fact.name) or engine.tables.entry_for_method(
            receiver.kind, fact.name
        )
    else:
        entry = engine.tables.entry_for_method(receiver.kind, fact.name)
    if receiver.kind is Kind.DICT:
        found_in = dicts.of_dict(receiver, fact.name)
        if found_in is not None:
            return found_in
    if entry is None or entry.attribute:
        return modes.of_unknown(evaluation, op, fact, receiver)
    fact.callee = Value(Kind.FUNCTION, symbol=entry.name)
    value = _by_table(evaluation, op, fact, entry, receiver)
    if receiver.kind is Kind.LIST:
        containers.grown(evaluation, op, fact, receiver)
    return modes.kept(fact.name, receiver, value)


# --- library ----------------------------------------------------------------------------------------------------------


def _takes_only_sizes(entry: Entry, op: ir.Call) -> bool:
    """Whether all that `*shape` may pass is a size, of which the numbers do not depend: `randn(*x.shape)`."""
    sizes = entry.parameters is not None and any(
        each.stars == 1 and each.name == "size" for each in entry.parameters[:1]
    )
    return sizes and not any(each.stars == 2 for each in op.arguments)


def _by_table(evaluation: Evaluation, op: ir.Call, fact: CallFact, entry: Entry, receiver: Value | None) -> Value:
    fact.entry = entry
    bound = calls.bind(entry, fact.positional, fact.keywords, receiver)
    result = calls.apply(entry, bound, evaluation.trace(op.target, ""))
    value = result.value
    if value.device == "cpu" and any(each.stars == 2 for each in op.arguments):
        value = replace(value, device=None)  # `**options` may hold the device
    if fact.starred and not _takes_only_sizes(entry, op):  # what `*limits` passes is not known, and no default either
        value = replace(value, range=promotion.limits(value.dtype), term=None)
    if result.same is not None and result.same in bound:
        itself = bound[result.same]
        kept = itself.traits & {"parameter", "buffer"}
        value = replace(value, objects=itself.objects, traits=value.traits | kept)
    elif modes.COPY in value.traits and fact.positional:
        value = modes.copied(evaluation, op, fact.positional[0])
    elif value.kind in (Kind.MODULE, Kind.OBJECT, Kind.OPTIMIZER):
        value = _chained(_made(evaluation, op, value, result), fact, result)
    if result.context is not None:
        value = Value(Kind.CONTEXT, symbol=result.context)
    if result.mode is not None:
        mode = _mode_of_given(evaluation, op) if entry.members is not None else None
        mode = mode or _mode(evaluation, op, result, bound, entry)
        each = result.same is not None and EACH in bound.get(result.same, UNKNOWN).traits
        evaluation.state = evaluation.state.with_mode(value.objects, mode, each)
    if result.mutates is not None and result.mutates in bound:
        changed = bound[result.mutates]
        kind = changed.kind if value.kind is Kind.NONE else value.kind  # `a.fill(0)` gives nothing
        _write_back(evaluation, op, changed, replace(value, kind=kind))
    if entry.registers is not None and receiver is not None:
        _register(evaluation, receiver, bound, entry)
    return value


def _chained(module: Value, fact: CallFact, result: CallResult) -> Value:
    """A `Sequential` remembers its members, so that what the last of them gives is what it gives."""
    is_known = module.symbol == _CHAIN and not fact.starred and len(result.members) == len(fact.positional)
    return replace(module, items=result.members) if is_known else module


def _register(evaluation: Evaluation, module: Value, bound: Mapping[str, Value], entry: Entry) -> None:
    """`self.register_buffer("mean", x)` makes `self.mean`, which moves with the module."""
    name, held = bound.get("name", UNKNOWN).const, bound.get(entry.registers or "", UNKNOWN)
    if isinstance(name, str) and held.kind in (Kind.TENSOR, Kind.UNKNOWN):
        held = replace(held, kind=Kind.TENSOR, traits=held.traits | set(entry.result.traits))
        evaluation.state = evaluation.state.with_field(module.objects, name, held)


def _mode(evaluation: Evaluation, op: ir.Call, result: CallResult, bound: Mapping[str, Value], entry: Entry) -> Mode:
    step = evaluation.trace(op.target, "")
    if entry.is_class:
        return Mode(modes.MODES["train"], (replace(step, message=modes.MADE),))
    flag = bound.get(entry.mode[1:]) if entry.mode is not None and entry.mode.startswith("$") else None
    known = None if flag is None else modes.recorded(flag)
    made = modes.put(known or modes.MODES[result.mode or "either"], step)
    is_made = result.same is None and made.modes == modes.MODES["train"]
    return replace(made, trace=(replace(step, message=modes.MADE),)) if is_made else made


def _mode_of_given(evaluation: Evaluation, op: ir.Call) -> Mode | None:
    """Of `Sequential(*model[:3])` what counts is the mode of its members, where these come with what was passed in, or
    were put in another mode than that in which they were made."""
    spread = [evaluation.values[each.value] for each in op.arguments if each.stars == 1]
    objects = frozenset().union(*(each.objects or contained(each) for each in spread))
    given = frozenset(each for each in objects if root(each)[0] == "parameter")
    if given:
        return mode_of_copy(evaluation.state, given)
    inside = frozenset(each for each in objects if each[0] == "item")
    found = mode_of_copy(evaluation.state, inside) if inside else None
    return None if found is None or found.modes == modes.MODES["train"] else found


def _made(evaluation: Evaluation, op: ir.Call, value: Value, result: CallResult) -> Value:
    made: Object = ("new", evaluation.unit.where, op.target)
    owners = frozenset({made})
    for position, member in enumerate(result.members):
        evaluation.state = evaluation.state.with_field(owners, str(position), member)
    dependent = result.mode_dependent
    members = result.members or _spread(evaluation, op)
    if dependent is None and members:
        traits = [member.traits for member in members]
        if any(MODE_DEPENDENT in each for each in traits):
            dependent = True
        elif result.members and all(MODE_INDEPENDENT in each for each in traits):
            dependent = False
    trait = {None: set(), True: {MODE_DEPENDENT}, False: {MODE_INDEPENDENT}}[dependent]
    if dependent:
        inside = {each for member in members for each in member.traits if each.startswith(LAYER)}
        trait |= inside or {LAYER + (value.symbol or "").rpartition(".")[2]}
    return replace(value, objects=owners, traits=value.traits | trait)


def _spread(evaluation: Evaluation, op: ir.Call) -> tuple[Value, ...]:
    """What is known of each module of `Sequential(*list(model.children())[:-1])`."""
    spread = [evaluation.values[each.value] for each in op.arguments if each.stars == 1]
    found = [each.element or each for each in spread]  # a slice of a list is known as one of its elements
    return tuple(each for each in found if each.kind is Kind.MODULE)


def _write_back(evaluation: Evaluation, op: ir.Call, old: Value, new: Value) -> None:
    """What was updated in place takes the new value under the name that it was passed by; a parameter stays one."""
    new = replace(new, traits=new.traits | (old.traits & {"parameter", "buffer"}))
    callee = evaluation.instruction(op.callee)
    passed = [argument.value for argument in op.arguments]
    if isinstance(callee, ir.Attribute):
        passed.insert(0, callee.base)
    for temporary in passed:
        if evaluation.values[temporary] is old:
            evaluation.rewritten[op.target] = evaluation.rewritten.get(temporary, temporary)
            evaluation.update(temporary, new)
            return


# --- the project's own code -------------------------------------------------------------------------------------------


def _run_module(evaluation: Evaluation, op: ir.Call, fact: CallFact) -> Value:
    """A call of a module runs its forward."""
    module = fact.callee
    if module.symbol is None:
        return UNKNOWN
    if module.symbol == _CHAIN and module.items:
        passed = fact.positional if len(module.items) == 1 else (_before_last(evaluation, op, fact, module.items),)
        return _run_module(evaluation, op, replace(fact, callee=module.items[-1], positional=passed))
    forward = evaluation.engine.method(module.symbol, "forward")
    if forward is not None:
        return _function(evaluation, op, fact, forward, module)
    return _forwarded(evaluation, op, fact, module.symbol)


def _before_last(evaluation: Evaluation, op: ir.Call, fact: CallFact, layers: tuple[Value, ...]) -> Value:
    """What the last layer of a chain is given, where that is one of torch's which hands on the range of its input and
    another of torch's layers stands before it."""
    last, before = layers[-1].symbol or "", layers[-2].symbol or ""
    entry = evaluation.engine.tables.entry(last) if last.startswith(_LAYERS) else None
    if entry is None or entry.forward == _WEIGHTED or before == _CHAIN or not before.startswith(_LAYERS):
        return Value(Kind.TENSOR)
    return _run_module(evaluation, op, replace(fact, callee=replace(fact.callee, items=layers[:-1])))


def _run_object(evaluation: Evaluation, op: ir.Call, fact: CallFact, symbol: str) -> Value:
    """A call of an object runs its `__call__`."""
    called = evaluation.engine.method(symbol, "__call__")
    if called is not None:
        return _function(evaluation, op, fact, called, fact.callee)
    return _forwarded(evaluation, op, fact, symbol)


def _forwarded(evaluation: Evaluation, op: ir.Call, fact: CallFact, symbol: str) -> Value:
    entry = evaluation.engine.tables.entry(symbol)
    inner = evaluation.engine.tables.entry(entry.forward) if entry is not None and entry.forward else None
    if inner is None:
        return UNKNOWN
    bound = calls.bind(inner, fact.positional, fact.keywords)
    return calls.apply(inner, bound, evaluation.trace(op.target, "")).value


def _instance(evaluation: Evaluation, op: ir.Call, fact: CallFact, symbol: str) -> Value:
    engine = evaluation.engine
    kind = engine.kind_of_class(symbol)
    if kind is None:
        entry = engine.tables.entry(symbol)
        return UNKNOWN if entry is None else _filled(evaluation, op, fact, _by_table(evaluation, op, fact, entry, None))
    made: Object = ("new", evaluation.unit.where, op.target)
    value = Value(kind, symbol=symbol, objects=frozenset({made}))
    if kind is Kind.MODULE:
        step = evaluation.trace(op.target, modes.MADE)
        evaluation.state = evaluation.state.with_mode(value.objects, Mode(modes.MODES["train"], (step,)))
    init = engine.method(symbol, "__init__")
    outcome = engine.outcome(evaluation, init, fact, value) if init is not None else None
    if outcome is not None:
        _substituted(evaluation, op, outcome)
    elif init is None or "::" not in init:
        passed = engine.classes.passed(symbol, fact)
        evaluation.state = evaluation.state.with_fields([(value.objects, name, each) for name, each in passed])
    elif evaluation.depth > 0 and kind is Kind.OBJECT:
        evaluation.state = with_kept(engine, evaluation.state, init, fact, value)
    return value


def _filled(evaluation: Evaluation, op: ir.Call, fact: CallFact, value: Value) -> Value:
    """`dict(a=x)` holds what it is given, `map(make, xs)` what the function gives."""
    if fact.callee.symbol in dicts.DICTS:
        return dicts.made(value, fact)
    if fact.callee.symbol != "builtins.map" or len(fact.positional) != 2:
        return value
    function, source = fact.positional
    each = containers.next_of(source, op.target, evaluation.unit.where)
    given = _dispatch(evaluation, op, CallFact(function, None, "", (each,), {}, fact.state))
    return replace(value, element=_identified(evaluation, op, given))


def _closure(evaluation: Evaluation, op: ir.Call, fact: CallFact) -> Value:
    for owner in fact.callee.objects:
        if owner[0] != "closure" or not evaluation.follows(evaluation.unit, str(owner)):
            continue
        inner = evaluation.engine.closure(evaluation, owner, fact)
        if inner is not None:
            return replace(inner, term=None)
    return UNKNOWN


def _substituted(evaluation: Evaluation, op: ir.Call, outcome: Outcome) -> Value:
    """The outcome of a call in the caller's terms; its effects are applied to the state."""
    rebase = outcome.rebase(evaluation.state, (evaluation.unit.where, op.target))
    evaluation.state = rebase.applied(evaluation.state, outcome.effects)
    return rebase.value(outcome.value)
