"""What a constructor keeps as it was passed: lists of modules that its callers write out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlint.facts.flow import ir
from mlint.facts.flow.paths import Temporaries
from mlint.facts.members.passed_lists import kept_as_passed, may_write_out, passed_modules
from mlint.rule import Step
from mlint.subjects.owners import Function

if TYPE_CHECKING:
    from mlint.subjects.modules.kept import Kept


def passed(cls: type[Kept], owner: Function) -> Iterator[Kept]:
    """`self.layers = layers`, where all calls that are seen pass a list of modules that they write out."""
    if owner.name != "__init__" or owner.cls is None or owner.outline is None:
        return
    parameters = [each.name for each in owner.outline.parameters]
    others = [each.lines for name, each in owner.cls.methods.items() if name != owner.name]
    found = kept_as_passed(owner.lines, parameters, others)
    if found and not may_write_out(owner.file.engine, owner.cls.name):
        return
    temporaries = Temporaries(owner.ir) if found else None
    for op in temporaries.definitions.values() if temporaries is not None else ():
        if not isinstance(op, ir.StoreAttribute) or op.name not in found or temporaries is None:
            continue
        lists = passed_modules(owner.file.engine, owner.unit, found[op.name])
        for site, value in lists[:1]:
            path = None if site.unit.path == owner.path else str(site.unit.path)
            step = Step("a list is passed for it here", site.unit.span(site.target), path)
            yield cls(owner, temporaries, op, value, (step,))
