"""Reads functions and classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mlint.outline.shapes import ClassOutline, FunctionOutline, Parameter, ParameterKind
from mlint.outline.slices import gaps, words
from mlint.outline.statements import FUNCTIONS, Function, imported, paired, statements
from mlint.outline.text import Text
from mlint.outline.words import Words

_ACCESSORS = (".setter", ".deleter", ".getter")


@dataclass(slots=True)
class ClassFound:
    """The outlines that a class gives: itself and all classes in it, and the methods of these in order."""

    classes: list[ClassOutline] = field(default_factory=list)
    methods: list[FunctionOutline] = field(default_factory=list)


def read_function(
    node: Function, text: Text, class_name: str | None = None
) -> tuple[FunctionOutline, list[ClassOutline]]:
    """The outline of a function, and those of the classes defined inside it."""
    qualname = f"{class_name}.{node.name}" if class_name else node.name
    first_line, end_line = _extent(node, text)
    found = words(text.between(first_line, end_line))
    inside = _Inside()
    if "import" in found or "class" in found or found.count("def") > 1:
        inside = _read_inside(node, qualname, text)
    outline = FunctionOutline(
        name=node.name,
        qualname=qualname,
        first_line=first_line,
        def_line=node.lineno,
        end_line=end_line,
        parameters=tuple(_parameters(node.args, text)),
        returns=text.of_any(node.returns),
        decorators=tuple(text.of(each) for each in node.decorator_list),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        class_name=class_name,
        words=Words(found),
        nested=tuple(inside.functions),
        imports=inside.imports,
    )
    return outline, inside.classes


def _extent(node: Function | ast.ClassDef, text: Text) -> tuple[int, int]:
    first = text.decorator_line(node.decorator_list[0]) if node.decorator_list else node.lineno
    return first, text.last_line(node)


def _parameters(arguments: ast.arguments, text: Text) -> Iterator[Parameter]:
    def parameter(arg: ast.arg, kind: ParameterKind, default: ast.expr | None = None) -> Parameter:
        return Parameter.shared(arg.arg, kind, text.of_any(default), text.of_any(arg.annotation))

    only = len(arguments.posonlyargs)
    positional = [*arguments.posonlyargs, *arguments.args]
    without = len(positional) - len(arguments.defaults)
    for index, arg in enumerate(positional):
        default = arguments.defaults[index - without] if index >= without else None
        yield parameter(arg, "positional-only" if index < only else "positional", default)
    if arguments.vararg:
        yield parameter(arguments.vararg, "variadic")
    for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield parameter(arg, "keyword-only", default)
    if arguments.kwarg:
        yield parameter(arguments.kwarg, "keywords")


@dataclass(slots=True)
class _Inside:
    """What a function holds that concerns others."""

    functions: list[str] = field(default_factory=list)
    classes: list[ClassOutline] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)


def _read_inside(node: Function, qualname: str, text: Text) -> _Inside:
    inside = _Inside()
    blocks: list[Sequence[ast.stmt]] = [node.body]
    while blocks:
        for statement, fallback in statements(blocks.pop()):
            if isinstance(statement, ast.ClassDef):
                inside.classes += read_class(statement, text, f"{qualname}.<locals>.", qualname).classes
            elif isinstance(statement, FUNCTIONS):
                inside.functions.append(statement.name)
                blocks.append(statement.body)
            elif isinstance(statement, (ast.Import, ast.ImportFrom)):
                for name, dotted in imported(statement):
                    if not (fallback and name in inside.imports):
                        inside.imports[name] = dotted
    return inside


def read_class(node: ast.ClassDef, text: Text, prefix: str = "", inside: str | None = None) -> ClassFound:
    """The outline of a class (first) and of the classes in it; `prefix` leads to its qualified name."""
    qualname = prefix + node.name
    body = _ClassBody(qualname, text, inside)
    for statement, fallback in statements(node.body):
        body.read(statement, fallback)
    first_line, end_line = _extent(node, text)
    outline = ClassOutline(
        name=node.name,
        qualname=qualname,
        first_line=first_line,
        end_line=end_line,
        bases=tuple(text.of(each) for each in node.bases),
        keywords={each.arg or "**": text.of(each.value) for each in node.keywords},
        decorators=tuple(text.of(each) for each in node.decorator_list),
        methods=body.by_name,
        attributes=body.attributes,
        annotations=body.annotations,
        words=body.words_with(first_line, end_line),
        inside=inside,
    )
    return ClassFound([outline, *body.classes], body.methods)


class _ClassBody:
    """Collects what the body of a class holds, statement by statement."""

    def __init__(self, qualname: str, text: Text, inside: str | None) -> None:
        self._qualname = qualname
        self._text = text
        self._inside = inside
        self._extents: list[tuple[int, int]] = []
        self._words: set[str] = set()
        self.classes: list[ClassOutline] = []
        self.methods: list[FunctionOutline] = []
        self.by_name: dict[str, FunctionOutline] = {}
        self.attributes: dict[str, str] = {}
        self.annotations: dict[str, str] = {}

    def words_with(self, first: int, last: int) -> Words:
        """The words of the class: those of what is defined in it, and of its lines in between."""
        for begin, end in gaps(first, last, self._extents):
            self._words.update(words(self._text.between(begin, end)))
        return Words(self._words)

    def read(self, statement: ast.stmt, fallback: bool) -> None:
        if isinstance(statement, ast.ClassDef):
            found = read_class(statement, self._text, f"{self._qualname}.", self._inside)
            self._take(found.classes[0])
            self.classes += found.classes
            self.methods += found.methods
        elif isinstance(statement, FUNCTIONS):
            method, inside = read_function(statement, self._text, self._qualname)
            self._take(method)
            self.classes += inside
            self.methods.append(method)
            self._name(method, fallback)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                self._assign(target, statement.value)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            self.annotations[statement.target.id] = self._text.of(statement.annotation)
            if statement.value is not None:
                self._assign(statement.target, statement.value)

    def _take(self, definition: FunctionOutline | ClassOutline) -> None:
        self._extents.append((definition.first_line, definition.end_line))
        self._words.update(definition.words)

    def _name(self, method: FunctionOutline, fallback: bool) -> None:
        known = self.by_name.get(method.name)
        if known is None or not (fallback or any(each.endswith(_ACCESSORS) for each in method.decorators)):
            self.by_name[method.name] = method

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        for name, part in paired(target, value):
            written = None if part is None else self._text.of_short(part)
            if written is not None:
                self.attributes[name] = written
