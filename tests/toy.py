"""A few rules that are easy to foresee, in place of the real ones."""

from __future__ import annotations

import os
from collections.abc import Iterator

from mlint.finding import Confidence, Span
from mlint.pack import rules_of
from mlint.rule import Report, Reports, Rule, Step, rule
from mlint.subjects import Class, File, Function


def _places(file: File, word: str) -> Iterator[Span]:
    for row, line in enumerate(file.source.lines, start=1):
        column = line.find(word) + 1
        if column and not line.lstrip().startswith("#"):
            yield Span(row, column, row, column + len(word))


@rule("XY101", "bad-word", "`{word}` is a bad word")
def bad_word(file: File, *, word: str = "bad") -> Reports:
    """A word that should not be there."""
    for span in _places(file, word):
        yield Report(span, {"word": word}, Confidence.LIKELY, "find a better one")


@rule("XY102", "doubtful-word", "`doubtful` may be a bad word")
def doubtful_word(file: File) -> Reports:
    """A word that should perhaps not be there."""
    for span in _places(file, "doubtful"):
        yield Report(span, {}, Confidence.POSSIBLE)


@rule("XY103", "odd-word", "`odd` is an odd word", default=False)
def odd_word(file: File) -> Reports:
    """A word that some do not like."""
    for span in _places(file, "odd"):
        yield Report(span, {}, Confidence.CERTAIN)


@rule("XY104", "failing-rule", "never")
def failing_rule(function: Function) -> Reports:
    """Fails, or ends the process, on a function of that name."""
    if function.name == "explode":
        raise ValueError("boom\nin two lines")
    if function.name == "die":
        os._exit(3)
    yield from ()


@rule("XY105", "answered-elsewhere", "the answer is in {count} files")
def answered_elsewhere(file: File) -> Reports:
    """A question that another file of the project answers."""
    answers = file.project.files_with("the_answer")
    for span in _places(file, "question"):
        because = tuple(Step("here", Span(1, 1, 1, 2), str(path)) for path in answers)
        yield Report(span, {"count": len(answers)}, Confidence.CERTAIN, because=because)


@rule("XY106", "bad-class", "class {name} is bad", words=("Bad",))
def bad_class(cls: Class) -> Reports:
    """A class whose name should be another."""
    if cls.name == "Bad":
        yield Report(Span(cls.first_line, 1, cls.first_line, 6), {"name": cls.name}, Confidence.CERTAIN)


def _rules() -> tuple[Rule, ...]:
    import sys

    return tuple(sorted(rules_of(sys.modules[__name__]), key=lambda each: each.code))


RULES = _rules()
