"""The tree of a file: the node at a place, what is around it, and where a name gets its value."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeAlias, TypeVar

from mlint.finding import Span

Node = TypeVar("Node", bound=ast.AST)
Definition: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
_WRAPPERS = frozenset(
    "to cuda cpu train eval half float double bfloat16 type requires_grad_ share_memory apply compile".split()
)
_HOLDERS = frozenset(("DataParallel", "DistributedDataParallel", "compile", "script", "prepare"))


class Code:
    """A parsed file."""

    def __init__(self, path: str) -> None:
        self.path = path
        data = Path(path).read_bytes()
        self.tree = ast.parse(data, path)
        self._lines = data.decode("utf-8", "replace").splitlines()

    @cached_property
    def _parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def span(self, node: ast.AST) -> Span:
        """Where the node stands, as findings count."""
        line, end = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
        return Span(
            line,
            self._column(line, getattr(node, "col_offset", 0)),
            end,
            self._column(end, getattr(node, "end_col_offset", 0)),
        )

    def _column(self, line: int, offset: int) -> int:
        if not 0 < line <= len(self._lines):
            return offset + 1
        return len(self._lines[line - 1].encode()[:offset].decode("utf-8", "replace")) + 1

    def at(self, span: Span, *kinds: type[Node]) -> Node | None:
        """The largest node of one of the kinds within the span, else the smallest that holds it."""
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, kinds)]
        spans = [(node, self.span(node)) for node in nodes]
        inside = [node for node, each in spans if _holds(span, each)]
        if inside:
            return inside[0]  # ast.walk meets what is outside first
        around = [node for node, each in spans if _holds(each, span)]
        return around[-1] if around else None

    def name_at(self, span: Span) -> ast.Name | ast.Attribute | None:
        """The name at a place, or what ends in it: `self.width` where `width` is the place."""
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.Name, ast.Attribute)):
                each = self.span(node)
                if (each.end_line, each.end_column) == (span.end_line, span.end_column) and _holds(each, span):
                    return node
        return None

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What the node stands in, from the inside out."""
        parents = self._parents
        while node in parents:
            node = parents[node]
            yield node

    def function_at(self, span: Span) -> Definition | None:
        """The innermost function that the place is in."""
        holding = self._holding(span)
        found = [each for each in holding if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
        return max(found, key=self.span, default=None)

    def outermost(self, function: Definition) -> Definition:
        """The function around it that is in no other."""
        around = [each for each in self.around(function) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
        return around[-1] if around else function

    def class_at(self, span: Span) -> ast.ClassDef | None:
        """The innermost class that the place is in."""
        found = [each for each in self._holding(span) if isinstance(each, ast.ClassDef)]
        return max(found, key=self.span, default=None)

    def _holding(self, span: Span) -> list[ast.stmt]:
        """The statements that hold the place."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.stmt) and _holds(self.span(node), span)]

    def qualname(self, node: ast.AST) -> str | None:
        """`Net.forward`; None for what is local to a function."""
        names = [getattr(node, "name", "")]
        for each in self.around(node):
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return None
            if isinstance(each, ast.ClassDef):
                names.insert(0, each.name)
        return ".".join(names)

    def assigned(self, name: str, within: ast.AST) -> list[ast.expr]:
        """What is assigned to the name (`model`, `self.net`) within the node."""
        found = []
        for node in ast.walk(within):
            targets: Sequence[ast.expr] = ()
            if isinstance(node, ast.Assign):
                targets = node.targets
            elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
                targets = [node.target]
            value = getattr(node, "value", None)
            if isinstance(value, ast.expr) and any(ast.unparse(target) == name for target in targets):
                found.append(value)
        return found

    def calls_of(self, name: str) -> Iterator[ast.Call]:
        """The calls of a function or method of that name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and name == _last(node.func):
                yield node


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def unwrapped(value: ast.expr) -> ast.expr:
    """`Net()` of `nn.DataParallel(Net()).to(device)`."""
    while isinstance(value, ast.Call):
        function = value.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr in _WRAPPERS
            and not isinstance(function.value, ast.Name)
        ):
            value = function.value
        elif _last(function) in _HOLDERS and value.args:
            value = value.args[0]
        else:
            break
    return value


def _holds(outer: Span, inner: Span) -> bool:
    starts = (outer.line, outer.column) <= (inner.line, inner.column)
    return starts and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
