"""The code of a package as Python's own parser reads it: what the operators look for places in.

Nothing here asks mlint what is true of the code: what it finds is measured against this.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mlint.outline.read import parse
from mlint.source import Source, Unreadable, read

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
_MODULES = frozenset("Sequential ModelMixin PreTrainedModel".split())
_NOT_LIBRARY = re.compile(r"(^|[/_])(tests?|testing|conftest|setup|docs?|examples?|benchmarks?)([/_.]|$)")


@dataclass(frozen=True)
class Edit:
    """Replace the bytes from `start` to `end` of a file (as UTF-8) by a text."""

    start: int
    end: int
    text: str


class File:
    """One file of a package. Raises Unreadable where it is no Python."""

    def __init__(self, path: Path, package: Package) -> None:
        self.package = package
        self.path = path
        self.source: Source = read(str(path))
        self.tree = parse(self.source)
        self.data = self.source.text.encode()
        self._starts = [0]
        for line in self.data.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node around each node."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def functions(self) -> list[Function]:
        """The functions and methods, without those inside of another function."""
        return [Function(node, cls, self) for node, cls in _functions(self.tree.body, None)]

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Where the node starts, in bytes."""
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Where the node ends, in bytes."""
        return self._starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)

    def code(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """The text of a node."""
        return self.data[self.start(node) : self.end(node)].decode()

    def replace(self, node: ast.expr | ast.stmt | ast.keyword, text: str) -> Edit:
        """The edit that puts a text in the place of a node."""
        return Edit(self.start(node), self.end(node), text)

    def drop(self, statement: ast.stmt) -> Edit | None:
        """The edit that removes a statement on lines of its own; None where its block would be empty."""
        block = self.block(statement)
        first, last = self._starts[statement.lineno - 1], self.end(statement)
        around = self.data[first : self.start(statement)] + self.data[last : self._starts[statement.end_lineno or 1]]
        if len(block) < 2 or not re.fullmatch(rb"\s*(#.*)?\s*", around):
            return None
        return Edit(first, last, "")

    def without(self, call: ast.Call, argument: ast.expr | ast.keyword) -> Edit:
        """The edit that removes an argument of a call, with the comma before it, or after it if it is the first."""
        arguments: list[ast.expr | ast.keyword] = sorted([*call.args, *call.keywords], key=self.start)
        index = arguments.index(argument)
        if index:
            return Edit(self.end(arguments[index - 1]), self.end(argument), "")
        end = self.start(arguments[1]) if len(arguments) > 1 else self.end(argument)
        return Edit(self.start(argument), end, "")

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements among which a statement stands."""
        parent = self.parents[statement]
        for field in ("body", "orelse", "finalbody"):
            block = getattr(parent, field, None)
            if isinstance(block, list) and statement in block:
                return block
        return [statement]

    def is_dead(self, node: ast.AST) -> bool:
        """Whether a statement before it always leaves the function: nothing behind `return` or `raise` is run."""
        around = [each for each in (node, *self.around(node)) if isinstance(each, ast.stmt)]
        blocks = [(self.block(each), each) for each in around if each in self.parents]
        return any(
            isinstance(before, (ast.Return, ast.Raise))
            for block, each in blocks
            for before in block[: block.index(each)]
        )

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, the nearest first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def statement(self, node: ast.AST) -> ast.stmt:
        """The statement that a node is part of."""
        if isinstance(node, ast.stmt):
            return node
        return next(each for each in self.around(node) if isinstance(each, ast.stmt))


class Function:
    """A function or method of a file."""

    def __init__(self, node: ast.FunctionDef | ast.AsyncFunctionDef, cls: ast.ClassDef | None, file: File) -> None:
        self.node = node
        self.cls = cls
        self.file = file

    @property
    def name(self) -> str:
        """The name with that of the class."""
        return f"{self.cls.name}.{self.node.name}" if self.cls else self.node.name

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes in the function, in the order of the text as far as they have a place."""
        inside = [each for statement in self.node.body for each in ast.walk(statement)]
        return sorted(inside, key=lambda each: (getattr(each, "lineno", 0), getattr(each, "col_offset", 0)))

    @cached_property
    def calls(self) -> list[ast.Call]:
        """The calls in the function."""
        return [each for each in self.nodes if isinstance(each, ast.Call)]

    @cached_property
    def parameters(self) -> list[str]:
        """The names of the parameters, without `self`."""
        arguments = self.node.args
        names = [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        return names[1:] if self.cls and names and names[0] in ("self", "cls") else names

    @cached_property
    def words(self) -> set[str]:
        """The words in the name of the function and its class, in lower case."""
        return set(words_of(self.name))

    @property
    def is_forward(self) -> bool:
        """Whether it is the forward of a module."""
        return self.cls is not None and self.node.name == "forward" and self.file.package.is_module(self.cls)

    def stores(self, name: str) -> list[ast.expr]:
        """The places where a name, or `self.name`, is bound in the function."""
        return [
            each
            for each in self.nodes
            if isinstance(each, (ast.Name, ast.Attribute)) and isinstance(each.ctx, ast.Store) and dotted(each) == name
        ]

    def loads(self, name: str) -> list[ast.expr]:
        """The places where a name, or `self.name`, is read in the function."""
        return [
            each
            for each in self.nodes
            if isinstance(each, (ast.Name, ast.Attribute)) and isinstance(each.ctx, ast.Load) and dotted(each) == name
        ]

    def values(self, name: str, before: int) -> list[ast.expr]:
        """What the assignments of a name on earlier lines than `before` give it."""
        found = []
        for each in self.nodes:
            if isinstance(each, ast.Assign) and each.lineno < before:
                if any(dotted(target) == name for target in each.targets):
                    found.append(each.value)
            elif isinstance(each, (ast.AugAssign, ast.AnnAssign)) and each.lineno < before and each.value is not None:
                found += [each.value] if dotted(each.target) == name else []
        return found

    def loops_around(self, node: ast.AST) -> list[ast.For | ast.AsyncFor | ast.While]:
        """The loops of the function around a node, the innermost first."""
        found = []
        for each in self.file.around(node):
            if each is self.node:
                break
            if isinstance(each, LOOPS):
                found.append(each)
        return found


class Package:
    """The files of a package that are no tests or examples, and what names mean in them, by name alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: list[File] = []
        for path in sorted(root.rglob("*.py")):
            if path.is_file() and not _NOT_LIBRARY.search(path.relative_to(root).as_posix().lower()):
                try:
                    self.files.append(File(path, self))
                except Unreadable:
                    continue

    @cached_property
    def classes(self) -> dict[str, list[ast.ClassDef]]:
        """The classes by their names."""
        found: dict[str, list[ast.ClassDef]] = {}
        for file in self.files:
            for node in ast.walk(file.tree):
                if isinstance(node, ast.ClassDef):
                    found.setdefault(node.name, []).append(node)
        return found

    @cached_property
    def functions(self) -> dict[str, list[Function]]:
        """The functions and methods by their last names."""
        found: dict[str, list[Function]] = {}
        for file in self.files:
            for function in file.functions:
                found.setdefault(function.node.name, []).append(function)
        return found

    @cached_property
    def constructors(self) -> dict[str, list[Function]]:
        """The `__init__` of classes by the names of these."""
        found: dict[str, list[Function]] = {}
        for each in self.functions.get("__init__", []):
            if each.cls is not None:
                found.setdefault(each.cls.name, []).append(each)
        return found

    @cached_property
    def callers(self) -> dict[str, list[Function]]:
        """For the last part of each called name, the functions that call it."""
        found: dict[str, list[Function]] = {}
        for file in self.files:
            for function in file.functions:
                for name in {last(call.func) for call in function.calls}:
                    found.setdefault(name, []).append(function)
        return found

    def is_module(self, cls: ast.ClassDef) -> bool:
        """Whether a class inherits from one that is called a module."""
        return any(last(base) in self._modules for base in cls.bases)

    @cached_property
    def _modules(self) -> set[str]:
        """The names of the classes that are modules or inherit from one of that name."""
        bases = {name: {last(base) for cls in classes for base in cls.bases} for name, classes in self.classes.items()}
        named = {each for names in (*bases.values(), set(bases)) for each in names}
        found = {each for each in named if each.endswith("Module") or each in _MODULES}
        while more := {name for name, above in bases.items() if name not in found and above & found}:
            found |= more
        return found


def _functions(
    body: list[ast.stmt], cls: ast.ClassDef | None
) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, ast.ClassDef | None]]:
    for statement in body:
        if isinstance(statement, FUNCTIONS):
            yield statement, cls
        elif isinstance(statement, ast.ClassDef):
            yield from _functions(statement.body, statement)
        elif isinstance(statement, (ast.If, ast.Try)):
            yield from _functions([*statement.body, *statement.orelse], cls)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of names and attributes; an empty text for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def last(node: ast.AST) -> str:
    """The last part of a name, whatever stands before it; an empty text where there is none."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def words_of(name: str) -> list[str]:
    """The words in a name, in lower case: `trainLoader_x2` is train, loader, x, 2."""
    return [each.lower() for each in _WORD.findall(name)]


def lines_of(node: ast.expr | ast.stmt) -> tuple[int, int]:
    """The first and the last line of a node."""
    return node.lineno, node.end_lineno or node.lineno


def names_in(node: ast.AST) -> set[str]:
    """The names that are read in a node."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}


def number(node: ast.AST | None) -> float | None:
    """The value of a literal number; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return float(node.value)
    return None


def keyword(call: ast.Call, name: str) -> ast.keyword | None:
    """A keyword of a call."""
    return next((each for each in call.keywords if each.arg == name), None)
