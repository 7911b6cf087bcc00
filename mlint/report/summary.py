"""The closing line: what was found, and how much was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from mlint.report.paint import Line, write_lines

if TYPE_CHECKING:
    from mlint.run import Results


def write(run: Results, out: TextIO) -> None:
    """Write the line (two where code was run), coloured by whether the run was clean."""
    style = "bold red" if run.findings or run.problems else "bold green"
    first, rest = parts(run)
    lines: list[Line] = [[(first, style), (f"; {rest}", "")]]
    if run.trials:
        lines.append([(run.trials, "")])
    write_lines(lines, out)


def parts(run: Results) -> tuple[str, str]:
    """What was found, and what was looked at."""
    places = len({finding.path for finding in run.findings})
    found = f"{_count(len(run.findings), 'finding')} in {_count(places, 'file')}" if places else "no findings"
    looked = [f"{_count(run.files, 'file')} checked", f"{run.nothing} without anything to check"]
    if run.failed:
        looked.append(f"{run.failed} could not be checked")
    errors = sum(problem.rule is not None for problem in run.problems)
    if errors:
        looked.append(_count(errors, "internal error"))
    if run.notebooks:
        looked.append(f"{_count(run.notebooks, 'notebook')} left alone")
    return found, ", ".join(looked)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
