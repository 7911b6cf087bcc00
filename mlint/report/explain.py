"""`mlint explain`: a rule's page, rendered on a terminal and as it is elsewhere."""

from __future__ import annotations

from typing import TextIO

from mlint.report.paint import colours, encodable, put
from mlint.rule import Rule


def write(rule: Rule, out: TextIO) -> None:
    """Write the page of a rule. Raises OSError if it can't be read."""
    page = rule.page.read_text(encoding="utf-8").rstrip("\n") + "\n"
    if colours(out):
        _render(page, out)
    else:
        put(out, page)


def _render(page: str, out: TextIO) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(file=out, force_terminal=True, color_system="standard", no_color=False)
    console.print(Markdown(encodable(page, out)))
