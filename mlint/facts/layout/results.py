"""What a function of the project gives, where that is the sides of what it is passed: `return image.shape[:2]`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mlint.facts.domain.records import replace
from mlint.facts.domain.values import UNKNOWN
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses
from mlint.facts.layout.along import Along
from mlint.facts.layout.measures import Measures
from mlint.facts.project.units import Unit

if TYPE_CHECKING:
    from mlint.facts.engine import Engine

RESULT = "result "
"""What the sides that a function gives are of, where that is nothing it is passed."""
_MEASURES = re.compile(r"\.(?:shape|size|width|height)\b|CAP_PROP_FRAME_WIDTH")
_LONGEST = 60
_RETURN = re.compile(r"^\s+return\b.*\w", re.MULTILINE)
_NAMED = re.compile(r"size|shape|dim|resol|width|height|(?:^|_)(?:wh|hw)(?:_|$)", re.IGNORECASE)


def says_sizes(name: str) -> bool:
    """Whether a function is named for sizes; of others it is not asked what they give."""
    return _NAMED.search(name) is not None


def may_measure(unit: Unit) -> bool:
    """Whether a function can give the sides of a picture: cheap, nothing is parsed."""
    text = unit.text
    return text.count("\n") < _LONGEST and _MEASURES.search(text) is not None and _RETURN.search(text) is not None


def results(engine: Engine, unit: Unit, count: int) -> Sequence[Along | None] | None:
    """What so many values that a function gives count along, on all ways; `of` is a text of its own, of a parameter
    its name."""
    function = unit.lowered.function
    if function.is_generator:
        return None
    accesses = Accesses(function)
    measures = Measures(accesses, lambda temporary: engine.facts(unit).values.get(temporary, UNKNOWN))
    found: list[Sequence[Along | None]] = []
    for made in accesses.temporaries.definitions.values():
        if isinstance(made, ir.Return):
            items = None if made.value is None else measures.items(made.value, count)
            if items is None:
                return None
            found.append([None if each is None else _of_parameter(accesses, each) for each in items])
    alike = len({tuple(each and (each.powers, each.of) for each in items) for items in found}) == 1
    return found[0] if alike else None


def _of_parameter(accesses: Accesses, along: Along) -> Along:
    """The same under a name that is no parameter's, where it is of no parameter, or of one that is set anew."""
    names = {each.name for each in accesses.function.parameters}
    kept = along.of in names and not accesses.all((along.of,), Access.WRITE)
    return along if kept or not along.of else replace(along, of=f"{RESULT}{along.of}")


def passed_on(call: ir.Call, along: Along | None, passed: Mapping[str, int], accesses: Accesses) -> Along | None:
    """What a function gives in terms of who calls it. `passed`: what goes to each parameter."""
    if along is None or not along.powers:
        return along
    thing = passed.get(along.of)
    of = f"{along.of} {call.target}" if thing is None else accesses.temporaries.text(thing) or ""
    return replace(along, of=of, thing=call.target if thing is None else thing, at=call.target, names=())
