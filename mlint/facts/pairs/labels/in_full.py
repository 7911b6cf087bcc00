"""A label that spells a name in scope, where the value is its partner: `print("gt_img shape:", pred_img.shape)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.labels.claims import KEYWORD, TEXT, Claim, is_given_again
from mlint.facts.pairs.labels.mixup import NAMED, Mixup
from mlint.facts.pairs.names.roles import Role, family, holds_training, is_of_data, known_pair
from mlint.facts.pairs.names.words import replaced, split
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Row
from mlint.facts.pairs.reading.shapes import KEYWORD as WORD

# What stands for a value in a text.
_CONVERSION = re.compile(r"%[-+ #0-9.]*[a-zA-Z]|\{[^{}]*\}")
# Of these the one is given for the other only where what was meant is forgotten.
_APART = frozenset({"answer", "split", "truth", "teaching", "sense", "extreme"})
_TWO = 2


def spelled(row: Row, scope: Scope, claims: Sequence[Claim]) -> Iterator[Mixup]:
    """The values whose labels are, word by word, what a name in scope is called, while they are its partner."""
    for claim in claims:
        if claim.how == TEXT:
            yield from _shown(row, scope, claim)
        elif claim.how == KEYWORD:
            yield from _given(row, scope, claim, claims)


def may_be_spelled(label: str, name: str) -> bool:
    """Whether a label may spell the partner of a name; cheap."""
    return _renaming(_words(label), split(name)) is not None


def _words(label: str) -> tuple[str, ...]:
    return split(_CONVERSION.sub(" ", label) if "%" in label or "{" in label else label)


def _renaming(said: Sequence[str], has: Sequence[str]) -> tuple[int, str, str] | None:
    """At which place words differ from the last ones of a label, by the words of a known pair, and by which.

    One more may stand behind them: `"val loss is"`.
    """
    count = len(has)
    if len(said) == count - 1:
        said = (*said, has[-1])  # `"gt_img"` and the words of `pred_img.shape`
    last = len(said) - count
    for start in range(max(0, last - 1), last + 1) if count >= _TWO else ():
        apart = [(at, old, new) for at, (old, new) in enumerate(zip(has, said[start:], strict=False)) if old != new]
        if len(apart) == 1 and _is_other(*apart[0][1:], said, has):
            return apart[0]
    return None


def _is_other(old: str, new: str, said: Sequence[str], has: Sequence[str]) -> bool:
    """Whether a word stands for its partner, which is nowhere in a label, in words of which more are the same."""
    told = known_pair(old, new) and not (old + new).isdigit() and new not in has and old not in said
    return told and len("".join(word for word in said if word in has)) > 1  # `x0` says no more than `x`


def _shown(row: Row, scope: Scope, claim: Claim) -> Iterator[Mixup]:
    """What is shown behind a text."""
    atoms = [each for each in row.atoms_of(claim.value) if each.kind in (NAME, ATTRIBUTE) and not each.called]
    words = [(word, atom) for atom in atoms if atom.text != "self" for word in split(atom.text)]
    label = _words(claim.label)
    for has in (words, [(word, atom) for word, atom in words if atom is words[0][1]]):
        found = _renaming(label, [word for word, _ in has])
        if found is not None:
            at, old, new = found
            yield from _told(scope, claim, has[at][1], old, new, Kind.SPELLED)
            return


def _given(row: Row, scope: Scope, claim: Claim, claims: Sequence[Claim]) -> Iterator[Mixup]:
    """What a keyword gets that has a name of its own in scope, which nothing reads or another call gives it."""
    value = claim.value.node
    atom = row.last_of(value) if isinstance(value, ast.Name) else None
    said, has = split(claim.label), split("" if atom is None else atom.text)
    found = _renaming(said, has) if len(said) == len(has) else None
    if atom is None or found is None:
        return
    _, old, new = found
    idle = scope.never_read(claim.label, claim.whole.start)
    elsewhere = family(old, new) in _APART and any(
        other.how == KEYWORD and other.label == claim.label and row.texts(other.value) == [claim.label]
        for other in claims
    )
    again = family(old, new) == "flow" and is_given_again(row, claim, claims)
    if (idle or elsewhere) and not again and not _serves_all(row, claim, atom, old):
        yield from _told(scope, claim, atom, old, new, Kind.OWN_KEYWORD, unread=idle)


def _serves_all(row: Row, claim: Claim, atom: Atom, word: str) -> bool:
    """Whether a statement is about what it gives: `test_loader = loaders(train_set=test_set)[0]`, or gives it for all
    that is asked for: `f(train_set=test_set, val_set=test_set)`."""
    statement = row.statement_at(claim.whole.start)
    atoms = [] if statement is None else list(row.atoms_of(statement))
    if any(each.stored and word in split(each.text) for each in atoms):
        return True
    again = sum(each.text == atom.text and each.kind == NAME for each in atoms)
    return again > 1 and not any(each.text == atom.text and each.kind == WORD for each in atoms)


def _told(
    scope: Scope, claim: Claim, atom: Atom, old: str, new: str, kind: Kind, *, unread: bool = False
) -> Iterator[Mixup]:
    expected = replaced(atom.text, old, new)
    if kind is Kind.OWN_KEYWORD and is_of_data((old, new)) and not holds_training((old, new)):
        return  # a test set serves for validation on purpose
    if scope.knows(atom, expected, claim.whole.start):
        roles = Role(NAMED, 1), Role(NAMED, 0)
        yield Mixup(claim, atom, expected, *roles, old, own=True, unread=unread, sole=True, kind=kind)
