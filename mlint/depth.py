"""How deeply a file is nested, measured on its text: parsers and walks recurse, and some of them crash.

The measure comes in two steps. A filter of a few regular expressions passes nearly every file, and never counts too
little. What it stops is scanned token by token, which counts exactly and finds the place. What hides inside f-strings
is left to CPython's own parser, which has limits too, and keeps to them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mlint.source import STRING, Source, Unreadable

MAX_BRACKETS = 200
MAX_CHAIN = 500
MAX_ELIFS = 500
MAX_INDENTS = 90

_KEYWORDS = r"(?:and|or|not|if|else|lambda|await)\b"
_OPERATOR = r"\*\*|//|<<|>>|[-+*/%@&|^~<>.]"


def too_deep(source: Source) -> Unreadable | None:
    """Why the file is too deeply nested to be checked, and where; None if it isn't."""
    text = source.text
    if _may_be_deep(_skeleton(text)) and (found := _Scan().over(text)):
        return found
    return _elif_chain(source) or _indentation(source)


# --- the filter -----------------------------------------------------------------------------------------------------

# All but brackets, commas, newlines and operators; of an operator that is a word, its first letter stays.
_REST = re.compile(
    rf"(?:[A-Zb-dfghjkmp-z_]\w*|[ \t\f=:!$?`]+|\d[\d_.]*|(?!{_KEYWORDS})\w+|\\\n|\#[^\n]*|{STRING}|[\"'\\])+",
    re.DOTALL,
)
_BRACKET = re.compile(r"[()\[\]{}]")  # left over: a pair is incomplete
_INNERMOST = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
_LONG_IN_BRACKETS = re.compile(rf"[(\[{{](?:[^()\[\]{{}}]*,)?[^()\[\]{{}},]{{{MAX_CHAIN + 1},}}")
_LONG = re.compile(rf"[^,;\n]{{{MAX_CHAIN + 1},}}")


def _skeleton(text: str) -> str:
    return _REST.sub("", text)


def _may_be_deep(skeleton: str) -> bool:
    """Whether brackets or a chain may pass the limits. Brackets are taken away from the inside, a layer each round."""
    for _ in range(MAX_BRACKETS):
        if _LONG_IN_BRACKETS.search(skeleton):
            return True
        skeleton, replaced = _INNERMOST.subn("o", skeleton)
        if not replaced:
            return bool(_BRACKET.search(skeleton) or _LONG.search(skeleton))
    return True


# --- the exact count ------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    rf"\#[^\n]*|\\\n|{STRING}|\d[\d_.]*|(?P<word>{_KEYWORDS})|\w+|(?P<open>[(\[{{])|(?P<close>[)\]}}])"
    rf"|(?P<link>{_OPERATOR})|(?P<comma>[,;])|(?P<newline>\n)",
    re.DOTALL,
)


@dataclass
class _Level:
    """A pair of brackets, or the statement: the links of the chain at hand; whether a group still belongs to one."""

    links: int = 0
    open_link: bool = False

    def link(self) -> None:
        self.links += 1
        self.open_link = True

    def group(self) -> None:
        """After a closing bracket: `(c)` in `+ (c)` and in `.b(c)` is no link of its own, `(c)` in `b(a)(c)` is."""
        self.links += not self.open_link
        self.open_link = False


@dataclass
class _Scan:
    levels: list[_Level] = field(default_factory=lambda: [_Level()])

    def over(self, text: str) -> Unreadable | None:
        for token in _TOKEN.finditer(text):
            self.step(token)
            if excess := self.excess():
                return Unreadable(excess, text.count("\n", 0, token.start()) + 1)
        return None

    def step(self, token: re.Match[str]) -> None:
        match token.lastgroup:
            case "open":
                self.levels.append(_Level())
            case "close" if len(self.levels) > 1:
                self.levels.pop()
                self.levels[-1].group()
            case "link" | "word":
                self.levels[-1].link()
            case "comma":
                self.levels[-1] = _Level()
            case "newline" if len(self.levels) == 1:
                self.levels[-1] = _Level()

    def excess(self) -> str | None:
        if len(self.levels) > MAX_BRACKETS + 1:
            return f"is too deeply nested: more than {MAX_BRACKETS} brackets inside one another"
        if self.levels[-1].links > MAX_CHAIN:
            return f"is too deeply nested: more than {MAX_CHAIN} operators or calls in one chain"
        return None


# --- blocks ---------------------------------------------------------------------------------------------------------

_FAR_IN = re.compile(rf"^[ \t]{{{MAX_INDENTS}}}", re.MULTILINE)
_LINE_START = re.compile(r"^([ \t]*)([^\s#])(\w*)", re.MULTILINE)


def _elif_chain(source: Source) -> Unreadable | None:
    """A chain of more branches than allowed: each `elif` is nested in the one before it."""
    if source.text.count("elif") <= MAX_ELIFS:
        return None
    counts: dict[int, int] = {}
    for match in _LINE_START.finditer(source.text):
        width = len(match[1])
        for inner in [other for other in counts if other > width]:
            del counts[inner]
        counts[width] = counts.get(width, 0) + 1 if match[2] + match[3] == "elif" else 0
        if counts[width] > MAX_ELIFS:
            row = source.text.count("\n", 0, match.start()) + 1
            return Unreadable(f"is too deeply nested: more than {MAX_ELIFS} `elif` in one chain", row)
    return None


def _indentation(source: Source) -> Unreadable | None:
    if " " * MAX_INDENTS not in source.text and not ("\t" in source.text and _FAR_IN.search(source.text)):
        return None
    indents = [0]
    for match in _LINE_START.finditer(source.text):
        width = len(match[1].expandtabs())
        while width < indents[-1]:
            indents.pop()
        if width > indents[-1]:
            indents.append(width)
        if len(indents) > MAX_INDENTS + 1:
            row = source.text.count("\n", 0, match.start()) + 1
            return Unreadable(f"is too deeply nested: more than {MAX_INDENTS} levels of indentation", row)
    return None
