"""Functions that were copied whole: `encode_y` of `encode_x`, in which one name was left as it was."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import lru_cache

from mlint.facts.domain.records import replace
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import (
    MOVED,
    family,
    holds_training,
    implied,
    is_of_data,
    known_pair,
    spelled_otherwise,
)
from mlint.facts.pairs.names.words import changed, listed, replaced, split
from mlint.facts.pairs.reading.apart import offset
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, STRING, Atom, Block, Part, Row
from mlint.facts.pairs.reading.unify import Renaming, Site

# What goes from data for the one purpose to data for the other.
_SHARED = listed(
    """mean std stats statistics vocab tokenizer scaler transform transforms collate classes labels num size
    dataset_info max min"""
)
_MOST_METHODS = 60
_SHORT = 2
_MOST_OTHERS = 3
# By so many words the two differ: each of those that change is counted twice.
_MOST_APART = 24
# So many operators may be others: `loss < best`, `score > best`.
_MOST_OPERATORS = 2


def copies_of(name: str, methods: Iterable[str]) -> Iterator[tuple[str, Renaming]]:
    """The functions whose name differs from one in a single word, each with the renaming that leads from it."""
    others = list(methods)
    for other in others if len(others) <= _MOST_METHODS else ():
        words = changed(other, name) if other != name else ()
        if len(words) == 1 and _tells(words[0]):
            yield other, words[0]


def _tells(renaming: Renaming) -> bool:
    """Whether the words are those of two things: a known pair, or words and no letters or numbers."""
    return known_pair(*renaming) or all(len(word) > _SHORT and word.isalpha() for word in renaming)


def may_be_left_whole(
    words: frozenset[str], of_model: Set[str], renaming: Renaming, is_said: Callable[[str], bool], own: frozenset[str]
) -> bool:
    """Whether of the words of a model one that the copy keeps, or loses, asks to become one that is there; cheap.

    `is_said`: whether a word is there. `own`: the functions themselves, which are not meant.
    """
    theirs = frozenset(of_model)
    if len(words ^ theirs) > _MOST_APART:
        return False
    return any(
        (expected := _renamed(word, pair)) is not None
        and expected not in own
        and (word in words or expected not in words)
        and is_said(expected)
        for pair in _asked(renaming)
        for word in theirs
        if pair[0] in word.lower()
    )


def _renamed(text: str, pair: Renaming) -> str | None:
    """What a name of the model is called in a copy; None where it stays."""
    old, new = pair
    words = split(text)
    if old not in words or new in words or (is_of_data(pair) and not _SHARED.isdisjoint(words)):
        return None
    expected = replaced(text, old, new)
    return None if expected == text else expected


@lru_cache(maxsize=1 << 10)
def _asked(renaming: Renaming) -> tuple[Renaming, ...]:
    return (renaming, *implied(*renaming), *spelled_otherwise(*renaming))


def left_in_whole(row: Row, scope: Scope, model: Row, renaming: Renaming) -> Iterator[Slip]:
    """The one name of a function that the one it is a copy of has in the same place, and that should have changed."""
    bodies = (_body(model), _body(row))
    if bodies[0] is None or bodies[1] is None or not _are_alike(model, bodies[0], row, bodies[1]):
        return
    sites = [Site(a, b) for a, b in zip(model.atoms_of(bodies[0]), row.atoms_of(bodies[1]), strict=True)]
    asked = _asked(renaming)
    follows = [site for site in sites if _follows(site, asked)]
    others = {site.renamings for site in sites if not site.kept and site not in follows and not _is_own(site)}
    if len(others) > _MOST_OTHERS or (not follows and others):
        return
    found = [slip for site in sites if (slip := _of_site(row, scope, model, site, asked, bodies[1], sites)) is not None]
    if len({(slip.atom.text, slip.expected) for slip in found}) == 1 and (
        len(found) == 1 if follows else found[0].atom.kind == ATTRIBUTE
    ):
        told = bool(follows) and (known_pair(*renaming) or is_of_data(renaming)) and not _may_serve(found[0])
        if family(*renaming) in MOVED and offset(row, found[0].atom):
            told = False  # `low + step * max(places)`: both ends are counted from one
        yield replace(found[0], kind=Kind.COPIED if told else Kind.COPIED_LOOSELY)


def _may_serve(slip: Slip) -> bool:
    """Whether data that is held out for the one purpose may serve for the other; under the name of it none is noted."""
    if not is_of_data(slip.renaming) or holds_training(slip.renaming):
        return False
    return not isinstance(slip.suspect.node, ast.Expr)


def _of_site(
    row: Row, scope: Scope, model: Row, site: Site, asked: Sequence[Renaming], body: Part, sites: Sequence[Site]
) -> Slip | None:
    """The slip of an atom that stayed as in the model, or became another than it should."""
    atom, texts = site.right, {each.right.text for each in sites if not _follows(each, asked)}
    if (atom.stored and (atom.kind == NAME or _is_switched(row, atom))) or _follows(site, asked):
        return None
    # What is done with data for one purpose is done with that for another: `evaluate` of `test_step`.
    for pair in asked[:1] if atom.called and is_of_data(asked[0]) else asked:
        expected = _renamed(site.left.text, pair)
        if expected is None or expected in texts or not (known_pair(*pair) or len(split(atom.text)) > 1):
            continue
        if not (site.kept or (atom.kind == ATTRIBUTE and pair[1] in split(atom.text))):
            continue
        if _is_there(scope, atom, expected, body) or (atom.kind == STRING and _changes_in_text(sites, pair)):
            suspect = row.statement_at(atom.at) or atom.part
            its_model = model.statement_at(site.left.at) or site.left.part
            return Slip.of_pair(atom, expected, suspect, its_model, pair, pair, telling=True)
    return None


def _is_switched(row: Row, atom: Atom) -> bool:
    """Whether it is set to true or false: two methods that do so switch one thing, `self.training = False`."""
    around = row.statement_at(atom.at)
    value = around.node.value if around is not None and isinstance(around.node, ast.Assign) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, bool)


def _are_alike(model: Row, its_body: Part, row: Row, body: Part) -> bool:
    """Whether two bodies have one shape, a few operators aside."""
    one, other = model.shape(its_body), row.shape(body)
    if len(one) != len(other):
        return False
    apart = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return len(apart) <= _MOST_OPERATORS and not any(
        model.atoms[its_body.start + at] or row.atoms[body.start + at] for at in apart
    )


def _body(row: Row) -> Part | None:
    """The body of the one function that a row is."""
    functions = row.of(ast.FunctionDef)
    return row.parts[Block(functions[-1][1].body)] if functions else None


def _follows(site: Site, asked: Sequence[Renaming]) -> bool:
    return not site.kept and any(replaced(site.left.text, *pair) == site.right.text for pair in asked)


def _is_own(site: Site) -> bool:
    """Whether a name changes that each function binds for itself."""
    return site.left.kind == NAME


def _is_there(scope: Scope, atom: Atom, expected: str, body: Part) -> bool:
    if atom.kind == ATTRIBUTE:
        return atom.path == f"self.{atom.text}" and scope.knows(atom, expected, body.start)
    if atom.kind == STRING:
        return " " not in atom.text and scope.has_text(expected)
    if atom.kind != NAME or atom.called or scope.uses.is_local(atom.text):
        return False
    return scope.knows(atom, expected, body.start)


def _changes_in_text(sites: Sequence[Site], pair: Renaming) -> bool:
    return any(site.left.kind == STRING and _follows(site, (pair,)) for site in sites)
