"""What shows that two siblings of one shape differ on purpose in more than the words of their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.names.words import listed, split
from mlint.facts.pairs.reading.measures import is_measured_by_call
from mlint.facts.pairs.reading.shapes import NUMBER, STRING, Atom, Kind, Part, Row, subscripts
from mlint.facts.pairs.reading.unify import Renaming, Unified

# Of what is named so some rows of the same data are taken.
_SAMPLING = ("sampler", "batch_sampler")
_CHOOSING = listed("idx idxs idcs index indexes indices ids inds rows mask sampler fold")
# These pick the same of two things.
PICKING = listed("mask masks valid visible")
_NUMBERS = frozenset({"int", "float", "round"})
# `wy`, `x2`.
_LETTERS = 2


def indexed_apart(row: Row, unified: Unified) -> bool:
    """Whether the siblings take different elements: `x = pair[0]` beside `y = pair[1]`."""
    return any(not site.kept and site.left.kind == NUMBER and _is_index(row, site.left) for site in unified.sites)


def _is_index(row: Row, atom: Atom) -> bool:
    return any(
        row.parts[element].start == atom.at
        for part, node in row.of(ast.Subscript)
        if part.start < atom.at < part.end
        for element in subscripts(node)
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
        listed = group.kind == "elements" and row.tags[group.parts[0].start - 1] == "List"
        if group.kind != "arguments" and not listed:
            continue
        others = [part for part in group.parts if not part.start <= atom.at < part.end]
        if len(others) < len(group.parts) and any(
            each.path == expected and each.kind != STRING and not is_measured_by_call(row, each)
            for part in others
            for each in row.atoms_of(part)
        ):
            return True
    return False


def offset(row: Row, atom: Atom) -> bool:
    """Whether the name is added to the rest or taken from it, as the origin of both: `end - chunk.start`."""
    return any(
        isinstance(node.op, (ast.Add, ast.Sub))
        and any(_is_named_by(row.parts[operand], atom) for operand in (node.left, node.right))
        for part, node in row.of(ast.BinOp)
        if part.start <= atom.at < part.end
    ) or any(
        isinstance(node.op, (ast.Add, ast.Sub)) and _is_named_by(row.parts[node.value], atom)
        for _, node in row.of(ast.AugAssign)
    )


def counts_in(row: Row, atom: Atom) -> bool:
    """Whether it is what a number is divided by without a rest, or the rest of which is taken: `row = i // width`."""
    return any(
        isinstance(node.op, (ast.FloorDiv, ast.Mod)) and _is_named_by(row.parts[node.right], atom)
        for part, node in row.of(ast.BinOp)
        if part.start <= atom.at < part.end
    )


def picks(row: Row, atom: Atom) -> bool:
    """Whether it is a mask that something is multiplied by: of two things that are compared it picks the same."""
    return not PICKING.isdisjoint(split(atom.text)) and any(
        isinstance(node.op, ast.Mult) and any(_is_named_by(row.parts[each], atom) for each in (node.left, node.right))
        for part, node in row.of(ast.BinOp)
        if part.start <= atom.at < part.end
    )


def _is_named_by(operand: Part, atom: Atom) -> bool:
    node = operand.node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NUMBERS and node.args:
        node = node.args[0]
        if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant):
            node = node.left  # `int(begin * 1000)`
    plain = isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))
    return plain and operand.start <= atom.at < operand.end


def selects(row: Row, atom: Atom, suspect: Part) -> bool:
    """Whether the name says which elements of something are meant: `targets[pred_mask]` beside `preds[pred_mask]`; or
    which of its elements are meant is said beside it: `DataLoader(train_set, sampler=val_rows)`."""
    for part, call in _inside(row, suspect, ast.Call):
        if part.start <= atom.at < part.end and any(each.arg in _SAMPLING for each in call.keywords):
            return True
    return any(row.parts[node.value].end <= atom.at < part.end for part, node in _inside(row, suspect, ast.Subscript))


def gone_over(row: Row, atom: Atom, renamed: Sequence[Atom], suspect: Part) -> bool:
    """Whether a comprehension goes over the name to make something of the renamed: `[gt_dir / n for n in preds]`.

    So the parts of both have one order. So they have where it says which of them are taken: `if n in preds`.
    """
    lists = [(node.elt, node.generators) for _, node in _inside(row, suspect, ast.ListComp)]
    lists += [(node.elt, node.generators) for _, node in _inside(row, suspect, ast.GeneratorExp)]
    return any(
        _holds(row.parts[said], atom) and any(_holds(row.parts[made], each) for each in renamed)
        for made, clauses in lists
        for clause in clauses
        for said in (clause.iter, *clause.ifs)
    )


def _holds(part: Part, atom: Atom) -> bool:
    return part.start <= atom.at < part.end


def decides(row: Row, atom: Atom, suspect: Part) -> bool:
    """Whether the name is what a choice in the suspect depends on: `track1 if seg1 else track2`."""
    for _, node in _inside(row, suspect, ast.IfExp):
        test = row.parts[node.test]
        whole = isinstance(test.node, (ast.Name, ast.Attribute, ast.UnaryOp))
        if whole and test.start <= atom.at < test.end:
            return True
    return False


def still_said(atoms: list[Atom], old: str) -> bool:
    """Whether a name or label that was renamed says the old word in another place: `right_frame=right_anchor`."""
    said = [split(atom.text) for atom in atoms if " " not in atom.text]
    # Of two letters the last says the side: `wy` is a weight.
    if old.isdigit():
        # `gp_75_6` is made of 7 and 5.
        said += [tuple(digit for word in words if word.isdigit() for digit in word) for words in said]
    return any(old in (words[-1:] if len(old) == 1 and len(words) == _LETTERS else words) for words in said)


def leads_to(row: Row, atom: Atom, renamed: list[Atom], suspect: Part) -> bool:
    """Whether what is renamed is taken of the name: `run.run_id` beside `run.experiment_id` speak of one run.

    So do `config.get("model")` beside `config.get("head")` and `data[train_rows]` beside `data[val_rows]`.
    """
    if atom.path and any(each.path.startswith(f"{atom.path}.") for each in renamed):
        return True
    said = _statement(row, atom)
    read = [
        each for each in renamed if not (each.stored or each.held or each.stated) and said.start <= each.at < said.end
    ]
    of_calls = [(part, row.parts[node.func]) for part, node in _inside(row, suspect, ast.Call)]
    taken_by = [(part, row.parts[node.value]) for part, node in _inside(row, suspect, ast.Subscript)]
    textual = {each.kind for each in read} == {STRING}
    if textual:
        # The keys of a dict say what is taken: `{"x2": first["x2"], "y2": second["y2"]}`.
        read = [each for each in read if any(_lies_in(part, taken, each) for part, taken in taken_by)] or read
        taken_by += of_calls
    by_name = [(part, taken) for part, taken in taken_by if _holds(taken, atom)]
    others = [each for each in taken_by if each not in by_name] if textual else []
    return bool(read) and any(
        any(_lies_in(part, taken, each) for each in read)
        and all(_lies_in(part, taken, each) or any(_lies_in(*other, each) for other in others) for each in read)
        for part, taken in by_name
    )


def _lies_in(part: Part, taken: Part, atom: Atom) -> bool:
    """Whether the atom stands in an access or call, behind what that is taken of."""
    return taken.end <= atom.at < part.end


def chosen(row: Row, atom: Atom, renamed: list[Atom], suspect: Part) -> bool:
    """Whether a call takes the named data, and an index of those that are meant: `Subset(train_set, val_indices)`."""
    for _, node in _inside(row, suspect, ast.Call):
        given = [row.parts[each] for each in node.args] + [row.parts[each.value] for each in node.keywords]
        if any(_holds(part, atom) for part in given) and any(
            _holds(part, each) and not _CHOOSING.isdisjoint(split(each.text))
            for part in given
            if not _holds(part, atom)
            for each in renamed
        ):
            return True
    return False


def described(row: Row, atom: Atom, renamed: list[Atom], suspect: Part) -> bool:
    """Whether the name is what is asked of the thing that is renamed: `(std**2).mean()` beside `(mean**2).mean()`.

    So is the attribute of what a call gives: `policy.log_prob(x).mean`.
    """
    for part, node in _inside(row, suspect, ast.Attribute):
        owner = row.parts[node.value]
        asked = atom.called or isinstance(node.value, ast.Call)
        if asked and part.end == atom.at + 1 and any(owner.start <= each.at < owner.end for each in renamed):
            return True
    return False


def _statement(row: Row, atom: Atom) -> Part:
    """The statement without a body that the atom stands in; elsewhere everything."""
    return row.statement_at(atom.at) or Part(atom.node, 0, len(row.atoms))


def _inside(row: Row, around: Part, kind: type[Kind]) -> Iterator[tuple[Part, Kind]]:
    return (each for each in row.of(kind) if around.start <= each[0].start < around.end)


def varied_alone(row: Row, unified: Unified, model: Part, number: int, expected: str) -> bool:
    """Whether the model stands in the row with the expected name as well: both are combined in all ways.

    `assert f(a1, b1)`, `assert not f(a2, b1)`, `assert not f(a1, b2)`; `number`: which site keeps its name.
    """
    changed = [index for index, site in enumerate(unified.sites) if not site.kept]
    telling = [index for index in changed if not unified.sites[index].labels] or changed
    own = [atom.text for atom in row.atoms_of(model)]
    shape = row.shape(model)
    for part, _ in row.of(type(model.node)):
        if part.end - part.start != len(shape) or part is model or row.shape(part) != shape:
            continue
        theirs = [atom.text for atom in row.atoms_of(part)]
        if theirs[number] == expected and all(theirs[index] == own[index] for index in telling):
            return True
    return False
