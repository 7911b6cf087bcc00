"""What shows that two siblings of one shape differ on purpose in more than the words of their names."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from mlint.facts.pairs.measures import is_measured_by_call
from mlint.facts.pairs.shapes import NUMBER, STRING, Atom, Part, Row
from mlint.facts.pairs.unify import Renaming, Unified
from mlint.facts.pairs.words import split


def indexed_apart(row: Row, unified: Unified) -> bool:
    """Whether the siblings take different elements: `x = pair[0]` beside `y = pair[1]`."""
    return any(
        not site.kept and site.left.kind == NUMBER and row.tags[site.left.at - 1] in ("Index", "UnaryOperation")
        for site in unified.sites
    )


def told_apart(unified: Unified, together: set[Renaming]) -> bool:
    """Whether a text changes by other words than `together`: that is what the siblings differ by.

    `low = f(x, ".down")` beside `high = f(x, ".up")`.
    """
    return any(
        not site.kept and site.left.kind == STRING and together.isdisjoint(site.renamings) for site in unified.sites
    )


def combined(row: Row, atom: Atom, expected: str, suspect: Part) -> bool:
    """Whether a call or list in the suspect takes both names: `Linear(input_size, hidden_size)` leads on from one."""
    for group in row.groups:
        if group.parts[0].start < suspect.start or group.parts[-1].end > suspect.end:
            continue
        listed = group.kind == "elements" and row.tags[group.parts[0].start - 2] == "List"
        if group.kind != "arguments" and not listed:
            continue
        others = [part for part in group.parts if not part.start <= atom.at < part.end]
        if len(others) < len(group.parts) and any(
            each.path == expected and not is_measured_by_call(row, each)
            for part in others
            for each in row.atoms_of(part)
        ):
            return True
    return False


def offset(row: Row, atom: Atom) -> bool:
    """Whether the name is added to the rest or taken from it, as the origin of both: `end - chunk.start`."""
    return any(
        isinstance(part.node, cst.BinaryOperation)
        and isinstance(part.node.operator, (cst.Add, cst.Subtract))
        and any(_is_named_by(row.parts[operand], atom) for operand in (part.node.left, part.node.right))
        for part in row.by_kind.get(cst.BinaryOperation, ())
        if part.start <= atom.at < part.end
    )


def _is_named_by(operand: Part, atom: Atom) -> bool:
    plain = isinstance(operand.node, (cst.Name, cst.Attribute, cst.Subscript))
    return plain and operand.start <= atom.at < operand.end


def selects(row: Row, atom: Atom, suspect: Part) -> bool:
    """Whether the name says which elements of something are meant: `targets[pred_mask]` beside `preds[pred_mask]`."""
    return any(part.start <= atom.at < part.end for part in _parts(row, suspect, cst.SubscriptElement))


def decides(row: Row, atom: Atom, suspect: Part) -> bool:
    """Whether the name is what a choice in the suspect depends on: `track1 if seg1 else track2`."""
    for part in _parts(row, suspect, cst.IfExp):
        assert isinstance(part.node, cst.IfExp)
        test = row.parts[part.node.test]
        whole = isinstance(test.node, (cst.Name, cst.Attribute, cst.UnaryOperation))
        if whole and test.start <= atom.at < test.end:
            return True
    return False


def still_said(atoms: list[Atom], old: str) -> bool:
    """Whether a name or label that was renamed says the old word in another place: `right_frame=right_anchor`."""
    return any(" " not in atom.text and old in split(atom.text) for atom in atoms)


def leads_to(row: Row, atom: Atom, renamed: list[Atom], suspect: Part) -> bool:
    """Whether what is renamed is taken of the name: `run.run_id` beside `run.experiment_id` speak of one run.

    So do `config.get("model")` beside `config.get("head")` and `data[train_rows]` beside `data[val_rows]`.
    """
    if atom.path and any(each.path.startswith(f"{atom.path}.") for each in renamed):
        return True
    said = _statement(row, atom)
    read = [each for each in renamed if not (each.stored or each.held) and said.start <= each.at < said.end]
    for part in _parts(row, suspect, cst.Call, cst.Subscript):
        node = part.node
        assert isinstance(node, (cst.Call, cst.Subscript))
        taken = row.parts[node.func if isinstance(node, cst.Call) else node.value]
        inside = all(taken.end <= each.at < part.end for each in read) and taken.start <= atom.at < taken.end
        kinds = {each.kind for each in read}
        if inside and (kinds == {STRING} or (kinds and isinstance(node, cst.Subscript))):
            return True
    return False


def described(row: Row, atom: Atom, renamed: list[Atom], suspect: Part) -> bool:
    """Whether the name is what is asked of the thing that is renamed: `(std**2).mean()` beside `(mean**2).mean()`.

    So is the attribute of what a call gives: `policy.log_prob(x).mean`.
    """
    for part in _parts(row, suspect, cst.Attribute):
        assert isinstance(part.node, cst.Attribute)
        owner = row.parts[part.node.value]
        asked = atom.called or isinstance(part.node.value, cst.Call)
        if asked and part.end == atom.at + 1 and any(owner.start <= each.at < owner.end for each in renamed):
            return True
    return False


def _statement(row: Row, atom: Atom) -> Part:
    """The statement without a body that the atom stands in; elsewhere everything."""
    around = (part for part in row.statements if part.start <= atom.at < part.end)
    return next(around, Part(atom.node, 0, len(row.atoms)))


def _parts(row: Row, around: Part, *kinds: type[cst.CSTNode]) -> Iterator[Part]:
    for kind in kinds:
        yield from (part for part in row.by_kind.get(kind, ()) if around.start <= part.start < around.end)


def varied_alone(row: Row, unified: Unified, model: Part, number: int, expected: str) -> bool:
    """Whether the model stands in the row with the expected name as well: both are combined in all ways.

    `assert f(a1, b1)`, `assert not f(a2, b1)`, `assert not f(a1, b2)`; `number`: which site keeps its name.
    """
    changed = [index for index, site in enumerate(unified.sites) if not site.kept]
    telling = [index for index in changed if not unified.sites[index].labels] or changed
    own = [atom.text for atom in row.atoms_of(model)]
    shape = row.shape(model)
    for part in row.by_kind.get(type(model.node), ()):
        if part.end - part.start != len(shape) or part is model or row.shape(part) != shape:
            continue
        theirs = [atom.text for atom in row.atoms_of(part)]
        if theirs[number] == expected and all(theirs[index] == own[index] for index in telling):
            return True
    return False
