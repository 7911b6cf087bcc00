"""What the callers of a function pass to it, as far as they are seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mlint.facts.around.sites import Site
from mlint.facts.domain.intervals import Interval
from mlint.facts.domain.polynomials import Term, leaf
from mlint.facts.domain.promotion import is_float
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.guards import conditions, names
from mlint.subjects.owners import Function


def passed(owner: Function, at: int, wanted: Collection[Term]) -> Iterator[tuple[Site, dict[Term, Interval]]]:
    """Per call of the function that is seen: where those of its parameters lie whose terms are wanted, and that are
    floating point numbers. Nothing where what decides about the place `at` asks about one of them."""
    terms = _parameters(owner, wanted)
    if not terms or _are_asked_about(owner, at, frozenset(terms)):
        return
    engine = owner.file.engine
    for site in engine.callers.sites(owner.unit).sites:
        given = engine.arguments(owner.unit, site.fact, site.fact.receiver)
        known = {terms[name]: value for name, value in given.items() if name in terms and is_float(value.dtype)}
        reached = {each: value.range for each, value in known.items() if value.range is not None}
        if reached:
            yield site, reached


def _parameters(owner: Function, wanted: Collection[Term]) -> dict[str, Term]:
    """The wanted terms that are parameters, by their names."""
    given = owner.outline.parameters if owner.outline is not None else ()
    terms = {each.name: leaf(("parameter", owner.unit.where, each.name)) for each in given}
    return {name: term for name, term in terms.items() if term in wanted}


def _are_asked_about(owner: Function, at: int, parameters: frozenset[str]) -> bool:
    for body in owner.bodies[:1]:
        accesses = Accesses(body)
        place = accesses.temporaries.places.get(at)
        if place is not None:
            deciding = conditions(accesses, place.block)
            return any(not parameters.isdisjoint(names(accesses, condition)) for condition in deciding)
    return True
