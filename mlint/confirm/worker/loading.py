"""Loads a file for its definitions: what it does at the top level, as a script, is left out.

Lines stay what they are. A file of a package is loaded under its name there, so that its relative imports work.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import contextlib
import copy
import importlib
import inspect
import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mlint.confirm.worker.stubs import with_stand_ins

Rewrite = Callable[[ast.Module], ast.Module]

_DEFINES = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Pass,
)
_HEIRS = 4
_FAILURES = "__mlint_failures__"
_BUILDS = frozenset(("add_argument", "append", "extend", "insert", "set_defaults", "update", "setdefault"))


def load(path: str, root: str, rewrite: Rewrite | None = None) -> types.ModuleType:
    """The module that the file makes, rewritten if asked. Raises what its definitions raise."""
    name, top = module_name(path)
    if _is_another(name, path):  # a file of the user's called `random.py` must not take that module's place
        name = f"{name}_"
    for folder in (root, top, os.path.dirname(path)):
        if folder not in sys.path:
            sys.path.append(folder)
    text = Path(path).read_bytes()
    tree = ast.parse(text, path)
    if rewrite is not None:
        tree = ast.fix_missing_locations(rewrite(tree))
    if "." in name:
        _load_parents(name, path)
        if rewrite is None and name in sys.modules and not _is_another(name, path):
            return sys.modules[name]  # its package has imported it: what else is there rests on this one
    return with_stand_ins(lambda: _executed(tree, name, path))


def module_name(path: str) -> tuple[str, str]:
    """The dotted name of the module in a file, and the folder that it is imported from."""
    folder, file = os.path.split(os.path.abspath(path))
    parts = [] if file == "__init__.py" else [file.removesuffix(".py")]
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    return ".".join(parts), folder


def _is_another(name: str, path: str) -> bool:
    """Whether a module of this name is loaded that is another file's."""
    loaded = sys.modules.get(name)
    return loaded is not None and getattr(loaded, "__file__", None) != path


def _load_parents(name: str, path: str) -> None:
    """Import the packages around the module; one that can't be imported is replaced by an empty one."""
    folder = os.path.dirname(os.path.abspath(path))
    packages = []
    for parent in [name.rsplit(".", count)[0] for count in range(1, name.count(".") + 1)]:
        packages.append((parent, folder))
        folder = os.path.dirname(folder)
    for parent, where in reversed(packages):
        try:
            with_stand_ins(lambda parent=parent: importlib.import_module(parent))  # type: ignore[misc]
        except (Exception, SystemExit):  # noqa: BLE001 - its own definitions are not what is tried
            module = types.ModuleType(parent)
            module.__path__ = [where]
            sys.modules[parent] = module


def _executed(tree: ast.Module, name: str, path: str) -> types.ModuleType:
    module = types.ModuleType(name)
    is_package = os.path.basename(path) == "__init__.py"
    module.__dict__.update(
        __file__=path, __builtins__=builtins, __package__=name if is_package else name.rpartition(".")[0]
    )
    if is_package:
        module.__path__ = [os.path.dirname(path)]
    sys.modules[name] = module
    with _defaults_for_arguments():
        for statement in _definitions(tree.body):
            _execute(statement, path, module)
    return module


def _execute(statement: ast.stmt, path: str, module: types.ModuleType) -> None:
    """Run one definition. One that fails leaves its names undefined; `failures` says why."""
    try:
        _run(statement, path, module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in sys.modules:
            raise  # a stand-in can take its place
        module.__dict__.setdefault(_FAILURES, []).append(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - other definitions may do without it
        if not _is_defined_plainly(statement, path, module):
            module.__dict__.setdefault(_FAILURES, []).append(error)


def _run(statement: ast.stmt, path: str, module: types.ModuleType) -> None:
    exec(compile(ast.Module([statement], []), path, "exec", dont_inherit=True), module.__dict__)


def _is_defined_plainly(statement: ast.stmt, path: str, module: types.ModuleType) -> bool:
    """Whether it is defined when its decorators are left out: a registry takes no name twice."""
    if not isinstance(statement, (ast.ClassDef, ast.FunctionDef)) or not statement.decorator_list:
        return False
    plain = copy.copy(statement)
    plain.decorator_list = []
    with contextlib.suppress(Exception):
        _run(plain, path, module)
        return True
    return False


def failures(module: types.ModuleType) -> list[BaseException]:
    """What the definitions of the module raised that could not be run."""
    return list(module.__dict__.get(_FAILURES, ()))


def _definitions(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if _defines(statement):
            yield statement
        elif isinstance(statement, ast.Try):
            yield from _of_try(statement)


def _of_try(statement: ast.Try) -> Iterator[ast.stmt]:
    """`try: import a / except ImportError: a = None` stays as it is; of any other, what it defines."""
    parts = [*statement.body, *statement.orelse, *statement.finalbody]
    if all(_defines(each) for each in parts):
        yield statement


def _defines(statement: ast.stmt) -> bool:
    if isinstance(statement, _DEFINES):
        return True
    if isinstance(statement, ast.Expr):
        call = statement.value
        return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _BUILDS
    if isinstance(statement, ast.If):
        if any(isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(statement.test)):
            return False
        return all(_defines(each) for each in (*statement.body, *statement.orelse))
    return False


# --- argparse: what the command line would have given is the default ------------------------------------------------


@contextlib.contextmanager
def _defaults_for_arguments() -> Iterator[None]:
    parser = argparse.ArgumentParser
    before = parser.parse_args, parser.parse_known_args
    parser.parse_args = _with_defaults  # type: ignore[assignment, method-assign, unused-ignore]
    parser.parse_known_args = lambda self, *args, **kwargs: (_with_defaults(self), [])  # type: ignore[assignment, method-assign, unused-ignore]
    try:
        yield
    finally:
        parser.parse_args, parser.parse_known_args = before  # type: ignore[method-assign]


def _with_defaults(parser: argparse.ArgumentParser, args: object = None, namespace: Any = None) -> Any:
    found = namespace or argparse.Namespace()
    for action in parser._actions:
        if action.dest not in ("help", argparse.SUPPRESS):
            setattr(found, action.dest, _default(action))
    for name, value in parser._defaults.items():
        setattr(found, name, value)
    return found


def _default(action: argparse.Action) -> object:
    default = None if action.default is argparse.SUPPRESS else action.default
    if isinstance(default, str) and callable(action.type):
        with contextlib.suppress(Exception):
            return action.type(default)
    return next(iter(action.choices)) if default is None and action.choices else default


# --- what a loaded module holds -------------------------------------------------------------------------------------


def named(module: types.ModuleType, qualname: str) -> Any:
    """The class or function of that qualified name; None if the module has none (or it is local to a function)."""
    found: Any = module
    for part in qualname.split("."):
        found = inspect.getattr_static(found, part, None)
        if found is None:
            return None
    return found.__func__ if isinstance(found, (staticmethod, classmethod)) else found


def heirs(cls: Any, method: str) -> list[Any]:
    """Classes that inherit the method from the class as it is, the nearest first."""
    found: list[Any] = []
    near = list(cls.__subclasses__())
    while near and len(found) < _HEIRS:
        each = near.pop(0)
        near += each.__subclasses__()
        if method not in vars(each):
            found.append(each)
    return found
