"""Means of what was summed over the one of two, divided by how many of the other there are:
`for x in val_loader: total += ...`, and then `total / len(train_loader)`."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

from mlint.facts.loops.ordinals import SHOWING
from mlint.facts.pairs.labels.claims import Claim
from mlint.facts.pairs.labels.mixup import NAMED, Mixup
from mlint.facts.pairs.names.roles import Role, known_pair
from mlint.facts.pairs.names.words import changed
from mlint.facts.pairs.reading.script import Script
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Part, Row

MEAN = "mean over"
_WRAPPING = SHOWING | {"enumerate"}
_AT_LEAST = frozenset({"max", "float"})
_DIVIDED = re.compile(r"/=? ?(?:\w+\()?len\(([\w.]+)\)")
_LOOP = re.compile(r"^(?:async )?for .+ in .*?([\w.]+)[^\w.(]*:?$|^(?:async )?for .+ in (?:\w+\()+([\w.]+)")


def may_be_averaged(script: Script) -> bool:
    """Whether something is divided by the number of what no loop goes over, though one goes over another; cheap."""
    if "len(" not in script.text or "for " not in script.text:
        return False
    counted = {name for line in script.statements for name in _DIVIDED.findall(line.text)}
    if not counted:
        return False
    over = {name for line in script.statements for name in chain(*_LOOP.findall(line.text)) if name}
    return any(_are_partners(one, other) for one in counted for other in over)


def averaged_over_other(row: Row) -> Iterator[Mixup]:
    """The lengths by which sums are divided that were made over the partner of what is counted."""
    summed = _summed(row)
    for part, total, counted in _means(row):
        overs = [over for each in row.atoms_of(total) for over in summed.get(each.path or each.text, ())]
        others = [over for over in overs if _are_partners(counted.path, over.path)]
        if others and len(others) == len(overs):
            claim = Claim(MEAN, others[0].text, others[0], counted.part, part)
            local = counted.kind == NAME
            yield Mixup(
                claim, counted, others[0].text, Role(NAMED, 1), Role(NAMED, 0), counted.text, own=True, local=local
            )


def _are_partners(one: str, other: str) -> bool:
    owner, _, name = one.rpartition(".")
    its_owner, _, its_name = other.rpartition(".")
    pairs = changed(name, its_name) if owner == its_owner and name != its_name else ()
    return len(pairs) == 1 and known_pair(*pairs[0])


def _summed(row: Row) -> Mapping[str, list[Atom]]:
    """What is added to in loops, by its path, with what these go over."""
    found: dict[str, list[Atom]] = defaultdict(list)
    loops = [(row.parts[node], _over(row, node.iter)) for _, node in row.of(ast.For)]
    for part, node in row.of(ast.AugAssign):
        target = row.last_of(node.target) if isinstance(node.target, (ast.Name, ast.Attribute)) else None
        around = [over for loop, over in loops if loop.start <= part.start < loop.end]
        if target is not None and isinstance(node.op, ast.Add):
            found[target.path or target.text] += [over for over in around if over is not None]
    return found


def _over(row: Row, node: ast.expr) -> Atom | None:
    """The name or attribute that a loop goes over, looked for inside of `enumerate(...)` and its like."""
    while isinstance(node, ast.Call) and node.args:
        called = row.last_of(node.func)
        if called is None or called.text not in _WRAPPING:
            return None
        node = node.args[0]
    return _named(row, node)


def _named(row: Row, node: ast.expr) -> Atom | None:
    atom = row.last_of(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
    return atom if atom is not None and atom.kind in (NAME, ATTRIBUTE) and atom.path else None


def _means(row: Row) -> Iterator[tuple[Part, Part, Atom]]:
    """The divisions by a length: the whole, what is divided, and what was counted."""
    for part, node in row.of(ast.BinOp):
        counted = _counted(row, node.right) if isinstance(node.op, ast.Div) else None
        if counted is not None:
            yield part, row.parts[node.left], counted
    for part, assigned in row.of(ast.AugAssign):
        counted = _counted(row, assigned.value) if isinstance(assigned.op, ast.Div) else None
        if counted is not None:
            yield part, row.parts[assigned.target], counted


def _counted(row: Row, node: ast.expr) -> Atom | None:
    match node:
        case ast.Call(ast.Name("len"), [only], []):
            return _named(row, only)
        case ast.Call(ast.Name(name), arguments) if name in _AT_LEAST:
            found = [each for given in arguments if (each := _counted(row, given)) is not None]
            return found[0] if len(found) == 1 else None
    return None
