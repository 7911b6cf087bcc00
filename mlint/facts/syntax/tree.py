"""The tree of one slice of a file (a function, a method, or the module's own statements), by Python's own parser."""

from __future__ import annotations

import ast
import re

from mlint.outline.parsing import parsed

Definition = ast.FunctionDef | ast.AsyncFunctionDef
_MARGIN = re.compile(r"(?:[ \t\f]*(?:#[^\n]*)?\n)*([ \t\f]*)")


class Tree:
    """A slice as the standard library's parser reads it.

    `text`: the slice, indented as in its file; wrapped in `if 1:`, it keeps its indentation and its strings intact.
    `lines` are those that the positions of the nodes count (from 1); `above` is how many of them precede the slice.
    Raises SyntaxError where the slice cannot be read alone.
    """

    def __init__(self, text: str) -> None:
        indented = is_indented(text)
        wrapped = "if 1:\n" + text if indented else text
        self.above = 1 if indented else 0
        self.lines = wrapped.split("\n")
        body = parsed(wrapped).body
        self.statements: list[ast.stmt] = body[0].body if indented and isinstance(body[0], ast.If) else body

    @property
    def definition(self) -> Definition:
        """The function that the slice holds. Raises TypeError where it holds something else."""
        for statement in self.statements:
            if isinstance(statement, Definition):
                return statement
        raise TypeError("the slice holds no function")


def is_indented(text: str) -> bool:
    """Whether the first line of a slice that is more than a comment is indented. A form feed begins the line anew."""
    found = _MARGIN.match(text)
    margin = found[1] if found is not None else ""
    return not margin.endswith("\f") and margin != ""


def walk(node: ast.AST) -> list[ast.AST]:
    """The node and all below it, what is outside first: as `ast.walk`, in half of its time."""
    found = [node]
    for each in found:  # it grows
        kind = type(each)
        for field in _HOLDING[kind] if kind in _HOLDING else _holding(kind):
            value = getattr(each, field, None)
            if isinstance(value, ast.AST):
                found.append(value)
            elif isinstance(value, list):
                found += [item for item in value if isinstance(item, ast.AST)]
    return found


# Texts and numbers; and whether a name is read or stored, which is one object for all.
_PLAIN = frozenset(("ctx", "id", "attr", "arg", "kind", "type_comment", "module", "level", "asname", "conversion"))
_HOLDING: dict[type[ast.AST], tuple[str, ...]] = {ast.Constant: ()}
"""By kind of node the fields in which others may stand."""


def _holding(kind: type[ast.AST]) -> tuple[str, ...]:
    return _HOLDING.setdefault(kind, tuple(field for field in kind._fields if field not in _PLAIN))


def leading(value: ast.expr) -> ast.expr:
    """The operand that a sum or a product begins with; anything else as it is."""
    while isinstance(value, ast.BinOp):
        value = value.left
    return value


def names_in(*nodes: ast.AST) -> list[str]:
    """The names of variables and attributes in the nodes, those outside first."""
    inside = [each for node in nodes for each in walk(node) if isinstance(each, (ast.Name, ast.Attribute))]
    return [each.id if isinstance(each, ast.Name) else each.attr for each in inside]
