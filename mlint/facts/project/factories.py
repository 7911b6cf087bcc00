"""What the globals of a module were made by: `to_pair = make_parser(2)`, `logger = logging.getLogger(__name__)`."""

from __future__ import annotations

import re

from mlint.facts.project.project import Project
from mlint.facts.project.symbols import Symbol
from mlint.outline import Assignment

_MADE = re.compile(r"([\w.]+)\([^()]*\)")


def maker_of(project: Project, symbol: Symbol | None) -> Symbol | None:
    """What is called to make a global; None where it is none, or is made in another way."""
    if symbol is None or symbol.path is None or not isinstance(symbol.outline, Assignment):
        return None
    made = _MADE.fullmatch(symbol.outline.value or "")
    return project.resolve(symbol.path, made[1]) if made is not None else None
