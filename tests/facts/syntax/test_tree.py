"""Slices that can be read alone."""

from __future__ import annotations

import ast
import inspect

import pytest

from mlint.facts.project import units
from mlint.facts.syntax import sketch
from mlint.facts.syntax.tree import Tree, walk


@pytest.mark.parametrize("text", [" # a note\n\n # another\n\nx = 1\n", "\f  # a note\nx = 1\n", "x = 1\n"])
def test_comments_say_nothing_of_the_margin(text: str) -> None:
    assert len(Tree(text).statements) == 1


@pytest.mark.parametrize("text", ["    x = 1\n", "# a note\n    x = 1\n", "\n    # a note\n    x = 1\n"])
def test_an_indented_slice_is_wrapped(text: str) -> None:
    assert len(Tree(text).statements) == 1
    assert Tree(text).above == 1


@pytest.mark.parametrize("module", [sketch, units, pytest])
def test_a_walk_finds_what_that_of_the_library_finds(module: object) -> None:
    whole = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    assert walk(whole) == [each for each in ast.walk(whole) if not isinstance(each, ast.expr_context)]


def test_a_walk_goes_into_patterns_and_texts() -> None:
    whole = ast.parse("match x:\n    case A(b=[1, *rest]) if y: f'{z!r:>{w}}'\n    case {'k': v, **kw}: pass\n")
    assert walk(whole) == [each for each in ast.walk(whole) if not isinstance(each, ast.expr_context)]
