"""What the methods of a class, and of its bases in the project, begin at zero and divide by one another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from mlint.facts.syntax.sketch import Sketch, may_be_zero
from mlint.outline import ClassOutline
from mlint.subjects.owners import Class


def sketches(cls: Class) -> list[Sketch]:
    """The sketches of the methods of the class, and of those that it inherits within the project."""
    own = [each.unit.sketch for each in cls.methods.values()]
    return [each for each in (*own, *_inherited(cls)) if each is not None]


def _inherited(cls: Class) -> Iterator[Sketch | None]:
    engine, seen = cls.file.engine, set(cls.outline.methods)
    for path, base in _bases(cls):
        for name in base.methods.keys() - seen:
            unit = engine.unit(path, base.methods[name].qualname)
            yield unit.sketch if unit is not None else None
        seen |= base.methods.keys()


def _bases(cls: Class) -> Iterator[tuple[Path, ClassOutline]]:
    """The bases of the class that the project defines, with the files that they stand in."""
    project = cls.file.project
    for symbol in project.bases(project.symbol(cls.file.path, cls.outline)) if cls.outline.bases else ():
        file = project.peek(symbol.path) if symbol.path is not None and symbol.kind == "class" else None
        found = file[1].definition(symbol.qualname) if file is not None else None
        if isinstance(found, ClassOutline) and symbol.path is not None:
            yield symbol.path, found


def zeroed(cls: Class) -> frozenset[str]:
    """The attributes that a method begins at zero, or empty, or the body of the class: `self.total`."""
    by_methods = (name for each in sketches(cls) for name in each.zeroed if name.startswith("self."))
    bodies = (cls.outline, *(base for _, base in _bases(cls)))
    by_bodies = (f"self.{name}" for each in bodies for name, text in each.attributes.items() if _is_zero(text))
    return frozenset((*by_methods, *by_bodies))


def _is_zero(text: str) -> bool:
    try:
        return may_be_zero(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
