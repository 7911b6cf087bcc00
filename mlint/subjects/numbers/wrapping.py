"""Whether a number is meant to wrap around where it becomes a byte, or nobody minds."""

from __future__ import annotations

import re

from mlint.facts.domain.polynomials import Term
from mlint.facts.domain.reaches import root
from mlint.facts.domain.terms import atoms
from mlint.facts.domain.values import Kind
from mlint.facts.flow import ir
from mlint.facts.flow.recorded import CallFact
from mlint.subjects.numbers.operands import made_by
from mlint.subjects.occasion import in_tests
from mlint.subjects.owners import Function

_SHAPING = frozenset("reshape view astype transpose squeeze unsqueeze expand_dims float double copy".split())
_STRETCHED = re.compile(r"^\(*([\w.\[\]]+)-\1\.min\(\)\)/\(\1\.max\(\)-\1\.min\(\)\)\)?(?:\*255(?:\.0?)?\)?)?$")
_MADE_UP = frozenset(
    """rand randn randint random random_sample sample normal standard_normal uniform integers arange linspace
    range""".split()
)


def is_meant(function: Function, at: int) -> bool:
    """Whether the cast stands in `with np.errstate(over="ignore")`: whoever writes that knows that numbers wrap."""
    fact = function.facts.calls.get(at)
    opened = [function.instructions.get(each.site) for each in fact.state.contexts] if fact is not None else []
    made = [function.facts.calls.get(each.context) for each in opened if isinstance(each, ir.Enter)]
    return any(each is not None and each.callee.symbol == "numpy.errstate" and "over" in each.keywords for each in made)


def is_known_to_fit(function: Function, operand: int) -> bool:
    """Whether the function asserts something of the least or largest number, or stretches what it reads from one place
    between its own ends: `(xs[i] - xs[i].min()) / (xs[i].max() - xs[i].min()) * 255`."""
    code = function.code(operand)
    asserted = re.compile(rf"\bassert\b.*\b{re.escape(code)}\.(?:min|max|amin|amax)\(")
    return _STRETCHED.search(re.sub(r"\s", "", code)) is not None or any(map(asserted.search, function.lines))


def is_made_up(function: Function, whole: Term | None) -> bool:
    """Whether a test makes the numbers up, by drawing or counting, or writes them out: any will do as its input."""
    if whole is None or not (in_tests(function) or "test" in function.name.split("_")):
        return False
    made = [_origin(function, each) for each in atoms(whole)]
    return bool(made) and all(each is not None and (each.name in _MADE_UP or _is_written_out(each)) for each in made)


def meet_written_out(function: Function, whole: Term | None) -> bool:
    """Whether several arrays are computed with that the code writes out: which number meets which is not followed."""
    made = [_origin(function, each) for each in atoms(whole)] if whole is not None else []
    return len(made) > 1 and all(each is not None and _is_written_out(each) for each in made)


def _origin(function: Function, atom: Term) -> CallFact | None:
    """The call that made an array, before it was given another shape or dtype."""
    found = made_by(function, root(atom))[1]
    while found is not None and found.name in _SHAPING and found.receiver is not None and found.receiver.term:
        found = made_by(function, root(found.receiver.term))[1]
    return found


def _is_written_out(made: CallFact) -> bool:
    """`np.array([1, 2])`: a list that the code writes out."""
    given = made.positional[:1] if made.name in ("array", "asarray", "tensor") else ()
    return any(each.kind in (Kind.LIST, Kind.TUPLE) for each in given)
