"""The tokens of a function and the names around it: what the subjects about pairs share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from weakref import WeakKeyDictionary

import libcst as cst

from mlint.facts.body import Body
from mlint.facts.code import one_line
from mlint.facts.pairs.roles import reverses
from mlint.facts.pairs.scope import Scope
from mlint.facts.pairs.script import Script
from mlint.facts.pairs.shapes import Row, lay_out
from mlint.facts.pairs.signatures import library_parameters
from mlint.facts.pairs.triage import has_twins, has_two_roles
from mlint.finding import Span
from mlint.outline import ClassOutline, FunctionOutline, module_slice
from mlint.subjects.owners import Function

_LONGEST = 100

_layouts: WeakKeyDictionary[Function, Layout] = WeakKeyDictionary()


def may_have_siblings(function: Function) -> bool:
    """Whether a name of the function can have been left as it was in a copy; cheap: nothing is parsed."""
    layout = Layout.of(function)
    return has_twins(layout.script, layout.may_mean)


def may_have_two_roles(function: Function) -> bool:
    """Whether a statement of the function can say one role and use another; cheap: nothing is parsed."""
    layout = Layout.of(function)
    return has_two_roles(layout.script, function.name, layout.may_mean, layout.called)


def _lines(function: Function) -> Sequence[str]:
    if function.is_module:
        return module_slice(function.file.source, function.file.outline).split("\n")
    return function.lines


class Layout:
    """A function as a row of tokens, with what is known of its names."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._project = function.project
        self._path = function.path
        self._outline = function.file.outline
        self._class = function.cls.outline if function.cls is not None else None
        self.reverses = reverses([function.name, function.class_name or ""])

    @classmethod
    def of(cls, function: Function) -> Layout:
        """The layout of a function; made once as long as the function lives."""
        if function not in _layouts:
            _layouts[function] = cls(function)
        return _layouts[function]

    @cached_property
    def script(self) -> Script:
        """The code as text."""
        return Script(_lines(self._function))

    @property
    def body(self) -> Body:
        """The tree; parsed when it is asked for."""
        return self._function.body

    @cached_property
    def row(self) -> Row:
        """The tokens."""
        return lay_out(self.body.statements)

    @cached_property
    def scope(self) -> Scope:
        """Which names can be meant in the function."""
        return Scope(self.row, self)

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands in the file."""
        return self.body.span(node)

    def code(self, node: cst.CSTNode) -> str:
        """The source text of a node on one line, cut short."""
        text = one_line(self.body.code(node))
        return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."

    def binding(self, name: str, before: int) -> Span | None:
        """Where the name is bound for the last time above a place of the row."""
        places = self.scope.uses.bindings(name, before)
        atom = self.row.atoms[places[-1]] if places else None
        return None if atom is None else self.span(atom.node)

    def defines(self, name: str) -> bool:
        """Whether the file binds the name at module level."""
        outline = self._outline
        return name in outline.imports or name in outline.assignments or name in outline.defined

    def has_attribute(self, name: str) -> bool:
        """Whether the class of the function, or a base of it in the project, speaks of the name."""
        return any(name in words for words in self._vocabularies)

    def has_method(self, name: str) -> bool:
        """Whether the class of the function defines a method of that name, no property."""
        method = None if self._class is None else self._class.methods.get(name)
        return method is not None and not any("property" in decorator for decorator in method.decorators)

    @cached_property
    def _vocabularies(self) -> list[frozenset[str]]:
        if self._class is None:
            return []
        symbol = self._project.symbol(self._path, self._class)
        outlines = [base.outline for base in self._project.bases(symbol)]
        return [self._class.words, *(each.words for each in outlines if isinstance(each, ClassOutline))]

    def may_mean(self, name: str) -> bool:
        """Whether the name is one of the file, or of the class of the function."""
        return self.defines(name) or self.has_attribute(name)

    def parameters(self, dotted: str) -> Sequence[str] | None:
        """The positional parameters, without `self`, of what a dotted name calls here; None when that is unknown."""
        head = dotted.partition(".")[0]
        return None if self.scope.uses.is_local(head) and head != "self" else self.called(dotted)

    def called(self, dotted: str) -> Sequence[str] | None:
        """The positional parameters of what a dotted name means at module level, or of a method of the class."""
        head, _, rest = dotted.partition(".")
        symbol = self._project.resolve(self._path, dotted)
        if head == "self" and self._class is not None and rest and "." not in rest:
            symbol = self._project.method(self._project.symbol(self._path, self._class), rest)
        if symbol is None:
            return None
        if symbol.kind == "external":
            return library_parameters(symbol.name)
        outline = symbol.outline
        of_object = head == "self" or isinstance(outline, ClassOutline)
        if isinstance(outline, ClassOutline):
            outline = outline.methods.get("__init__")
        return _positional(outline, of_object) if isinstance(outline, FunctionOutline) else None


def _positional(outline: FunctionOutline, of_object: bool) -> list[str]:
    names = [each.name for each in outline.parameters if each.kind in ("positional", "positional-only")]
    if outline.class_name is None or "staticmethod" in outline.decorators:
        return names
    # `Base.fit(self, x)` gives the object itself.
    return names[1:] if of_object or "classmethod" in outline.decorators else names
