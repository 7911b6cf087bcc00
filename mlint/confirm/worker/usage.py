"""What a constructor does with its parameters: which strings it knows, what it calls, takes apart or asks for."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Usage:
    """The uses of one parameter, and of the attribute of `self` that keeps it."""

    strings: list[str] = field(default_factory=list)
    """What it is compared with, or looked up by."""
    is_called: bool = False
    keys: set[str] = field(default_factory=set)
    """The texts that it is looked up by, as a dict."""
    asked: set[str] = field(default_factory=set)
    """The attributes that are asked for."""
    is_taken_apart: bool = False
    """Whether it is indexed, unpacked, or gone through."""


def usages(function: Any) -> dict[str, Usage]:
    """What a function, or the constructor of a class, does with each parameter; empty where there is no source."""
    constructor = function.__init__ if inspect.isclass(function) else function
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(constructor)))
        names = list(inspect.signature(constructor).parameters)
    except (OSError, TypeError, ValueError, SyntaxError):
        return {}
    found = {name: Usage() for name in names}
    kept = {_self(target): name for target, name in _assignments(tree) if name in found and _self(target)}
    for node in ast.walk(tree):
        for name, note in _uses(node, getattr(constructor, "__globals__", {})):
            owner = kept.get(name, name)
            if owner in found:
                note(found[owner])
    return found


def _assignments(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """`self.mode = mode`"""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            yield from ((target, node.value.id) for target in node.targets)


def _self(node: ast.AST) -> str:
    """`self.mode` as a text; empty for anything else."""
    is_own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return ast.unparse(node) if is_own else ""


def _name(node: ast.AST) -> str:
    """`mode` of `mode`, of `mode.lower()`, and `self.mode`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        return _name(node.func.value) if node.func.attr in ("lower", "upper", "strip") else ""
    return node.id if isinstance(node, ast.Name) else _self(node)


def _uses(node: ast.AST, names: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.Compare):
        yield _name(node.left), lambda usage: usage.strings.extend(_strings(node.comparators, names))
    elif isinstance(node, ast.Call):
        yield from _uses_in_call(node)
    elif isinstance(node, ast.Subscript):
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        yield _name(node.value), (lambda usage: usage.keys.add(key)) if isinstance(key, str) else _take_apart
        yield _name(node.slice), lambda usage: usage.strings.extend(_keys(node.value, names))
    elif isinstance(node, ast.Attribute):
        yield _name(node.value), lambda usage: usage.asked.add(node.attr)
    elif isinstance(node, ast.Match):
        patterns = [case.pattern for case in node.cases]
        values = [each.value for each in patterns if isinstance(each, ast.MatchValue)]
        yield _name(node.subject), lambda usage: usage.strings.extend(_strings(values, names))
    elif isinstance(node, (ast.For, ast.comprehension, ast.Starred)):
        yield _name(node.value if isinstance(node, ast.Starred) else node.iter), _take_apart


def _uses_in_call(node: ast.Call) -> Iterator[tuple[str, Any]]:
    function = _name(node.func)
    yield function, _call
    if function in ("len", "zip", "enumerate", "sum", "list", "tuple", "max", "min", "reversed"):
        several = function in ("max", "min") and len(node.args) > 1
        yield from ((_name(each), _take_apart) for each in node.args if not several)


def _call(usage: Usage) -> None:
    usage.is_called = True


def _take_apart(usage: Usage) -> None:
    usage.is_taken_apart = True


def _strings(nodes: list[ast.expr], names: dict[str, Any]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            yield from _strings(node.elts, names)
        elif isinstance(node, ast.Name) and isinstance(names.get(node.id), str):
            yield names[node.id]
        else:
            yield from _keys(node, names)


def _keys(node: ast.AST, names: dict[str, Any]) -> Iterator[str]:
    """The texts that a table is looked up by: a dict that is written here, or one of the module's."""
    if isinstance(node, ast.Dict):
        yield from _strings([key for key in node.keys if key is not None], names)
    elif isinstance(node, ast.Name):
        held = names.get(node.id)
        if isinstance(held, (dict, list, tuple, set, frozenset)):
            yield from (each for each in held if isinstance(each, str))
