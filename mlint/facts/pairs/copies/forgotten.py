"""What shows that a name of a sibling was forgotten, where the words that change say too little."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.names.words import is_one_of, listed, says, split
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, KEYWORD, NAME, STRING, Atom, Block, Part, Row
from mlint.facts.pairs.reading.unify import Unified

_SIZES = listed("len shape size ndim numel dim")
# So many other attributes of one object change with the words: it has the expected one as well.
_MANY = 3
_LONGEST_ENDING = 5


def guards_another(row: Row, atom: Atom, expected: str, model: Part, suspect: Part) -> bool:
    """Whether a value or a constant is taken by a test of the other, where the sibling takes what it tests.

    `p = top_p if top_k > 0 else None` beside `k = top_k if top_k > 0 else None`.
    """
    shift = model.start - suspect.start
    for part, node in row.of(ast.IfExp):
        if not suspect.start <= part.start <= atom.at < part.end <= suspect.end or not _same(row, node, shift):
            continue
        taken = [row.parts[each] for each in (node.body, node.orelse) if not isinstance(each, ast.Constant)]
        test = row.parts[node.test]
        measured = not _SIZES.isdisjoint(_texts(row, test))  # that of both
        if measured or not all(atom.text in _texts(row, _moved(each, shift)) for each in (test, *taken)):
            continue
        holds = [_texts(row, each) for each in taken]
        tested = atom.text in _texts(row, test) and all(expected in each for each in holds)
        if tested or (len(taken) == 1 and expected in _texts(row, test) and atom.text in holds[0]):
            return True
    return False


def tests_another(row: Row, atom: Atom, expected: str, suspect: Part) -> bool:
    """Whether the suspect is the condition of something that is done with the other alone, or what is shown where that
    of the other does not hold.

    `if gt is not None and pred.max() <= 1: gt *= 255`; `assert width > 0, f"{height} is too small"`.
    """
    if _is_shown(row, atom, expected):
        return True
    for _, node in row.of(ast.If):
        if node.test is suspect.node:
            done = _texts(row, row.parts[Block(node.body)])
            return expected in done and atom.text not in done
    return False


def _is_shown(row: Row, atom: Atom, expected: str) -> bool:
    """Whether the atom stands in the message of an error, and what is tested for it is the other alone."""
    told = [(node.test, row.parts[node.msg]) for _, node in row.of(ast.Assert) if node.msg is not None]
    told += [(node.test, row.parts[node.body[0]]) for _, node in row.of(ast.If) if isinstance(node.body[0], ast.Raise)]
    for test, message in told:
        if message.start <= atom.at < message.end:
            asked = _texts(row, row.parts[test])
            return expected in asked and atom.text not in asked
    return False


def asks_for_another(row: Row, atom: Atom, expected: str, model: Part, suspect: Part) -> bool:
    """Whether both siblings ask for the one that they use, and the suspect then uses the model's.

    `if hasattr(text, "skip"): names |= visual.skip()` after `if hasattr(visual, "skip"): ...`.
    """
    if not (isinstance(suspect.node, ast.If) and isinstance(model.node, ast.If)):
        return False
    ours, theirs = row.parts[suspect.node.test], row.parts[model.node.test]
    asked = _texts(row, ours)
    if any(each.text == expected and not each.stored for each in row.atoms[ours.end : suspect.end] if each is not None):
        return False  # `if extra is not None: self.config.update(extra)` uses it
    return ours.end <= atom.at and expected in asked and atom.text not in asked and atom.text in _texts(row, theirs)


def _same(row: Row, node: ast.IfExp, shift: int) -> bool:
    """Whether the sibling has the same constant there."""
    constants = [row.parts[each] for each in (node.body, node.orelse) if isinstance(each, ast.Constant)]
    return all(
        [atom.text for atom in row.atoms_of(each)] == [atom.text for atom in row.atoms_of(_moved(each, shift))]
        for each in constants
    )


def _moved(part: Part, shift: int) -> Part:
    return Part(part.node, part.start + shift, part.end + shift)


def _texts(row: Row, part: Part) -> set[str]:
    return {atom.text for atom in row.atoms_of(part) if atom.kind in (NAME, ATTRIBUTE)}


def makes_itself_anew(row: Row, atom: Atom, model: Part) -> bool:
    """Whether the model gives the name a new value that is made of its old one: `q = norm(q)` beside `k = norm(q)`."""
    return any(each.stored and each.kind == atom.kind and each.path == atom.path for each in row.atoms_of(model))


def subtracted(row: Row, atom: Atom, followed: Sequence[Atom]) -> bool:
    """Whether the name and one that was renamed are subtracted from each other: `lon - lat_min`."""
    return any(
        isinstance(node.op, ast.Sub)
        and any(
            _is_named(row, one, atom) and any(_is_named(row, other, each) for each in followed)
            for one, other in ((node.left, node.right), (node.right, node.left))
        )
        for part, node in row.of(ast.BinOp)
        if part.start <= atom.at < part.end
    )


def _is_named(row: Row, node: ast.expr, atom: Atom) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute)) and row.last_of(node) is atom


def labelled_by_name(row: Row, unified: Unified, atom: Atom, expected: str) -> bool:
    """Whether a label of the statement says just the name that the sibling takes: `box["x"] = corner.x`."""
    texts = [atom.text.lower(), expected.lower()]
    said = row.statement_at(atom.at)
    return said is not None and any(
        [site.left.text.lower(), site.right.text.lower()] in (texts, texts[::-1])
        for site in unified.sites
        if site.labels and not site.kept and any(said.start <= at < said.end for at in (site.left.at, site.right.at))
    )


def has_many_alike(atom: Atom, followed: Sequence[Atom]) -> bool:
    """Whether many other attributes of the same object change with the words: `right.K`, `right.R`, `right.P`."""
    owner = atom.path.rpartition(".")[0]
    alike = {each.path for each in followed if each.kind == ATTRIBUTE and each.path.rpartition(".")[0] == owner}
    return bool(owner) and len(alike) >= _MANY


def names_a_file(atom: Atom) -> bool:
    """Whether a text is the name of a file: `train.csv`."""
    stem, _, ending = atom.text.rpartition(".")
    return atom.kind == STRING and bool(stem) and ending.isalnum() and len(ending) <= _LONGEST_ENDING


def stem_of(text: str) -> str:
    """What a path calls its file, without an ending: `train` of `data/train.csv`."""
    return text.rpartition("/")[2].partition(".")[0]


def is_called_so(label: Atom, atom: Atom) -> bool:
    """Whether a label says the name of an atom, or what the file is called that the atom names."""
    text = stem_of(atom.text) if names_a_file(atom) else atom.text
    return is_one_of(text, label.text) or (label.kind == STRING and says(label.text, atom.text))


def is_piece_of_path(atom: Atom) -> bool:
    """Whether a text is a part of a path that is put together: `f"{folder}/generator_{epoch}.pt"`."""
    return atom.kind == STRING and atom.names and atom.text.startswith("/")


def said_elsewhere(row: Row, others: Sequence[Part], number: int, expected: str, word: str) -> bool:
    """Whether another of the siblings has the expected text at that place, and a label with the word it asks by."""
    return any(
        (atoms := list(row.atoms_of(part)))[number].text == expected and any(word in each for each in _labels(atoms))
        for part in others
    )


def _labels(atoms: Sequence[Atom]) -> Iterator[tuple[str, ...]]:
    return (split(each.text) for each in atoms if each.labels or each.kind == KEYWORD)
