"""Values that are lost unread because the next step takes the partner: `out2 = conv(x)`, `out2 = relu(out1)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.claims import ASSIGNED, Claim
from mlint.facts.pairs.forgotten import collects
from mlint.facts.pairs.mixup import NAMED, Mixup
from mlint.facts.pairs.roles import Role, family, known_pair, partners
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.script import Line
from mlint.facts.pairs.shapes import NAME, Atom, Part, Row
from mlint.facts.pairs.words import changed, listed, split

_ASSIGNMENT = re.compile(r"(\w+)\s*=\s*(.*\(.*)$")
# Of these the one is made from the other as often as not.
_DERIVED = frozenset({"ends", "extreme", "flow", "direction", "answer", "teaching", "moment", "split"})
# Of two sides each of these makes the same again, and no function of the other.
_MOVING = listed(
    """to cuda cpu float half double long int bool astype detach clone copy numpy tolist floor ceil round view reshape
    permute transpose flatten squeeze unsqueeze contiguous"""
)


def may_be_dropped(lines: Sequence[Line]) -> bool:
    """Whether a name is given a value twice, the second time one of its partner; cheap."""
    given: set[str] = set()
    values: dict[str, str] = {}
    twice = False
    for line in lines:
        found = _ASSIGNMENT.match(line.text)
        if found is None:
            given.update(line.words if line.text.startswith("for ") else ())
        elif found[1] in given and found[1] not in line.words[1:]:
            if any(_are_partners(word, found[1]) for word in line.words[1:]):
                return True
        else:
            given.add(found[1])
        if found is not None and {values.setdefault(found[2], found[1]), found[1]}.intersection(line.words[1:]):
            twice = twice or values[found[2]] != found[1]
    return twice


def _are_partners(name: str, other: str) -> bool:
    words = changed(name, other)
    return len(words) == 1 and ((known_pair(*words[0]) and family(*words[0]) not in _DERIVED) or _counts_on(*words[0]))


def _counts_on(old: str, new: str) -> bool:
    return old.isdigit() and new.isdigit() and abs(int(old) - int(new)) == 1


def dropped_for_partner(row: Row, scope: Scope) -> Iterator[Mixup]:
    """The partner in a call whose result takes the place of a value that nothing has read."""
    for part, node in row.of(ast.Assign):
        target = node.targets[0]
        if len(node.targets) != 1 or not isinstance(target, ast.Name) or not isinstance(node.value, ast.Call):
            continue
        value = row.parts[node.value]
        names = [
            each
            for each in row.atoms_of(value)
            if each.kind == NAME and not each.called and scope.uses.is_local(each.text)
        ]
        if any(each.text == target.id for each in names) or not _is_lost(row, scope, target.id, part):
            continue
        alone = scope.uses.is_assigned(target.id, part.start, alone=True)
        found = [
            each
            for each in names
            if (_are_partners(each.text, target.id) and _is_taken(node.value, each, alone=alone))
            or _makes_itself_so(row, each.text, value)
        ]
        if len({each.text for each in found}) == 1:
            yield _mixup(row, part, target, value, found[0])


def _is_taken(call: ast.Call, atom: Atom, *, alone: bool) -> bool:
    """Whether the name is an argument of a call, or its object; of what was unpacked: what is moved or shaped anew."""
    taken = [each for each in ast.walk(call) if isinstance(each, ast.Call)]
    by_name = [each for each in taken for given in (*each.args, _owner(each)) if given is atom.node]
    if len(atom.text) == 1 or (not alone and any(partners(word) for word in split(atom.text))):
        return any(isinstance(each.func, ast.Attribute) and each.func.attr in _MOVING for each in by_name)
    return bool(by_name)


def _makes_itself_so(row: Row, name: str, value: Part) -> bool:
    """Whether another statement gives the name the same value, which so is one made of its old: `k = reshape(k, n)`."""
    return any(
        isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == name
        and row.parts[node.value].start != value.start
        and row.texts(row.parts[node.value]) == row.texts(value)
        and row.shape(row.parts[node.value]) == row.shape(value)
        for _, node in row.of(ast.Assign)
    )


def _owner(call: ast.Call) -> ast.expr | None:
    return call.func.value if isinstance(call.func, ast.Attribute) else None


def _is_lost(row: Row, scope: Scope, name: str, part: Part) -> bool:
    """Whether the last value of the name was made for it above in the same block, and nothing has read it."""
    uses = scope.uses
    if not uses.is_assigned(name, part.start):
        return False
    place = uses.bindings(name, part.start)[-1]
    between = row.atoms[place + 1 : part.start]
    # What a list was filled with is lost, too.
    if any(
        each is not None and each.kind == NAME and each.text == name and not collects(row, each) for each in between
    ):
        return False
    blocks = (each.parts for each in row.groups if each.kind == "block")
    block = next((parts for parts in blocks if any(each.start == part.start for each in parts)), [])
    before = next((each for each in block if each.start <= place < each.end), None)
    if before is None or not isinstance(before.node, ast.Assign):
        return False
    return not isinstance(before.node.value, (ast.Constant, ast.Name)) and not _is_in_loop(row, name, part)


def _is_in_loop(row: Row, name: str, part: Part) -> bool:
    """Whether the next turn of a loop reads the name above."""
    return any(
        loop.start < part.start < loop.end
        and any(
            atom is not None and atom.kind == NAME and atom.text == name and not atom.stored
            for atom in row.atoms[loop.start : part.start]
        )
        for kind in (ast.For, ast.While)
        for loop, _ in row.of(kind)
    )


def _mixup(row: Row, part: Part, target: ast.Name, value: Part, atom: Atom) -> Mixup:
    label = row.parts[target]
    claim = Claim(ASSIGNED, target.id, label, value, part)
    return Mixup(claim, atom, target.id, Role(NAMED, 1), Role(NAMED, 0), atom.text, own=True, unread=True)
