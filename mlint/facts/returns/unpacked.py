"""Where the results of a module are taken apart by position, and where the same come in another order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.project.symbols import Symbol
from mlint.facts.project.units import Unit
from mlint.facts.returns.misused import asks_what_it_got, misused
from mlint.facts.returns.stacked import stacked_calls
from mlint.outline import ClassOutline
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_DEPTH = 1
_MOST_UNITS = 12
_TELLING = 2
_UNPACKS = re.compile(r"^\s*\(?[\w.]+\s*,\s*[\w.]+.*=", re.M)


def unpackings(engine: Engine, cls: Symbol, count: int) -> list[tuple[Unit, int]]:
    """The places where a call of a module of the class is unpacked into so many targets."""
    found: list[tuple[Unit, int]] = []
    for unit in users(engine, cls, _UNPACKS):
        instructions = {op.target: op for block in unit.lowered.function.blocks for op in block.instructions}
        unpacked = {
            op.source
            for op in instructions.values()
            if isinstance(op, ir.Element) and op.count == count and op.star is None
            if _may_run(unit, instructions, op.source)
        }
        calls = calls_of(engine, unit, engine.key(cls)) if unpacked else frozenset[int]()
        found += [(unit, target) for target in sorted(calls & unpacked)]
    return found


def _may_run(unit: Unit, instructions: Mapping[int, ir.Instruction], temporary: int) -> bool:
    """Whether a module of the project may be called there, as far as names tell: no function by its own name."""
    call = instructions.get(temporary)
    if not isinstance(call, ir.Call):
        return False
    callee = instructions.get(call.callee)
    found = unit.resolve(callee.name) if isinstance(callee, ir.Global) else None
    return found is None or found.kind not in ("function", "external")


def misuses(engine: Engine, cls: Symbol) -> Iterator[tuple[Unit, int]]:
    """The places where what a module of the class returns, a tuple, is used as if it were one value; none in a function
    that asks what it got."""
    key = engine.key(cls)
    for unit in users(engine, cls):
        function = unit.lowered.function
        if not asks_what_it_got(function):
            facts = engine.facts(unit, _DEPTH)
            yield from ((unit, target) for target in misused(function, facts, calls_of(engine, unit, key), key))


def calls_of(engine: Engine, unit: Unit, key: str) -> frozenset[int]:
    """The calls of a module of the class that the key names."""
    calls = {
        target
        for target, fact in engine.facts(unit, _DEPTH).calls.items()
        if (fact.callee.kind is Kind.MODULE and fact.callee.symbol == key)
        or (fact.name == "forward" and fact.receiver is not None and fact.receiver.symbol == key)
    }
    return frozenset(calls | _of_annotated(engine, unit, key)) | set(stacked_calls(engine, unit, key))


def _of_annotated(engine: Engine, unit: Unit, key: str) -> set[int]:
    """The calls of a parameter that is annotated with the class: `def train(model: Net)`."""
    if unit.outline is None:
        return set()
    given = {each.name for each in unit.outline.parameters if _means(engine, unit, each.annotation, key)}
    instructions = {op.target: op for block in unit.lowered.function.blocks for op in block.instructions}
    loads = {target for target, op in instructions.items() if isinstance(op, ir.Load) and op.name in given}
    return {target for target, op in instructions.items() if isinstance(op, ir.Call) and op.callee in loads}


def _means(engine: Engine, unit: Unit, annotation: str | None, key: str) -> bool:
    found = engine.project.resolve(unit.path, annotation.strip("'\"")) if annotation else None
    return found is not None and found.kind == "class" and engine.key(found) == key


def targets(unit: Unit, call: int) -> tuple[str, ...]:
    """The names that the result of a call is unpacked into, in order; `""` for what is no plain name."""
    instructions = [op for block in unit.lowered.function.blocks for op in block.instructions]
    elements = {op.target: op.index for op in instructions if isinstance(op, ir.Element) and op.source == call}
    stored = {elements[op.value]: op.name for op in instructions if isinstance(op, ir.Store) and op.value in elements}
    return tuple(stored.get(index, "") for index in sorted(elements.values()))


def reordered(found: Sequence[tuple[Unit, int]], names: Sequence[str]) -> tuple[tuple[Unit, int], ...]:
    """Of places that unpack values of these names, one that calls them in another order than the names; or two that
    call them the same, each in another order."""
    orders = [(place, targets(*place)) for place in found]
    for place, theirs in orders:
        if _is_permuted(names, theirs):
            return (place,)
    pairs = ((one, other) for index, one in enumerate(orders) for other in orders[index + 1 :])
    return next(((one[0], other[0]) for one, other in pairs if _is_permuted(one[1], other[1])), ())


def _is_permuted(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    telling = all(len(name) >= _TELLING and name.strip("_") for name in mine) and len(set(mine)) == len(mine)
    return telling and sorted(mine) == sorted(theirs) and tuple(mine) != tuple(theirs)


def users(engine: Engine, cls: Symbol, wanted: re.Pattern[str] | None = None) -> Iterator[Unit]:
    """The first functions that name the class, and methods of a class whose constructor does, that can be read; those
    alone whose text has what is wanted."""
    found = (unit for unit in _named_in(engine, cls) if wanted is None or wanted.search(_text(unit)))
    return filter(_can_be_read, islice(found, _MOST_UNITS))


def _can_be_read(unit: Unit) -> bool:
    try:
        return unit.lowered is not None
    except Unreadable:
        return False


def _named_in(engine: Engine, cls: Symbol) -> Iterator[Unit]:
    seen: set[tuple[str, str]] = set()
    for path, outline in engine.project.functions_with(cls.name.rpartition(".")[2]):
        inside = engine.project.definition(path, outline.class_name) if outline.class_name is not None else None
        methods = [outline]
        if outline.name == "__init__" and isinstance(inside, ClassOutline):
            methods = list(inside.methods.values())
        for method in methods:
            unit = engine.unit(path, method.qualname)
            if unit is not None and unit.where not in seen:
                seen.add(unit.where)
                yield unit


def in_other_order(engine: Engine, cls: Symbol, names: Sequence[str]) -> tuple[Unit, int] | None:
    """A forward of another class that returns the same names in another order, and the line of its return."""
    if any(len(name) < _TELLING for name in names):
        return None  # an `x` here is another one than there
    permuted = re.compile(r"return\s*\(?\s*([\w]+(?:\s*,\s*\w+)+)\s*\)?\s*(?:#.*)?$")
    for path, outline in engine.project.functions_with("forward", *names):
        if (
            outline.name != "forward"
            or outline.class_name is None
            or (path, outline.class_name) == (cls.path, cls.qualname)
        ):
            continue
        unit = engine.unit(path, outline.qualname)
        for number, line in enumerate(unit.source.lines[outline.def_line - 1 : outline.end_line] if unit else ()):
            match = permuted.search(line)
            theirs = re.split(r"\s*,\s*", match[1]) if match is not None else []
            if unit is not None and sorted(theirs) == sorted(names) and theirs != list(names):
                return unit, outline.def_line + number
    return None


def _text(unit: Unit) -> str:
    if unit.outline is None:
        return ""
    return "\n".join(unit.source.lines[unit.outline.def_line - 1 : unit.outline.end_line])
