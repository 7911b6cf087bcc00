"""Names that two siblings share, where what stands around them shows that they are meant."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import NamedTuple

from mlint.facts.pairs.copies.siblings import Comparison
from mlint.facts.pairs.names.roles import family
from mlint.facts.pairs.names.words import changed, split
from mlint.facts.pairs.reading.calls import goes_on_in_place
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import NAME, STRING, Atom, Part, Row
from mlint.facts.pairs.reading.unify import Renaming, Site

# Each part of these stands for itself.
_LISTED = frozenset({"arguments", "elements"})


class Shared(NamedTuple):
    """A name that two siblings share: where, and as what in the suspect, what another one would be called, and what
    the siblings rename and so ask of it."""

    site: Site
    atom: Atom
    expected: str
    suspect: Part
    renaming: Renaming
    asked: Renaming


def is_in_its_place(row: Row, scope: Scope, comparison: Comparison, shared: Shared, followed: Sequence[Site]) -> bool:
    """Whether what stands around a shared name shows that it is meant; `followed`: where the renaming is followed."""
    if _is_made_of_both(scope, shared, followed) or _is_unlike_its_twin(row, comparison, shared):
        return True
    if _stands_there_itself(row, comparison, shared) or _is_of_its_target(row, shared, followed):
        return True
    if _is_told_by_text(row, shared):
        return True
    return family(*shared.asked) != "axis" and goes_on_in_place(row, shared.atom, shared.expected)


def _is_made_of_both(scope: Scope, shared: Shared, followed: Sequence[Site]) -> bool:
    """Whether the value is made of what both siblings have: `width = hypot(dx, dy)`, of which each has a share."""
    if shared.renaming == shared.asked or shared.atom.kind != NAME:
        return False
    name, at = shared.atom.text, shared.suspect.start
    return any(
        scope.uses.made_of(name, each.left.text, at) and scope.uses.made_of(name, each.right.text, at)
        for each in followed
        if each.left.kind == NAME
    )


def _is_unlike_its_twin(row: Row, comparison: Comparison, shared: Shared) -> bool:
    """Whether a sibling that differs from the suspect by the very words has a third thing in that place: of `a2 =
    f2(x)`, `a4 = f4(z)`, `b4 = f4(x)` the last is no copy of the first."""
    number = comparison.unified.sites.index(shared.site)
    ours = row.texts(shared.suspect)
    for part in comparison.others if len(comparison.unified.renamings) > 1 else ():
        theirs = row.texts(part)
        pairs = zip(ours, theirs, strict=False)
        others = [each for at, each in enumerate(pairs) if at != number and each[0] != each[1]]
        if others and all(changed(*each) == (shared.renaming[::-1],) for each in others):
            return theirs[number] not in (shared.atom.text, shared.expected)
    return False


def _stands_there_itself(row: Row, comparison: Comparison, shared: Shared) -> bool:
    """Whether what is expected stands beside the two: of `a[rows, 0], a[rows, 1], a[cols, 0], a[cols, 1]` none is
    another one's copy."""
    if comparison.group.kind not in _LISTED:
        return False
    wanted = row.texts(shared.suspect)
    wanted[comparison.unified.sites.index(shared.site)] = shared.expected
    return any(row.texts(part) == wanted for part in comparison.others)


def _is_of_its_target(row: Row, shared: Shared, followed: Sequence[Site]) -> bool:
    """Whether the target keeps the word, too, and only a text says another: `train = Data("val", train_size)`."""
    said = row.statement_at(shared.atom.at)
    if said is None or not isinstance(said.node, ast.Assign) or not all(each.left.kind == STRING for each in followed):
        return False
    old, new = shared.asked
    words = {word for atom in row.atoms_of(said) if atom.stored for word in split(atom.text)}
    return old in words and new not in words


def _is_told_by_text(row: Row, shared: Shared) -> bool:
    """Whether the text that shows it says what it is: `f"all are in eval_list: {eval_list}"`."""
    if shared.atom.kind == STRING:
        return False  # it is that text itself
    texts = [
        each.value
        for part, node in row.of(ast.JoinedStr)
        if part.start <= shared.atom.at < part.end
        for each in node.values
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return any(shared.asked[0] in split(word) for text in texts for word in re.findall(r"\w+", text))
