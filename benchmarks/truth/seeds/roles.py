"""ML102: a statement says one role and uses the other, while the counterpart is in scope."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from benchmarks.truth.code import Edit, Function, last, lines_of, words_of
from benchmarks.truth.seeds.pairs import PARTNERS, SHARED, Leaf, crosses_on_purpose, is_bound, leaves
from benchmarks.truth.seeds.seed import Operator, Seed

_LONGEST_LABEL = 30
"""Longer texts are sentences."""


def keyword_crossed(function: Function) -> Iterator[Seed]:
    """`f(width=width)` to `f(width=height)`."""
    if crosses_on_purpose(function):
        return
    for call in function.calls:
        said = {each.arg for each in call.keywords if each.arg}
        for each in call.keywords:
            if each.arg and isinstance(each.value, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
                yield from _crossed(function, each.arg, each.value, lines_of(each.value), said)


def target_crossed(function: Function) -> Iterator[Seed]:
    """`val_loader = DataLoader(val_set)` to `val_loader = DataLoader(train_set)`."""
    if crosses_on_purpose(function):
        return
    for node in function.nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and last(node.targets[0]):
            yield from _crossed(function, last(node.targets[0]), node.value, lines_of(node), set())


def label_crossed(function: Function) -> Iterator[Seed]:
    """`log("val/loss", val_loss)` to `log("val/loss", train_loss)`."""
    if crosses_on_purpose(function):
        return
    for call in function.calls:
        if len(call.args) > 1 and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
            label = call.args[0].value
            if len(label) < _LONGEST_LABEL:
                yield from _crossed(function, label, call.args[1], lines_of(call), set())


def arguments_swapped(function: Function) -> Iterator[Seed]:
    """`f(width, height)` to `f(height, width)`, where the parameters have the same names."""
    if crosses_on_purpose(function):
        return
    for call in function.calls:
        parameters = _parameters(function, call)
        for index in range(len(call.args) - 1):
            one, other = call.args[index : index + 2]
            if not (isinstance(one, ast.Name) and isinstance(other, ast.Name) and index + 1 < len(parameters)):
                continue
            if [one.id, other.id] == parameters[index : index + 2] and _are_partners(one.id, other.id):
                edits = (function.file.replace(one, other.id), function.file.replace(other, one.id))
                yield Seed(edits, (lines_of(call),))


def _crossed(
    function: Function, says: str, value: ast.expr, place: tuple[int, int], siblings: set[str]
) -> Iterator[Seed]:
    """Seeds that put into a value the counterpart of the role that a name or label says."""
    for word in dict.fromkeys(words_of(says)):
        for partner in sorted(PARTNERS.get(word, ())):
            roles = [each for each in leaves(function.file, value) if word in words_of(each.text)]
            uses_partner = any(partner in words_of(each.text) for each in leaves(function.file, value))
            if len(roles) != 1 or uses_partner or _other(says, word, partner) in siblings:
                continue
            edit = _edit(function, roles[0], word, partner, place[0])
            if edit is not None:
                yield Seed((edit,), (place,))


def _other(says: str, word: str, partner: str) -> str | None:
    return Leaf(says, 0, 0, True).with_word(word, partner)


def _edit(function: Function, leaf: Leaf, word: str, partner: str, line: int) -> Edit | None:
    name = leaf.with_word(word, partner)
    if name is None or not leaf.reads or SHARED.intersection(words_of(leaf.text)):
        return None
    before = function.file.data[: leaf.start]
    of_self = before.endswith(b"self.") and not before.endswith((b"_self.", b".self."))
    if before.endswith(b".") and not of_self:
        return None
    called = function.file.data[leaf.end : leaf.end + 1] == b"("
    if called or not is_bound(function, name, line, of_self) or _is_copy(function, name, leaf.text, line):
        return None
    return leaf.replaced(name)


def _is_copy(function: Function, name: str, other: str, line: int) -> bool:
    """Whether a name was given the value of another last: then it does not matter which is used."""
    return any(last(each) == other for each in function.values(name, line)[-1:])


def _parameters(function: Function, call: ast.Call) -> list[str]:
    """The parameters of the one function of the package that goes by the called name; empty where there are others."""
    package, name = function.file.package, last(call.func)
    found = package.constructors.get(name, []) if name in package.classes else package.functions.get(name, [])
    lists = {tuple(each.parameters) for each in found}
    return list(lists.pop()) if len(lists) == 1 else []


def _are_partners(one: str, other: str) -> bool:
    ones, others = words_of(one), words_of(other)
    different = [(a, b) for a, b in zip(ones, others, strict=False) if a != b]
    return len(ones) == len(others) and len(different) == 1 and different[0][1] in PARTNERS.get(different[0][0], ())


ROLES = (
    Operator("cross-keyword", "ML102", keyword_crossed),
    Operator("cross-target", "ML102", target_crossed),
    Operator("cross-label", "ML102", label_crossed),
    Operator("swap-arguments", "ML102", arguments_swapped),
)
