"""The libcst tree of one slice of a file: a function, a method, or the module's own statements.

It costs ten times what `tree.Tree` costs: it is for what asks how the code is written, spaces and all.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from mlint.cached import cached_property
from mlint.facts.syntax.tree import is_indented
from mlint.finding import Span

# libcst generates code recursively, several frames a level; depth.py refuses what nests deeper than this allows.
_FRAMES = 12_000


class Body:
    """A slice of a file as libcst reads it, with the positions of its nodes in the file.

    `path` is the file as the user named it; `first_line` is the line of the file (from 1) that the slice begins at.
    An indented slice is wrapped in `if 1:`, which keeps its indentation and its strings intact.
    Raises `libcst.ParserSyntaxError` where libcst cannot read the slice.
    """

    def __init__(self, path: str, text: str, first_line: int) -> None:
        sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))
        self.path = path
        indented = is_indented(text)
        self._shift = first_line - (2 if indented else 1)
        self.module = cst.parse_module("if 1:\n" + text if indented else text)
        self.statements: tuple[cst.BaseStatement, ...] = _statements(self.module, indented)

    @property
    def definition(self) -> cst.FunctionDef:
        """The function that the slice holds. Raises TypeError where it holds something else."""
        for statement in self.statements:
            if isinstance(statement, cst.FunctionDef):
                return statement
        raise TypeError(f"{self.path}: the slice holds no function")

    @cached_property
    def _ranges(self) -> Mapping[cst.CSTNode, CodeRange]:
        # Costs as much as the parse: computed only where something is reported.
        return MetadataWrapper(self.module, unsafe_skip_copy=True).resolve(PositionProvider)

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node of this body stands in the file."""
        found = self._ranges[node]
        return Span(
            found.start.line + self._shift,
            found.start.column + 1,
            found.end.line + self._shift,
            found.end.column + 1,
        )

    def code(self, node: cst.CSTNode) -> str:
        """The source text of a node of this body."""
        return self.module.code_for_node(node)


def _statements(module: cst.Module, indented: bool) -> tuple[cst.BaseStatement, ...]:
    if not indented:
        return tuple(module.body)
    (wrapper,) = module.body
    assert isinstance(wrapper, cst.If)
    assert isinstance(wrapper.body, cst.IndentedBlock)
    return tuple(wrapper.body.body)
