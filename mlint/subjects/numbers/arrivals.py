"""The values that came together in one: by the ways to a variable, or as the parts of an array that is put together."""

from __future__ import annotations

from collections.abc import Iterator

from mlint.facts.domain.terms import function
from mlint.facts.domain.values import Kind, Value
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses
from mlint.subjects.owners import Function

_STACKING = frozenset("stack concatenate dstack hstack vstack column_stack merge cat concat".split())
_LIMITING = frozenset("clip_ clamp_ clamp_min_ clamp_max_ putmask place".split())
_ALIKE = frozenset("zeros_like empty_like ones_like".split())
_MAKING = frozenset("zeros empty ones".split())
_MOST = 8


def arrivals(owner: Function, temporary: int, hops: int = 3) -> Iterator[Value]:
    """The values that one of unknown range may be, or that it was put together from.

    Nothing where something in the function limits numbers in place: which of them is not followed.
    """
    if _limits_in_place(owner):
        return
    made = owner.instructions.get(temporary)
    found: list[int] = []
    if isinstance(made, ir.Load):
        found = _assigned(owner, temporary, made)
    elif isinstance(made, ir.Call):
        found = _stacked(owner, made)
    for each in found[:_MOST]:
        value = owner.value(each)
        yield value
        if hops and value.range is None and value.kind is not Kind.NUMBER:
            yield from arrivals(owner, each, hops - 1)


def _assigned(owner: Function, temporary: int, load: ir.Load) -> list[int]:
    """What the variable that is loaded here was assigned, on one way or another."""
    accesses = _around(owner, temporary)
    return [] if accesses is None else [each.value for each in _stores(accesses, temporary, load)]


def _around(owner: Function, temporary: int) -> Accesses | None:
    body = next((body for body in owner.bodies if any(_holds(block, temporary) for block in body.blocks)), None)
    return None if body is None else Accesses(body)


def _stores(accesses: Accesses, temporary: int, load: ir.Load) -> list[ir.Store]:
    """The assignments that the variable which is loaded here may have its value from; none where it is changed."""
    writes = accesses.reaching(accesses.temporaries.places[temporary], (load.name,))
    if any(event.access is Access.CHANGE for events in accesses.of((load.name,)).values() for event in events):
        return []
    return [each.instruction for each in writes if isinstance(each.instruction, ir.Store)]


def added(owner: Function, temporary: int) -> Iterator[Value]:
    """What a loop that has ended adds by `+=` to the variable that is loaded here."""
    load = owner.instructions.get(temporary)
    accesses = _around(owner, temporary) if isinstance(load, ir.Load) else None
    if accesses is None or not isinstance(load, ir.Load):
        return
    blocks, places = accesses.graph.blocks, accesses.temporaries.places
    around = set(blocks[places[temporary].block].loops)
    for store in _stores(accesses, temporary, load):
        made = owner.instructions.get(store.value)
        turns = set(blocks[places[store.target].block].loops) - around
        if turns and store.augmented and isinstance(made, ir.Binary) and made.op == "+":
            yield owner.value(made.right)


def _holds(block: ir.Block, temporary: int) -> bool:
    return any(each.target == temporary for each in block.instructions)


def _stacked(owner: Function, call: ir.Call) -> list[int]:
    """The parts of `np.stack([r, g, b])`, `cv2.merge((r, g, b))`."""
    fact = owner.facts.calls.get(call.target)
    if fact is None or fact.name not in _STACKING or not call.arguments:
        return []
    parts = owner.instructions.get(call.arguments[0].value)
    return list(parts.items) if isinstance(parts, ir.Collect) and not parts.starred else []


def made_alike(owner: Function, temporary: int) -> Value | None:
    """Where a variable only ever holds an array that was made with the dtype of another, which is not known
    (`np.zeros_like(image)`, `np.empty(shape, image.dtype)`): that dtype."""
    made = owner.instructions.get(temporary)
    if not isinstance(made, ir.Load):
        return None
    stores = [op for op in owner.instructions.values() if isinstance(op, ir.Store) and op.name == made.name]
    fact = owner.facts.calls.get(stores[0].value) if len(stores) == 1 else None
    if fact is None:
        return None
    given = [*fact.positional[1:], *fact.keywords.values()]
    if fact.name in _ALIKE and fact.positional and not any(_is_dtype(each) for each in given):
        source = fact.positional[0].term
        return None if source is None else Value(Kind.DTYPE, term=function(".dtype", source))
    return next((each for each in given if _is_dtype(each)), None) if fact.name in _MAKING else None


def _is_dtype(value: Value) -> bool:
    return value.kind in (Kind.DTYPE, Kind.CLASS) or (value.term is not None and value.term.op == ".dtype")


def _limits_in_place(owner: Function) -> bool:
    if any("out" in fact.keywords or fact.name in _LIMITING for fact in owner.facts.calls.values()):
        return True
    return any(
        isinstance(op, ir.StoreItem) and owner.value(op.index).dtype == "bool" for op in owner.instructions.values()
    )
