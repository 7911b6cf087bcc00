"""Units: the slices of a file that are parsed and lowered on their own (functions, methods, a module's statements)."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mlint.cached import cached_property
from mlint.facts.domain.values import Object
from mlint.facts.lower import Lowered, lower, nodes
from mlint.facts.project.project import Project
from mlint.facts.project.slices import Slice, shallow
from mlint.facts.project.symbols import Symbol
from mlint.facts.syntax.code import cut
from mlint.facts.syntax.sketch import Sketch
from mlint.facts.syntax.tree import Tree
from mlint.finding import Span
from mlint.outline import FunctionOutline
from mlint.source import Source, Unreadable

if TYPE_CHECKING:
    from mlint.facts.syntax.body import Body

MODULE = "<module>"
_ASSIGNED = re.compile(r"\.(\w+)(?=(?:\s*:[^=\n]+)?(?:\s*,[^=\n]*)?\s*(?:\*\*|//|<<|>>|[-+*/@%&|^])?=[^=])")
_REGISTERED = re.compile(r"""\.register_(?:buffer|parameter)\(\s*(?:name\s*=\s*)?["'](\w+)["']""")


class Unit:
    """A function or method with all that is nested in it, or the statements of a module outside of its definitions.

    `outline` is None for a module's statements. Nothing is parsed before it is asked for.
    """

    def __init__(self, project: Project, path: Path, outline: FunctionOutline | None) -> None:
        self.project = project
        self.path = path
        self.outline = outline
        self._slice = Slice(project, path, outline)

    @property
    def is_abstract(self) -> bool:
        """Whether it only stands for what subclasses do."""
        return self.outline is not None and any(each.endswith("abstractmethod") for each in self.outline.decorators)

    @property
    def source(self) -> Source:
        """The file. Raises Unreadable where it is gone since the unit was found in it."""
        return self._slice.source

    @property
    def text(self) -> str:
        """Its lines; of a module, with `pass` in the place of its definitions. Raises as `source` does."""
        return self._slice.text

    @property
    def qualname(self) -> str:
        """`Net.forward`; `<module>` for the statements of a module."""
        return self.outline.qualname if self.outline is not None else MODULE

    @cached_property
    def where(self) -> tuple[str, str]:
        """What identifies the unit in traces."""
        return str(self.path), self.qualname

    @property
    def me(self) -> Object | None:
        """The object that comes in as the first parameter: of a method, what it is called on. None where there is
        none."""
        if self.outline is None or not self.outline.parameters:
            return None
        return ("parameter", self.where, self.outline.parameters[0].name)

    def resolve(self, dotted: str) -> Symbol | None:
        """What a dotted name means that the unit doesn't bind: by an import inside of it, else in its file."""
        first, dot, rest = dotted.partition(".")
        imported = self.outline.imports.get(first) if self.outline is not None else None
        if imported is not None:
            return self.project.resolve_import(self.path, imported + dot + rest)
        return self.project.resolve(self.path, dotted)

    def meant(self, dotted: str) -> Symbol | None:
        """As `resolve`, for which symbol it is: what comes of it rests on nothing that this holds."""
        first, dot, rest = dotted.partition(".")
        imported = self.outline.imports.get(first) if self.outline is not None else None
        if imported is not None:
            return self.project.meant_by_import(self.path, imported + dot + rest)
        return self.project.meant(self.path, dotted)

    @cached_property
    def assigned_attributes(self) -> frozenset[str]:
        """The names that stand where an attribute is assigned (`self.x = 1`, `a.x, b.y = z`,
        `self.register_buffer("x", 1)`), found in the text."""
        return self.registered.union(_ASSIGNED.findall(self._slice.text))

    @cached_property
    def registered(self) -> frozenset[str]:
        """The names by which buffers and parameters are registered, found in the text."""
        return frozenset(_REGISTERED.findall(self._slice.text))

    @cached_property
    def sketch(self) -> Sketch | None:
        """Its statements; None where the slice cannot be read alone."""
        try:
            self._slice.syntax()
        except Unreadable:
            return None
        return Sketch(self._slice.syntax)

    @property
    def tree(self) -> Tree:
        """The tree, by Python's own parser. Raises Unreadable where the slice cannot be read alone."""
        return self._slice.syntax().tree

    @cached_property
    def lowered(self) -> Lowered:
        """The intermediate representation. Raises Unreadable where the slice cannot be read alone."""
        with shallow():
            return lower(self._slice.syntax().tree, is_module=self.outline is None)

    def read_body(self) -> Body:
        """The libcst tree, read anew. Raises Unreadable where libcst cannot read what Python can."""
        import libcst as cst  # takes a quarter of a second, and few ask for it

        from mlint.facts.syntax.body import Body

        try:
            return Body(self.source.path, self._slice.text, self._slice.first_line)
        except cst.ParserSyntaxError as error:
            line = error.raw_line + self._slice.first_line - 1
            raise Unreadable(f"libcst cannot read it: {error.message}", line, error.raw_column + 1) from error

    def span(self, temporary: int) -> Span:
        """Where the node of a temporary stands; of one inside of an f-string, where that stands."""
        return self.lowered.places.span(temporary, self.source.lines, self._slice.first_line - 1)

    def code(self, temporary: int) -> str:
        """The source text of a temporary's node."""
        if not self.lowered.places.is_formatted(temporary):
            return cut(self.span(temporary), self.source.lines)
        with shallow():
            node = nodes(self._slice.syntax().tree, is_module=self.outline is None)[temporary]
            return ast.unparse(node) if isinstance(node, ast.AST) else cut(self.span(temporary), self.source.lines)
