"""What `__all__` comes to."""

from __future__ import annotations

import ast
from collections.abc import Sequence

_NAME = "__all__"


class Exports:
    """The value of `__all__` after the statements read so far."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}
        self._found = False
        self._unknown = False

    def names(self) -> tuple[str, ...] | None:
        """The names in order; None where there is no `__all__`, or a part of it is not a list of strings."""
        return tuple(self._names) if self._found and not self._unknown else None

    def read(self, statement: ast.stmt) -> None:
        """Take account of one statement at module level."""
        if isinstance(statement, ast.Assign):
            if any(_is_all(target) for target in statement.targets):
                self._set(statement.value)
        elif isinstance(statement, ast.AnnAssign):
            if _is_all(statement.target) and statement.value is not None:
                self._set(statement.value)
        elif isinstance(statement, ast.AugAssign):
            if _is_all(statement.target):
                self._add(statement.value)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            self._call(statement.value)

    def _set(self, value: ast.expr) -> None:
        # A second assignment is mostly the other branch of a condition: together they are what may be exported.
        self._found = True
        self._add(value)

    def _add(self, value: ast.expr) -> None:
        parts = _strings(value)
        if parts is None:
            self._unknown = True
        else:
            self._names.update(dict.fromkeys(parts))

    def _call(self, call: ast.Call) -> None:
        method = call.func
        if not isinstance(method, ast.Attribute) or not _is_all(method.value) or len(call.args) != 1:
            return
        if method.attr == "append":
            self._add(ast.List(elts=[call.args[0]]))
        elif method.attr == "extend":
            self._add(call.args[0])
        elif method.attr == "remove":
            for name in _strings(ast.List(elts=[call.args[0]])) or ():
                self._names.pop(name, None)


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == _NAME


def _strings(node: ast.expr) -> Sequence[str] | None:
    """The strings of a list, a tuple, or a sum of such; None if it is anything else."""
    found: list[str] = []
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, (ast.List, ast.Tuple, ast.Set)):
            stack.extend(reversed(part.elts))
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            stack += [part.right, part.left]
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.append(part.value)
        elif not _is_all(part):
            return None
    return found
