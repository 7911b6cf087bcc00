"""Walks over statements that leave expressions alone: what an outline needs of a syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTER = re.compile(r"(?:\w*_)?import(?:_module|orskip)?")
_SIMPLE = (ast.Expr, ast.Assign, ast.Return, ast.AugAssign, ast.AnnAssign, ast.Import, ast.ImportFrom)


def statements(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements of a block and of the blocks in it, in order, not those inside of definitions.

    With each comes whether it is a fallback: in the `except` of a `try` or the `else` of a condition.
    """
    stack: list[tuple[ast.stmt, bool]] = [(each, False) for each in reversed(body)]
    while stack:
        statement, fallback = stack.pop()
        yield statement, fallback
        if not isinstance(statement, _SIMPLE) and not isinstance(statement, DEFINITIONS):
            stack.extend(reversed(list(_inner(statement, fallback))))


def _inner(statement: ast.stmt, fallback: bool) -> Iterator[tuple[ast.stmt, bool]]:
    for each in getattr(statement, "body", ()):
        yield each, fallback
    for handler in getattr(statement, "handlers", ()):
        for each in handler.body:
            yield each, True
    for case in getattr(statement, "cases", ()):
        for each in case.body:
            yield each, fallback
    otherwise = fallback or isinstance(statement, ast.If)
    for each in getattr(statement, "orelse", ()):
        yield each, otherwise
    for each in getattr(statement, "finalbody", ()):
        yield each, fallback


def imported(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with the dotted name it stands for; a star import binds none."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if alias.asname:
                yield alias.asname, alias.name
            else:
                head = alias.name.partition(".")[0]
                yield head, head
    else:
        module = module_of(statement)
        dot = "" if module.endswith(".") else "."
        for alias in statement.names:
            if alias.name != "*":
                yield alias.asname or alias.name, f"{module}{dot}{alias.name}"


def called_import(statement: ast.Assign) -> Iterator[tuple[str, str]]:
    """The name that gets a module, or a thing of it, by a call such as `import_module("torch.nn")`.

    Known by how projects name such functions: `np, found = optional_import("numpy")`, `lazy_import`, `importorskip`.
    """
    call, target = statement.value, statement.targets[0]
    if isinstance(target, ast.Tuple) and len(target.elts) == 2:
        target = target.elts[0]
    if not isinstance(call, ast.Call) or not isinstance(target, ast.Name) or not call.args:
        return
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    dotted = _dotted_string(call.args[0])
    if dotted is None or not _IMPORTER.fullmatch(function):
        return
    inner = [each.value for each in call.keywords if each.arg == "name"] or call.args[3:4]
    name = _dotted_string(inner[0]) if inner else ""
    if name is not None:
        yield target.id, f"{dotted}.{name}" if name else dotted


def _dotted_string(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if all(part.isidentifier() for part in node.value.split(".")) else None
    return None


def module_of(statement: ast.ImportFrom) -> str:
    """The module of a `from` import, dots in front: `.nn`, `..`, `torch.nn`."""
    return "." * statement.level + (statement.module or "")


def bound_names(target: ast.expr) -> Iterator[str]:
    """The names in the target of an assignment, a loop or a `with`."""
    stack = [target]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, (ast.Tuple, ast.List)):
            stack.extend(reversed(node.elts))
        elif isinstance(node, ast.Starred):
            stack.append(node.value)


def paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
    """The names of an assignment's target with the expression that each gets, None where it can't be told."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif _element_by_element(target, value):
        for part, each in zip(target.elts, value.elts, strict=True):  # type: ignore[attr-defined]
            yield from ((part.id, each),) if isinstance(part, ast.Name) else ((n, None) for n in bound_names(part))
    else:
        yield from ((name, None) for name in bound_names(target))


def _element_by_element(target: ast.expr, value: ast.expr) -> bool:
    sequences = (ast.Tuple, ast.List)
    if not isinstance(target, sequences) or not isinstance(value, sequences) or len(target.elts) != len(value.elts):
        return False
    return not any(isinstance(each, ast.Starred) for each in (*target.elts, *value.elts))
