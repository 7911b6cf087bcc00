"""`mlint reveal`: what is known at a line, as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from mlint.config import Layers
from mlint.report.paint import Line, write_lines
from mlint.reveal import Verdict, known, verdicts
from mlint.rule import Rule
from mlint.subjects import File


def write(file: File, layers: Layers, line: int, rules: Sequence[Rule], out: TextIO) -> None:
    """Write the line, the value of each expression on it, and what each rule that looked at it had to say.

    Raises ConfigError for settings that mean nothing.
    """
    shown: list[Line] = [[(f"{file.source.path}:{line}", "bold"), (f"  {file.source.lines[line - 1].strip()}", "")]]
    values = [[(f"  {each.code}", "cyan"), (f"  {each.value}", "")] for each in known(file, line)]
    said: list[Line] = [
        [
            (f"  {each.code} {each.name}", "bold red" if each.confidence else "bold"),
            (f"  {_outcome(each)}: {each.reason}", ""),
        ]
        for each in verdicts(file, line, rules, layers)
    ]
    shown += values or [[("  nothing is known of a value here", "")]]
    shown += said or [[("  no rule looked at this line", "")]]
    write_lines(shown, out)


def _outcome(verdict: Verdict) -> str:
    if verdict.confidence is None:
        return "failed" if verdict.failed else "silent"
    return f"reported ({verdict.confidence}{f', not shown: {verdict.hidden}' if verdict.hidden else ''})"
