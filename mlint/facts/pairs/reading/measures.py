"""Where only a size or a kind is asked of a value, which its sibling has as well: they are shared on purpose."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from mlint.facts.pairs.names.roles import family
from mlint.facts.pairs.names.words import listed
from mlint.facts.pairs.reading.calls import shaping
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Part, Row
from mlint.facts.pairs.reading.unify import Renaming

MEASURES = listed(
    """shape size dtype device ndim dim numel type new new_zeros new_ones new_tensor new_empty new_full ndimension
    is_cuda requires_grad columns index keys iterations"""
)
# What is told of values by these is where they are and how they are kept: nothing that one of two would have alone.
_KINDS = listed("dtype device is_cuda requires_grad type")
_MEASURING = listed(
    """len type isinstance hasattr zeros_like ones_like empty_like full_like rand_like randn_like range enumerate shape
    ndim size numel fromkeys expand_as view_as reshape_as type_as to"""
)

_SHAPING = frozenset({"reshape", "view", "resize"})
# The names of a measure: what is measured, and the size that is asked for.
_BOTH = 2
# What is learnt of the data that a model is trained on serves for all data.
_STATISTICS = listed("mean median mode std var min max quantile percentile unique value_counts")
# How many tokens before a name what it is given to stands, where nothing else is made of it on the way.
_CLOSE = 2


def before_of(row: Row, atom: Atom) -> Atom | None:
    """The name, keyword or text right before the atom."""
    return next((each for each in reversed(row.atoms[max(0, atom.at - _CLOSE) : atom.at]) if each), None)


def _after(row: Row, at: int) -> Atom | None:
    return row.atoms[at] if at < len(row.atoms) else None


def asks_for_kind(row: Row, atom: Atom) -> bool:
    """Whether only where the value is and how it is kept is asked: `x.device`, which is that of its sibling too."""
    after = _after(row, atom.at + 1)
    return after is not None and after.text in _KINDS and after.path.endswith(f"{atom.text}.{after.text}")


def measured(row: Row, atom: Atom, renaming: Renaming, asked: Renaming) -> bool:
    """Whether only a size or kind is asked of what the atom names."""
    after = _after(row, atom.at + 1)
    if any(part.start < atom.at < part.end for part, _ in row.of(ast.Raise)):
        return False  # a complaint about the one does not show the size of the other
    if after is not None and after.kind == ATTRIBUTE and after.path.endswith(f"{atom.text}.{after.text}"):
        return after.text in MEASURES
    if is_measured_by_call(row, atom):
        return not (family(*asked) == "split" and _averages(row, atom))
    if (family(*asked) != "axis" or asked != renaming) and shaping(row, atom.part):
        return True
    element = next((part for part, _ in row.of(ast.Subscript) if part.start == atom.at - 1), None)
    end = None if element is None else _after(row, element.end)
    return end is not None and end.kind == ATTRIBUTE and end.text in MEASURES


def is_measured_by_call(row: Row, atom: Atom) -> bool:
    """Whether the atom is what a call measures: `len(x)`, `zeros_like(x)`."""
    before = before_of(row, atom)
    return before is not None and before.called and before.text in _MEASURING


def shapes_anew(row: Row, atom: Atom, name: str) -> bool:
    """Whether what has the name is given another shape by the size of the atom: `test.reshape(train.shape[0], -1)`."""
    for part, node in row.of(ast.Call):
        if part.start <= atom.at < part.end and isinstance(node.func, ast.Attribute) and node.func.attr in _SHAPING:
            shaped = row.last_of(node.func.value)
            if shaped is not None and shaped.text == name:
                return True
    return False


def is_whole_measure(row: Row, atom: Atom, statement: Part) -> bool:
    """Whether all that a statement assigns is a measure of the atom: `x_dim = x.size(1)`."""
    if not isinstance(statement.node, ast.Assign):
        return False
    names = [each for each in row.atoms_of(row.parts[statement.node.value]) if each.kind in (NAME, ATTRIBUTE)]
    return atom in names and len(names) == _BOTH


def is_statistic(row: Row, atom: Atom) -> bool:
    """Whether what is taken of the value tells of all of it: `train["age"].median()`."""
    for part, node in row.of(ast.Call):
        asked = node.func.attr.removeprefix("nan") if isinstance(node.func, ast.Attribute) else ""
        if part.start <= atom.at < part.end and asked in _STATISTICS:
            return True
    return False


def _averages(row: Row, atom: Atom) -> bool:
    """Whether the number of batches or samples is what something is divided by: `val_loss /= len(loader)`."""
    statement = row.statement_at(atom.at)
    before = before_of(row, atom)
    return (
        statement is not None
        and before is not None
        and before.text == "len"
        and not {"Div", "DivAssign"}.isdisjoint(row.tags[statement.start : atom.at])
    )


def compared(row: Row, atom: Atom, renamed: Sequence[Atom]) -> bool:
    """Whether what is asked of the atom is compared with the same of a renamed one: `a.shape == b.shape`."""
    for part, _ in row.of(ast.Compare):
        if part.start <= atom.at < part.end:
            after = _after(row, atom.at + 1)
            return after is not None and any(
                part.start <= each.at < part.end
                and (other := _after(row, each.at + 1)) is not None
                and other.text == after.text
                for each in renamed
            )
    return False
