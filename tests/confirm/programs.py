"""The suite of small programs: each line with a marker is a claim, and what must come of trying it.

`# confirmed: [ML302]` at the end of a line says that a finding of ML302 there is real, `# refuted:` that it is not, and
`# inconclusive:` that running the code can't tell. A quoted text says which part of the line the finding is at; `also
at "..."` after it names the other place that the finding speaks of, and `says "..."` a part of its message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from mlint.testing.fences import fences

FOLDER = Path(__file__).parent / "programs"
_MARKER = re.compile(
    r"\s+# (?P<wanted>confirmed|refuted|inconclusive): \[(?P<code>\w+)\]"
    r"(?: \"(?P<place>[^\"]*)\")?(?: (?P<how>also at|says) \"(?P<text>.*)\")?$"
)


@dataclass(frozen=True)
class Claim:
    """One finding to try."""

    page: str
    number: int
    line: int
    wanted: str
    code: str
    span: tuple[int, int, int, int]
    also: tuple[int, int, int, int] | None
    message: str

    def __str__(self) -> str:
        return f"{self.page}-{self.number}-line-{self.line}-{self.code}-{self.wanted}"


@dataclass(frozen=True)
class Program:
    """One block of a page."""

    name: str
    text: str
    claims: tuple[Claim, ...]


def programs() -> list[Program]:
    """All programs of the pages."""
    found = []
    for page in sorted(FOLDER.glob("*.md")):
        for number, block in enumerate(fences(page.read_text(encoding="utf-8"))):
            text = "\n".join(_MARKER.sub("", line) for line in block.text.split("\n"))
            found.append(Program(f"{page.stem}_{number}", text, tuple(_claims(page.stem, number, block.text))))
    return found


def _claims(page: str, number: int, text: str) -> list[Claim]:
    lines = text.split("\n")
    return [_claim(page, number, row, lines) for row in range(1, len(lines) + 1) if _MARKER.search(lines[row - 1])]


def _claim(page: str, number: int, row: int, lines: list[str]) -> Claim:
    found = _MARKER.search(lines[row - 1])
    assert found is not None
    code = lines[row - 1][: found.start()]
    also = None
    start, end = len(code) - len(code.lstrip()), len(code)
    message = "`model` is in train mode here"
    if found["how"] == "says":
        message = found["text"]
    elif found["how"]:
        other = next(each for each, line in enumerate(lines, 1) if line.strip() == found["text"])
        also = (other, 1, other, len(lines[other - 1]) + 1)
    if found["place"]:
        start = code.index(found["place"])
        end = start + len(found["place"])
    return Claim(page, number, row, found["wanted"], found["code"], (row, start + 1, row, end + 1), also, message)
