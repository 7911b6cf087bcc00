"""What a text says of the values that are written into it."""

import ast

import pytest

from mlint.facts.pairs.reading.printed import may_be_printed, written


def told(code: str) -> list[tuple[str, str]]:
    node = ast.parse(code, mode="eval").body
    assert isinstance(node, (ast.BinOp, ast.Call))
    return [(before, ast.unparse(value)) for _, before, value in written(node)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('"a %.3f, b %d" % (x, y)', [("a ", "x"), (", b ", "y")]),
        ('"a %s" % x', [("a ", "x")]),
        ('"a {:.3f} b {}".format(x, y)', [("a ", "x"), (" b ", "y")]),
        ('log.info("a %d b %5.2f", x, y)', [("a ", "x"), (" b ", "y")]),
        ('print("a", x, "b", y)', [("a", "x"), ("b", "y")]),
    ],
)
def test_each_value_has_the_text_before_it(code: str, expected: list[tuple[str, str]]) -> None:
    assert told(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        '"a %(x)s" % values',
        '"5 %% of %d" % x',
        '"a %d" % (x, y)',
        '"a {0} {1}".format(x, y)',
        '"a {} {}".format(*values)',
        "x % y",
        "print(x, y)",
        'send("a", x)',
    ],
)
def test_nothing_is_told_where_the_places_are_not_plain(code: str) -> None:
    assert told(code) == []


def test_lines_that_write_nothing_are_told_cheaply() -> None:
    assert may_be_printed('print("a", x)')
    assert not may_be_printed("x = y % 3")
