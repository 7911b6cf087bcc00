"""Where the results of a module are taken apart by position, and where the same come in another order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mlint.facts import ir
from mlint.facts.symbols import Symbol
from mlint.facts.units import Unit
from mlint.facts.values import Kind
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
    key = engine.key(cls)
    found: list[tuple[Unit, int]] = []
    for unit in list(_users(engine, cls))[:_MOST_UNITS]:
        try:
            facts = engine.facts(unit, _DEPTH)
        except Unreadable:
            continue
        calls = {
            target
            for target, fact in facts.calls.items()
            if (fact.callee.kind is Kind.MODULE and fact.callee.symbol == key)
            or (fact.name == "forward" and fact.receiver is not None and fact.receiver.symbol == key)
        }
        unpacked = {
            op.source
            for block in unit.lowered.function.blocks
            for op in block.instructions
            if isinstance(op, ir.Element) and op.count == count and op.star is None
        }
        found += [(unit, target) for target in sorted(calls & unpacked)]
    return found


def _users(engine: Engine, cls: Symbol) -> Iterator[Unit]:
    """The functions that name the class and unpack something, and the methods of a class whose constructor names it."""
    seen: set[tuple[str, str]] = set()
    for path, outline in engine.project.functions_with(cls.name.rpartition(".")[2]):
        inside = engine.project.definition(path, outline.class_name) if outline.class_name is not None else None
        methods = [outline]
        if outline.name == "__init__" and isinstance(inside, ClassOutline):
            methods = list(inside.methods.values())
        for method in methods:
            unit = engine.unit(path, method.qualname)
            if unit is not None and unit.where not in seen and _UNPACKS.search(_text(unit)):
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
