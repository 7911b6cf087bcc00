"""How many values a function of the project gives, whatever it is called with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mlint.facts.project.symbols import Symbol
from mlint.facts.returns.promised import promised
from mlint.facts.returns.returns import NOTHING, SOMETHING, returned
from mlint.outline import FunctionOutline
from mlint.source import Unreadable

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

_HARMLESS = ("staticmethod", "classmethod", "abstractmethod", "override", "no_grad()", "export")
"""The last names of decorators that leave what a function returns as it is."""
_DEPTH = 2


def given_by(engine: Engine, key: str, depth: int = _DEPTH) -> int | None:
    """The shape, as in `facts.returns`, of what the function of that key gives: what its annotation says, else what
    all its returns have in common; None where that is not known."""
    symbol = engine.symbol(key)
    outline = symbol.outline if symbol is not None else None
    if symbol is None or not isinstance(outline, FunctionOutline) or outline.is_async:
        return None
    if any(each.rpartition(".")[2] not in _HARMLESS for each in outline.decorators):
        return None
    said = _said(engine, symbol, outline)
    return said if said is not None or depth < 1 else _written(engine, symbol, depth)


def _said(engine: Engine, symbol: Symbol, outline: FunctionOutline) -> int | None:
    path = symbol.path
    if path is None or outline.returns is None:
        return None
    found = promised(outline.returns, lambda dotted: engine.project.resolve(path, dotted))
    return next(iter(found)) if found is not None and len(found) == 1 else None


def _written(engine: Engine, symbol: Symbol, depth: int) -> int | None:
    unit = engine.unit(symbol.path, symbol.qualname) if symbol.path is not None else None
    if unit is None:
        return None
    try:
        function, facts = unit.lowered.function, engine.facts(unit, 1)
    except Unreadable:
        return None
    returns = returned(function, facts, partial(given_by, engine, depth=depth - 1))
    if function.is_generator or not returns:
        return None
    shapes = {SOMETHING if each.shape is None and each.is_given else each.shape for each in returns}
    if len(shapes) == 1:
        return shapes.pop()
    return SOMETHING if None not in shapes and NOTHING not in shapes else None
