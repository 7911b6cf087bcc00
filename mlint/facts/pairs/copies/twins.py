"""Methods that come in twos: `val_loader` beside `train_loader`, of which one name was not renamed in the copy."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.names.roles import family, implied, is_of_data, known_pair, partners, spelled_otherwise
from mlint.facts.pairs.names.words import changed, listed, replaced, split
from mlint.facts.pairs.reading.collected import LOGGING, collects
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, STRING, Atom, Part, Row
from mlint.facts.pairs.reading.unify import Renaming

# What goes from the one set of data to the other on purpose, or is computed of it once.
_SHARED = listed(
    """mean std stats statistics vocab tokenizer scaler transform transforms collate classes labels max min
    dataset_info num batch size"""
)
# A critic learns from the actor, and a generator from the discriminator: these are not among them.
_FAMILIES = frozenset({"split", "axis", "coder", "hand", "vertical", "retrieval"})


@dataclass(frozen=True, slots=True)
class Twin:
    """The method that another was copied from: its name, and the renaming that leads from its name to the other's."""

    name: str
    renaming: Renaming


def twin_of(name: str, methods: Mapping[str, object]) -> Iterator[Twin]:
    """The methods of a class that one may be a copy of, or the other way round."""
    for word in split(name):
        for other in partners(word):
            model = replaced(name, word, other)
            if model != name and model in methods and family(other, word) in _FAMILIES:
                yield Twin(model, (other, word))
    for model in methods if any(is_of_data((word, word)) for word in split(name)) else ():
        words = changed(model, name)
        if len(words) == 1 and is_of_data(words[0]) and not known_pair(*words[0]):
            yield Twin(model, words[0])  # `validation_step` and `test_step`


def may_be_left(words: frozenset[str], of_twin: Set[str], renaming: Renaming) -> bool:
    """Whether of the words of a method one that its twin has too can ask to be renamed; cheap."""
    shared = words & of_twin
    return any(
        any(old in split(word) and new not in split(word) for word in shared) for old, new in _asked_by(renaming)
    )


def _asked_by(renaming: Renaming) -> tuple[Renaming, ...]:
    """What the renaming of a method asks of the names in it."""
    return (renaming, *(implied(*renaming) or spelled_otherwise(*renaming)))


def left_in_copy(row: Row, scope: Scope, model: Row, renaming: Renaming) -> Iterator[Slip]:
    """The one name of a method that its twin has in the same statement, and that the method's name asks to change."""
    asked = _asked_by(renaming)
    texts = {atom.text for atom in row.atoms if atom is not None}
    found: dict[str, Slip] = {}
    copied = [(part, twin) for part in row.statements if (twin := _same_statement(row, part, model, asked)) is not None]
    renamed = {
        (one.text, other.text, twin.start)
        for part, twin in copied
        for one, other in zip(model.atoms_of(twin), row.atoms_of(part), strict=True)
        if one.kind == other.kind == ATTRIBUTE
    }
    for part, twin in copied:
        for atom in row.atoms_of(part):
            slip = _left(row, scope, part, twin, atom, texts, asked, renamed)
            if slip is not None:
                found.setdefault(atom.text, slip)
    if len(found) == 1:
        yield from found.values()


def _left(
    row: Row,
    scope: Scope,
    part: Part,
    twin: Part,
    atom: Atom,
    texts: set[str],
    asked: Sequence[Renaming],
    renamed: set[tuple[str, str, int]],
) -> Slip | None:
    """The slip that an atom is; `renamed`: the attributes that change in other statements of the copy."""
    if not _SHARED.isdisjoint(split(atom.text)):
        return None
    for old, new in asked:
        expected = replaced(atom.text, old, new)
        # Another statement of the copy, and of another one of the model, was changed so.
        elsewhere = atom.kind == ATTRIBUTE and any(
            (atom.text, expected) == each[:2] and each[2] != twin.start for each in renamed
        )
        if expected == atom.text or new in split(atom.text) or (expected in texts and not elsewhere):
            continue
        follows = any(word in split(text) for _, word in asked for text in texts if text != atom.text)
        if atom.kind == STRING:
            said = (follows and _is_text_of(row, new)) or (family(old, new) == "split" and _logs(row, part))
            known = said and " " not in atom.text and _states(part)
            # An option that no other shows to exist.
            known = known and (not atom.text.startswith("-") or scope.has_text(expected))
            unread = False
        elif atom.kind == ATTRIBUTE and atom.path == f"self.{atom.text}" and not (atom.stored or atom.held):
            unread = scope.unused(atom, expected, part.start)
            known = scope.knows(atom, expected, part.start) and (unread or follows)
        else:
            continue
        if known:
            telling = (
                atom.kind == STRING
                or elsewhere
                or unread
                or collects(row, atom)
                or (follows and family(*asked[0]) != "split")
            )
            return Slip.of_pair(atom, expected, part, twin, (old, new), unread=unread, telling=telling)
    return None


def _states(part: Part) -> bool:
    """Whether the statement is a call, as of a log; what is looked up by a text may be shared."""
    return isinstance(part.node, ast.Expr) and isinstance(part.node.value, ast.Call)


def _logs(row: Row, part: Part) -> bool:
    """Whether the statement notes a number under a name: `self.log("train_loss", loss)`."""
    node = part.node
    called = row.last_of(node.value.func) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    return called is not None and called.text in LOGGING


def _is_text_of(row: Row, word: str) -> bool:
    """Whether another text of the method has the word."""
    return any(each is not None and each.kind == STRING and word in split(each.text) for each in row.atoms)


def _same_statement(row: Row, part: Part, model: Row, asked: Sequence[Renaming]) -> Part | None:
    """The statement of the twin that is the same but for what is renamed and the names of the method's own."""
    shape = row.shape(part)
    for other in model.statements:
        if other.end - other.start == part.end - part.start and model.shape(other) == shape:
            pairs = zip(model.atoms_of(other), row.atoms_of(part), strict=True)
            if all(_copied(one, another, asked) for one, another in pairs):
                return other
    return None


def _copied(one: Atom, other: Atom, asked: Sequence[Renaming]) -> bool:
    if one.text == other.text or (one.kind == NAME and not one.called):
        return True
    return any(replaced(one.text, old, new) == other.text for old, new in asked)
