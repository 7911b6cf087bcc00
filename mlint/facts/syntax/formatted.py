"""Where the expressions in an f-string stand: before Python 3.12 `ast` does not say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlint.facts.syntax.code import cut
from mlint.finding import Span
from mlint.outline.parsing import parsed
from mlint.source import STRING

_BETWEEN = re.compile(r"(?:[\s\\]|#[^\n]*)*")  # two literals that are one text
_BEGIN = re.compile(r"([a-zA-Z]*)('''|\"\"\"|'|\")")
_TEXT = r"\\N\{{[^}}]*\}}|\\[^{{}}]|\{{\{{|\}}\}}|(?P<field>\{{)|(?P<end>{})"
_FORMAT = re.compile(r"(?P<field>\{)|(?P<end>\})")
_CODE = re.compile(rf"{STRING}|[!=<>]=|(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<end>[:!])", re.DOTALL)


def placed(node: ast.AST, whole: ast.JoinedStr, span: Span, lines: list[str]) -> Span:
    """Where a node in an f-string stands, `span`: where all of that does, which is told where nothing else is clear."""
    text = cut(span, lines)
    for value, (start, end) in zip(_values(whole), expressions(text), strict=False):
        if _holds(value, node):
            inner = [each for each in ast.walk(value) if isinstance(each, ast.JoinedStr) and _holds(each, node)]
            found = _placed(inner[0] if inner else node, value, text[start:end])
            if found is None:
                break
            found = _moved(found, span, text[:start])
            return placed(node, inner[0], found, lines) if inner else found
    return span


def _holds(around: ast.expr, node: ast.AST) -> bool:
    return any(each is node for each in ast.walk(around))


def expressions(text: str) -> list[tuple[int, int]]:
    """Where the expressions of an f-string begin and end, as it is written; those in a format after what they format.

    The text may be several literals beside each other.
    """
    return _Scan(text).found


class _Scan:
    def __init__(self, text: str) -> None:
        self.found: list[tuple[int, int]] = []
        self._text = text
        self._at = 0
        while True:
            begin = _BEGIN.match(text, self._after(_BETWEEN))
            if begin is None:
                break
            self._at = begin.end()
            self._literal(re.compile(_TEXT.format(begin[2]), re.DOTALL), is_formatted="f" in begin[1].lower())

    def _after(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        return self._at if found is None else found.end()

    def _literal(self, tokens: re.Pattern[str], *, is_formatted: bool) -> None:
        for found in self._tokens(tokens):
            if found["end"]:
                return
            if found["field"] and is_formatted:
                self._field()

    def _field(self) -> None:
        start, depth = self._at, 0
        for found in self._tokens(_CODE):
            depth += bool(found["open"])
            if depth and found["close"]:
                depth -= 1
            elif not depth and (found["close"] or found["end"]):
                code = self._text[start : found.start()].rstrip()
                shows_itself = code.endswith("=")  # `{x=}`
                self.found.append((start, start + len(code) - shows_itself))
                if found["end"]:
                    self._literal(_FORMAT, is_formatted=True)
                return

    def _tokens(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        while (found := pattern.search(self._text, self._at)) is not None:
            self._at = found.end()
            yield found


def _values(whole: ast.JoinedStr) -> Iterator[ast.expr]:
    for part in whole.values:
        if isinstance(part, ast.FormattedValue):
            yield part.value
            if isinstance(part.format_spec, ast.JoinedStr):
                yield from _values(part.format_spec)


def _placed(node: ast.AST, value: ast.expr, code: str) -> Span | None:
    """Where a node of an expression stands in its text; None where the text is that of another expression."""
    lines = f"({code}\n)".split("\n")
    try:
        read = ast.walk(parsed("\n".join(lines)).body[0])
    except SyntaxError:
        return None
    next(read)  # the statement
    for one, other in zip(read, ast.walk(value), strict=False):
        if type(one) is not type(other):
            return None
        if other is node and isinstance(one, (ast.expr, ast.keyword, ast.arg)):
            return Span(*_place(lines, one.lineno, one.col_offset), *_place(lines, one.end_lineno, one.end_col_offset))
    return None


def _place(lines: list[str], line: int | None, offset: int | None) -> tuple[int, int]:
    """Line and column, both from 1, of a place in brackets as they are without."""
    at = line or 1
    return at, len(lines[at - 1].encode()[: offset or 0].decode()) + (at > 1)


def _moved(found: Span, whole: Span, before: str) -> Span:
    """A place in a text as one in the file, in which so much of the whole stands before the text."""
    above = whole.line + before.count("\n") - 1
    beside = len(before.rpartition("\n")[2]) + (0 if "\n" in before else whole.column - 1)
    return Span(
        found.line + above,
        found.column + (beside if found.line == 1 else 0),
        found.end_line + above,
        found.end_column + (beside if found.end_line == 1 else 0),
    )
