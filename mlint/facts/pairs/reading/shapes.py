"""A body as one row of tokens, so that the shapes of any two of its parts compare without walking them again."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar, cast

from mlint.cached import cached_property

NAME, ATTRIBUTE, KEYWORD, STRING, NUMBER = "name", "attribute", "keyword", "string", "number"


class Block(tuple[ast.stmt, ...]):
    """The statements of a body, for which `ast` has no node."""

    __slots__ = ()


class Entry(NamedTuple):
    """A key and its value, for which `ast` has no node; without a key: `**value`."""

    key: ast.expr | None
    value: ast.expr


Node = ast.AST | Block | Entry
Kind = TypeVar("Kind", bound=Node)
Made = TypeVar("Made")


@dataclass(slots=True)
class Atom:
    """A name, attribute, keyword, string or number: what may differ between parts of one shape.

    `node` has the text as its own, or is what begins or ends with it (the argument, the access). `path` is the dotted
    text of an attribute that hangs on a name (`self.val.loader`), elsewhere the text itself; "" for an attribute of
    something else. `stored`: assigned or bound here; `called`: what a call calls; `stated`: the object or function of a
    call that is a statement of its own (`losses` in `losses.append(loss)`); `held`: part of what is assigned to, but
    not bound (`masks` in `masks[0] = ...`); `names`: a text that says what something is, as the key of an entry, an
    argument or a part of a formatted text.
    """

    kind: str
    text: str
    node: ast.AST
    path: str
    at: int = -1
    stored: bool = False
    called: bool = False
    stated: bool = False
    held: bool = False
    names: bool = False

    @property
    def labels(self) -> bool:
        """Whether the atom says what something else is for: a target, a keyword, a text, the object of a call."""
        return self.stored or self.stated or self.held or self.names or self.kind == KEYWORD

    @property
    def part(self) -> Part:
        """The stretch of the row that is the atom."""
        return Part(self.node, self.at, self.at + 1)


@dataclass(slots=True)
class Part:
    """A node and its stretch of the row."""

    node: Node
    start: int
    end: int


@dataclass(slots=True)
class Group:
    """Parts that stand beside each other.

    `kind`: block, tests, branches, elements, entries, arguments, operands, slices.
    """

    kind: str
    parts: list[Part]


@dataclass
class Row:
    """The tokens of a body. `tags` says the shape; `atoms[i]` is the atom at `i`, if there is one.

    `turned` has the places of comparisons that lead the other way: `a > b` has the shape of `a < b`.
    """

    tags: list[str] = field(default_factory=list)
    atoms: list[Atom | None] = field(default_factory=list)
    turned: list[int] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    parts: dict[Node, Part] = field(default_factory=dict)

    def once(self, make: Callable[[Row], Made]) -> Made:
        """What is made of the row, once as long as it lives."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]  # type: ignore[return-value] # one kind a key

    @cached_property
    def _made(self) -> dict[object, object]:
        return {}

    @cached_property
    def _by_kind(self) -> dict[type, list[tuple[Part, Node]]]:
        found: dict[type, list[tuple[Part, Node]]] = {}
        for node, part in self.parts.items():
            found.setdefault(type(node), []).append((part, node))
        return found

    def of(self, kind: type[Kind]) -> Sequence[tuple[Part, Kind]]:
        """The parts with a node of just that type, inner ones first, each with its node."""
        return cast("Sequence[tuple[Part, Kind]]", self._by_kind.get(kind, ()))

    def within(self, kind: type[Kind], start: int, end: int) -> Sequence[tuple[Part, Kind]]:
        """The parts with a node of just that type that begin in a stretch of the row, in the order of the text."""
        found = self._in_order(kind)
        first, last = (bisect_left(found, place, key=_begin) for place in (start, end))
        return found[first:last]

    def _in_order(self, kind: type[Kind]) -> Sequence[tuple[Part, Kind]]:
        if kind not in self._ordered:
            self._ordered[kind] = sorted(self._by_kind.get(kind, ()), key=_begin)
        return cast("Sequence[tuple[Part, Kind]]", self._ordered[kind])

    @cached_property
    def _ordered(self) -> dict[type, list[tuple[Part, Node]]]:
        return {}

    @cached_property
    def statements(self) -> list[Part]:
        """The statements without a body, in the order of the text."""
        found = (part for part in self.parts.values() if isinstance(part.node, _SIMPLE))
        return sorted(found, key=_start)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The texts by which something is asked for: `loss` of `batch["loss"]`."""
        asked = [self.last_of(node.slice) for _, node in self.of(ast.Subscript) if isinstance(node.slice, ast.Constant)]
        return frozenset(atom.text for atom in asked if atom is not None and atom.kind == STRING)

    def statement_at(self, place: int) -> Part | None:
        """The statement without a body that holds a place of the row; None in the head of one that has a body."""
        number = number_at(self.statements, place)
        return None if number is None else self.statements[number]

    def shape(self, part: Part) -> tuple[str, ...]:
        """What two parts share when they differ in names and literals at most."""
        return tuple(self.tags[part.start : part.end])

    def atoms_of(self, part: Part) -> Iterator[Atom]:
        """The atoms of a part, in the order of the row."""
        return (atom for atom in self.atoms[part.start : part.end] if atom is not None)

    def texts(self, part: Part) -> list[str]:
        """The texts of the atoms of a part."""
        return [atom.text for atom in self.atoms_of(part)]

    def are_same(self, one: Part, other: Part) -> bool:
        """Whether two parts are written alike, names and literals included."""
        if self.tags[one.start : one.end] != self.tags[other.start : other.end]:
            return False
        return self.texts(one) == self.texts(other) and self.turned_in(one) == self.turned_in(other)

    def both_if_same(self, one: ast.expr, other: ast.expr) -> Iterator[tuple[Part, Part]]:
        """The parts of two expressions, where they are written alike."""
        if self.are_same(self.parts[one], self.parts[other]):
            yield self.parts[one], self.parts[other]

    def spelled(self, part: Part) -> tuple[object, ...]:
        """What parts share that are written alike, names and literals included."""
        return (*self.shape(part), *self.texts(part), *self.turned_in(part))

    def turned_in(self, part: Part) -> list[int]:
        """Which of its comparisons lead the other way, as places in the part."""
        return [place - part.start for place in self.turned if part.start <= place < part.end]

    def called(self, call: ast.Call) -> str:
        """The dotted text of what is called, or its last name; "" where it has none."""
        atom = self.last_of(call.func)
        return "" if atom is None else atom.path or atom.text

    def last_of(self, node: ast.expr) -> Atom | None:
        """What an expression is called: the last name of `a.b.c`; None where it ends in no atom."""
        return self.atoms[self.parts[node].end - 1]


def number_at(parts: Sequence[Part], place: int) -> int | None:
    """The number of the part that holds a place of the row, of parts that follow one another."""
    number = bisect_right(parts, place, key=_start) - 1
    return number if number >= 0 and place < parts[number].end else None


def _start(part: Part) -> int:
    return part.start


def _begin(each: tuple[Part, Node]) -> int:
    return each[0].start


_SIMPLE = (
    ast.Expr,
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Return,
    ast.Assert,
    ast.Raise,
    ast.Delete,
)


def arguments(call: ast.Call) -> Sequence[ast.expr | ast.keyword]:
    """The arguments of a call in the order of the text."""
    given: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    if call.keywords and any(isinstance(each, ast.Starred) for each in call.args):
        given.sort(key=lambda each: (each.lineno, each.col_offset))
    return given


def defaults(node: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    """The parameters of a function, each with its default."""
    places = [*node.posonlyargs, *node.args]
    unset: list[ast.expr | None] = [None] * (len(places) - len(node.defaults))
    found = [*zip(places, [*unset, *node.defaults], strict=True)]
    found += [(node.vararg, None)] if node.vararg else []
    found += zip(node.kwonlyargs, node.kw_defaults, strict=True)
    return [*found, (node.kwarg, None)] if node.kwarg else found


def subscripts(node: ast.Subscript) -> list[ast.expr]:
    """The parts of a subscript: `i` and `j` of `x[i, j]`."""
    return node.slice.elts if isinstance(node.slice, ast.Tuple) and node.slice.elts else [node.slice]
