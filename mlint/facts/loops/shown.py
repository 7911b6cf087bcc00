"""What a text says of a number that it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.consumers import Consumer, Role
from mlint.facts.flow.paths import Path, operands

_OF_MANY = ("/", "of ", "out of ")
_THINGS = re.compile(r" (?:\w+ )?\w{2,}[^\Wsui]s\b")
"""After a number: ` samples`, ` empty rows`."""


def labels(accesses: Accesses, end: Consumer) -> Iterator[str]:
    """The texts beside a value where it is shown; none where it goes elsewhere."""
    for each in operands(end.instruction) if end.role is Role.SHOWN else ():
        made = accesses.temporaries.definitions.get(each)
        if isinstance(made, ir.Const) and isinstance(made.value, str):
            yield made.value


def is_told_of_many(accesses: Accesses, end: Consumer, path: Path) -> bool:
    """Whether a text shows the path, and then of how many it is a part, or what is counted: `f"{done} / {n} files"`."""
    if not isinstance(end.instruction, ir.Text):
        return False
    temporaries = accesses.temporaries
    pairs = zip(end.instruction.parts, end.instruction.parts[1:], strict=False)
    followed = [temporaries.definitions.get(after) for part, after in pairs if temporaries.path(part) == path]
    return any(
        isinstance(made, ir.Const)
        and isinstance(made.value, str)
        and (made.value.lstrip().startswith(_OF_MANY) or _THINGS.match(made.value))
        for made in followed
    )
