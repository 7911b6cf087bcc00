"""The small language of the library tables: `"$dtype | float32"`, `"clip($self, $min, $max)"`, `"not dim"`.

It is parsed once per entry; `calls.py` gives it meaning.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache


class ExpressionError(ValueError):
    """A text of a table that is no expression; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Argument:
    """`$name`: what was passed for that parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word that stands for itself (`float32`, `cpu`, `tensor`), or a number."""

    text: str

    @property
    def number(self) -> float | None:
        """The number that it writes; None where it is a word."""
        try:
            return float(self.text)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Transfer:
    """`name(a, b)`: a function of the domain on what was passed."""

    name: str
    arguments: tuple[Expression, ...]


Expression = Argument | Word | Transfer

_TOKEN = re.compile(r"\s*(?:(\$\w+)|([-+]?[\w.:]+)|([(),|]))")


@cache
def alternatives(text: str) -> tuple[tuple[Expression, ...], ...]:
    """`"$a | f($b) | 0, 1"` as its alternatives, each a tuple of expressions. Raises `ExpressionError`."""
    tokens = _tokens(text)
    found: list[tuple[Expression, ...]] = []
    position = 0
    while True:
        row, position = _row(tokens, position, text)
        found.append(row)
        if position == len(tokens):
            return tuple(found)
        if tokens[position] != "|":
            raise ExpressionError(f"`{text}` cannot be read at `{tokens[position]}`")
        position += 1


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(f"`{text}` cannot be read at `{text[position:]}`")
        tokens.append(match[0].strip())
        position = match.end()
    return tokens


def _row(tokens: Sequence[str], position: int, text: str) -> tuple[tuple[Expression, ...], int]:
    """Expressions with commas between them, and where they end."""
    row = []
    while True:
        expression, position = _expression(tokens, position, text)
        row.append(expression)
        if position == len(tokens) or tokens[position] != ",":
            return tuple(row), position
        position += 1


def _expression(tokens: Sequence[str], position: int, text: str) -> tuple[Expression, int]:
    if position == len(tokens) or tokens[position] in ("(", ")", ",", "|"):
        raise ExpressionError(f"`{text}` lacks a value")
    token = tokens[position]
    if token.startswith("$"):
        return Argument(token[1:]), position + 1
    if tokens[position + 1 : position + 2] != ["("]:
        return Word(token), position + 1
    if tokens[position + 2 : position + 3] == [")"]:
        return Transfer(token, ()), position + 3
    row, position = _row(tokens, position + 2, text)
    if tokens[position : position + 1] != [")"]:
        raise ExpressionError(f"`{text}` lacks a closing bracket")
    return Transfer(token, row), position + 1


@dataclass(frozen=True, slots=True)
class Condition:
    """On an argument. `kinds`: `x is tensor|array`; `equals`: `x = "nearest"`; neither: `x` is given."""

    parameter: str
    negated: bool = False
    kinds: frozenset[str] = frozenset()
    equals: tuple[object, ...] = ()


_CONDITION = re.compile(r"(not\s+)?(\w+)\s*(?:(is|=)\s*(.+))?$")


@cache
def conditions(text: str) -> tuple[Condition, ...]:
    """`"dim and not other and src is tensor|array"` as its conditions. Raises `ExpressionError`."""
    return tuple(_condition(part.strip(), text) for part in re.split(r"\band\b", text))


def _condition(part: str, text: str) -> Condition:
    match = _CONDITION.match(part)
    if match is None:
        raise ExpressionError(f"`{text}` is no condition")
    negated, parameter, operator, right = match.groups()
    if operator == "is":
        return Condition(parameter, bool(negated), kinds=frozenset(word.strip() for word in right.split("|")))
    if operator == "=":
        return Condition(parameter, bool(negated), equals=tuple(literal(word.strip()) for word in right.split("|")))
    return Condition(parameter, bool(negated))


def literal(text: str) -> object:
    """A literal as Python writes it, or `inf`. Raises `ExpressionError`."""
    if text.lstrip("+-") == "inf":
        return math.copysign(math.inf, -1 if text.startswith("-") else 1)
    try:
        value: object = ast.literal_eval(text)
    except (ValueError, SyntaxError) as error:
        raise ExpressionError(f"`{text}` is no literal") from error
    return value
