"""The fourth of four names of a statement: `(x - a_mu) / a_std * b_std + a_mu`, where nothing reads `b_mu`.

Two names of the statement say by which word the two differ, a third stands there twice, and what it would become was
made for nothing. That tells it whatever the words are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.copies.twice import differ
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import family
from mlint.facts.pairs.names.words import replaced, split
from mlint.facts.pairs.reading.apart import PICKING
from mlint.facts.pairs.reading.measures import MEASURES
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Row
from mlint.facts.pairs.reading.unify import Renaming

_TWO = 2
# Of these the one serves the other as often as not: the ends of a range, what comes in and goes out.
_MIXED = frozenset({"ends", "extreme", "flow"})


def fourth_of_four(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second of two same names of a statement, in the order of which the partners of two others stand."""
    for statement in row.statements if scope.idle_names else ():
        atoms = [each for each in row.atoms_of(statement) if each.kind in (NAME, ATTRIBUTE) and not each.called]
        texts = [each.text for each in atoms]
        for name in sorted({each.text for each in atoms if each.kind == NAME and texts.count(each.text) == _TWO}):
            for idle in scope.idle(statement.start):
                renaming = differ(name, idle)
                if renaming is None or idle in texts or not _tells(name, renaming) or _is_size(row, scope, idle):
                    continue
                one, other = (each for each in atoms if each.text == name)
                if one.stored or _bounds(row, one, other) or (order := _order(atoms, name, renaming)) is None:
                    continue
                model, suspect = (one, other)[::order]
                yield Slip.of_pair(
                    suspect,
                    idle,
                    suspect.part,
                    model.part,
                    renaming,
                    unread=True,
                    telling=True,
                    double=True,
                    kind=Kind.FOURTH,
                )


def _tells(name: str, renaming: Renaming) -> bool:
    """Whether the one is not used for the other: in a formula letters with numbers meet in any way."""
    old, new = renaming
    if family(old, new) in _MIXED or any(map(str.isdigit, old + new)) or not PICKING.isdisjoint(split(name)):
        return False
    return any(word.isalpha() for word in split(name) if word != old) or len(old) == len(new) >= _TWO


def _is_size(row: Row, scope: Scope, name: str) -> bool:
    """Whether a name was given a size, of which not all that come together are needed: `b, c, h, w = x.shape`."""
    places = scope.uses.bindings(name, len(row.tags))
    statement = row.statement_at(places[-1]) if places else None
    return statement is not None and not MEASURES.isdisjoint(row.texts(statement))


def _bounds(row: Row, *places: Atom) -> bool:
    """Whether one of the places is in the bounds of a slice: where the first part ends the second begins."""
    return any(part.start <= each.at < part.end for each in places for part, _ in row.of(ast.Slice))


def _order(atoms: Sequence[Atom], name: str, renaming: Renaming) -> int | None:
    """1 where another name stands before its partner, so that the second of the two should be the other, -1 where it
    stands behind; None where the statement has no such names."""
    places = {each.text: at for at, each in reversed(list(enumerate(atoms))) if each.text != name}
    for text, at in places.items():
        partner = replaced(text, *renaming)
        if partner != text and partner in places:
            return 1 if at < places[partner] else -1
    return None
