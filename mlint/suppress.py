"""Comments that silence findings: `# noqa`, `# mlint: ignore[...]`, `# mlint: ignore-file[...]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from mlint.finding import Finding, Span
from mlint.rule import Rule
from mlint.select import means, unknown
from mlint.source import Rows, Source, comments


@dataclass(eq=False)
class Suppression:
    """One code, prefix or name in a comment (or a whole comment that names none), and what became of it.

    `selector` is what was written; None for a bare `# noqa`. `codes` are the codes of the rules it means. `problem`
    says what is wrong with the comment; such a suppression silences nothing, like one whose `until` is past.
    `ran`: each rule that it means has looked at the file. `ours`: nobody but mlint can make use of it.
    """

    selector: str | None
    text: str
    span: Span
    codes: frozenset[str] = frozenset()
    whole_file: bool = False
    ours: bool = True
    until: date | None = None
    expired: bool = False
    problem: str = ""
    ran: bool = False
    used: bool = field(default=False, init=False)

    def covers(self, code: str, rows: set[int]) -> bool:
        """Whether it silences a finding of this code whose comment may stand on any of the rows."""
        if self.problem or self.expired:
            return False
        if not self.whole_file and self.span.line not in rows:
            return False
        return self.selector is None or code in self.codes


class Suppressions:
    """The suppressions of one file. Each finding is asked for once, then they know which were of use."""

    def __init__(self, found: Sequence[Suppression], rows: Rows) -> None:
        self.found = found
        self._rows = rows

    def silence(self, finding: Finding) -> bool:
        """Whether a comment silences the finding; the comments that do are of use from now on."""
        if not self.found:
            return False
        rows = honoured_rows(finding.span, self._rows)
        covering = [each for each in self.found if each.covers(finding.code, rows)]
        for each in covering:
            each.used = True
        return bool(covering)


def honoured_rows(span: Span, rows: Rows) -> set[int]:
    """The rows on which a comment is taken for a finding there.

    The finding's first row and the last one of the logical line it begins in; for a finding inside that line also its
    own last row. A row that ends inside a string or in a backslash gives way to the next that can hold a comment.
    """
    _, last = rows.statement(span.line)
    ends = {span.line, last, *((span.end_line,) if span.end_line <= last else ())}
    return ends | {rows.noqa_row(row) for row in ends}


def suppressions(
    source: Source, known: Sequence[Rule], ran: frozenset[str], today: date, *, noqa: bool = True
) -> Suppressions:
    """Read the comments of a file. `known` are all rules there are, `ran` the codes of those that look at the file.

    `noqa=False` leaves `# noqa` alone: flake8 sees to it by itself.
    """
    codes = _Codes(known)
    found = []
    for row, comment in comments(source).items():
        begin = len(source.lines[row - 1]) - len(comment) + 1
        for each in _in_comment(comment, row, begin, codes, noqa):
            each.ran = bool(each.codes) and each.codes <= ran
            each.expired = each.until is not None and each.until < today
            found.append(each)
    return Suppressions(found, source.rows) if found else Suppressions((), Rows((), {}))


class _Codes:
    """Which codes a selector means; none for one that is unknown."""

    def __init__(self, known: Sequence[Rule]) -> None:
        self._known = known
        self._found: dict[str, frozenset[str]] = {}

    def of(self, selector: str) -> frozenset[str]:
        if selector not in self._found:
            self._found[selector] = frozenset(rule.code for rule in self._known if means(selector, rule))
        return self._found[selector]

    def unknown(self, selector: str) -> str:
        return unknown(selector, self._known)


# --- the grammar ----------------------------------------------------------------------------------------------------

_NAME = r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*"
_NOQA = re.compile(rf"#\s*noqa\b(?:\s*:\s*(?P<codes>{_NAME}(?:[,\s]+{_NAME})*))?", re.IGNORECASE)
_NOQA_CODE = re.compile(r"[A-Z]+[0-9]+")
_MLINT = re.compile(r"#\s*mlint:\s*(?P<verb>[\w-]*)\s*(?:\[(?P<names>[^\]]*)\])?")
# Right behind the bracket it is meant without its sign, too; a reason may begin with "until the camera is replaced".
_UNTIL = re.compile(r"\s*until(?:\s*[:=]\s*|\s+(?=[0-9]))(\S*)|[^#]*?\buntil\s*=\s*(\S*)", re.IGNORECASE)
_VERBS = {"ignore": False, "ignore-file": True}
_EXAMPLE = "write `# mlint: ignore[ML302] reason`"


def _in_comment(comment: str, row: int, begin: int, codes: _Codes, noqa: bool) -> Iterator[Suppression]:
    if noqa:
        for match in _NOQA.finditer(comment):
            yield from _from_noqa(match, row, begin, codes)
    for match in _MLINT.finditer(comment):
        yield from _from_mlint(match, row, begin, codes)


def _span(match: re.Match[str], group: str | int, row: int, begin: int) -> Span:
    return Span(row, begin + match.start(group), row, begin + match.end(group))


def _from_noqa(match: re.Match[str], row: int, begin: int, codes: _Codes) -> Iterator[Suppression]:
    """As flake8 reads it: codes up to the first word that is none; without any code the comment means everything."""
    named = list(_noqa_selectors(match, row, begin, codes))
    yield from named or [Suppression(None, match[0], _span(match, 0, row, begin), ours=False)]


def _noqa_selectors(match: re.Match[str], row: int, begin: int, codes: _Codes) -> Iterator[Suppression]:
    if match["codes"] is None:
        return
    for word in re.finditer(r"[^,\s]+", match["codes"]):
        text = word[0]
        start = begin + match.start("codes") + word.start()
        span = Span(row, start, row, start + len(text))
        is_code = bool(_NOQA_CODE.fullmatch(text.upper()))
        selector = text.upper() if is_code else text
        meant = codes.of(selector)
        if not meant and not is_code:
            return
        ours = selector.startswith("ML") or not is_code
        problem = codes.unknown(selector) if ours and not meant else ""
        yield Suppression(selector, text, span, meant, ours=ours, problem=problem)


def _from_mlint(match: re.Match[str], row: int, begin: int, codes: _Codes) -> Iterator[Suppression]:
    dated = _UNTIL.match(match.string, match.end())
    whole = _span(match, 0, row, begin)
    until, problem = _until(dated[1] or dated[2] or "" if dated else None)
    problem = _malformed(match) or problem
    if problem:
        yield Suppression("", match[0].strip(), whole, problem=problem)
        return
    for word in re.finditer(r"[^,\s]+", match["names"]):
        start = begin + match.start("names") + word.start()
        meant = codes.of(word[0])
        yield Suppression(
            selector=word[0],
            text=word[0],
            span=Span(row, start, row, start + len(word[0])),
            codes=meant,
            whole_file=_VERBS[match["verb"]],
            until=until,
            problem="" if meant else codes.unknown(word[0]),
        )


def _malformed(match: re.Match[str]) -> str:
    if match["verb"] not in _VERBS:
        return f"`{match['verb']}` is neither `ignore` nor `ignore-file`; {_EXAMPLE}"
    if not (match["names"] or "").strip(", \t"):
        return f"it names no rule; {_EXAMPLE}"
    return ""


def _until(text: str | None) -> tuple[date | None, str]:
    if text is None:
        return None, ""
    try:
        return date.fromisoformat(text.rstrip(",;:.")), ""
    except ValueError:
        return None, f"`{text}` is no date; write `until=2027-01-31`"
