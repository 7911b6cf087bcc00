"""A name that was made and that nothing reads, where a label asks for it: `act_buf = zeros(obs_dim)` beside `act_dim`.

Whatever the words are: that the name is there for nothing else says that they are two.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.labels.claims import ASSIGNED, FUNCTION, KEY, KEYWORD, PARAMETER, TEXT, Claim
from mlint.facts.pairs.labels.mixup import NAMED, Mixup
from mlint.facts.pairs.names.roles import MOVED, Role, family, known_pair, partner_names
from mlint.facts.pairs.names.words import listed, replaced, split, stems
from mlint.facts.pairs.reading.apart import counts_in, offset
from mlint.facts.pairs.reading.measures import MEASURES, asks_for_kind, is_measured_by_call
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Part, Row

# What a part of is set: `self.next_obs_buf[i] = obs`.
FILLED = "array"
_CLAIMING = frozenset({ASSIGNED, KEYWORD, KEY, TEXT, PARAMETER, FUNCTION, FILLED})
_GIVEN = frozenset({FILLED, KEYWORD, KEY})
_TWO = 2
# The one of these is no function of the other.
_APART = frozenset({"sign", "teaching", "retrieval"})
# What goes out is made of what comes in, and is as large as often as not.
_WAYS = listed("in out input output")
# What is decoded was encoded.
_MADE = frozenset({"enc", "encoded"})


def asked_by_label(row: Row, scope: Scope, claims: Sequence[Claim]) -> Iterator[Mixup]:
    """The names in values that stand where the label asks for one that nothing reads, as another label shows."""
    told = [claim for claim in chain(claims, _filled(row)) if claim.how in _CLAIMING]
    for claim in told:
        found = {
            (atom.text, expected): atom
            for atom in _replaceable(row, claim.value)
            for expected in {*_idle(scope, claim, atom), *_awaited(scope, claim, atom)}
            if not any(each.text == expected and each.kind == atom.kind for each in row.atoms_of(claim.whole))
            if any(_shows(row, other, claim, atom, expected) for other in told)
        }
        if len(found) == 1:
            ((_, expected), atom) = next(iter(found.items()))
            idle = scope.unused(atom, expected, claim.whole.start)
            roles = Role(NAMED, 1), Role(NAMED, 0)
            kind = Kind.IDLE if atom.kind == NAME else Kind.IDLE_ATTRIBUTE
            yield Mixup(claim, atom, expected, *roles, atom.text, unread=idle, sole=False, kind=kind)


def _replaceable(row: Row, value: Part) -> Iterator[Atom]:
    """The names in a value for which another may be meant."""
    bounds = [part for part, _ in row.of(ast.Slice) if value.start <= part.start < value.end]
    for atom in row.atoms_of(value):
        # `second = rows[first_count:]` goes on where the first ended.
        if not any(part.start <= atom.at < part.end for part in bounds) and _may_be_wrong(row, atom):
            yield atom


def _shows(row: Row, other: Claim, claim: Claim, atom: Atom, expected: str) -> bool:
    """Whether another label is to this one as the name is to the expected one, and has the name:
    `obs_buf = zeros(obs_dim)`."""
    said, its = stems(claim.label), stems(other.label)
    new, old = stems(expected) - stems(atom.text), stems(atom.text) - stems(expected)
    more, less = said - its, its - said
    # A target by the very name is another value of it; what is filled or given by the name is not.
    again = said == stems(expected) and claim.how not in _GIVEN
    if again or not (new <= more and old <= its):
        return False
    # Beside the two of a known pair the labels may differ in another word: `soft_teacher`, `log_student`.
    most = _TWO if old and known_pair(*old, *new) else 1
    if max(len(more), len(less)) > most or not (old or not less or known_pair(*less, *new)):
        return False
    if old and family(*old, *new) in MOVED and offset(row, atom):
        return False  # both ends move by one origin
    return any(each.path == atom.path and each.kind == atom.kind for each in row.atoms_of(other.value))


def _filled(row: Row) -> Iterator[Claim]:
    for part, node in row.of(ast.Assign):
        target = node.targets[0]
        if isinstance(target, ast.Subscript) and isinstance(target.value, (ast.Name, ast.Attribute)):
            container = row.last_of(target.value)
            if container is not None:
                yield Claim(FILLED, container.text, container, row.parts[node.value], part)


def _may_be_wrong(row: Row, atom: Atom) -> bool:
    after = row.atoms[atom.at + 1] if atom.at + 1 < len(row.atoms) else None
    if atom.stored or asks_for_kind(row, atom) or (after is not None and after.text in MEASURES):
        return False
    if counts_in(row, atom) or is_measured_by_call(row, atom):
        return False
    return atom.kind == ATTRIBUTE or (atom.kind == NAME and not atom.called)


def _idle(scope: Scope, claim: Claim, atom: Atom) -> Iterator[str]:
    at = claim.whole.start
    if atom.kind == NAME:
        asked = [name for name in scope.idle_names if _asks(claim.label, atom.text, name)]
        for name in asked and scope.idle(at):
            left = scope.uses.is_left_of_few(name, at) or scope.uses.made_of(name, atom.text, at)
            left = left or scope.uses.is_empty(name, at)
            if not left and name in asked:
                yield name
    else:
        yield from (
            name
            for name in _made_with(claim.label, atom.text)
            if _asks(claim.label, atom.text, name) and scope.unused(atom, name, at)
        )


def _awaited(scope: Scope, claim: Claim, atom: Atom) -> Iterator[str]:
    """The partner of a name that was made beside it, and that nothing has read yet: `neg_mask` of `hardest_neg`."""
    at = claim.whole.start
    for old, new, name in partner_names(atom.text):
        told = claim.how == ASSIGNED and atom.kind == NAME and family(old, new) in _APART
        if (
            told
            and len(split(name)) > 1
            and scope.is_awaited(name, atom.text, at)
            and _asks(claim.label, atom.text, name)
        ):
            yield name


def _made_with(label: str, name: str) -> Iterator[str]:
    """What a name becomes with a word of a label: instead of one of its own, or before it."""
    words = split(name)
    for new in split(label):
        if new not in words:
            yield from (replaced(name, old, new) for old in words)
            yield f"{new}_{name}"


def _asks(label: str, name: str, idle: str) -> bool:
    """Whether a label has the word that the idle name has and the other lacks, and not the one that this has itself."""
    said = stems(label)
    new, old = stems(idle) - stems(name), stems(name) - stems(idle)
    return new <= said and old.isdisjoint(said) and _belong_together(name, idle)


@lru_cache(maxsize=1 << 13)
def _belong_together(name: str, idle: str) -> bool:
    """Whether two names differ in one word, or the idle one has one more."""
    own, its = stems(name), stems(idle)
    new, old = its - own, own - its
    if len(new) != 1 or len(old) > 1 or not _MADE.isdisjoint(old) or "".join((*old, *new)).isdigit():
        return False
    if len(name) == 1 or not _WAYS.isdisjoint(own | its):
        return False
    known = bool(old) and known_pair(*old, *new)
    letters = bool(old) and min(map(len, (*new, *old))) == 1
    if letters:
        return known and family(*old, *new) != "order"
    return known or any(len(word) > 1 for word in own & its)


def may_be_asked(script: Script, others: Iterable[str]) -> bool:
    """Whether a line can have a name where it says the word of one that nothing reads; cheap.

    `others`: the options that nothing reads.
    """
    idle = (name for name in (*script.idle_names, *others) if not name.startswith("_"))
    return any(_may_ask(script.text, line, name) for name in idle for line in script.saying(stems(name)))


def _may_ask(text: str, line: Line, name: str) -> bool:
    if name in line.words and f".{name}" not in line.text:
        return False
    # What stands in the wrong place stands in its own, too.
    return any(_belong_together(word, name) and text.count(word) > 1 for word in line.words)
