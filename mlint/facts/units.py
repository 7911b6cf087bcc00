"""Units: the slices of a file that are parsed and lowered on their own (functions, methods, a module's statements)."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

import libcst as cst

from mlint.facts.body import Body
from mlint.facts.lower import Lowered, lower
from mlint.facts.project import Project
from mlint.facts.sketch import Sketch
from mlint.finding import Span
from mlint.outline import FunctionOutline, module_slice
from mlint.source import Source, Unreadable

MODULE = "<module>"
_ASSIGNED = re.compile(r"\.(\w+)(?=(?:\s*:[^=\n]+)?(?:\s*,[^=\n]*)?\s*(?:\*\*|//|<<|>>|[-+*/@%&|^])?=[^=])")
_REGISTERED = re.compile(r"""\.register_(?:buffer|parameter)\(\s*(?:name\s*=\s*)?["'](\w+)["']""")


class Unit:
    """A function or method with all that is nested in it, or the statements of a module outside of its definitions.

    `outline` is None for a module's statements. Nothing is parsed before it is asked for.
    """

    def __init__(self, project: Project, path: Path, source: Source, outline: FunctionOutline | None) -> None:
        self.project = project
        self.path = path
        self.source = source
        self.outline = outline

    @property
    def qualname(self) -> str:
        """`Net.forward`; `<module>` for the statements of a module."""
        return self.outline.qualname if self.outline is not None else MODULE

    @property
    def where(self) -> tuple[str, str]:
        """What identifies the unit in traces."""
        return str(self.path), self.qualname

    @cached_property
    def assigned_attributes(self) -> frozenset[str]:
        """The names that stand where an attribute is assigned (`self.x = 1`, `a.x, b.y = z`,
        `self.register_buffer("x", 1)`), found in the text."""
        text = self._text()
        return frozenset((*_ASSIGNED.findall(text), *_REGISTERED.findall(text)))

    @cached_property
    def sketch(self) -> Sketch | None:
        """Its statements; None where the slice cannot be read alone."""
        try:
            return Sketch(self._text())
        except SyntaxError:
            return None

    @cached_property
    def body(self) -> Body:
        """The libcst tree. Raises Unreadable where libcst cannot read what Python can."""
        first = self.outline.first_line if self.outline is not None else 1
        try:
            return Body(self.source.path, self._text(), first)
        except cst.ParserSyntaxError as error:
            line = error.raw_line + first - 1
            raise Unreadable(f"libcst cannot read it: {error.message}", line, error.raw_column + 1) from error

    @cached_property
    def lowered(self) -> Lowered:
        """The intermediate representation. Raises Unreadable like `body`."""
        return lower(self.body, is_module=self.outline is None)

    def span(self, temporary: int) -> Span:
        """Where the node of a temporary stands."""
        return self.body.span(self.lowered.nodes[temporary])

    def code(self, temporary: int) -> str:
        """The source text of a temporary's node."""
        return self.body.code(self.lowered.nodes[temporary])

    def _text(self) -> str:
        if self.outline is not None:
            return "\n".join(self.source.lines[self.outline.first_line - 1 : self.outline.end_line]) + "\n"
        found = self.project.peek(self.path)
        return module_slice(self.source, found[1]) if found is not None else ""
