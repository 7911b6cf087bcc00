"""A body as one row of tokens, so that the shapes of any two of its parts compare without walking them again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import libcst as cst

from mlint.facts.pairs.words import listed

NAME, ATTRIBUTE, KEYWORD, STRING, NUMBER = "name", "attribute", "keyword", "string", "number"

# What the context of a node says of the names right below it.
_PLAIN, _STORED, _CALLED, _STATED, _HELD = "", "stored", "called", "stated", "held"
_KEYED = frozenset({"DictElement", "Arg"})

_LAYOUT = listed(
    """lpar rpar lbrace rbrace lbracket rbracket comma semicolon equal header footer leading_lines
    lines_after_decorators lines_after_module_docstring trailing_whitespace decorators returns annotation colon
    asynchronous indent newline type_parameters type_comment dot"""
)
_IGNORED = frozenset({cst.Import, cst.ImportFrom, cst.Annotation, cst.EmptyLine, cst.TrailingWhitespace})
_LEAVES = {
    cst.Name: NAME,
    cst.SimpleString: STRING,
    cst.FormattedStringText: STRING,
    cst.Integer: NUMBER,
    cst.Float: NUMBER,
}
_QUOTES = re.compile(r"^[a-zA-Z]*('''|\"\"\"|'|\")|('''|\"\"\"|'|\")$")
_LONGEST_PATH = 8


@dataclass(slots=True)
class Atom:
    """A name, attribute, keyword, string or number: what may differ between parts of one shape.

    `path` is the dotted text of an attribute that hangs on a name (`self.val.loader`), elsewhere the text itself; ""
    for an attribute of something else. `stored`: assigned or bound here; `called`: what a call calls; `stated`: the
    object or function of a call that is a statement of its own (`losses` in `losses.append(loss)`); `held`: part of
    what is assigned to, but not bound (`masks` in `masks[0] = ...`); `names`: a text that says what something is, as
    the key of an entry, an argument or a part of a formatted text.
    """

    kind: str
    text: str
    node: cst.CSTNode
    at: int
    path: str
    stored: bool
    called: bool
    stated: bool
    held: bool
    names: bool

    @property
    def labels(self) -> bool:
        """Whether the atom says what something else is for: a target, a keyword, a text, the object of a call."""
        return self.stored or self.stated or self.held or self.names or self.kind == KEYWORD


@dataclass(slots=True)
class Part:
    """A node and its stretch of the row."""

    node: cst.CSTNode
    start: int
    end: int


@dataclass(slots=True)
class Group:
    """Parts that stand beside each other. `kind`: block, branches, elements, entries, arguments, operands, slices."""

    kind: str
    parts: list[Part]


@dataclass
class Row:
    """The tokens of a body. `tags` says the shape; `atoms[i]` is the atom at `i`, if there is one."""

    tags: list[str] = field(default_factory=list)
    atoms: list[Atom | None] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    parts: dict[cst.CSTNode, Part] = field(default_factory=dict)

    @cached_property
    def by_kind(self) -> dict[type[cst.CSTNode], list[Part]]:
        """The parts by the type of their node."""
        found: dict[type[cst.CSTNode], list[Part]] = {}
        for node, part in self.parts.items():
            found.setdefault(type(node), []).append(part)
        return found

    @cached_property
    def statements(self) -> list[Part]:
        """The statements without a body."""
        return self.by_kind.get(cst.SimpleStatementLine, [])

    def shape(self, part: Part) -> tuple[str, ...]:
        """What two parts share when they differ in names and literals at most."""
        return tuple(self.tags[part.start : part.end])

    def atoms_of(self, part: Part) -> Iterator[Atom]:
        """The atoms of a part, in the order of the row."""
        return (atom for atom in self.atoms[part.start : part.end] if atom is not None)


Marked = tuple[cst.CSTNode, str]


def lay_out(statements: Sequence[cst.CSTNode]) -> Row:
    """Lay statements out as a row of tokens. Iterative: as deep as libcst could parse."""
    row = Row()
    groups: list[tuple[str, Sequence[cst.CSTNode]]] = [("block", statements)]
    chained: set[int] = set()
    stack: list[tuple[cst.CSTNode, str, int]] = [(node, _PLAIN, -1) for node in reversed(statements)]
    while stack:
        node, mark, start = stack.pop()
        kind = type(node)
        if start >= 0:
            row.parts[node] = Part(node, start, len(row.tags))
        elif kind in _LEAVES:
            _lay_atom(row, node, mark)
        else:
            stack.append((node, mark, len(row.tags)))
            row.tags.append(kind.__name__)
            row.atoms.append(None)
            # `elif` and what follows is told with the `if` that it belongs to.
            if kind in _GROUPS and not (kind is cst.If and id(node) in chained):
                groups.extend(_GROUPS[kind](node))
            if kind is cst.If:
                chained.add(id(node.orelse))  # type: ignore[attr-defined]
            children = _MARKED[kind](node, mark) if kind in _MARKED else _children(node)
            stack.extend((child, below, -1) for child, below in reversed(children))
    for name, nodes in groups:
        found = [row.parts[node] for node in nodes if node in row.parts]
        if len(found) > 1:
            row.groups.append(Group(name, found))
    return row


def _lay_atom(row: Row, node: cst.CSTNode, mark: str) -> None:
    text: str = node.value  # type: ignore[attr-defined]
    kind = _LEAVES[type(node)]
    path = text
    stored, called, stated = mark.endswith(_STORED), mark.endswith(_CALLED), mark.endswith(_STATED)
    if mark == KEYWORD:
        kind = KEYWORD
    elif mark.startswith("."):
        kind = ATTRIBUTE
        path = mark[1:].rpartition(":")[0]
    elif kind == STRING:
        text = path = _QUOTES.sub("", text)
    held = mark.endswith(_HELD)
    names = kind == STRING and (type(node) is cst.FormattedStringText or row.tags[-1] in _KEYED)
    at = len(row.tags)
    row.parts[node] = Part(node, at, at + 1)
    row.tags.append(kind)
    row.atoms.append(Atom(kind, text, node, at, path, stored, called, stated, held, names))


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = kind.__dataclass_fields__
    return tuple(name for name in names if not name.startswith("whitespace") and name not in _LAYOUT)


def _children(node: cst.CSTNode) -> list[Marked]:
    found: list[Marked] = []
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            if type(value) not in _IGNORED:
                found.append((value, _PLAIN))
        elif type(value) in (tuple, list):
            found.extend(
                (child, _PLAIN) for child in value if isinstance(child, cst.CSTNode) and type(child) not in _IGNORED
            )
    return found


def _path(node: cst.BaseExpression) -> str:
    names: list[str] = []
    while isinstance(node, cst.Attribute) and len(names) < _LONGEST_PATH:
        names.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return ""
    names.append(node.value)
    return ".".join(reversed(names))


def _attribute(node: cst.Attribute, mark: str) -> list[Marked]:
    below = {_STATED: _STATED, _STORED: _HELD, _HELD: _HELD}.get(mark, _PLAIN)
    return [(node.value, below), (node.attr, f".{_path(node)}:{mark}")]


def _call(node: cst.Call, mark: str) -> list[Marked]:
    return [(node.func, _STATED if mark == _STATED else _CALLED), *((arg, _PLAIN) for arg in node.args)]


def _arg(node: cst.Arg, mark: str) -> list[Marked]:
    return [*([(node.keyword, KEYWORD)] if node.keyword else []), (node.value, _PLAIN)]


def _stating(node: cst.Expr, mark: str) -> list[Marked]:
    return [(node.value, _STATED if isinstance(node.value, cst.Call) else _PLAIN)]


def _slice(node: cst.Slice, mark: str) -> list[Marked]:
    # An absent bound is a token too: `a[:n]` and `a[n:]` are of two shapes.
    absent = cst.Ellipsis()
    return [
        (node.lower or absent, _PLAIN),
        (node.upper or absent, _PLAIN),
        *([(node.step, _PLAIN)] if node.step else []),
    ]


def _subscript(node: cst.Subscript, mark: str) -> list[Marked]:
    below = _HELD if mark in (_STORED, _HELD) else _PLAIN
    return [(node.value, below), *((element, below) for element in node.slice)]


def _passing(node: cst.CSTNode, mark: str) -> list[Marked]:
    return [(child, mark) for child, _ in _children(node)]


def _storing(*names: str) -> Callable[[cst.CSTNode, str], list[Marked]]:
    def children(node: cst.CSTNode, mark: str) -> list[Marked]:
        stored = {id(getattr(node, name)) for name in names}
        return [(child, _STORED if id(child) in stored else _PLAIN) for child, _ in _children(node)]

    return children


# How the names below a node are used, where the plain reading (they are read) is not it.
_MARKED: dict[type[cst.CSTNode], Callable[..., list[Marked]]] = {
    cst.Attribute: _attribute,
    cst.Call: _call,
    cst.Arg: _arg,
    cst.Expr: _stating,
    cst.Slice: _slice,
    cst.Subscript: _subscript,
    cst.SubscriptElement: _passing,
    cst.Index: _passing,
    cst.AssignTarget: _storing("target"),
    cst.AnnAssign: _storing("target"),
    cst.AugAssign: _storing("target"),
    cst.NamedExpr: _storing("target"),
    cst.For: _storing("target"),
    cst.CompFor: _storing("target"),
    cst.AsName: _storing("name"),
    cst.Param: _storing("name"),
    cst.FunctionDef: _storing("name"),
    cst.ClassDef: _storing("name"),
    cst.Tuple: _passing,
    cst.List: _passing,
    cst.Element: _passing,
    cst.StarredElement: _passing,
}


def _operands(node: cst.BinaryOperation | cst.BooleanOperation) -> list[tuple[str, Sequence[cst.CSTNode]]]:
    # The left spine of `a * b * c` is met at its top and at each node below; only the longest chain says more.
    found: list[cst.CSTNode] = []
    walked: cst.BaseExpression = node
    while isinstance(walked, type(node)) and type(walked.operator) is type(node.operator):
        found.append(walked.right)
        walked = walked.left
    found.append(walked)
    return [("operands", found[::-1])]


def _branches(node: cst.If) -> list[tuple[str, Sequence[cst.CSTNode]]]:
    found: list[cst.CSTNode] = [node.body]
    rest = node.orelse
    while isinstance(rest, cst.If):
        found.append(rest.body)
        rest = rest.orelse
    if rest is not None:
        found.append(rest.body)
    return [("branches", found)]


_GROUPS: dict[type[cst.CSTNode], Callable[..., list[tuple[str, Sequence[cst.CSTNode]]]]] = {
    cst.IndentedBlock: lambda node: [("block", node.body)],
    cst.Tuple: lambda node: [("elements", [element.value for element in node.elements])],
    cst.List: lambda node: [("elements", [element.value for element in node.elements])],
    cst.Set: lambda node: [("elements", [element.value for element in node.elements])],
    cst.Dict: lambda node: [("entries", node.elements)],
    cst.Call: lambda node: [("arguments", node.args)],
    cst.Subscript: lambda node: [("slices", [element.slice for element in node.slice])],
    cst.BinaryOperation: _operands,
    cst.BooleanOperation: _operands,
    cst.If: _branches,
}
