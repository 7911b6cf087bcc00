"""Slices: the stretch of a file that holds one unit, read as long as there is room for its tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlint.facts.project.project import Project
from mlint.facts.syntax.syntax import Syntax
from mlint.facts.syntax.tree import Tree
from mlint.outline import FunctionOutline, module_slice
from mlint.source import Source, Unreadable


class Slice:
    """The lines of a function or method, or of a module outside of its definitions (`outline` is None)."""

    def __init__(self, project: Project, path: Path, outline: FunctionOutline | None) -> None:
        self._project = project
        self._path = path
        self._outline = outline

    @property
    def source(self) -> Source:
        """The file. Raises Unreadable where it is gone since the unit was found in it."""
        found = self._project.peek(self._path)  # whoever found the unit has noted it
        if found is None:
            raise Unreadable("no such file any more")
        return found[0]

    @property
    def first_line(self) -> int:
        """The line of the file that it begins at."""
        return self._outline.first_line if self._outline is not None else 1

    @property
    def text(self) -> str:
        """Its text; of a module, with `pass` in the place of its definitions."""
        if self._outline is not None:
            return "\n".join(self.source.lines[self._outline.first_line - 1 : self._outline.end_line]) + "\n"
        found = self._project.peek(self._path)
        return module_slice(self.source, found[1]) if found is not None else ""

    def syntax(self) -> Syntax:
        """Its tree, by Python's own parser; read again where others have been read since.

        Raises Unreadable where the slice cannot be read alone.
        """
        outline = self._outline
        lines = len(self.source.lines) if outline is None else outline.end_line - outline.first_line
        return self._project.recent.get(self, lines, self._parse)

    def _parse(self) -> Syntax:
        with shallow():
            try:
                return Syntax(Tree(self.text))
            except SyntaxError as error:
                line = (error.lineno or 1) + self.first_line - 1
                raise Unreadable(f"cannot be read alone: {error.msg}", line, error.offset or 1) from error


@contextmanager
def shallow() -> Iterator[None]:
    """What hides in f-strings is not measured before it is read: raises Unreadable where it nests too deeply."""
    try:
        yield
    except (RecursionError, MemoryError):
        raise Unreadable("is too deeply nested", 1, 1) from None
