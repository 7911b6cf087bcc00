"""What the calls of a row take: what is called, and with which names."""

from __future__ import annotations

import ast

from mlint.facts.pairs.names.words import listed, split
from mlint.facts.pairs.reading.shapes import Atom, Group, Part, Row

# Calls whose arguments are sizes of one array or layer; a square one has the same twice.
_SHAPING = listed(
    """view expand reshape zeros ones randn rand empty full eye repeat unfold tile broadcast_to new_zeros new_ones
    new_full new_empty Conv2d Linear"""
)
# Calls in which one thing with itself is a square.
_MULTIPLYING = listed("einsum outer matmul mm bmm dot inner vdot mul multiply addcmul baddbmm kron tensordot cross")
# Of a function that is named so the arguments have no order.
_SYMMETRIC = listed(
    """same equal equals compare similarity similar distance dist iou match matches overlap close cosine correlation
    corr intersection union mae mse rmse huber absolute squared psnr ssim lpips pearson spearman kendall jaccard
    chamfer hausdorff"""
)
# What these give for the arguments in the other order is the opposite, which is asked for as often.
_OPPOSITE = listed(
    """diff difference sub subtract minus delta div divide ratio pow cmp compare less greater lt gt le ge relative step
    transform between intersect truncate"""
)


def asks_for_size(dotted: str) -> bool:
    """Whether the name of a function says that one of its arguments only shows a size: `resize_as`, `zeros_like`."""
    return split(dotted.rpartition(".")[2])[-1:] in (("as",), ("like",))


def has_either_order(dotted: str) -> bool:
    """Whether the name of a function says that its arguments are exchanged for the opposite: `less(b, a)` is more."""
    return is_symmetric(dotted) or not _OPPOSITE.isdisjoint(split(dotted.rpartition(".")[2]))


def is_symmetric(dotted: str) -> bool:
    """Whether the name of a function says that its arguments have no order."""
    return not _SYMMETRIC.isdisjoint(split(dotted.rpartition(".")[2]))


def called(row: Row, group: Group) -> Atom | None:
    """The last name of what the arguments go to."""
    return next((atom for atom in reversed(row.atoms[: group.parts[0].start]) if atom is not None), None)


def multiplies(row: Row, group: Group) -> bool:
    """Whether the arguments are multiplied with each other."""
    function = called(row, group)
    return function is not None and function.text in _MULTIPLYING


def shapes(row: Row, group: Group) -> bool:
    """Whether the arguments are sizes of one thing."""
    function = called(row, group)
    # A name in capitals is a class: a layer with as many inputs as outputs.
    return function is not None and (function.text in _SHAPING or function.text[:1].isupper())


def shaping(row: Row, given: Part) -> bool:
    """Whether it is an argument of a call that makes or changes a shape."""
    around = (call for part, call in row.of(ast.Call) if row.parts[call.func].end <= given.start < part.end)
    functions = (row.last_of(call.func) for call in around)
    return any(function is not None and function.text in _SHAPING for function in functions)


def both_given(row: Row, group: Group, *names: str) -> bool:
    """Whether the function is called with both names as well: a table of products, `f(a, a), f(a, b), f(b, b)`."""
    function = called(row, group)
    for other in row.groups:
        if other.kind != "arguments" or other is group or function is None:
            continue
        head = called(row, other)
        texts = {atom.text for part in other.parts for atom in row.atoms_of(part)}
        if head is not None and head.path == function.path and texts.issuperset(names):
            return True
    return False


def called_both_ways(row: Row, group: Group, suspect: Part, expected: str) -> bool:
    """Whether another call of the function in the same block gives the expected name under the same keyword."""
    block = _block(row, suspect)
    function = called(row, group)
    if block is None or function is None or not isinstance(suspect.node, ast.keyword):
        return False
    for other in row.groups:
        at = other.parts[0].start
        if other is group or other.kind != "arguments" or not any(part.start <= at < part.end for part in block.parts):
            continue
        head = called(row, other)
        if head is not None and head.path == function.path:
            for part in other.parts:
                texts = [atom.text for atom in row.atoms_of(part)]
                if texts[:1] == [suspect.node.arg] and expected in texts:
                    return True
    return False


def _block(row: Row, suspect: Part) -> Group | None:
    """The innermost block with a statement that the part belongs to."""
    around = [
        group
        for group in row.groups
        if group.kind == "block" and any(part.start <= suspect.start < part.end for part in group.parts)
    ]
    return max(around, key=lambda group: group.parts[0].start, default=None)


def goes_on_in_place(row: Row, atom: Atom, expected: str) -> bool:
    """Whether a call has a name by two keywords after one above that has it by the one, and by the other what is
    expected, so that the step goes on from what came out there: `bottom=x, top=y`, and then `bottom=y, top=y`."""
    calls = [(part, _named(node)) for part, node in row.of(ast.Call)]
    around = [given for part, given in calls if part.start <= atom.at < part.end]
    twice = [{each for each, name in given.items() if name == atom.text} for given in around]
    return any(
        {given.get(each) for each in both} == {atom.text, expected}
        for both in twice
        if len(both) > 1
        for part, given in calls
        if part.end <= atom.at
    )


def _named(call: ast.Call) -> dict[str | None, str]:
    """The names that a call gives by keyword."""
    return {each.arg: each.value.id for each in call.keywords if isinstance(each.value, ast.Name)}
