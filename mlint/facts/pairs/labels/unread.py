"""A name that was made and is read nowhere, where its partner is used for what it was made for: `up2 = up(cat1)`.

Of words that say too little by themselves (numbers, ends, inputs and outputs) only this tells that one was meant.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from mlint.facts.pairs.labels.claims import ASSIGNED, KEY, KEYWORD, TEXT, Claim
from mlint.facts.pairs.labels.mixup import Mixup
from mlint.facts.pairs.names.roles import Role, family, is_telling, known_pair, partners, quiet_words, reverses
from mlint.facts.pairs.names.words import counts_on, replaced, split
from mlint.facts.pairs.reading.apart import counts_in
from mlint.facts.pairs.reading.measures import is_measured_by_call
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.pairs.reading.shapes import NAME, Atom, Row

_CLAIMING = frozenset({ASSIGNED, KEY, KEYWORD})
_NUMBERED = "number"
_MADE_OF_EACH_OTHER = frozenset({"picture", "flow"})
_SAYING = quiet_words()


def left_unread(row: Row, scope: Scope, claims: Sequence[Claim]) -> Iterator[Mixup]:
    """The values for which a name was made that nothing reads, and which have its partner."""
    for claim in claims:
        if claim.how not in _CLAIMING and not (claim.how == TEXT and claim.label.isidentifier()):
            continue
        atoms = [atom for atom in row.atoms_of(claim.value) if atom.kind == NAME and not (atom.called or atom.stored)]
        if claim.how == ASSIGNED and isinstance(claim.value.node, ast.Name):
            continue  # `start = end` goes on where the last one ended
        bounds = [part for part, _ in row.of(ast.Slice) if claim.value.start <= part.start < claim.value.end]
        # `made_b = zeros_like(real_a)` is as large as the other, `row = i // width` counts in rows.
        atoms = [atom for atom in atoms if not (is_measured_by_call(row, atom) or counts_in(row, atom))]
        # `second = rows[first_count:]` goes on where the first ended.
        atoms = [atom for atom in atoms if not any(part.start <= atom.at < part.end for part in bounds)]
        texts = {atom.text for atom in row.atoms_of(claim.whole)}
        found = [
            (atom, old, new, expected)
            for atom in atoms
            for old, new in _asked(claim.label, atom.text)
            # A picture is made of a mask, a mask of a picture, and what goes out of what comes in.
            if not (claim.how == ASSIGNED and family(old, new) in _MADE_OF_EACH_OTHER)
            if (expected := replaced(atom.text, old, new)) not in texts and _waits(row, scope, expected, claim)
            # `x2 = x1 + width` and `up2 = conv(up3)` make the name anew, of the one before it.
            if not (claim.how == ASSIGNED and split(expected) == split(claim.label))
        ]
        if len(found) == 1:
            yield _mixup(row, claim, *found[0])


def _asked(label: str, name: str) -> Iterator[tuple[str, str]]:
    """The words of a name that the label has another for, of families that say nothing without more."""
    words = split(name)
    for new in split(label):
        for old in words:
            if new not in words and old not in split(label) and _belong_together(old, new):
                yield old, new


def _belong_together(old: str, new: str) -> bool:
    if old.isdigit() and new.isdigit():
        return counts_on(old, new)
    name = family(old, new)
    return known_pair(old, new) and name is not None and not is_telling(name)


def waiting(words: Iterable[str], script: Script) -> frozenset[str]:
    """Of words those that have a partner in the code which may be read nowhere: only their lines may leave that
    unread."""
    return frozenset(word for word in words if any(map(script.is_idle, script.words & partnered(word))))


@lru_cache(maxsize=1 << 12)
def partnered(name: str) -> frozenset[str]:
    """The names that differ from a name in a word of a family that says nothing without more, or in a number by one."""
    return frozenset(replaced(name, old, new) for old in split(name) for new in _others(old))


@lru_cache(maxsize=1 << 12)
def _others(word: str) -> tuple[str, ...]:
    others = [f"{int(word) + by:0{len(word)}}" for by in (-1, 1)] if word.isdigit() else partners(word)
    return tuple(other for other in others if _belong_together(word, other))


def is_partnered(name: str) -> bool:
    """Whether there are such names; found out sooner than which."""
    return any(map(_others, split(name)))


def may_wait(label: str, value: Sequence[str], idle: Callable[[str], bool]) -> bool:
    """Whether one of the words of a value has a partner that the label asks for and that is `idle`; cheap."""
    if not any(word.isdigit() or word in _SAYING for word in split(label)):
        return False
    return any(
        idle(expected)
        for word in value
        for old, new in _asked(label, word)
        if (expected := replaced(word, old, new)) not in value and expected != word
    )


def _waits(row: Row, scope: Scope, name: str, claim: Claim) -> bool:
    at = claim.whole.start
    return scope.uses.is_assigned(name, at, alone=True) and scope.never_read(name, at)


def _mixup(row: Row, claim: Claim, atom: Atom, old: str, new: str, expected: str) -> Mixup:
    name = family(old, new) or _NUMBERED
    return Mixup(
        claim,
        atom,
        expected,
        Role(name, 1),
        Role(name, 0),
        old,
        own=split(expected) == split(claim.label),
        unread=True,
        sole=False,
        reversing=reverses(each.text for each in row.atoms_of(claim.whole)),
    )
