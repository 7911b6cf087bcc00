from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint import depth
from mlint.depth import MAX_BRACKETS, MAX_CHAIN, MAX_ELIFS, MAX_INDENTS, too_deep
from mlint.source import decode

BRACKETS = "more than 200 brackets"
CHAIN = "more than 500 operators or calls"


def measured(text: str) -> str | None:
    found = too_deep(decode("a.py", text.encode()))
    return found.message if found else None


SHAPES = {
    "brackets": lambda n: "x = " + "(" * n + "1" + ")" * n,
    "plus": lambda n: "x = a" + " + a" * n,
    "plus, over lines": lambda n: "x = (a" + "\n + a" * n + ")",
    "and": lambda n: "x = a" + " and(a)" * n,
    "attributes": lambda n: "x = a" + ".b" * n,
    "calls": lambda n: "x = f" + "(a, b)" * n,
    "methods": lambda n: "x = f" + ".g(a, b)" * n,
    "subscripts": lambda n: "x = a" + "[0]" * n,
    "not": lambda n: "x = " + "not " * n + "a",
    "minus": lambda n: "x = " + "-" * n + "a",
    "power": lambda n: "x = a" + " ** a" * n,
    "lambda": lambda n: "x = " + "lambda: " * n + "a",
    "elif": lambda n: "if a:\n    pass\n" + "elif b:\n    if c: pass\n" * n,
    "blocks": lambda n: "".join(" " * i + "if a:\n" for i in range(n)) + " " * n + "pass",
    "tabs": lambda n: "".join("\t" * i + "if a:\n" for i in range(n)) + "\t" * n + "pass",
}
LIMITS = {"brackets": MAX_BRACKETS, "elif": MAX_ELIFS, "blocks": MAX_INDENTS, "tabs": MAX_INDENTS}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_limit_is_exact(shape: str) -> None:
    limit = LIMITS.get(shape, MAX_CHAIN)
    assert measured(SHAPES[shape](limit)) is None
    assert "is too deeply nested" in (measured(SHAPES[shape](limit + 1)) or "")
    assert "is too deeply nested" in (measured(SHAPES[shape](5000)) or "")


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + "f(a.b), -1.5,\n" * 5000 + "]",
        "x = {" + "'a': a.b + c,\n" * 5000 + "}",
        "x = a.b + c\n" * 5000,
        "x = a.b + c;" * 5000,
        "x = (" + "'a' # ((((\n" * 5000 + ")",
        "x = '" + "(" * 5000 + "'",
        "'''\n" + "(" * 5000 + "\n'''",
        "# " + "(" * 5000,
        "x = f(" + "a=1, b=c.d,\n" * 5000 + ")",
        "if a:\n    pass\nelif b:\n    pass\n" * 5000,
        "x = f(a,\n" + " " * 200 + "b)\n",
    ],
)
def test_what_is_only_long_is_not_deep(text: str) -> None:
    assert measured(text) is None


def test_brackets_in_strings_close_nothing() -> None:
    assert BRACKETS in (measured("x = " + '(")" + ' * 300 + "1" + ")" * 300) or "")


def test_the_place_is_that_of_the_excess() -> None:
    found = too_deep(decode("a.py", ("a = 1\n'''\n\n'''\nx = a" + " + a" * 600).encode()))
    assert found is not None
    assert CHAIN in found.message
    assert found.line == 5


@pytest.mark.parametrize("shape", SHAPES)
def test_what_passes_can_be_parsed(shape: str) -> None:
    ast.parse(SHAPES[shape](min(LIMITS.get(shape, MAX_CHAIN), 190)))


PIECES = st.sampled_from(
    ["(", ")", "[", "]", ",", "\n", "a", " + ", ".b", "f(", "'('", "# )\n", "not ", "-", ";", "\\\n", "'"]
)


@given(st.lists(PIECES, max_size=60).map("".join), st.integers(1, 4), st.integers(1, 6))
def test_the_filter_never_stops_less_than_the_exact_count(text: str, brackets: int, chain: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(depth, "MAX_BRACKETS", brackets)
        patch.setattr(depth, "MAX_CHAIN", chain)
        for name in ("_LONG", "_LONG_IN_BRACKETS"):
            pattern = getattr(depth, name).pattern.replace(str(MAX_CHAIN + 1), str(chain + 1))
            patch.setattr(depth, name, re.compile(pattern))
        if depth._Scan().over(text):
            assert depth._may_be_deep(depth._skeleton(text))
