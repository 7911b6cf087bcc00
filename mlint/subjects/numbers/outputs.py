"""What is known for the function that gave it: the raw output of a module, a tensor that was normalised."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from mlint.facts.domain.polynomials import Term
from mlint.facts.domain.reaches import parts_of, root
from mlint.facts.domain.records import replace
from mlint.facts.domain.shifts import is_denormalised
from mlint.facts.domain.values import Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.subjects.numbers.operands import made_by, unfolded
from mlint.subjects.owners import Function

_LINEAR = ("Conv", "Linear", "LazyConv", "LazyLinear", "Bilinear", "BatchNorm", "InstanceNorm", "LayerNorm")
_OPEN = ("ReLU", "LeakyReLU", "PReLU", "ELU", "GELU", "SiLU", "Softplus")
"""Layers that leave at least one end open."""
_KEEPS = ("PixelShuffle", "PixelUnshuffle", "Upsample", "Identity", "Flatten", "Unflatten", "Dropout")
"""Layers that give the numbers which they are given."""
_LIMITS = ("clamp_", "clip_", "out")
"""What may bring an array into its range where it lies."""
_DEEPEST = 4
_FRACTIONS = 16.0
"""What is brought to the scale of bytes is multiplied by more than this."""


def comes_from_module(owner: Function, whole: Term) -> bool:
    """Whether it is the output of a module as it gave it."""
    found = _called(owner, whole)
    return found is not None and whole == found[0] and found[2].callee.kind is Kind.MODULE


def is_raw_output(owner: Function, whole: Term) -> bool:
    """Whether it is what a module that is seen to end in a convolution or a linear layer gave, scaled and shifted."""
    found = _called(owner, whole)
    return found is not None and is_raw(owner, found[1])


def _called(owner: Function, whole: Term) -> tuple[Term, Value, CallFact] | None:
    """What a module gave, of which nothing is known and which is scaled and shifted at most, that module, and its
    call."""
    parts = [(powers, scale) for powers, scale in parts_of(whole) if powers]
    if len(parts) != 1 or len(parts[0][0]) != 1 or parts[0][0][0][1] != 1:
        return None
    atom, _ = parts[0][0][0]
    op, call = made_by(owner, root(atom))
    if op is None or call is None or atom.range is not None:
        return None
    module = _module(owner, op, call.callee)
    if module is None or (module.symbol or "").startswith("torchvision.transforms."):  # there what comes in decides
        return None
    return atom, module, call


def _module(owner: Function, op: ir.Call, callee: Value) -> Value | None:
    """The module that a call runs: where that is a parameter, as its annotation or a caller knows it."""
    if callee.symbol is not None or callee.kind not in (Kind.MODULE, Kind.UNKNOWN):
        return callee if callee.kind is Kind.MODULE else None
    found = _passed(owner, op) or callee
    if found.kind is not Kind.MODULE:
        return None
    return found if found.symbol is not None else replace(found, symbol=_annotated(owner, op))


def _passed(owner: Function, op: ir.Call) -> Value | None:
    """The module that the callers of the function pass, where all that are seen pass one of the same class."""
    callee, engine = owner.instructions.get(op.callee), owner.file.engine
    if not isinstance(callee, ir.Load) or owner.outline is None:
        return None
    if callee.name not in {each.name for each in owner.outline.parameters}:
        return None
    sites = engine.callers.sites(owner.unit).sites
    given = [engine.arguments(owner.unit, each.fact, each.fact.receiver).get(callee.name) for each in sites]
    known = [each for each in given if each is not None and each.kind is Kind.MODULE and each.symbol is not None]
    return known[0] if known and len(known) == len(given) and len({each.symbol for each in known}) == 1 else None


def _annotated(owner: Function, call: ir.Call) -> str | None:
    """The class of the project that a parameter which is called is annotated with."""
    callee = owner.instructions.get(call.callee)
    given = owner.outline.parameters if owner.outline is not None and isinstance(callee, ir.Load) else ()
    for each in given:
        if isinstance(callee, ir.Load) and each.name == callee.name and each.annotation:
            found = owner.project.resolve(owner.path, each.annotation.strip("'\""))
            return owner.file.engine.key(found) if found is not None and found.kind == "class" else None
    return None


def is_raw(owner: Function, module: Value, depth: int = _DEEPEST) -> bool:
    """Whether a module is seen to give what a convolution or a linear layer computes, which nothing bounds."""
    symbol = module.symbol or ""
    if symbol.startswith("torch.nn."):
        last = symbol.rpartition(".")[2]
        if last == "Sequential":
            layers = [each for each in module.items or () if not _keeps(each)]
            return bool(layers) and depth > 0 and is_raw(owner, layers[-1], depth - 1)
        return last.startswith(_LINEAR) or last in _OPEN
    forward = _forward(owner, symbol) if depth > 0 else None
    if forward is None:
        return False
    ranges = [value.range for value in forward.facts.returns.values() if value.kind is Kind.TENSOR]
    is_open = any(each is not None and math.isinf(each.low) and math.isinf(each.high) for each in ranges)
    return is_open or any(is_raw(owner, called.callee, depth - 1) for called in _returned(forward))


def _keeps(layer: Value) -> bool:
    return (layer.symbol or "").startswith("torch.nn.") and (layer.symbol or "").rpartition(".")[2].startswith(_KEEPS)


def _forward(owner: Function, symbol: str) -> Function | None:
    """The forward of a class of the project."""
    engine = owner.file.engine
    forward = engine.method(symbol, "forward")
    found = engine.symbol(forward) if forward is not None else None
    unit = engine.unit(found.path, found.qualname) if found is not None and found.path is not None else None
    return None if unit is None else Function(owner.file, unit)


def _returned(function: Function) -> Iterator[CallFact]:
    """The calls of modules whose results a forward returns."""
    for value in function.facts.returns.values():
        if value.term is None or value.range is not None:
            continue
        for powers, _ in parts_of(value.term):
            for atom, _ in powers:
                call = made_by(function, root(atom))[1]
                if call is not None and call.callee.kind is Kind.MODULE and atom.range is None:
                    yield call


def is_denormalised_inside(owner: Function, whole: Term) -> bool:
    """Whether a function of the project made it, which scales and shifts what it is given by arrays."""
    parts = [(powers, scale) for powers, scale in parts_of(whole) if powers]
    if len(parts) != 1 or len(parts[0][0]) != 1:
        return False
    call = made_by(owner, root(parts[0][0][0][0]))[1]
    symbol = call.callee.symbol if call is not None and call.callee.kind is Kind.FUNCTION else None
    engine = owner.file.engine
    found = engine.symbol(symbol) if symbol is not None and call is not None and call.entry is None else None
    unit = engine.unit(found.path, found.qualname) if found is not None and found.path is not None else None
    if unit is None:
        return False
    function = Function(owner.file, unit)
    values = [value for value in function.facts.returns.values() if value.range is None]
    terms = [unfolded(function, value.term) for value in values]
    return any(each is not None and is_denormalised(each) for each in terms)


def is_denormalised_in_place(owner: Function, whole: Term) -> bool:
    """Whether a loop before has scaled and shifted its channels: `for t, m, s in zip(x, ms, ss): t.mul_(s).add_(m)`."""
    inside = [atom for powers, _ in parts_of(whole) for atom, _ in powers]
    if len(inside) != 1 or "add_" not in owner.words or not owner.words.isdisjoint(_LIMITS):
        return False
    return any(
        owner.value(each.value).term == root(inside[0])
        for shift, op in owner.instructions.items()
        if isinstance(op, ir.Call) and any(isinstance(user, ir.Discard) for user in owner.users.get(shift, ()))
        if (scaled := _receiver(owner, op, "add_")) is not None and isinstance(scaled, ir.Call)
        if isinstance(channel := _receiver(owner, scaled, "mul_"), ir.Load)
        for each in _gone_through(owner, channel.name)
    )


def _receiver(owner: Function, call: ir.Call, method: str) -> ir.Instruction | None:
    """What a method of that name is called of, with something that is no literal."""
    callee = owner.instructions.get(call.callee)
    given = [owner.instructions.get(each.value) for each in call.arguments]
    if not isinstance(callee, ir.Attribute) or callee.name != method or len(given) != 1:
        return None
    return None if isinstance(given[0], ir.Const) else owner.instructions.get(callee.base)


def _gone_through(owner: Function, name: str) -> Iterator[ir.Argument]:
    """What a loop goes through, beside other things, whose parts a variable is assigned one by one."""
    for store in owner.instructions.values():
        if not isinstance(store, ir.Store) or store.name != name:
            continue
        taken = owner.instructions.get(store.value)
        turn = owner.instructions.get(taken.source) if isinstance(taken, ir.Element) else None
        through = owner.instructions.get(turn.iterable) if isinstance(turn, ir.Next) else None
        fact = owner.facts.calls.get(through.target) if isinstance(through, ir.Call) else None
        if fact is not None and isinstance(through, ir.Call) and fact.callee.symbol == "builtins.zip":
            yield from through.arguments


def is_input(owner: Function, whole: Term) -> bool:
    """Whether it was computed from what a loop takes from a data loader, and from nothing that a model gave."""
    here = [each for each in whole.sources if isinstance(each, tuple) and each[:1] == (owner.unit.where,)]
    made = [owner.instructions.get(each[1]) for each in here if len(each) == 2 and isinstance(each[1], int)]
    facts = [owner.facts.calls.get(op.target) for op in made if isinstance(op, ir.Call)]
    if any(map(_may_be_model, facts)):
        return False
    held = (each[-1] for each in here if each[1:2] == ("at",))  # what a variable holds where several ways meet
    return any(_is_loaded(owner, op) for op in made) or any(_holds_loaded(owner, name) for name in held)


def _may_be_model(fact: CallFact | None) -> bool:
    if fact is None or fact.callee.kind is Kind.MODULE:
        return True
    is_method = fact.receiver is not None and fact.receiver.term is not None
    return fact.entry is None and fact.callee.kind is not Kind.FUNCTION and not is_method


def _is_loaded(owner: Function, op: ir.Instruction | None) -> bool:
    """Whether it is what a loop takes from a data loader, or a part of that."""
    while isinstance(op, (ir.Element, ir.Item)):
        op = owner.instructions.get(op.source if isinstance(op, ir.Element) else op.base)
    if isinstance(op, ir.Load):
        return _holds_loaded(owner, op.name)
    return isinstance(op, ir.Next) and _LOADER.search(owner.code(op.iterable)) is not None


def _holds_loaded(owner: Function, name: object) -> bool:
    """Whether nothing else is assigned to the variable."""
    stores = [op for op in owner.instructions.values() if isinstance(op, ir.Store) and op.name == name]
    made = [owner.instructions.get(op.value) for op in stores]
    return bool(made) and all(not isinstance(op, ir.Load) and _is_loaded(owner, op) for op in made)


_LOADER = re.compile(r"loaders?\b|\bdata(?:set)?\b", re.IGNORECASE)


def is_normalised(owner: Function, whole: Term) -> bool:
    """Whether a tensor that was normalised by mean and deviation is brought to the scale of bytes as it is."""
    parts = [(powers, scale) for powers, scale in parts_of(whole) if powers or abs(scale) > 1]  # `+ 0.5` rounds
    if len(parts) != 1 or len(parts[0][0]) != 1 or abs(parts[0][1]) < _FRACTIONS:
        return False
    ((atom, power),) = parts[0][0]
    call = made_by(owner, root(atom))[1]
    if call is None or power != 1:
        return False
    symbol = call.callee.symbol or ""
    return symbol.startswith("torchvision.transforms.") and symbol.rpartition(".")[2] in ("Normalize", "normalize")
