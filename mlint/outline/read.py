"""Reads the outline of a file from the standard library's syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from mlint.collector import uncollected
from mlint.depth import too_deep
from mlint.outline.definitions import read_class, read_function
from mlint.outline.exports import Exports
from mlint.outline.parsing import parsed
from mlint.outline.shapes import Assignment, ClassOutline, Definition, FunctionOutline, Outline
from mlint.outline.slices import gaps, words
from mlint.outline.statements import DEFINITIONS, bound_names, called_import, imported, module_of, paired, statements
from mlint.outline.text import Text
from mlint.outline.words import Words
from mlint.source import Source, Unreadable


def outline(source: Source) -> Outline:
    """The outline of a file. Raises Unreadable where it is not Python, or too deeply nested for any parser."""
    deep = too_deep(source)
    if deep is not None:
        raise deep
    with uncollected():
        return _Module(source).outline()


def parse(source: Source) -> ast.Module:
    """The syntax tree of a file by the standard library. Raises Unreadable."""
    try:
        return parsed(source.text)
    except SyntaxError as error:
        raise Unreadable(f"syntax error: {error.msg}", error.lineno or 1, error.offset or 1) from None
    except (RecursionError, MemoryError):
        raise Unreadable("too deeply nested for Python's own parser", 1, 1) from None
    except ValueError as error:
        raise Unreadable(f"not Python: {error}", 1, 1) from None


class _Module:
    """Collects what a module binds, statement by statement."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = Text(source.lines)
        self._imports: dict[str, str] = {}
        self._stars: list[str] = []
        self._functions: list[FunctionOutline] = []
        self._classes: list[ClassOutline] = []
        self._defined: dict[str, Definition] = {}
        self._assignments: dict[str, Assignment] = {}
        self._exports = Exports()
        self._extents: list[tuple[int, int]] = []
        self._words: set[str] = set()

    def outline(self) -> Outline:
        for statement, fallback in statements(parse(self._source).body):
            self._read(statement, fallback)
        own: set[str] = set()
        for first, last in gaps(1, len(self._source.lines), self._extents):
            own.update(words(self._text.between(first, last)))
        return Outline(
            imports=self._imports,
            star_imports=tuple(dict.fromkeys(self._stars)),
            exports=self._exports.names(),
            functions=tuple(self._functions),
            classes=tuple(self._classes),
            assignments=self._assignments,
            words=Words(self._words | own),
            module_words=Words(own),
            defined=self._defined,
        )

    def _read(self, statement: ast.stmt, fallback: bool) -> None:
        self._exports.read(statement)
        if isinstance(statement, DEFINITIONS):
            self._define(statement, fallback)
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
                self._stars.append(module_of(statement))
            self._import(imported(statement), fallback)
        else:
            for name, value in assigned(statement):
                self._assign(name, value, statement.lineno, fallback)
            if isinstance(statement, ast.Assign):
                self._import(called_import(statement), fallback=True)

    def _define(self, statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, fallback: bool) -> None:
        definition: Definition
        if isinstance(statement, ast.ClassDef):
            found = read_class(statement, self._text)
            definition = found.classes[0]
            self._functions += found.methods
            self._classes += found.classes
        else:
            definition, inside = read_function(statement, self._text)
            self._functions.append(definition)
            self._classes += inside
        self._extents.append((definition.first_line, definition.end_line))
        self._words.update(definition.words)
        if not (fallback and self._is_bound(definition.name)):
            self._imports.pop(definition.name, None)
            self._defined[definition.name] = definition

    def _import(self, found: Iterable[tuple[str, str]], fallback: bool) -> None:
        for name, dotted in found:
            if not (fallback and self._is_bound(name)):
                self._defined.pop(name, None)
                self._imports[name] = dotted

    def _assign(self, name: str, value: ast.expr | None, line: int, fallback: bool) -> None:
        known = self._assignments.get(name)
        if known is not None and fallback:
            self._assignments[name] = replace(known, again=True)
            return
        text = None if value is None else self._text.of_short(value)
        self._assignments[name] = Assignment(text, line, again=known is not None)

    def _is_bound(self, name: str) -> bool:
        return name in self._defined or name in self._imports


def assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that a statement which is no import or definition binds, with the expression each gets if any."""
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from paired(target, statement.value)
    elif isinstance(statement, ast.AnnAssign):
        if statement.value is not None:
            yield from paired(statement.target, statement.value)
    elif isinstance(statement, (ast.For, ast.AsyncFor, ast.AugAssign)):
        yield from ((name, None) for name in bound_names(statement.target))
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        targets: Sequence[ast.expr] = [each.optional_vars for each in statement.items if each.optional_vars]
        yield from ((name, None) for target in targets for name in bound_names(target))
    elif type(statement).__name__ == "TypeAlias":  # Python 3.12
        yield from paired(statement.name, statement.value)  # type: ignore[attr-defined]
