"""Python's own parser, without its warnings and without the garbage collector, which takes longer than the parse."""

from __future__ import annotations

import ast
import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


def parsed(text: str) -> ast.Module:
    """The syntax tree of a text. Raises what `ast.parse` raises."""
    with uncollected(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the code that is read, such as an invalid escape in a string
        return ast.parse(text)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the cyclic garbage collector, which takes two thirds of the time of a parse and finds nothing."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
