"""Two places that go together in each of several siblings but one: `a_weight * a_loss + b_weight * b_loss + ...`.

What the siblings vary by stands in both places of each; where it does not, the one place has what another sibling has.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

from mlint.facts.domain.records import replace
from mlint.facts.pairs.copies.agreed import asks_another, is_key, is_optional
from mlint.facts.pairs.copies.siblings import siblings
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import family, known_pair
from mlint.facts.pairs.names.words import changed, replaced, split, stems
from mlint.facts.pairs.reading.measures import measured
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, KEYWORD, NAME, STRING, Atom, Entry, Part, Row
from mlint.facts.pairs.reading.unify import Renaming

_TWO = 2
_FEWEST = 3
_MOST = 12
_MOST_PLACES = 16
_KINDS = frozenset({NAME, ATTRIBUTE, STRING, KEYWORD})
# Two switches that are set alike or not have nothing to do with each other.
_SWITCHES = frozenset({"True", "False", "None"})
# Of these what serves the one serves the other as often as not.
_SHARED = frozenset({"split", "attention", "translation", "truth", "flow"})


class _Column(NamedTuple):
    """What stands at one place of each sibling, and the words by which it varies."""

    atoms: Sequence[Atom]
    words: Sequence[frozenset[str]]

    @property
    def texts(self) -> list[str]:
        return [atom.text for atom in self.atoms]


def out_of_line(row: Row, scope: Scope) -> Iterator[Slip]:
    """The name of one of several siblings that has the word of another, where a second place has its own."""
    for group in row.groups:
        for parts in siblings(row, group) if len(group.parts) >= _FEWEST else ():
            if _FEWEST <= len(parts) <= _MOST:
                yield from _told(row, scope, parts)


def _told(row: Row, scope: Scope, parts: Sequence[Part]) -> Iterator[Slip]:
    columns = _columns(row, parts)
    found: dict[tuple[int, str], list[Slip]] = {}
    for label, value in permutations(columns, 2):
        for slip in _of_columns(row, scope, parts, columns, label, value):
            found.setdefault((slip.atom.at, slip.expected), []).append(slip)
    if len(found) == 1:
        (told,) = found.values()
        # By one label of three a value serves two as often as not: a model and its mean begin as one.
        sure = len(parts) > _FEWEST or len(told) > 1
        yield replace(told[0], kind=Kind.OUT_OF_LINE if sure else Kind.OUT_OF_LINE_OF_THREE)


def _of_columns(
    row: Row, scope: Scope, parts: Sequence[Part], columns: Sequence[_Column], label: _Column, value: _Column
) -> Iterator[Slip]:
    at = _odd(label, value)
    twin = None if at is None else _twin(value, at)
    if at is None or twin is None or label.texts.count(label.texts[at]) != 1 or value.atoms[0].kind == KEYWORD:
        return
    if _is_alone(columns, (label, value), at) or _would_be_idle(row, parts, at):
        return
    atom = value.atoms[at]
    if atom.kind == STRING and asks_another(row, atom, value.atoms[twin]):
        return  # `"file": note["image"]` beside `"image": sample["image"]`
    if atom.kind == STRING and _is_asked_anew(row, scope, parts, at, twin):
        return  # `found = encode(x)`, `code = found["out"]`, `found = decode(code)`, `out = found["out"]`
    if _says_all(row, parts[at], label.atoms[at]):
        return  # `net_optimizer=optimizers["net"]`
    if label.atoms[0].kind == KEYWORD and _is_bare(row, atom):
        return  # what a function calls `input_dim` has another name outside
    if label.atoms[at].stored and len(columns) > _TWO:
        return  # `x = f(x)`, `y = g(y)`, and `z = h(x)` begins another
    says = len(columns) == _TWO or _says(label) or _are_same_but(label, value, at)
    for renaming, expected in _meant(label, value, at, twin):
        told = (says or known_pair(*renaming)) and not _is_complete(row, parts, label, at, expected)
        told = told and not measured(row, atom, renaming, renaming)
        if told and _is_there(row, scope, atom, expected, parts[at]):
            its = label.atoms[at]
            named = its.stored or its.kind == KEYWORD or (its.kind == STRING and its.labels)
            yield Slip.of_pair(
                atom,
                expected,
                parts[at],
                parts[twin],
                renaming,
                telling=named,
                unread=atom.kind == NAME and scope.never_read(expected, parts[at].start),
                optional=atom.kind == STRING and is_optional(row, atom),
            )


def _would_be_idle(row: Row, parts: Sequence[Part], at: int) -> bool:
    """Whether all the others are entries that map a name to itself: alone that would be for nothing."""
    entries = [part.node for number, part in enumerate(parts) if number != at]
    return all(
        isinstance(entry, Entry)
        and entry.key is not None
        and row.are_same(row.parts[entry.key], row.parts[entry.value])
        for entry in entries
    )


def _says_all(row: Row, part: Part, label: Atom) -> bool:
    """Whether what a label says is said by the rest of its sibling: word by word, or by what is called alone."""
    words = stems(label.text)
    if any(atom.called and words <= stems(atom.text) for atom in row.atoms_of(part)):
        return True  # `"split": split_name(file)`
    said = [stems(atom.text) for atom in row.atoms_of(part) if atom is not label]
    return len(words) > 1 and words not in said and words <= frozenset[str]().union(*said)


def _is_asked_anew(row: Row, scope: Scope, parts: Sequence[Part], at: int, twin: int) -> bool:
    """Whether a name that both siblings ask for the key is bound in between."""
    first, second = sorted((parts[at], parts[twin]), key=lambda part: part.start)
    names = {atom.text for atom in row.atoms_of(first) if atom.kind == NAME and not atom.stored}
    return any(
        atom.text in names and scope.uses.bound_between(atom.text, first.end, second.start)
        for atom in row.atoms_of(second)
        if atom.kind == NAME
    )


def _says(label: _Column) -> bool:
    """Whether what stands there says what the rest is for: of two arguments each may be of something else."""
    return all(atom.labels or atom.kind == STRING for atom in label.atoms)


def _are_same_but(label: _Column, value: _Column, at: int) -> bool:
    """Whether all siblings but one have the very same name in both places: `a = stack(a) if a.size else row`."""
    pairs = zip(label.texts, value.texts, strict=True)
    return all(one == other for each, (one, other) in enumerate(pairs) if each != at)


def _is_complete(row: Row, parts: Sequence[Part], label: _Column, at: int, expected: str) -> bool:
    """Whether the odd one has what is expected as often as others have their own: `fn / (tp + fn)`."""
    times = [row.texts(part).count(label.texts[number]) for number, part in enumerate(parts) if number != at]
    return row.texts(parts[at]).count(expected) >= max(min(times), _TWO)


def _is_alone(columns: Sequence[_Column], both: Sequence[_Column], at: int) -> bool:
    """Whether the odd one differs in another place from the others, which are the same there, or these are all one:
    `x = f(x)`, `x = g(x)`, `y = h(x)`."""
    others = [[text for each, text in enumerate(column.texts) if each != at] for column in (*both, *columns)]
    if any(len(set(texts)) == 1 for texts in others[:2]):
        return True
    rest = zip(others[2:], columns, strict=True)
    return any(len(set(texts)) == 1 for texts, column in rest if column not in both)


def _is_bare(row: Row, atom: Atom) -> bool:
    """Whether what is given by keyword is the name and nothing else."""
    given = [each for part, each in row.of(ast.keyword) if part.end == atom.at + 1]
    return any(isinstance(each.value, (ast.Name, ast.Attribute)) for each in given)


def _odd(label: _Column, value: _Column) -> int | None:
    """The one sibling that has no word in both places, or not the same there where all others have."""
    for apart in (
        [said.isdisjoint(has) for said, has in zip(label.words, value.words, strict=True)],
        [said != has for said, has in zip(label.texts, value.texts, strict=True)],
    ):
        if sum(apart) == 1:
            return apart.index(True)
    return None


def _twin(value: _Column, at: int) -> int | None:
    """Another sibling that has the same in its place."""
    return next((each for each, text in enumerate(value.texts) if each != at and text == value.texts[at]), None)


def _columns(row: Row, parts: Sequence[Part]) -> list[_Column]:
    """The places at which the siblings are not all the same."""
    found = []
    for atoms in zip(*(row.atoms_of(part) for part in parts), strict=True):
        if atoms[0].kind in _KINDS and len({atom.text for atom in atoms}) > 1:
            words = [stems(atom.text) for atom in atoms]
            shared = frozenset.intersection(*words)
            found.append(_Column(atoms, [each - shared for each in words]))
    return found if len(found) <= _MOST_PLACES else []


def _meant(label: _Column, value: _Column, at: int, twin: int) -> Iterator[tuple[Renaming, str]]:
    """What the value of the odd sibling should be, with what changes from the other that has the same: by the words
    that the others have in both places, or by what is the same there."""
    text, said = value.texts[at], label.texts[at]
    if label.texts[twin] == value.texts[twin]:
        if said.lower() in text.lower():
            return  # `"cpu": "CPUDevice"` is short for one that goes by its own name, too
        words = changed(text, said)
        renamings = [words[0] if len(words) == 1 else (text, said)]
    elif len(split(label.texts[twin])) != len(split(said)):
        renamings = []  # `recon_transfered_source` beside `recon_source`
    else:
        both = frozenset[str]().union(
            *(its & has for each, (its, has) in enumerate(zip(label.words, value.words, strict=True)) if each != at)
        )
        old = label.words[twin] & value.words[twin]
        new = label.words[at] & both if len(label.words[at]) > 1 else label.words[at]
        renamings = [(next(iter(old)), next(iter(new)))] if len(old) == len(new) == 1 else []
    for renaming in renamings:
        if family(*renaming) not in _SHARED and not "".join(renaming).isdigit():
            yield renaming, said if label.texts[twin] == value.texts[twin] else replaced(text, *renaming)


def _is_there(row: Row, scope: Scope, atom: Atom, expected: str, part: Part) -> bool:
    if atom.stored or expected == atom.text or len(expected) == 1 or atom.text in _SWITCHES:
        return False
    if atom.kind == STRING:
        return is_key(row, atom)  # as the texts of the others are made; `{"one": "one", "uno": "one"}` are names
    return not atom.called and scope.knows(atom, expected, part.start) and not scope.is_foreign(atom, expected)
