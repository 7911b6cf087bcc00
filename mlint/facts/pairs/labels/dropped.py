"""Values that are lost unread because the next step takes the partner: `out2 = conv(x)`, `out2 = relu(out1)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.labels.claims import ASSIGNED, Claim
from mlint.facts.pairs.labels.mixup import NAMED, Mixup
from mlint.facts.pairs.names.roles import Role, family, known_pair
from mlint.facts.pairs.names.words import changed, counts_on, listed, split
from mlint.facts.pairs.reading.apart import selects
from mlint.facts.pairs.reading.collected import COLLECTING, collects
from mlint.facts.pairs.reading.measures import is_measured_by_call, measured
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Line
from mlint.facts.pairs.reading.shapes import NAME, Atom, Part, Row, defaults

_ASSIGNMENT = re.compile(r"(\w+)\s*=\s*(.*\W.*)$")
# What these lines bind: the variables of a loop, parameters, what is unpacked.
_BINDING = re.compile(r"(?:async )?(?:for (.*?) in |def \w+\((.*))|(\(?\w+(?:\s*,\s*\(?\w+\)?)+)\s*=(?!=)")
_WORD = re.compile(r"\w+")
# Of these the one is a function of the other, or found by it.
_FUNCTIONS = frozenset({"axis", "moment"})
_LOOKED_UP = {"key", "value"}
_DERIVED = frozenset({"axis", "ends", "extreme", "flow", "direction", "answer", "teaching", "moment", "split"})
# Of two sides each of these makes the same again, and no function of the other.
_MOVING = listed(
    """to cuda cpu float half double long int bool astype detach clone copy numpy tolist floor ceil round view reshape
    permute transpose flatten squeeze unsqueeze contiguous"""
)
# What is just named anew, or starts from nothing, is no step.
_PLAIN = (ast.Constant, ast.Name, ast.Attribute)


def may_be_dropped(lines: Sequence[Line]) -> bool:
    """Whether a name is given a value, and then one of its partner that nothing has read it for; cheap."""
    unread: set[str] = set()
    values: dict[str, str] = {}
    twice = False
    for line in lines:
        found = _ASSIGNMENT.match(line.text)
        read = line.words[1:] if found is not None else line.words
        if found is not None:
            if found[1] in unread and found[1] not in read and any(_are_partners(word, found[1]) for word in read):
                return True
            if {values.setdefault(found[2], found[1]), found[1]}.intersection(read):
                twice = twice or values[found[2]] != found[1]
        fills = len(read) > 1 and read[1] in COLLECTING
        unread.difference_update(read[1:] if fills else read)
        unread.update(_bound_by(line) if found is None else (found[1],))
    return twice


def _bound_by(line: Line) -> Sequence[str]:
    found = _BINDING.match(line.text)
    return _WORD.findall(found[found.lastindex]) if found is not None and found.lastindex else ()


def _are_partners(name: str, other: str) -> bool:
    words = changed(name, other)
    return len(words) == 1 and (known_pair(*words[0]) or counts_on(*words[0]))


def dropped_for_partner(row: Row, scope: Scope) -> Iterator[Mixup]:
    """The partner in a step whose result takes the place of a value that nothing has read."""
    for part, node in row.of(ast.Assign):
        target = node.targets[0]
        if len(node.targets) != 1 or not isinstance(target, ast.Name) or isinstance(node.value, _PLAIN):
            continue
        if target.id == "_":
            continue
        value = row.parts[node.value]
        names = [each for each in row.atoms_of(value) if each.kind == NAME and not each.called]
        if any(each.text == target.id for each in names):
            continue
        alone = scope.uses.is_assigned(target.id, part.start, alone=True)
        found = [
            each
            for each in names
            if scope.uses.is_local(each.text) and not (selects(row, each, part) or is_measured_by_call(row, each))
            if not _is_left_by(row, each, value) and not _is_longer(each.text, target.id)
            if _stands_for(row, each, target.id, node.value, alone=alone)
            or _makes_itself_so(row, each.text, value)
            or (_are_partners(each.text, target.id) and _goes_on(row, scope, target.id, part))
        ]
        if len({each.text for each in found}) == 1 and _is_lost(row, scope, target.id, part):
            yield _mixup(row, part, target, value, found[0])


def _is_left_by(row: Row, atom: Atom, value: Part) -> bool:
    """Whether the value is what the name leaves of something: `right = width - left`."""
    return isinstance(value.node, ast.BinOp) and isinstance(value.node.op, ast.Sub) and value.node.right is atom.node


def _is_longer(name: str, other: str) -> bool:
    """Whether a name is another with more words, as a step on the way to it is called: `scores_raw` for `scores`."""
    return split(name) != split(other) and set(split(other)) < set(split(name))


def _stands_for(row: Row, atom: Atom, name: str, value: ast.expr, *, alone: bool) -> bool:
    """Whether the name is the partner of the target's, and no other value of the target can be made of it on purpose.

    Of what is made from the other as often as not that is what is moved or shaped anew; `alone`: the target was not
    unpacked.
    """
    if not _are_partners(atom.text, name):
        return False
    pair = changed(atom.text, name)[0]
    if measured(row, atom, pair, pair):
        return False
    # Of several that are unpacked one is made anew of the next: `x2 = x1 + size`, `f3 = up(f4)`.
    steps = "".join(pair).isdigit() and not alone
    if family(*pair) not in _DERIVED and (len(name) > 1 or family(*pair) == "attention") and not steps:
        return True
    if family(*pair) == "flow" and not alone:
        return False
    taken = [each for each in ast.walk(value) if isinstance(each, ast.Call)]
    by_name = [each for each in taken for given in (*each.args, _owner(each)) if given is atom.node]
    if family(*pair) == "axis" and alone and len(name) > 1 and by_name:
        return True
    return any(isinstance(each.func, ast.Attribute) and each.func.attr in _MOVING for each in by_name)


def _makes_itself_so(row: Row, name: str, value: Part) -> bool:
    """Whether another statement gives the name the same value, which so is one made of its old: `k = reshape(k, n)`."""
    return any(
        isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == name
        and row.parts[node.value].start != value.start
        and row.are_same(row.parts[node.value], value)
        for _, node in row.of(ast.Assign)
    )


def _goes_on(row: Row, scope: Scope, name: str, part: Part) -> bool:
    """Whether the value that is lost was made of the one before it, step by step: `y = conv1(y)`, `y = conv2(x)`."""
    places = scope.uses.bindings(name, part.start)
    bound = _step_above(row, part, places[-1]) if places else None
    return bound is not None and any(_is_read_as(each, name) for each in row.atoms_of(bound))


def _owner(call: ast.Call) -> ast.expr | None:
    return call.func.value if isinstance(call.func, ast.Attribute) else None


def _is_lost(row: Row, scope: Scope, name: str, part: Part) -> bool:
    """Whether the last value of the name was made for it just above, and nothing has read it: a step of the same block
    makes it, each turn of the loop, or it is a parameter of the function, of which the statement is a step."""
    places = scope.uses.bindings(name, part.start)
    if not places:
        return False
    place = places[-1]
    bound = _step_above(row, part, place)
    end = place + 1 if bound is None else bound.end
    read = [each for each in row.atoms[end : part.start] if each is not None and _is_read_as(each, name)]
    # What a list was filled with is lost, too.
    if any(not collects(row, each) for each in read):
        return False
    if bound is not None:
        # A statement that repeats the one above loses nothing.
        return not (row.are_same(bound, part) or _is_in_loop(row, name, part))
    return _is_turn(row, part, place) or (_is_given(row, part, place) and not scope.uses.is_optional(name))


def _is_read_as(atom: Atom, name: str) -> bool:
    return atom.kind == NAME and atom.text == name and not atom.stored


def _step_above(row: Row, part: Part, place: int) -> Part | None:
    """The assignment above in the same block that has made the value at the place."""
    blocks = (each.parts for each in row.groups if each.kind == "block")
    block = next((parts for parts in blocks if any(each.start == part.start for each in parts)), [])
    before = next((each for each in block if each.start <= place < each.end), None)
    if before is None or not isinstance(before.node, ast.Assign):
        return None
    unpacked = isinstance(before.node.targets[0], ast.Tuple)
    made = not isinstance(before.node.value, ast.Constant if unpacked else (ast.Constant, ast.Name))
    return before if made else None


def _is_turn(row: Row, part: Part, place: int) -> bool:
    """Whether each turn of the loop that the statement is a step of binds the name."""
    return any(
        part.node in node.body and row.parts[node.target].start <= place < row.parts[node.target].end
        for _, node in row.of(ast.For)
    )


def _is_given(row: Row, part: Part, place: int) -> bool:
    """Whether the name is a parameter of the function that the statement is a step of."""
    return any(
        part.node in node.body
        and any(row.parts[parameter].start <= place < row.parts[parameter].end for parameter, _ in defaults(node.args))
        for _, node in row.of(ast.FunctionDef)
    )


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
    roles = Role(NAMED, 1), Role(NAMED, 0)
    made = any(family(*each) in _FUNCTIONS or {*each} == _LOOKED_UP for each in changed(atom.text, target.id))
    kind = Kind.DROPPED_FUNCTION if made else Kind.DROPPED
    return Mixup(claim, atom, target.id, *roles, atom.text, own=True, unread=True, kind=kind)
