"""`mlint explain`: a rule's page, rendered on a terminal and as it is elsewhere."""

from __future__ import annotations

import re
from typing import TextIO

from mlint.report.paint import colours, encodable, put
from mlint.rule import Rule

# The section of what was seen on real code, up to the next one: most of a page, and tests more than a text.
_CORNER_CASES = re.compile(r"^## Corner cases\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(r"^```py", re.MULTILINE)


def write(rule: Rule, out: TextIO, *, full: bool = False) -> None:
    """Write the page of a rule, in full with its corner cases. Raises OSError if it can't be read."""
    text = page(rule, full=full)
    if colours(out):
        _render(text, out)
    else:
        put(out, text)


def page(rule: Rule, *, full: bool = False) -> str:
    """The page of a rule; of its corner cases only their number, if not in full. Raises OSError if it can't be read."""
    text = rule.page.read_text(encoding="utf-8").rstrip("\n") + "\n"
    if full:
        return text
    return _CORNER_CASES.sub(lambda found: _counted(rule, found[0]), text).rstrip("\n") + "\n"


def _counted(rule: Rule, section: str) -> str:
    count = len(_EXAMPLE.findall(section))
    return f"## Corner cases\n\n{count} examples: `mlint explain {rule.code} --full`\n\n"


def _render(page: str, out: TextIO) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(file=out, force_terminal=True, color_system="standard", no_color=False)
    console.print(Markdown(encodable(page, out)))
