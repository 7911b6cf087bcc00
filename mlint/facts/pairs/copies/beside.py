"""A thing that two siblings share, where what the one of them says beside is a name that nothing reads.

`[{"params": body, "lr": body_lr}, {"params": body, "lr": head_lr}]`, and `head` was made for it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlint.facts.pairs.copies.siblings import comparisons
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.names.words import split, stems
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script, bound_by
from mlint.facts.pairs.reading.shapes import Part, Row

_SIGNATURES = ("def ", "async def ")
_GROUPS = frozenset({"elements", "arguments"})


def may_be_told_beside(script: Script) -> bool:
    """Whether a line that lists a word twice may say one that nothing reads; cheap."""
    left = (name for name in script.idle_names if len(name) > 1 and len(split(name)) == 1)
    return any(
        len(set(line.words)) < len(line.words) and name not in bound_by(line) and not line.text.startswith(_SIGNATURES)
        for name in left
        for line in script.saying(stems(name))
    )


def _given_by_name(part: Part) -> list[ast.expr]:
    """The names that are the whole of an entry or an argument of a part."""
    match part.node:
        case ast.Dict(_, values):
            given = values
        case ast.Call(_, args, keywords):
            given = [*args, *(each.value for each in keywords)]
        case _:
            given = []
    return [each for each in given if isinstance(each, ast.Name)]


def told_beside(row: Row, scope: Scope) -> Iterator[Slip]:
    """The name that two siblings of a list or call share, where another one in the later is that of what is idle."""
    if not scope.idle_names:
        return
    for comparison in comparisons(row):
        unified = comparison.unified
        suspect, model = unified.right, unified.left
        if comparison.group.kind not in _GROUPS or len(unified.renamings) != 1 or unified.unexplained:
            continue
        ((old, new),) = unified.renamings
        given = _given_by_name(suspect)
        own = [site.right for site in unified.sites if not site.kept]
        if not all(each.labels or each.node in given for each in own):
            continue  # `flows.narrow(0, at, 1)`: what is asked is the one, or the other
        shared = [site.right for _, site in unified.kept() if site.right.node in given]
        waiting = [name for name in scope.idle(suspect.start) if split(name) == (new,)]
        if len(shared) == len(waiting) == 1 and scope.uses.is_local(shared[0].text) and not shared[0].labels:
            yield Slip.of_pair(shared[0], waiting[0], suspect, model, (old, new), unread=True, telling=True)
