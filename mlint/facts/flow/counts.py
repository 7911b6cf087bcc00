"""Which values are amounts: how many there are, how long or wide something is."""

from __future__ import annotations

import re

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.consumers import callee_name
from mlint.facts.flow.paths import Path

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_COUNTS = frozenset(
    {"n", "num", "len", "length", "count", "counts", "cnt", "total", "totals", "steps", "step", "batches", "samples"}
    | {"size", "iters", "iterations", "number", "items", "images", "nb", "seen", "examples", "numel", "epochs", "runs"}
    | {"tokens", "frames", "pixels", "points", "elements", "trials", "repeats", "ntokens", "nsamples", "bs"}
)
_EXTENTS = frozenset(
    {"n", "num", "len", "lens", "length", "lengths", "count", "size", "sizes", "stride", "strides", "step", "width"}
    | {"height", "depth", "depths", "dim", "dims", "delta", "increment", "number", "bs", "duration", "nbytes", "numel"}
    | {"w", "h", "layers", "blocks", "chunk", "frames", "samples", "added", "shift", "channels"}
)
_SIZES = _EXTENTS - {"n", "count", "step", "delta", "increment", "added", "shift", "chunk", "duration"}
_MEASURES = frozenset({"len", "size", "numel", "count", "nelement"})
_BOUNDS = frozenset({"max", "min", "float", "int", "tensor", "sum", "round", "abs", "ceil"})


def words(path: Path) -> frozenset[str]:
    """The words of a path's last name: of `lens[0]` those of `lens`."""
    named = next((part for part in reversed(path) if not part.startswith("[") or not part[1:-1].isdigit()), "")
    return frozenset(word.lower() for word in _WORD.findall(named))


def is_count(accesses: Accesses, temporary: int) -> bool:
    """Whether the value is how many there are: `len(x)`, a size, a number of turns."""
    return _measures(accesses, temporary, _COUNTS)


def is_extent(accesses: Accesses, temporary: int) -> bool:
    """Whether the value is how far something reaches, and no position: a length, a stride, a difference."""
    made = accesses.temporaries.definitions.get(temporary)
    if isinstance(made, ir.Binary):
        return made.op == "-" or any(is_extent(accesses, each) for each in (made.left, made.right))
    return _measures(accesses, temporary, _EXTENTS)


def is_size(accesses: Accesses, temporary: int) -> bool:
    """Whether the value is nothing but a size: a length, a part of a shape, and arithmetic of these."""
    made = accesses.temporaries.definitions.get(temporary)
    if isinstance(made, ir.Const):
        return True
    if isinstance(made, ir.Binary):
        return is_size(accesses, made.left) and is_size(accesses, made.right)
    if isinstance(made, ir.Call) and callee_name(accesses, made) in _BOUNDS:
        return bool(made.arguments) and all(is_size(accesses, each.value) for each in made.arguments)
    return _measures(accesses, temporary, _SIZES)


def is_batch_size(accesses: Accesses, temporary: int) -> bool:
    """Whether the value is how many samples a batch has: `len(x)`, `x.shape[0]`, `x.size(0)`, `batch_size`."""
    made = accesses.temporaries.definitions.get(temporary)
    if isinstance(made, ir.Call):
        first = [accesses.temporaries.definitions.get(argument.value) for argument in made.arguments[:1]]
        at_zero = [isinstance(each, ir.Const) and each.value == 0 for each in first] == [True]
        return callee_name(accesses, made) in ("len", "numel") or (callee_name(accesses, made) == "size" and at_zero)
    if isinstance(made, ir.Item):
        index = accesses.temporaries.definitions.get(made.index)
        return isinstance(index, ir.Const) and index.value == 0 and is_size(accesses, made.base)
    path = accesses.temporaries.path(temporary)
    return path is not None and bool(words(path) & {"batch", "bs", "bsz", "batchsize"})


def _measures(accesses: Accesses, temporary: int, known: frozenset[str]) -> bool:
    made = accesses.temporaries.definitions.get(temporary)
    if isinstance(made, ir.Binary):
        return any(_measures(accesses, each, known) for each in (made.left, made.right))
    if isinstance(made, ir.Call):
        name = callee_name(accesses, made)
        inner = name in _BOUNDS and any(_measures(accesses, each.value, known) for each in made.arguments)
        callee = accesses.temporaries.definitions[made.callee]
        method = name == "item" and isinstance(callee, ir.Attribute) and _measures(accesses, callee.base, known)
        return inner or method or name in _MEASURES
    if isinstance(made, ir.Attribute):
        return made.name in ("shape", "size", "size_") or bool(words((made.name,)) & known)
    if isinstance(made, ir.Item) and (known is not _COUNTS or _measures(accesses, made.base, known)):
        return _measures(accesses, made.base, known)
    path = accesses.temporaries.path(temporary)
    return path is not None and bool(words(path) & known)
