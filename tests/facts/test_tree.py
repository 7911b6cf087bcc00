"""Slices that can be read alone."""

from __future__ import annotations

import pytest

from mlint.facts.tree import Tree


@pytest.mark.parametrize("text", [" # a note\n\n # another\n\nx = 1\n", "\f  # a note\nx = 1\n", "x = 1\n"])
def test_comments_say_nothing_of_the_margin(text: str) -> None:
    assert len(Tree(text).statements) == 1


@pytest.mark.parametrize("text", ["    x = 1\n", "# a note\n    x = 1\n", "\n    # a note\n    x = 1\n"])
def test_an_indented_slice_is_wrapped(text: str) -> None:
    assert len(Tree(text).statements) == 1
    assert Tree(text).above == 1
