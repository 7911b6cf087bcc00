"""Values of one role where the code says the other: `val_loader = DataLoader(train_ds)`, `f(width=height)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlint.facts.domain.records import replace
from mlint.facts.pairs.labels.around import (
    binds,
    called_by,
    cuts,
    is_called_so,
    is_computed,
    is_data,
    is_given,
    is_repeated,
    is_replaced,
    is_scaled,
    is_seconded,
    is_tag,
    is_there,
    is_twice,
    keeps_such,
    loads,
    says_what_it_gets,
    scores,
    sets,
)
from mlint.facts.pairs.labels.claims import (
    ASSIGNED,
    COLLECTED,
    ENTRY,
    FUNCTION,
    KEY,
    KEYWORD,
    PARAMETER,
    TEXT,
    Claim,
    is_given_again,
    is_test,
)
from mlint.facts.pairs.labels.mixup import Mixup
from mlint.facts.pairs.names.roles import Role, counterparts, is_hint, is_size, known_pair, reverses, roles
from mlint.facts.pairs.names.words import changed, names_told, replaced, split
from mlint.facts.pairs.reading.calls import asks_for_size, goes_on_in_place, is_symmetric
from mlint.facts.pairs.reading.measures import before_of
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, STRING, Atom, Part, Row

# Of predictions and what is right these give the same either way.
_SAME_EITHER_WAY = frozenset({"accuracy_score", "mean_squared_error", "mean_absolute_error"})
# What is not valid.
_OPPOSITES = frozenset({"invalid", "fake"})
# Claims about each other are not further apart than this, in tokens.
_NEAR = 120
# The halves of one exchange; who exchanges more does so on purpose.
_ONE_EXCHANGE = 2
# One side of a picture is computed from the other by these.
_CONVERTING = frozenset({"ratio", "aspect", "ar"})
# Both sides of what goes in a direction are parts of its one length.
_TURNING = frozenset({"sin", "cos", "hypot", "atan2", "arctan2"})
# Predictions are targets and inputs of something else; only when two are exchanged this says something.
_IN_TWOS = frozenset({"answer"})


def mixups(row: Row, scope: Scope, claims: Sequence[Claim]) -> list[Mixup]:
    """The mixups among the claims of a row. Of an exchange only the first half is one; the other is its `crossed`."""
    found = [mixup for claim in claims if (mixup := _mixup(row, scope, claim)) is not None]
    told = [replace(mixup, crossed=_crossing(mixup, found)) for mixup in found]
    exchanged = {mixup.atom.at for mixup in told if mixup.crossed is not None and mixup.claim.how == ASSIGNED}
    told = [replace(mixup, habitual=len(exchanged) > _ONE_EXCHANGE) for mixup in told]
    return [
        mixup
        for mixup in told
        if not _both_ways(row, mixup, claims)
        and not (mixup.word == "valid" and _tells_valid_from_invalid(row))
        and not (mixup.said.family == "split" and (_is_tried(row, mixup.claim) or _tries_another(row, mixup)))
        and (mixup.crossed or not _in_twos(mixup))
        and not (is_hint(mixup.said.family) and (mixup.elsewhere or is_given_again(row, mixup.claim, claims)))
        and not (mixup.crossed and mixup.crossed.value.start < mixup.claim.value.start)
    ]


def _is_tried(row: Row, claim: Claim) -> bool:
    """Whether the claim is made in a test of the program, where `test` says nothing of data."""
    functions = [(part, node.name) for part, node in row.of(ast.FunctionDef)]
    return any(is_test(name) and part.start < claim.value.start < part.end for part, name in functions)


def _tries_another(row: Row, mixup: Mixup) -> bool:
    """Whether a function that is named for held-out data uses other such data: `evaluate` reads `train` and `test`."""
    if mixup.claim.how != FUNCTION:
        return False
    names = {atom.text for atom in row.atoms if atom is not None and atom.kind == NAME and not atom.stored}
    return any(
        role.family == "split" and role.pole not in (0, mixup.found.pole)
        for name in names - {mixup.expected}
        for role in roles(split(name))
    )


def _tells_valid_from_invalid(row: Row) -> bool:
    """Whether `valid` says no more than that it is not invalid, or real and not fake."""
    return any(not _OPPOSITES.isdisjoint(split(atom.text)) for atom in row.atoms if atom is not None)


def _in_twos(mixup: Mixup) -> bool:
    """Whether the mixup says something only together with its reverse."""
    if mixup.said.family in _IN_TWOS:
        return True
    return mixup.claim.how == PARAMETER and mixup.said.family == "axis" and not mixup.measures


def _both_ways(row: Row, mixup: Mixup, claims: Sequence[Claim]) -> bool:
    """Whether the function is called with the right arguments too: symmetric, so that the other call is meant."""
    claim = mixup.claim
    chosen = claim.how == ASSIGNED and mixup.said.family == "axis" and mixup.sole and not mixup.computed
    if (claim.how == KEY or chosen) and _is_limited(row, mixup):
        return True
    if claim.how == KEYWORD and mixup.said.family != "axis" and goes_on_in_place(row, mixup.atom, mixup.expected):
        return True
    if claim.how == PARAMETER and asks_for_size(called_by(row, claim)):
        return True
    if claim.how == PARAMETER and called_by(row, claim).rpartition(".")[2] in _SAME_EITHER_WAY:
        return True
    if claim.how == PARAMETER and mixup.crossed is not None and is_symmetric(called_by(row, claim)):
        return True
    return claim.how == PARAMETER and any(
        other.how == PARAMETER
        and other.label == claim.label
        and other.whole.start != claim.whole.start
        and called_by(row, other) == called_by(row, claim)
        and any(atom.text == mixup.expected for atom in row.atoms_of(other.value))
        for other in claims
    )


def _is_limited(row: Row, mixup: Mixup) -> bool:
    """Whether the value is a limit that is set where it is exceeded, or the larger of the two, which is chosen where
    they are compared: `if size > most: found["size"] = most`, `if w > h: side_h = w`."""
    for part, node in row.of(ast.If):
        if part.start <= mixup.atom.at < part.end and isinstance(node.test, ast.Compare):
            compared = row.texts(row.parts[node.test])
            if mixup.atom.text in compared and mixup.expected in compared:
                return True
    return False


def _mixup(row: Row, scope: Scope, claim: Claim) -> Mixup | None:
    said = roles(split(claim.label), parameters=claim.how == PARAMETER, hints=claim.how == KEYWORD)
    if not said:
        return None
    if any(word in _CONVERTING for atom in row.atoms_of(claim.value) for word in split(atom.text)):
        return None
    names = [atom for atom in row.atoms_of(claim.value) if atom.kind in (NAME, ATTRIBUTE) and atom.text != "self"]
    keys = dict(_keys(row, claim.value))
    turned = any(atom.text in _TURNING for atom in names)
    for role in said:
        if turned and role.family == "axis":
            continue
        # A list of rows is filled by what is asked of `x`.
        listed_otherwise = claim.how == COLLECTED and role.family != "split"
        if listed_otherwise or sum(other.family == role.family for other in said) > 1:
            continue
        # `validate` of `val_loss = validate(...)` is what is done, not what it is done with.
        counted = [
            atom
            for atom in names
            if role.family != "split"
            or not ((claim.how == ASSIGNED and atom.called) or sets(row, claim, atom) or cuts(row, atom))
        ]
        wrong = _wrong(counted, role)
        if wrong is None or (is_hint(role.family) and len(names) > 1):
            continue
        if role in roles(split(keys.get(wrong.atom.at, ""))):
            continue
        for expected in (*_expected(wrong.atom, wrong.word, role), *_named_by(claim, role)):
            if _can_be_meant(row, scope, claim, role, wrong.atom, expected):
                sole = len(names) == 1 or (is_tag(row, claim) and _is_made_of_it(scope, names, wrong.atom))
                return _made(row, scope, claim, role, said[role], wrong, expected, sole=sole)
    return None


def _is_made_of_it(scope: Scope, names: Sequence[Atom], atom: Atom) -> bool:
    """Whether a value has no other name than this, but for what is called: `np.mean(val_acc)`, `val_acc.item()`."""
    return all(each is atom or each.called or scope.uses.leads_on(each) for each in names)


def _keys(row: Row, value: Part) -> Iterator[tuple[int, str]]:
    """Where a name in the value is asked for something by a text, and the text: `height` of `w["height"]`."""
    for part, node in row.of(ast.Subscript):
        if not value.start <= part.start < value.end or node.slice not in row.parts:
            continue
        owner, key = row.last_of(node.value), row.last_of(node.slice)
        if owner is not None and key is not None and key.kind == STRING:
            yield owner.at, key.text


def _can_be_meant(row: Row, scope: Scope, claim: Claim, role: Role, atom: Atom, expected: str) -> bool:
    """Whether the expected name is known there, and not what the statement makes itself."""
    own = split(expected) == split(claim.label)
    again = own and is_replaced(row, scope, claim, expected)
    if scope.uses.is_missing(expected, claim.whole.start):
        return False
    if binds(row, claim, atom.kind, expected) and not again:
        return False
    if claim.how == KEYWORD and binds(row, claim, atom.kind, atom.text):
        return False  # it comes back under its own name: `x_test = scaled(x_train=x_test)`
    if claim.how == ENTRY and not keeps_such(row, claim, role, expected):
        return False
    return scope.knows(atom, expected, claim.whole.start) and (again or not (own and _is_itself(claim)))


def _made(
    row: Row, scope: Scope, claim: Claim, role: Role, spelled: str, wrong: _Wrong, expected: str, *, sole: bool
) -> Mixup:
    atom, word = wrong.atom, wrong.word
    return Mixup(
        claim,
        atom,
        expected,
        role,
        wrong.role,
        word,
        own=sorted(split(expected)) == sorted(split(claim.label)) and (len(expected) > 1 or expected == claim.label),
        unread=_is_unread(row, scope, claim, role, atom, expected),
        sole=sole,
        local=atom.kind == NAME,
        measures=is_size(word) and (is_size(spelled) or (len(word) > 1 and len(split(claim.label)) > 1)),
        partners=known_pair(spelled, word),
        repeated=is_repeated(row, claim, atom, role),
        computed=is_computed(row, claim, atom),
        reversing=reverses(each.text for each in row.atoms_of(claim.whole)),
        elsewhere=is_given(row, claim, expected),
        called_so=is_called_so(row, claim, role),
        scaled=is_scaled(row, claim),
        seconded=loads(row, claim, atom)
        or (is_there(row, claim, expected) and claim.label == expected)
        or (
            (is_seconded(row, claim, role) or scores(row, claim, atom))
            and is_data(atom)
            and not says_what_it_gets(row, claim, wrong.role)
        ),
        tagged=is_tag(row, claim),
        twice=is_twice(row, claim),
    )


def _is_unread(row: Row, scope: Scope, claim: Claim, role: Role, atom: Atom, expected: str) -> bool:
    """Whether nothing reads the expected name; of two that are unpacked one is often left, and an attribute tells of
    ends and ways too little."""
    at = claim.whole.start
    if not scope.unused(atom, expected, at) or (atom.kind != NAME and is_hint(role.family)):
        return False
    before = before_of(row, atom)
    if before is not None and before.text.endswith("_like"):
        return False  # as large as the other
    lettered = claim.how == KEYWORD and role.family == "axis"
    return not (lettered and scope.uses.is_left_of_few(expected, at))


def _is_itself(claim: Claim) -> bool:
    """Whether the claim speaks of the variable that it is about: no attribute that a variable by its name goes to."""
    if claim.how == ASSIGNED:
        return not (isinstance(claim.node, Part) and isinstance(claim.node.node, ast.Attribute))
    return claim.how in (FUNCTION, COLLECTED)  # a list is filled from the other, too: `test.append(train[i])`


class _Wrong(NamedTuple):
    """A name in a value that has another role than is called for, with the word that says it."""

    atom: Atom
    role: Role
    word: str


def _wrong(names: Sequence[Atom], role: Role) -> _Wrong | None:
    """The one name whose role is another of the family; None when a name has the right one, or several are wrong."""
    wrong: dict[str, _Wrong] = {}
    for atom in names:
        has = {
            other: word
            for other, word in roles(split(atom.text), parameters=True, hints=True).items()
            if other.family == role.family
        }
        if role in has:
            return None
        for other, word in has.items():
            wrong[atom.text] = _Wrong(atom, other, word)
    return next(iter(wrong.values())) if len(wrong) == 1 else None


def _expected(atom: Atom, word: str, role: Role) -> Iterator[str]:
    for new in counterparts(word, role):
        yield replaced(atom.text, word, new)


def _named_by(claim: Claim, role: Role) -> Iterator[str]:
    """The names that a text or key may say: `val_f1` of `"f1/val"`."""
    if role.family == "split" and claim.how in (TEXT, KEY):
        yield from names_told(claim.label)


def _crossing(mixup: Mixup, all_of_them: Sequence[Mixup]) -> Claim | None:
    for other in all_of_them:
        if (
            other.said == mixup.found
            and other.found == mixup.said
            and abs(other.claim.whole.start - mixup.claim.whole.start) < _NEAR
            and (
                mixup.claim.how == PARAMETER
                or any(known_pair(*pair) for pair in changed(mixup.claim.label, other.claim.label))
            )
        ):
            return other.claim
    return None
