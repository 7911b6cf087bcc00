"""Python's own parser, without its warnings and without the garbage collector, which takes longer than the parse."""

from __future__ import annotations

import ast
import warnings

from mlint.collector import uncollected


def parsed(text: str) -> ast.Module:
    """The syntax tree of a text. Raises what `ast.parse` raises."""
    with uncollected(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the code that is read, such as an invalid escape in a string
        return ast.parse(text)
