"""The text of a stretch of a file, as it stands there and as a message shows it."""

from __future__ import annotations

import contextlib
import tokenize
from collections.abc import Sequence

from mlint.finding import Span


def cut(span: Span, lines: Sequence[str]) -> str:
    """The text of a stretch of a file."""
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    found = list(lines[span.line - 1 : span.end_line])
    found[0], found[-1] = found[0][span.column - 1 :], found[-1][: span.end_column - 1]
    return "\n".join(found)


def one_line(code: str) -> str:
    """Code as a message shows it: on one line, without the comments in it."""
    if "#" in code and "\n" in code:
        code = _without_comments(code)
    return " ".join(code.split())


def _without_comments(code: str) -> str:
    lines = f"({code}\n)".split("\n")
    tokens = tokenize.generate_tokens(iter([f"{line}\n" for line in lines]).__next__)
    with contextlib.suppress(tokenize.TokenError, SyntaxError):  # what comes behind is shown as it is
        for token in tokens:
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column]
    return "\n".join(lines)[1:-1]
