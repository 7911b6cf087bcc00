"""Where the parts and the atoms of a row stand in the file."""

from __future__ import annotations

import ast
import re

from mlint.facts.lower.places import Placed, Stretch, span_of
from mlint.facts.pairs.reading.shapes import ATTRIBUTE, KEYWORD, Atom, Block, Entry, Part, Row
from mlint.facts.syntax.code import cut
from mlint.facts.syntax.formatted import placed
from mlint.finding import Span

_FIRST = re.compile(r"\w+")
_LAST = re.compile(r"\w+$")
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler)


class Standing:
    """`lines`: those of the file; `above`: how many of them precede the first that the nodes count."""

    def __init__(self, row: Row, lines: list[str], above: int) -> None:
        self._lines = lines
        self._above = above
        self._formatted = row.of(ast.JoinedStr)

    def span(self, thing: Atom | Part) -> Span:
        """Where it stands."""
        if isinstance(thing, Part):
            return self._of_part(thing)
        if isinstance(thing.node, _NAMED):
            return self._of(Stretch.of_name(thing.node, thing.text, self._lines[self._above :]))
        found = self._of_part(thing.part)
        line = self._lines[found.end_line - 1]
        if thing.kind == ATTRIBUTE and (word := _LAST.search(line[: found.end_column - 1])) is not None:
            return Span(found.end_line, word.start() + 1, found.end_line, found.end_column)
        if thing.kind == KEYWORD or isinstance(thing.node, ast.arg):
            word = _FIRST.match(self._lines[found.line - 1], found.column - 1)
            return found if word is None else Span(found.line, found.column, found.line, word.end() + 1)
        return found

    def code(self, part: Part) -> str:
        """The text of a part as it is written."""
        return cut(self.span(part), self._lines)

    def remark(self, thing: Atom | Part) -> str:
        """The comment at the end of the line where it ends; empty where there is none."""
        found = self.span(thing)
        _, _, remark = self._lines[found.end_line - 1][found.end_column - 1 :].partition("#")
        return remark.strip()

    def remarks_above(self, part: Part) -> list[str]:
        """The comments in the lines right above a statement, from below."""
        found = []
        for line in reversed(self._lines[: self.span(part).line - 1]):
            if not line.lstrip().startswith("#"):
                break
            found.append(line.strip(" \t#"))
        return found

    def _of_part(self, part: Part) -> Span:
        node = part.node
        if isinstance(node, Block):
            return self._of(Stretch.between(node[0], node[-1]))
        if isinstance(node, Entry):
            return self._of(Stretch.between(node.key or node.value, node.value))
        assert isinstance(node, (ast.stmt, ast.expr, ast.keyword, ast.arg))
        # The outermost comes last.
        for around, whole in reversed(self._formatted):
            if around.start < part.start < around.end:
                return placed(node, whole, self._of(whole), self._lines)
        return self._of(node)

    def _of(self, node: Placed) -> Span:
        return span_of(node, self._lines, self._above)
