"""The text of a stretch of a file, as it stands there and as a message shows it."""

from __future__ import annotations

import contextlib
import tokenize
from collections.abc import Iterator, Sequence

from mlint.finding import Span

_LEFT_OUT = "..."


def cut(span: Span, lines: Sequence[str]) -> str:
    """The text of a stretch of a file."""
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    found = list(lines[span.line - 1 : span.end_line])
    found[0], found[-1] = found[0][span.column - 1 :], found[-1][: span.end_column - 1]
    return "\n".join(found)


def has_text(code: str, text: str) -> bool:
    """Whether code has a text as a literal by itself, such as a key; cheap."""
    return f'"{text}"' in code or f"'{text}'" in code


def one_line(code: str) -> str:
    """Code as a message shows it: on one line, without the comments in it."""
    if "#" in code and "\n" in code:
        code = _without_comments(code)
    return " ".join(code.split())


def abridged(code: str, most: int) -> str:
    """Code of more than `most` characters without the longest of what its calls are passed, and the next ones, until
    it is short enough or nothing is left to leave out: `torch.zeros(...).to(x.device)`."""
    while len(code) > most:
        start, end = max(_passed(code), key=lambda each: each[1] - each[0], default=(0, 0))
        if end - start <= len(_LEFT_OUT):
            break
        code = code[:start] + _LEFT_OUT + code[end:]
    return code


def _passed(code: str) -> Iterator[tuple[int, int]]:
    """Where that stands which calls are passed, but for calls among it: the ends of the text between the brackets."""
    depth, begin, quote = 0, 0, ""
    for at, sign in enumerate(code):
        if quote:
            quote = "" if sign == quote and code[at - 1] != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "(":
            begin = begin if depth else at + 1
            depth += 1
        elif sign == ")":
            depth -= 1
            if not depth and begin > 1 and (code[begin - 2].isalnum() or code[begin - 2] in "_)]"):
                yield begin, at


def _without_comments(code: str) -> str:
    lines = f"({code}\n)".split("\n")
    tokens = tokenize.generate_tokens(iter([f"{line}\n" for line in lines]).__next__)
    with contextlib.suppress(tokenize.TokenError, SyntaxError):  # what comes behind is shown as it is
        for token in tokens:
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column]
    return "\n".join(lines)[1:-1]
