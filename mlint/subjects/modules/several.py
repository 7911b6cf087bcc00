"""Whether a forward may return several values, as the text of it and of the methods that it hands on tells."""

from __future__ import annotations

from collections.abc import Iterator

from mlint.facts.project.units import Unit
from mlint.subjects.owners import Class, Function


def may_return_several(function: Function, cls: Class, asked: frozenset[str] = frozenset()) -> bool:
    """Whether it may return several values, or hands on what another method of the class returns that may.

    `asked`: the methods that were asked already.
    """
    sketch = function.unit.sketch
    if sketch is None or sketch.ways_out.may_be_several or any(inherited(function, cls)):
        return True
    asked |= {function.name}
    handing = [cls.methods[name] for name in sketch.handed_on - asked if name in cls.methods]
    return (sketch.ways_out.ways > 1 and bool(handing)) or any(may_return_several(each, cls, asked) for each in handing)


def inherited(function: Function, cls: Class) -> Iterator[Unit]:
    """The methods of bases in the same file whose results a method hands on as they are, where they differ."""
    sketch, project = function.unit.sketch, function.project
    names = sketch.handed_on - set(cls.outline.methods) if sketch is not None and cls.outline.bases else ()
    symbol = project.symbol(function.path, cls.outline) if names else None
    for name in sorted(names):
        found = project.method(symbol, name) if symbol is not None else None
        here = found is not None and found.path == function.path
        unit = (
            function.file.engine.unit(found.path, found.qualname) if found is not None and found.path and here else None
        )
        if unit is not None and (unit.sketch is None or unit.sketch.ways_out.may_be_several):
            yield unit
