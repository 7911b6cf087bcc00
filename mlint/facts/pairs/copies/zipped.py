"""One of two that a loop takes together, which stands for both: `for p_s, p_t in zip(...): p_t.mul_(d).add_(p_t)`.

Who zips two things needs both.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import family, known_pair
from mlint.facts.pairs.names.words import changed
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.pairs.reading.shapes import Part, Row
from mlint.facts.pairs.reading.unify import Renaming

_TWO = 2
# What comes in, or is right, is gone over with what is not needed of the other as often as not.
_EITHER = frozenset({"flow", "answer"})
_LOOP = re.compile(r"^for (?:\w+, \()?(\w+), (\w+)\)? in (?:enumerate\()?zip\(")


def may_be_taken_alone(script: Script) -> bool:
    """Whether a loop takes two things from a `zip` of which nothing may read one; cheap."""
    if "zip(" not in script.text or not script.idle_names:
        return False
    found = (_LOOP.match(line.text) for line in script.statements)
    return any(name in script.idle_names for each in found if each is not None for name in each.groups())


def taken_alone(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second place of a statement that has one of two zipped things twice, where nothing reads the other."""
    idle = frozenset(scope.uses.idle)
    for _, node in row.of(ast.For) if idle else ():
        pair = _zipped(node)
        if pair is None or len(idle.intersection(pair)) != 1:
            continue
        (unread,) = idle.intersection(pair)
        (used,) = set(pair) - {unread}
        renaming = _renaming(used, unread)
        if renaming is not None and scope.never_read(unread, row.parts[node].end):
            yield from _doubled(row, row.parts[node], used, unread, renaming)


def _zipped(node: ast.For) -> tuple[str, str] | None:
    """The names of the two things that a loop takes from a `zip`."""
    target, iterated = node.target, node.iter
    if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) and iterated.func.id == "enumerate":
        if not (isinstance(target, ast.Tuple) and len(target.elts) == _TWO and iterated.args):
            return None
        target, iterated = target.elts[1], iterated.args[0]
    match target, iterated:
        case ast.Tuple([ast.Name(one), ast.Name(other)]), ast.Call(ast.Name("zip"), [_, _]):
            return one, other
    return None


def _renaming(used: str, unread: str) -> Renaming | None:
    """What changes between the two: a word, or the letters that they are."""
    pairs = changed(used, unread)
    if len(pairs) != 1 or unread.startswith("_"):
        return None
    told = known_pair(*pairs[0]) or used[:-1] == unread[:-1] != ""
    return pairs[0] if told and family(*pairs[0]) not in _EITHER else None


def _doubled(row: Row, loop: Part, used: str, unread: str, renaming: Renaming) -> Iterator[Slip]:
    for statement in row.statements:
        if not loop.start <= statement.start < loop.end:
            continue
        places = [each for each in row.atoms_of(statement) if each.text == used and not each.stored]
        if len(places) == _TWO:
            model, suspect = (each.part for each in places)
            yield Slip.of_pair(
                places[1],
                unread,
                suspect,
                model,
                renaming,
                unread=True,
                telling=True,
                double=True,
                kind=Kind.TAKEN_ALONE,
            )
            return
