"""What code says a value is for: the target it is assigned to, the keyword, key or text it goes with, its parameter."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mlint.facts.pairs.names.roles import Role, roles
from mlint.facts.pairs.names.words import split
from mlint.facts.pairs.reading.collected import COLLECTING
from mlint.facts.pairs.reading.printed import names_behind, said_after, written
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, NAME, STRING, Atom, Entry, Node, Part, Row

# What a claim is made by.
ASSIGNED, KEYWORD, KEY, TEXT, PARAMETER, FUNCTION = "target", "keyword", "key", "text", "parameter", "function"
ENTRY = "key of its entry"
# What it is put into: `val_losses.append(loss)`; and the loop that goes over one kind of data.
COLLECTED, TURN = "list", "loop over"
# What is told by `log` is not put into anything: `train_data.log(val_summary)`.
_PUTTING = COLLECTING - {"log"}
# What a key is when there is none, where the target is named by the key: `mask = kept.pop("mask", mask)`.
DEFAULT = "default of"

# Their keywords are names that the caller chooses.
FREE_KEYWORDS = frozenset({"rearrange", "repeat", "reduce", "einsum", "format", "Rearrange", "Reduce"})

# What their second argument is stands for a value that is missing, or that is put for the text.
_DEFAULTING = frozenset({"get", "pop", "setdefault", "getattr", "getenv", "replace", "sub"})
# Between two numbers of a text these are signs: `{height}x{width}`.
_TIMES = frozenset({"x", "X", "d", "D"})

# What is listed before the values are: `(x, y) = ({v.x}, {v.y})`.
_LISTING = re.compile(r"\([^()]*,[^()]*\)\s*[=:]?\s*\($")
# What comes before one of these says nothing of what stands behind the text.
_ENDS = re.compile(r"[,.\n]")

Parameters = Callable[[str], Sequence[str] | None]


@dataclass(slots=True, unsafe_hash=True)
class Claim:
    """That a value is for something. `how` says what makes the claim, `label` what it says, `node` where it stands.

    `whole` is the statement, argument or call that the claim is part of.
    """

    how: str
    label: str
    node: Atom | Part
    value: Part
    whole: Part


def claims(row: Row, parameters: Parameters) -> Iterator[Claim]:
    """The claims of a row, `parameters`: the positional parameters of what a dotted name calls."""
    for kind, read in _READERS.items():
        for part, node in row.of(kind):
            yield from read(row, node, part)
    for part, call in row.of(ast.Call):
        yield from _written(row, call, part)
        yield from _keywords(row, call, part)
        yield from _positional(row, call, part, parameters)


def _assign(row: Row, node: ast.Assign, part: Part) -> Iterator[Claim]:
    yield from _defaulted(row, node, part)
    for target in node.targets:
        yield from _assigned(row, target, node.value, part)


def _assigned(row: Row, target: ast.expr, value: ast.expr, part: Part) -> Iterator[Claim]:
    pairs = [(target, value)]
    while pairs:
        target, value = pairs.pop()
        if isinstance(target, (ast.Tuple, ast.List)):
            listed = _listed(value, len(target.elts))
            if not listed:
                yield from _together(row, target, value, part)
            pairs.extend(zip(target.elts, listed, strict=False))
        elif isinstance(target, (ast.Name, ast.Attribute)):
            yield Claim(ASSIGNED, _label(target), row.parts[target], row.parts[value], part)
        elif isinstance(target, ast.Subscript) and (key := _text(row, target.slice)) is not None:
            yield Claim(KEY, key.text, key, row.parts[value], part)


def _defaulted(row: Row, node: ast.Assign, part: Part) -> Iterator[Claim]:
    call = node.value
    if not (isinstance(call, ast.Call) and len(call.args) == 2 and isinstance(node.targets[0], ast.Name)):
        return
    function, key = row.last_of(call.func), _text(row, call.args[0])
    if function is not None and function.text in _DEFAULTING and key is not None and key.text == node.targets[0].id:
        yield Claim(DEFAULT, key.text, key, row.parts[call.args[1]], part)


def _label(target: ast.Name | ast.Attribute) -> str:
    return target.id if isinstance(target, ast.Name) else target.attr


def _together(row: Row, target: ast.Tuple | ast.List, value: ast.expr, part: Part) -> Iterator[Claim]:
    """Of `val_loss, val_acc = ...` that the value is for validation, as all of the targets say."""
    named = [each for each in target.elts if isinstance(each, (ast.Name, ast.Attribute))]
    labels = [_label(each) for each in named]
    said = [{role for role in roles(split(label)) if role.family != "axis"} for label in labels]
    if len(labels) == len(target.elts) and set.intersection(*said):
        yield Claim(ASSIGNED, labels[0], row.parts[named[0]], row.parts[value], part)


def _listed(value: ast.expr, count: int) -> list[ast.expr]:
    """The values that a target of so many names takes: `a, b`, and of `np.floor([a, b]).astype(int)` a and b too."""
    for _ in range(6):
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == count:
            return value.elts
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and not _holds_list(value):
            value = value.func.value
        elif isinstance(value, ast.Call) and len(value.args) + len(value.keywords) == 1:
            value = value.args[0] if value.args else value.keywords[0].value
        else:
            break
    return []


def _holds_list(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], (ast.Tuple, ast.List))


def _text(row: Row, node: ast.expr | None) -> Atom | None:
    """The text that an expression is, when it is nothing else."""
    atom = row.last_of(node) if isinstance(node, ast.Constant) else None
    return atom if atom is not None and atom.kind == STRING else None


def _annotated(row: Row, node: ast.AnnAssign, part: Part) -> Iterator[Claim]:
    if node.value is not None:
        yield from _assigned(row, node.target, node.value, part)


def _keywords(row: Row, node: ast.Call, part: Part) -> Iterator[Claim]:
    function = row.last_of(node.func)
    if function is not None and function.text in FREE_KEYWORDS:
        return
    for each in node.keywords:
        if each.arg is not None:
            keyword = row.parts[each]
            yield Claim(KEYWORD, each.arg, next(row.atoms_of(keyword)), row.parts[each.value], keyword)


def _entry(row: Row, node: Entry, part: Part) -> Iterator[Claim]:
    if (key := _text(row, node.key)) is not None:
        yield Claim(KEY, key.text, key, row.parts[node.value], part)


def _tagged(row: Row, node: ast.Call, part: Part) -> Iterator[Claim]:
    function = row.last_of(node.func)
    if function is None or function.text in _DEFAULTING or len(node.args) < 2:
        return
    if (tag := _text(row, node.args[0])) is not None:
        yield Claim(TEXT, tag.text, tag, row.parts[node.args[1]], part)


def _collected(row: Row, node: ast.Expr, part: Part) -> Iterator[Claim]:
    """Of `val_losses.append(loss)` and `history["val_loss"].append(loss)` that the loss is for validation."""
    call = node.value
    if isinstance(call, ast.Call) and call.args and (label := collector(row, call)) is not None:
        yield Claim(COLLECTED, label.text, label, row.parts[call.args[0]], part)


def collector(row: Row, call: ast.Call) -> Atom | None:
    """What a call puts something into: the name of the list, or its key."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _PUTTING:
        return None
    receiver = call.func.value
    if isinstance(receiver, ast.Subscript):
        return _text(row, receiver.slice)
    return row.last_of(receiver) if isinstance(receiver, (ast.Name, ast.Attribute)) else None


def _gone_over(row: Row, node: ast.For, part: Part) -> Iterator[Claim]:
    """Of what is put into a list or meter by a loop that it is of the data that the loop goes over."""
    data = [atom for atom in row.atoms_of(row.parts[node.iter]) if atom.kind in (NAME, ATTRIBUTE) and not atom.called]
    said = [atom for atom in data if _splits([atom])]
    if len(said) != 1:
        return
    put = [
        (statement, row.parts[each.value.func.value], each.value)
        for statement, each in row.of(ast.Expr)
        if part.start < statement.start < part.end
        and isinstance(each.value, ast.Call)
        and isinstance(each.value.func, ast.Attribute)
        and isinstance(each.value.func.value, (ast.Name, ast.Attribute))
        and collector(row, each.value) is not None
    ]
    of_data = _splits(said)
    if any(not of_data.isdisjoint(_splits(row.atoms_of(receiver))) for _, receiver, _ in put):
        return  # both are filled from the one
    for statement, receiver, call in put:
        given = {role for value in call.args for role in _splits(row.atoms_of(row.parts[value]))}
        if given.isdisjoint(_splits(row.atoms_of(receiver))):
            yield Claim(TURN, said[0].text, said[0], receiver, statement)


def _splits(atoms: Iterable[Atom]) -> set[Role]:
    return {role for atom in atoms for role in roles(split(atom.text)) if role.family == "split"}


def _formatted(row: Row, node: ast.JoinedStr, part: Part) -> Iterator[Claim]:
    values = [each.value for each in node.values if isinstance(each, ast.FormattedValue)]
    if not values or names_behind(_texts_around(node), values):
        return
    for place, (before, after) in enumerate(pairwise(node.values)):
        text = _text(row, before)
        if text is not None and isinstance(after, ast.FormattedValue):
            yield from _said_before(said_after(text.text) if place else text.text, text, row.parts[after.value], part)


def _texts_around(node: ast.JoinedStr) -> list[str]:
    """What stands before each value of a text, and behind the last."""
    texts = [""]
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            texts.append("")
        elif isinstance(each, ast.Constant):
            texts[-1] += str(each.value)
    return texts


def _said_before(before: str, text: Atom, value: Part, part: Part) -> Iterator[Claim]:
    label = _ENDS.split(before.rstrip("\n"))[-1]
    if label.strip() not in _TIMES and _LISTING.search(before) is None:
        yield Claim(TEXT, label[-40:], text, value, part)


def _written(row: Row, node: ast.BinOp | ast.Call, part: Part) -> Iterator[Claim]:
    for text, before, value in written(node):
        atom = _text(row, text)
        if atom is not None and value in row.parts:
            yield from _said_before(before, atom, row.parts[value], part)


def _positional(row: Row, node: ast.Call, part: Part, parameters: Parameters) -> Iterator[Claim]:
    function = row.last_of(node.func)
    if function is None or not function.path or len(node.args) < 2:
        return
    given = [*node.args, *node.keywords]
    unpacked = any(isinstance(each, ast.Starred) or (isinstance(each, ast.keyword) and not each.arg) for each in given)
    names = None if unpacked else parameters(function.path)
    for name, value in zip(names or (), node.args, strict=False):
        yield Claim(PARAMETER, name, row.parts[value], row.parts[value], part)


def is_test(name: str) -> bool:
    """Whether a function by that name tests the program, and no model on a test set."""
    return name.startswith(("test_", "_test_"))


def _kept(row: Row, node: ast.Subscript, part: Part) -> Iterator[Claim]:
    """That `totals` of `totals["val/loss"]` is for validation."""
    container = row.last_of(node.value) if isinstance(node.value, (ast.Name, ast.Attribute)) else None
    key = _text(row, node.slice) if container is not None else None
    if container is not None and key is not None and roles(split(container.text)):
        yield Claim(ENTRY, key.text, key, container.part, part)


def _returned(row: Row, node: ast.FunctionDef | ast.AsyncFunctionDef, part: Part) -> Iterator[Claim]:
    if not roles(split(node.name)) or is_test(node.name):
        return
    inner = [*row.of(ast.FunctionDef), *row.of(ast.AsyncFunctionDef), *row.of(ast.Lambda)]
    nested = [other for other, _ in inner if part.start < other.start < part.end]
    given = [(returned, each.value) for returned, each in row.of(ast.Return) if each.value is not None]
    given += [(gone_over, each.iter) for gone_over, each in row.of(ast.For)]
    for returned, value in given:
        outside = not part.start < returned.start < part.end
        if not outside and not any(other.start < returned.start < other.end for other in nested):
            yield Claim(FUNCTION, node.name, returned, row.parts[value], row.parts[value])


_READERS: dict[type[Node], Callable[..., Iterator[Claim]]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    Entry: _entry,
    ast.Call: _tagged,
    ast.Expr: _collected,
    ast.For: _gone_over,
    ast.JoinedStr: _formatted,
    ast.BinOp: _written,
    ast.Subscript: _kept,
    ast.FunctionDef: _returned,
    ast.AsyncFunctionDef: _returned,
}


def is_given_again(row: Row, claim: Claim, claims: Sequence[Claim]) -> bool:
    """Whether another call is given the same by the keyword of a claim: a block gives as many channels as it takes in
    each of its layers, while a slip is in one place."""
    texts = row.texts(claim.value)
    alike = [each for each in claims if each.how == KEYWORD == claim.how and each.label == claim.label]
    return sum(row.texts(each.value) == texts for each in alike) > 1
