"""Functions that call the same by their own name: `def b1(): return make("b1")`, `def b2(): return make("b1")`."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.reading.shapes import STRING, Atom, Part, Row

_LOOKING_UP = frozenset({"get", "pop", "getattr", "hasattr", "setdefault"})


def as_another(row: Row, model: Row, own: str, other: str) -> Iterator[Slip]:
    """The text by which a function calls something as another function calls it, by whose name that is.

    `row`, `own`: the function and its name; `model`, `other`: the one by whose name it calls.
    """
    # A second name for it, or what is said of the one by a part of it: `_legacy_export` of `export`.
    if other in own or own in other or _are_one(row, model, {own, other}):
        return
    if any(atom is not None and atom.called and atom.text == other for atom in row.atoms):
        return  # it tells of what it runs: `try: prepare() ... log("prepare", error)`
    named = {path: part for path, _, part in _calls_by(model, other)}
    for path, atom, part in _calls_by(row, other):
        if path in named:
            yield Slip.of_pair(atom, own, part, named[path], (other, own), telling=True, kind=Kind.BY_NAME_OF_ANOTHER)


def _calls_by(row: Row, name: str) -> Iterator[tuple[tuple[str, int], Atom, Part]]:
    """The calls that are given a name as a text: what is called and in which place, the text and the call."""
    for part, call in row.of(ast.Call):
        for place, value in enumerate(call.args):
            atom = row.last_of(value) if isinstance(value, ast.Constant) else None
            called = row.called(call)
            told = atom is not None and atom.kind == STRING and atom.text == name and called
            # What one function does with a setting another may note.
            if atom is not None and told and called.rpartition(".")[2] not in _LOOKING_UP:
                yield (called, place), atom, part


def _are_one(row: Row, model: Row, names: set[str]) -> bool:
    """Whether two functions are the same but for their names."""
    texts = (Counter(atom.text for atom in each.atoms if atom is not None) for each in (row, model))
    one, other = ({text: count for text, count in each.items() if text not in names} for each in texts)
    return one == other
