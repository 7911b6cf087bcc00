"""Which output formats there are, and where each is written. A format's module is imported when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TextIO, cast

if TYPE_CHECKING:
    from mlint.run import Results

FORMATS: dict[str, str] = {
    "full": "mlint.report.full",
    "concise": "mlint.report.concise",
    "json": "mlint.report.json",
    "json-lines": "mlint.report.json_lines",
    "github": "mlint.report.github",
    "gitlab": "mlint.report.gitlab",
    "junit": "mlint.report.junit",
    "sarif": "mlint.report.sarif",
}


class Writer(Protocol):
    """Writes all that a run found to a text stream."""

    def __call__(self, run: Results, out: TextIO) -> None: ...


def writer(name: str) -> Writer:
    """The writer of a format, by its name in `FORMATS`. Raises KeyError for any other name."""
    return cast("Writer", import_module(FORMATS[name]).write)
