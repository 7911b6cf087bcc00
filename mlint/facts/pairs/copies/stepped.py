"""A thing that is made ready and then left, where its partner is taken twice: `opt_d.zero_grad()`, `opt_g.step()`."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import known_pair, partner_names
from mlint.facts.pairs.names.words import changed, split
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Script
from mlint.facts.pairs.reading.shapes import Atom, Part, Row

_DONE = re.compile(r"[\w.]+\.(?:step|zero_grad)\(\)")
_METHODS = frozenset({"step", "zero_grad"})
# Done again at once these change nothing.
_IDEMPOTENT = frozenset({"eval", "train", "cuda", "cpu", "half", "to", "requires_grad_", "load_state_dict"})
# With more in between the state may have become another.
_APART = 2
# What is stepped beside an optimizer and never cleared, and what is cleared and never stepped.
_BESIDE = frozenset({"scheduler", "sched", "scaler", "warmup", "model", "net", "network", "module"})
_SET = re.compile(rf"[\w.]+\.(?:{'|'.join(sorted(_IDEMPOTENT))})\([\w.]*\)")


class _Call(NamedTuple):
    """What is called for its effect, by the path of its owner."""

    owner: Atom
    part: Part


def may_be_left_out(script: Script) -> bool:
    """Whether one thing is stepped or cleared twice, or set to one state twice; cheap."""
    states = [line.text for line in script.statements if line.text.endswith(")") and _SET.fullmatch(line.text)]
    if len(set(states)) < len(states):
        return True
    if script.text.count(".step()") < 2 and script.text.count(".zero_grad()") < 2:
        return False
    done = Counter(line.text for line in script.statements if _DONE.fullmatch(line.text) is not None)
    return any(count > 1 for count in done.values())


def left_out(row: Row, scope: Scope) -> Iterator[Slip]:
    """The owner of a call that should be its partner, for which only one of the two calls is made."""
    calls = _calls(row)
    for done, prepared in ((done, prepared) for done in calls for prepared in calls if done != prepared):
        ready, taken = _by_owner(calls[prepared]), _by_owner(calls[done])
        for path, places in taken.items():
            for other in ready if path in ready else ():
                pair = changed(path, other)
                if other in taken or len(pair) != 1 or not _belong_together(*pair[0]):
                    continue
                if len(places) != len(ready[path]) + len(ready[other]) or _is_done(row, done, pair[0][1]):
                    continue
                at = _misplaced(places, ready[path], ready[other], comes_before=done == "zero_grad")
                if at is not None:
                    suspect, model = places[at], places[at - 1]
                    expected = other.rpartition(".")[2]
                    yield Slip.of_pair(
                        suspect.owner, expected, suspect.part, model.part, pair[0], kind=Kind.LEFT_OUT, telling=True
                    )


def set_twice(row: Row, scope: Scope) -> Iterator[Slip]:
    """The owner of a call that changes nothing, since it was just made, where the partner of it gets none such."""
    for first, second in _again(row):
        owner, method = _set(row, second)
        for old, new, expected in partner_names(owner.text) if owner is not None else ():
            if owner is not None and scope.knows(owner, expected, second.start) and not _is_done(row, method, new):
                yield Slip.of_pair(owner, expected, second, first, (old, new), kind=Kind.LEFT_OUT, telling=True)
                break


def _again(row: Row) -> Iterator[tuple[Part, Part]]:
    """The statements of a block that set a thing to a state in which it is, each with the one that did so before."""
    for group in row.groups:
        last: dict[str, tuple[int, Part]] = {}
        for number, part in enumerate(group.parts if group.kind == "block" else ()):
            owner, _ = _set(row, part)
            told = {atom.path for atom in row.atoms_of(part)}
            above, before = last.get(owner.path, (number, part)) if owner is not None else (number, part)
            if 0 < number - above <= _APART and row.are_same(before, part):
                yield before, part
            for path in [each for each in last if any(each == other or other.startswith(f"{each}.") for other in told)]:
                del last[path]
            if owner is not None and owner.path:
                last[owner.path] = number, part


def _set(row: Row, part: Part) -> tuple[Atom | None, str]:
    """What a statement sets to a state, and by which method."""
    match part.node:
        case ast.Expr(ast.Call(ast.Attribute(thing, method))) if method in _IDEMPOTENT:
            return row.last_of(thing), method
    return None, ""


def _calls(row: Row) -> dict[str, list[_Call]]:
    found: dict[str, list[_Call]] = defaultdict(list)
    for part, node in row.of(ast.Expr):
        match node.value:
            case ast.Call(func=ast.Attribute(value=thing, attr=method), args=[], keywords=[]) if method in _METHODS:
                turned = isinstance(thing, ast.Subscript) and not isinstance(thing.slice, ast.Constant)
                # What a loop goes over by one name it may have gone over by another.
                owner = None if turned else row.last_of(thing)
                if owner is not None and owner.path:
                    found[method].append(_Call(owner, part))
    return found


def _by_owner(calls: Sequence[_Call]) -> dict[str, list[_Call]]:
    found: dict[str, list[_Call]] = defaultdict(list)
    for call in sorted(calls, key=lambda call: call.part.start):
        found[call.owner.path].append(call)
    return found


def _belong_together(old: str, new: str) -> bool:
    return known_pair(old, new) or (min(len(old), len(new)) > 1 and _BESIDE.isdisjoint((old, new)))


def _is_done(row: Row, method: str, word: str) -> bool:
    """Whether the same is done for the partner by another name: `net_d.zero_grad()`."""
    return any(
        atom is not None and atom.text == method and word in split(atom.path.rpartition(".")[0]) for atom in row.atoms
    )


def _misplaced(
    places: Sequence[_Call], own: Sequence[_Call], others: Sequence[_Call], *, comes_before: bool
) -> int | None:
    """Which of the calls goes with one that is made of the partner, or comes again before anything else is done.

    `comes_before`: each call goes with the next one after it, not with the last before it.
    """
    around = sorted((*own, *others), key=lambda each: each.part.start)
    for number, call in enumerate(places):
        after = [each for each in around if each.part.start > call.part.start]
        near = after[:1] if comes_before else [each for each in around if each not in after][-1:]
        if near and near[0] in others:
            return number
    for number, (one, two) in enumerate(pairwise(places), start=1):
        if not any(one.part.start < each.part.start < two.part.start for each in own):
            return number
    return None
