"""What code says a value is for: the target it is assigned to, the keyword, key or text it goes with, its parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from mlint.facts.pairs.roles import roles
from mlint.facts.pairs.shapes import Part, Row
from mlint.facts.pairs.words import split

# What a claim is made by.
ASSIGNED, KEYWORD, KEY, TEXT, PARAMETER, FUNCTION = "target", "keyword", "key", "text", "parameter", "function"

# Their keywords are names that the caller chooses.
FREE_KEYWORDS = frozenset({"rearrange", "repeat", "reduce", "einsum", "format", "dict", "Rearrange", "Reduce"})

# What their second argument is stands for a value that is missing, or that is put for the text.
_DEFAULTING = frozenset({"get", "pop", "setdefault", "getattr", "getenv", "replace", "sub"})
# Between two numbers of a text these are signs: `{height}x{width}`.
_TIMES = frozenset({"x", "X", "d", "D"})

Parameters = Callable[[str], Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Claim:
    """That a value is for something. `how` says what makes the claim, `label` what it says, `node` where it stands.

    `whole` is the statement, argument or call that the claim is part of.
    """

    how: str
    label: str
    node: cst.CSTNode
    value: Part
    whole: Part


def claims(row: Row, parameters: Parameters) -> Iterator[Claim]:
    """The claims of a row, `parameters`: the positional parameters of what a dotted name calls."""
    for kind, read in _READERS.items():
        for part in row.by_kind.get(kind, ()):
            yield from read(row, part.node, part)
    for part in row.by_kind.get(cst.Call, ()):
        assert isinstance(part.node, cst.Call)
        yield from _keywords(row, part.node)
        yield from _positional(row, part.node, part, parameters)


def _text(row: Row, node: cst.CSTNode) -> str:
    atom = row.atoms[row.parts[node].start]
    return "" if atom is None else atom.text


def _assign(row: Row, node: cst.Assign, part: Part) -> Iterator[Claim]:
    for target in node.targets:
        yield from _assigned(row, target.target, node.value, part)


def _assigned(row: Row, target: cst.BaseExpression, value: cst.BaseExpression, part: Part) -> Iterator[Claim]:
    pairs = [(target, value)]
    while pairs:
        target, value = pairs.pop()
        if isinstance(target, (cst.Tuple, cst.List)):
            listed = _listed(value, len(target.elements))
            if not listed:
                yield from _together(row, target, value, part)
            pairs.extend(zip((element.value for element in target.elements), listed, strict=False))
        elif isinstance(target, cst.Name):
            yield Claim(ASSIGNED, target.value, target, row.parts[value], part)
        elif isinstance(target, cst.Attribute):
            yield Claim(ASSIGNED, target.attr.value, target, row.parts[value], part)
        elif isinstance(target, cst.Subscript) and (key := _key(target)) is not None:
            yield Claim(KEY, _text(row, key), key, row.parts[value], part)


def _together(row: Row, target: cst.Tuple | cst.List, value: cst.BaseExpression, part: Part) -> Iterator[Claim]:
    """Of `val_loss, val_acc = ...` that the value is for validation, as all of the targets say."""
    named = [each.value for each in target.elements if isinstance(each.value, (cst.Name, cst.Attribute))]
    labels = [each.value if isinstance(each, cst.Name) else each.attr.value for each in named]
    said = [{role for role in roles(split(label)) if role.family != "axis"} for label in labels]
    if len(labels) == len(target.elements) and set.intersection(*said):
        yield Claim(ASSIGNED, labels[0], named[0], row.parts[value], part)


def _listed(value: cst.BaseExpression, count: int) -> list[cst.BaseExpression]:
    """The values that a target of so many names takes: `a, b`, and of `np.floor([a, b]).astype(int)` a and b too."""
    for _ in range(6):
        if isinstance(value, (cst.Tuple, cst.List)) and len(value.elements) == count:
            return [element.value for element in value.elements]
        if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and not _holds_list(value):
            value = value.func.value
        elif isinstance(value, cst.Call) and len(value.args) == 1:
            value = value.args[0].value
        else:
            break
    return []


def _holds_list(call: cst.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0].value, (cst.Tuple, cst.List))


def _key(target: cst.Subscript) -> cst.SimpleString | None:
    if len(target.slice) != 1 or not isinstance(target.slice[0].slice, cst.Index):
        return None
    value = target.slice[0].slice.value
    return value if isinstance(value, cst.SimpleString) else None


def _annotated(row: Row, node: cst.AnnAssign, part: Part) -> Iterator[Claim]:
    if node.value is not None:
        yield from _assigned(row, node.target, node.value, part)


def _keywords(row: Row, node: cst.Call) -> Iterator[Claim]:
    func = row.atoms[row.parts[node.func].end - 1]
    if func is not None and func.text in FREE_KEYWORDS:
        return
    for arg in node.args:
        yield from _keyword(row, arg, row.parts[arg])


def _keyword(row: Row, node: cst.Arg, part: Part) -> Iterator[Claim]:
    if node.keyword is not None:
        yield Claim(KEYWORD, node.keyword.value, node.keyword, row.parts[node.value], part)


def _entry(row: Row, node: cst.DictElement, part: Part) -> Iterator[Claim]:
    if isinstance(node.key, cst.SimpleString):
        yield Claim(KEY, _text(row, node.key), node.key, row.parts[node.value], part)


def _tagged(row: Row, node: cst.Call, part: Part) -> Iterator[Claim]:
    if len(node.args) < 2 or node.args[0].keyword is not None or node.args[1].keyword is not None:
        return
    function = row.atoms[row.parts[node.func].end - 1]
    if function is None or function.text in _DEFAULTING:
        return
    tag = node.args[0].value
    if isinstance(tag, cst.SimpleString):
        yield Claim(TEXT, _text(row, tag), tag, row.parts[node.args[1].value], part)


def _formatted(row: Row, node: cst.FormattedString, part: Part) -> Iterator[Claim]:
    for before, after in zip(node.parts, node.parts[1:], strict=False):
        if isinstance(before, cst.FormattedStringText) and isinstance(after, cst.FormattedStringExpression):
            label = before.value.replace("\n", " ").rpartition(",")[2].rpartition(".")[2]
            if label.strip() not in _TIMES:
                yield Claim(TEXT, label[-40:], before, row.parts[after.expression], part)


def _positional(row: Row, node: cst.Call, part: Part, parameters: Parameters) -> Iterator[Claim]:
    func = row.parts[node.func]
    atom = row.atoms[func.end - 1]
    if atom is None or not atom.path or sum(arg.keyword is None for arg in node.args) < 2:
        return
    names = parameters(atom.path)
    if names is None or any(arg.star for arg in node.args):
        return
    for name, arg in zip(names, node.args, strict=False):
        if arg.keyword is None:
            yield Claim(PARAMETER, name, arg, row.parts[arg.value], part)


def is_test(name: str) -> bool:
    """Whether a function by that name tests the program, and no model on a test set."""
    return name.startswith(("test_", "_test_"))


def _returned(row: Row, node: cst.FunctionDef, part: Part) -> Iterator[Claim]:
    if not roles(split(node.name.value)) or is_test(node.name.value):
        return
    inner = [*row.by_kind.get(cst.FunctionDef, ()), *row.by_kind.get(cst.Lambda, ())]
    nested = [other for other in inner if part.start < other.start < part.end]
    for returned in [*row.by_kind.get(cst.Return, ()), *row.by_kind.get(cst.For, ())]:
        assert isinstance(returned.node, (cst.Return, cst.For))
        value = returned.node.value if isinstance(returned.node, cst.Return) else returned.node.iter
        outside = not part.start < returned.start < part.end
        if value is None or outside or any(other.start < returned.start < other.end for other in nested):
            continue
        yield Claim(FUNCTION, node.name.value, returned.node, row.parts[value], row.parts[value])


_READERS: dict[type[cst.CSTNode], Callable[..., Iterator[Claim]]] = {
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.DictElement: _entry,
    cst.Call: _tagged,
    cst.FormattedString: _formatted,
    cst.FunctionDef: _returned,
}
