"""A thing that is compared with itself, or taken from itself: `mse_loss(pred, pred)`, `high - high`, `a and a`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.names.roles import family, known_pair, partner_names
from mlint.facts.pairs.names.words import changed, listed, split, stems
from mlint.facts.pairs.reading.calls import called
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.script import Line, Script
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, Atom, Group, Part, Row
from mlint.facts.pairs.reading.unify import Renaming

# Of one thing twice these give nothing, or the thing itself.
_COMPARING = listed(
    """min max minimum maximum fmin fmax mse_loss l1_loss smooth_l1_loss huber_loss cross_entropy kl_div nll_loss
    binary_cross_entropy binary_cross_entropy_with_logits mean_squared_error mean_absolute_error accuracy_score
    f1_score confusion_matrix allclose isclose cosine_similarity copy_ mse mae rmse psnr ssim giou giou_loss diou_loss
    dice dice_loss bce l1 smooth_l1 zip"""
)
_CHOOSING = frozenset({"And", "Or"})
_SIGNS = (" ==", " !=", " <", " >")
_CALL = re.compile(rf"\b(?:{'|'.join(sorted(_COMPARING))})\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_TAKEN = re.compile(r"[\w.]+(?:\([^()]*\)|\[[^\]]*\])*")
_COMPARED = re.compile(r"(?<![\w.)\]])([\w.]+) (?:[=!]=|[<>]=?) \1(?![\w.\[(])")
# Two keywords beside each other that get the same.
_GIVEN_TWICE = re.compile(r"\b(\w+)=([^=]+?), (\w+)=\2(?=[,)])")
_CHOICE = re.compile(r" (?:and|or) ")
_TWO = 2
# As much two words have in common: `clipped` and `unclipped`.
_STEM = 4


def may_be_itself(script: Script) -> bool:
    """Whether a line compares something with itself, or takes it from itself; cheap."""
    compares = not _COMPARING.isdisjoint(script.words)
    return (
        any(_COMPARED.search(line.text) is not None for line in script.repeating_with(*_SIGNS))
        or any(_is_taken_from_itself(line.text) for line in script.repeating_with(" - "))
        or any(_is_chosen_twice(line.text) for line in script.repeating_with(" and ", " or "))
        or (compares and any(map(_is_compared_with_itself, script.repeating)))
        or any(_is_given_as_both(line.text) for line in script.repeating_with("true=", "pred", "target", "label"))
    )


def _is_compared_with_itself(line: Line) -> bool:
    return not _COMPARING.isdisjoint(line.words) and any(map(_is_halved, _CALL.findall(line.text)))


def _is_given_as_both(text: str) -> bool:
    return any(_are_answers(one, other) for one, _, other in _GIVEN_TWICE.findall(text))


def _are_answers(one: str, other: str) -> bool:
    """Whether two keywords are for what was predicted and for what is right: `y_pred` and `y_true`."""
    pairs = changed(one, other)
    return len(pairs) == 1 and family(*pairs[0]) == "answer"


def _is_taken_from_itself(text: str) -> bool:
    return any(
        (taken := _TAKEN.match(text, found.end())) is not None and text.endswith(taken[0], 0, found.start())
        for found in re.finditer(" - ", text)
    )


def _is_chosen_twice(line: str) -> bool:
    choices = [each.strip("() ") for each in _CHOICE.split(line.partition(": ")[0].rstrip(":"))]
    choices[0] = re.sub(r"^(?:if|elif|while|assert|return) ", "", choices[0])
    return len(set(choices)) < len(choices)


def _is_halved(arguments: str) -> bool:
    """Whether of some arguments the first two are the same."""
    first = arguments.split(", ")
    half = len(first) // _TWO
    return len(first) > 1 and (first[0] == first[1] or (len(first) % _TWO == 0 and first[:half] == first[half:]))


def against_itself(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second of two same operands or arguments that are compared, where a name that differs in a word is there."""
    for group in row.groups:
        if group.kind == "operands" and row.tags[group.parts[0].start - 1] in _CHOOSING:
            for number, second in enumerate(group.parts):
                first = next((each for each in group.parts[:number] if row.are_same(each, second)), None)
                yield from _told(row, scope, first, second) if first is not None else ()
        elif len(group.parts) > 1 and _compares(row, group) and row.are_same(*group.parts[:_TWO]):
            yield from _told(row, scope, *group.parts[:_TWO]) if not _is_chosen(row, group.parts[0]) else ()
        elif group.kind == "arguments":
            yield from _given_as_both(row, scope, group)
    yield from _compared(row, scope)


def _given_as_both(row: Row, scope: Scope, group: Group) -> Iterator[Slip]:
    """The second of two same keyword arguments, for what was predicted and for what is right."""
    given = [part.node for part in group.parts if isinstance(part.node, ast.keyword)]
    for one, other in pairwise(given):
        if one.arg and other.arg and _are_answers(one.arg, other.arg):
            first, second = row.parts[one.value], row.parts[other.value]
            yield from _told(row, scope, first, second) if row.are_same(first, second) else ()


def _is_chosen(row: Row, part: Part) -> bool:
    """Whether the same is taken whole by a condition elsewhere: `a - a if by_difference else a` differs by nothing."""
    return any(
        row.parts[taken].start <= part.start < row.parts[taken].end and row.are_same(row.parts[other], part)
        for _, node in row.of(ast.IfExp)
        for taken, other in ((node.body, node.orelse), (node.orelse, node.body))
    )


def _compared(row: Row, scope: Scope) -> Iterator[Slip]:
    """The second of two same sides of a comparison, where a name that differs in a word is there for nothing else.

    `loss != loss` alone asks for what is no number.
    """
    for part, node in row.of(ast.Compare):
        first, second = (row.parts.get(each) for each in (node.left, node.comparators[0]))
        if len(node.ops) != 1 or first is None or second is None or not row.are_same(first, second):
            continue
        for atom in row.atoms_of(second):
            name = _waiting(scope, atom, part.start) if atom.kind == NAME and not atom.called else None
            if name is not None:
                renaming = changed(atom.text, name)[0]
                yield Slip.of_pair(
                    atom,
                    name,
                    second,
                    first,
                    renaming,
                    unread=True,
                    telling=True,
                    double=True,
                    kind=Kind.AGAINST_ITSELF,
                )
                break


def _waiting(scope: Scope, atom: Atom, at: int) -> str | None:
    """The name that differs from the atom's in one of its words, or is its partner, and that nothing reads."""
    others = [name for name in scope.idle(at) if name != atom.text and len(changed(atom.text, name)) == 1]
    own = set(split(atom.text))
    others = [name for name in others if own.intersection(split(name)) or known_pair(*changed(atom.text, name)[0])]
    return min(others, default=None)


def _compares(row: Row, group: Group) -> bool:
    if group.kind == "operands":
        return len(group.parts) == _TWO and row.tags[group.parts[1].start - 1] == "Sub"
    function = called(row, group) if group.kind == "arguments" else None
    if function is None or function.text not in _COMPARING:
        return False
    # Of more than two each is an argument of a function: where it reads and where it writes.
    return function.text != "zip" or len(group.parts) == _TWO


def _told(row: Row, scope: Scope, first: Part, second: Part) -> Iterator[Slip]:
    # `b = b - a` and `a = a - a` move both to the origin.
    statement = (row.statement_at(second.start) or second).start
    present = {*row.texts(second)}
    if any(each.stored and each.text in present for each in row.atoms[statement : second.start] if each is not None):
        return
    for atom in row.atoms_of(second):
        for renaming, expected in _others(scope, atom, statement):
            if expected not in present:
                yield Slip.of_pair(atom, expected, second, first, renaming, telling=True, double=True)
                return


def _others(scope: Scope, atom: Atom, at: int) -> Iterator[tuple[Renaming, str]]:
    """The names that may be meant: the partner, or the one that differs in a word.

    What is called by a name may give another thing each time, unless its partner is there for nothing else.
    """
    if len(atom.text) == 1:
        return
    if atom.called and atom.kind == NAME:
        others = (((old, new), expected) for old, new, expected in partner_names(atom.text))
        yield from (each for each in others if scope.uses.bound_before(each[1], at) and scope.never_read(each[1], at))
        return
    if atom.kind == ATTRIBUTE:
        known = (each for each in partner_names(atom.text) if scope.knows(atom, each[2], at))
        yield from (((old, new), expected) for old, new, expected in known)
    if atom.kind != NAME:
        return
    partners = [((old, new), expected) for old, new, expected in partner_names(atom.text)]
    yield from (each for each in partners if scope.uses.bound_before(each[1], at))
    alike = [each for name in scope.uses.bound_names if (each := _differs(atom.text, name)) is not None]
    # Of names that differ in any word another may be meant where nothing reads it.
    idle = {*scope.idle(at)}
    bound = [each for each in alike if (each[1] in idle or _ends_in(*each[0])) and scope.uses.bound_before(each[1], at)]
    if bound:
        own = max(scope.uses.bindings(atom.text, at), default=at)
        yield min(bound, key=lambda each: abs(scope.uses.bindings(each[1], at)[-1] - own))


def _differs(text: str, name: str) -> tuple[Renaming, str] | None:
    """How a name differs from the text in one word, of several words or of one stem."""
    words = changed(text, name)
    if len(words) != 1 or stems(name) == stems(text):
        return None  # `name` is one of `names`
    old, new = words[0]
    stem = len(split(text)) > 1 or _ends_in(old, new)
    told = stem and not (old.isdigit() and new.isdigit()) and min(len(old), len(new)) > 1
    return (words[0], name) if told else None


def _ends_in(old: str, new: str) -> bool:
    """Whether one word is the other with something before it: `clipped` and `unclipped`."""
    return min(len(old), len(new)) >= _STEM and (old.endswith(new) or new.endswith(old))
