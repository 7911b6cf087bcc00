"""Branches of which every turn of a loop takes the same one: what one of them does to a mode, the other never meets."""

from __future__ import annotations

from collections.abc import Iterator

from mlint.facts.domain.values import Trace
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses
from mlint.subjects.owners import Function

_PLAIN = (ir.Load, ir.Global, ir.Const, ir.Attribute, ir.Compare, ir.Unary)


def is_never_met(function: Function, steps: tuple[Trace, ...], target: int) -> bool:
    """Whether all that puts a model in train mode, by these steps, stands on the other branch of a condition that
    stays as it is while the function runs: `if passes > 1: sample(model) else: model(x)`, in a loop."""
    accesses = Accesses(function.ir)
    places = accesses.temporaries.places
    sites = list(_sites(function, steps))
    if not sites or target not in places or not all(each in places for each in sites):
        return False
    mine = places[target].block
    return all(any(_parts(accesses, each, places[site].block, mine) for each in accesses.graph.order) for site in sites)


def _sites(function: Function, steps: tuple[Trace, ...]) -> Iterator[int]:
    """The calls of the function by which the model comes to be in train mode."""
    engine = function.file.engine
    for step in steps:
        if "train mode" not in step.message:
            continue
        if step.where == function.unit.where:
            yield step.site
            continue
        for site, fact in function.facts.calls.items():
            found = engine.symbol(fact.callee.symbol) if fact.callee.symbol is not None else None
            if found is not None and (str(found.path), found.qualname) == (str(step.where[0]), step.where[1]):
                yield site


def _parts(accesses: Accesses, branch: int, one: int, other: int) -> bool:
    end = accesses.function.blocks[branch].end
    if not isinstance(end, ir.Branch) or end.condition is None or not _is_steady(accesses, end.condition):
        return False
    ways = [accesses.graph.reachable([way], frozenset({branch})) for way in (end.then, end.orelse)]
    return any(
        one in mine and other not in mine and other in its and one not in its for mine, its in (ways, ways[::-1])
    )


def _is_steady(accesses: Accesses, condition: int) -> bool:
    """Whether nothing is asked but names that the function does not assign."""
    temporaries = accesses.temporaries
    made = [temporaries.definitions[each] for each in temporaries.inputs(condition)]
    names = [each.name for each in made if isinstance(each, ir.Load)]
    return all(isinstance(each, _PLAIN) for each in made) and not any(
        accesses.all((name,), Access.WRITE) for name in names
    )
