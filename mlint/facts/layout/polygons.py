"""Points that are written out in a list: of a polygon, of a line, of what a perspective is found from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.pairs.names.words import listed

_TWO = 2
_MOST_DEEP = 6
# What makes an array of a list, or gives the same points in another shape.
_SAME = listed("array asarray float32 float64 int32 int64 reshape astype")


def points_in(accesses: Accesses, temporary: int, depth: int = _MOST_DEEP) -> Iterator[ir.Collect]:
    """The pairs of numbers of a list, and of lists in it: those that are written out, and those that are appended."""
    made = accesses.temporaries.definitions.get(temporary)
    if isinstance(made, ir.Collect) and len(made.items) == _TWO and not any(_lists(accesses, made.items)):
        yield made
    elif depth and made is not None:
        for inner in _inside(accesses, made):
            yield from points_in(accesses, inner, depth - 1)


def _lists(accesses: Accesses, items: Iterable[int]) -> Iterator[bool]:
    return (isinstance(accesses.temporaries.definitions.get(each), ir.Collect) for each in items)


def _inside(accesses: Accesses, made: ir.Instruction) -> Iterator[int]:
    """What a list is made of, or what a call gives as an array."""
    temporaries = accesses.temporaries
    if isinstance(made, ir.Collect):
        yield from made.items
    elif isinstance(made, ir.Load):
        yield from _held(accesses, made)
    elif isinstance(made, ir.Call) and temporaries.callee_name(made) in _SAME:
        callee = temporaries.definitions.get(made.callee)
        of_object = isinstance(callee, ir.Attribute) and isinstance(temporaries.definitions.get(callee.base), ir.Call)
        if of_object and isinstance(callee, ir.Attribute):
            yield callee.base
        else:
            yield from (each.value for each in made.arguments[:1])


def _held(accesses: Accesses, load: ir.Load) -> Iterator[int]:
    """What a variable is bound to, and what is appended to that."""
    temporaries = accesses.temporaries
    writes = accesses.reaching(temporaries.places[load.target], (load.name,))
    yield from (each.instruction.value for each in writes if isinstance(each.instruction, ir.Store))
    for call in temporaries.definitions.values():
        if isinstance(call, ir.Call) and _appends(accesses, call, load.name, {each.target for each in writes}):
            yield call.arguments[0].value


def _appends(accesses: Accesses, call: ir.Call, name: str, assigned: set[int]) -> bool:
    """Whether a call appends something to a list that a variable holds, made by one of some assignments."""
    callee = accesses.temporaries.definitions.get(call.callee)
    if not isinstance(callee, ir.Attribute) or callee.name != "append" or len(call.arguments) != 1:
        return False
    path = accesses.temporaries.path(callee.base)
    return path == (name,) and accesses.assigned(accesses.temporaries.places[callee.base], path) <= assigned
