"""How a body is laid out as a row of tokens."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from mlint.facts.pairs.names.words import listed
from mlint.facts.pairs.reading.groups import ELIF, Named, elif_of, entries_of, groups_of, tests
from mlint.facts.pairs.reading.shapes import (
    ATTRIBUTE,
    KEYWORD,
    NAME,
    NUMBER,
    STRING,
    Atom,
    Block,
    Entry,
    Group,
    Node,
    Part,
    Row,
    arguments,
    defaults,
    subscripts,
)

_JOINING = frozenset({"join", "joinpath"})
_NAMING = frozenset({"name", "label", "title", "desc", "tag"})
# What the context of a node says of the names right below it.
_PLAIN, _STORED, _CALLED, _STATED, _HELD, _NAMES = "", "stored", "called", "stated", "held", "names"

# A child is a node, an atom, or the tag of an operator, with what its context says.
_Child = tuple[Node | Atom | str, str]

_IGNORED_FIELDS = listed("ctx op ops annotation returns decorator_list type_comment type_params conversion simple")
_IGNORED = (ast.Import, ast.ImportFrom, ast.Pass)
_BLOCKS = frozenset({"body", "orelse", "finalbody"})
# What a lower and an upper limit are asked in, which are copied from one another.
_TURNED = {"Gt": "Lt", "GtE": "LtE"}
_LONGEST_PATH = 8
_LONGEST_NUMBER = 64


def lay_out(statements: Sequence[ast.stmt]) -> Row:
    """Lay statements out as a row of tokens. Iterative: as deep as Python could parse."""
    row = Row()
    groups: list[Named] = [("block", statements), tests(statements)]
    inner: set[ast.expr] = set()
    stack: list[tuple[Node | Atom | Part | str, str]] = [(node, _PLAIN) for node in reversed(statements)]
    while stack:
        item, mark = stack.pop()
        if isinstance(item, Part):  # all of it has been laid out
            item.end = len(row.tags)
            row.parts[item.node] = item
        elif isinstance(item, str):
            if item in _TURNED:
                row.turned.append(len(row.tags))
                item = _TURNED[item]
            row.tags.append(item)
            row.atoms.append(None)
        elif isinstance(item, Atom):
            _lay_atom(row, item, mark)
        elif isinstance(item, (ast.Name, ast.Constant)) and (atom := _leaf(item)) is not None:
            row.parts[item] = Part(item, len(row.tags), len(row.tags) + 1)
            _lay_atom(row, atom, mark)
        elif not _says_nothing(item):
            kind = type(item)
            stack.append((Part(item, len(row.tags), -1), _PLAIN))
            row.tags.append(kind.__name__)
            row.atoms.append(None)
            groups += groups_of(item, inner) if mark != ELIF else []
            children = _MARKED[kind](item, mark) if kind in _MARKED else _children(item)
            stack.extend(reversed(children))
    for name, nodes in groups:
        found = [row.parts[node] for node in nodes if node in row.parts]
        if len(found) > 1:
            row.groups.append(Group(name, found))
    return row


def _lay_atom(row: Row, atom: Atom, mark: str) -> None:
    atom.at = len(row.tags)
    if mark == _NAMES:
        atom.names = atom.kind == STRING
    elif mark:
        setattr(atom, mark, True)
    row.tags.append(atom.kind)
    row.atoms.append(atom)


def _leaf(node: ast.Name | ast.Constant) -> Atom | None:
    if isinstance(node, ast.Name):
        return Atom(NAME, node.id, node, node.id)
    value = node.value
    if isinstance(value, (str, bytes)):
        text = value if isinstance(value, str) else value.decode("latin-1")
        return Atom(STRING, text, node, text)
    if value is None or isinstance(value, bool):
        return Atom(NAME, str(value), node, str(value))
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return Atom(NUMBER, hex(value), node, "")  # a longer decimal is refused
    return None if value is ... else Atom(NUMBER, str(value), node, str(value))


def _says_nothing(node: Node) -> bool:
    """Whether it is an import, `pass`, or a text that stands for itself."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, _IGNORED)


def _children(node: Node) -> list[_Child]:
    if not isinstance(node, ast.AST):
        return [(child, _PLAIN) for child in node if child is not None]
    found: list[_Child] = []
    for name in node._fields:
        value = None if name in _IGNORED_FIELDS else getattr(node, name)
        if isinstance(value, ast.AST):
            found.append((value, _PLAIN))
        elif isinstance(value, list) and value:
            found += [(Block(value), _PLAIN)] if name in _BLOCKS else _plain(value)
    return found


def _plain(nodes: Sequence[object]) -> list[_Child]:
    return [(node, _PLAIN) for node in nodes if isinstance(node, ast.AST)]


def _path(node: ast.expr) -> str:
    names: list[str] = []
    while isinstance(node, ast.Attribute) and len(names) < _LONGEST_PATH:
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    names.append(node.id)
    return ".".join(reversed(names))


def _attribute(node: ast.Attribute, mark: str) -> list[_Child]:
    below = {_STATED: _STATED, _STORED: _HELD, _HELD: _HELD}.get(mark, _PLAIN)
    return [(node.value, below), (Atom(ATTRIBUTE, node.attr, node, _path(node)), mark)]


def _call(node: ast.Call, mark: str) -> list[_Child]:
    # The parts of a path are no names of what stands beside them.
    joins = isinstance(node.func, ast.Attribute) and node.func.attr in _JOINING
    given = [(each, _PLAIN if joins or isinstance(each, ast.keyword) else _NAMES) for each in arguments(node)]
    return [(node.func, _STATED if mark == _STATED else _CALLED), *given]


def _keyword(node: ast.keyword, mark: str) -> list[_Child]:
    # A text that is given as a name says what the rest is: `plot(losses, label="val")`.
    below = _NAMES if node.arg in _NAMING and isinstance(node.value, ast.Constant) else _PLAIN
    return [*([(Atom(KEYWORD, node.arg, node, node.arg), _PLAIN)] if node.arg else []), (node.value, below)]


def _entry(node: Entry, mark: str) -> list[_Child]:
    return [*([(node.key, _NAMES)] if node.key is not None else []), (node.value, _PLAIN)]


def _dict(node: ast.Dict, mark: str) -> list[_Child]:
    return [(entry, _PLAIN) for entry in entries_of(node)]


def _stating(node: ast.Expr, mark: str) -> list[_Child]:
    return [(node.value, _STATED if isinstance(node.value, ast.Call) else _PLAIN)]


def _slice(node: ast.Slice, mark: str) -> list[_Child]:
    # An absent bound is a token too: `a[:n]` and `a[n:]` are of two shapes.
    return [(node.lower or "", _PLAIN), (node.upper or "", _PLAIN), *_plain([node.step])]


def _subscript(node: ast.Subscript, mark: str) -> list[_Child]:
    # `losses["val"].append(loss)`: the key says what the loss is of.
    below = {_STORED: _HELD, _HELD: _HELD, _STATED: _STATED}.get(mark, _PLAIN)
    return [(node.value, below), *((element, below) for element in subscripts(node))]


def _passing(node: ast.AST, mark: str) -> list[_Child]:
    return [(child, "" if mark == _NAMES else mark) for child, _ in _children(node)]


def _storing(name: str) -> Callable[[ast.AST, str], list[_Child]]:
    def children(node: ast.AST, mark: str) -> list[_Child]:
        stored = getattr(node, name)
        return [(child, _STORED if child is stored else _PLAIN) for child, _ in _children(node)]

    return children


def _assign(node: ast.Assign, mark: str) -> list[_Child]:
    return [*((target, _STORED) for target in node.targets), (node.value, _PLAIN)]


def _augmented(node: ast.AugAssign, mark: str) -> list[_Child]:
    return [(node.target, _STORED), (f"{type(node.op).__name__}Assign", _PLAIN), (node.value, _PLAIN)]


def _binary(node: ast.BinOp, mark: str) -> list[_Child]:
    # `save(folder / "train.npy", train)`: the last part of a path says what is saved.
    last = mark if mark == _NAMES and isinstance(node.op, ast.Div) else _PLAIN
    return [(node.left, _PLAIN), (type(node.op).__name__, _PLAIN), (node.right, last)]


def _signed(node: ast.BoolOp | ast.UnaryOp, mark: str) -> list[_Child]:
    return [(type(node.op).__name__, _PLAIN), *_children(node)]


def _compare(node: ast.Compare, mark: str) -> list[_Child]:
    found: list[_Child] = [(node.left, _PLAIN)]
    for operator, value in zip(node.ops, node.comparators, strict=True):
        found += [(type(operator).__name__, _PLAIN), (value, _PLAIN)]
    return found


def _arguments(node: ast.arguments, mark: str) -> list[_Child]:
    return _plain([each for both in defaults(node) for each in both])


def _argument(node: ast.arg, mark: str) -> list[_Child]:
    return [(Atom(NAME, node.arg, node, node.arg), _STORED)]


def _bound(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler, mark: str) -> list[_Child]:
    name = [(Atom(NAME, node.name, node, node.name), _STORED)] if node.name else []
    return [*name, *_children(node)]


def _if(node: ast.If, mark: str) -> list[_Child]:
    rest: list[_Child] = []
    if node.orelse:
        rest = [(after, ELIF)] if (after := elif_of(node)) is not None else [(Block(node.orelse), _PLAIN)]
    return [(node.test, _PLAIN), (Block(node.body), _PLAIN), *rest]


def _formatted(node: ast.FormattedValue, mark: str) -> list[_Child]:
    spec = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else []
    return [(node.value, _PLAIN), *((each, _NAMES) for each in spec)]


def _joined(node: ast.JoinedStr, mark: str) -> list[_Child]:
    return [(each, _NAMES) for each in node.values]


# How the names below a node are used, where the plain reading (they are read) is not it.
_MARKED: dict[type[Node], Callable[..., list[_Child]]] = {
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.keyword: _keyword,
    Entry: _entry,
    ast.Dict: _dict,
    ast.Expr: _stating,
    ast.Slice: _slice,
    ast.Subscript: _subscript,
    ast.Assign: _assign,
    ast.AnnAssign: _storing("target"),
    ast.AugAssign: _augmented,
    ast.NamedExpr: _storing("target"),
    ast.For: _storing("target"),
    ast.AsyncFor: _storing("target"),
    ast.comprehension: _storing("target"),
    ast.withitem: _storing("optional_vars"),
    ast.arguments: _arguments,
    ast.arg: _argument,
    ast.FunctionDef: _bound,
    ast.AsyncFunctionDef: _bound,
    ast.ClassDef: _bound,
    ast.ExceptHandler: _bound,
    ast.Tuple: _passing,
    ast.List: _passing,
    ast.Starred: _passing,
    ast.BinOp: _binary,
    ast.BoolOp: _signed,
    ast.UnaryOp: _signed,
    ast.Compare: _compare,
    ast.If: _if,
    ast.FormattedValue: _formatted,
    ast.JoinedStr: _joined,
}
