"""What a dotted name means in a module: imports, re-exports, star imports and aliases followed to a definition."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from mlint.facts.project.modules import Modules
from mlint.outline import Assignment, ClassOutline, FunctionOutline, Outline

SymbolKind = Literal["function", "class", "method", "assignment", "module", "external", "unknown"]

_DOTTED = re.compile(r"[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*", re.ASCII)
_BUILTINS = frozenset(dir(builtins))
_MOST_STEPS = 4000
"""A name that takes more lookups than this stays unknown. A package of 100 star imports takes some hundred."""
_DEEPEST = 40
"""So does one that is passed on through more modules than this."""
_path = lru_cache(maxsize=1 << 14)(Path)
"""One object for a path, which then knows its hash."""


@dataclass(slots=True, unsafe_hash=True)
class Symbol:
    """What a name stands for.

    `path` is the file it is defined in (None for an external one), `qualname` its name there (empty for a module),
    `outline` its outline where there is one: not for modules and class attributes. `name` is the dotted name from the
    top: of an external symbol that of the library as the code imports it, such as `torch.nn.functional.relu`. An
    unknown symbol stands for an expression (its `name`) in the place of a base class that nothing is known of.
    """

    kind: SymbolKind
    path: Path | None
    qualname: str
    name: str
    outline: FunctionOutline | ClassOutline | Assignment | None = field(default=None, compare=False, repr=False)


def dotted_parts(text: str) -> tuple[str, ...] | None:
    """The parts of an expression that is a dotted name; None if it is anything else."""
    if not text.isascii() or not _DOTTED.fullmatch(text):
        return None
    return tuple(part.strip() for part in text.split("."))


class Resolver:
    """Follows names through the modules of a project.

    Each question is answered on its own, from the outlines alone: no answer depends on what was asked before.
    """

    def __init__(self, modules: Modules, outline: Callable[[str], Outline | None]) -> None:
        self._modules = modules
        self._outline = outline

    def resolve(self, path: str, parts: Sequence[str]) -> Symbol | None:
        """What the dotted name means at module level in the file."""
        return _Question(self._modules, self._outline).scoped(path, tuple(parts))

    def resolve_import(self, path: str, dotted: str, rest: Sequence[str] = ()) -> Symbol | None:
        """What an import of `dotted` (dots in front for a relative one) in the file binds, or the attribute of it."""
        return _Question(self._modules, self._outline).imported(path, dotted, tuple(rest))

    def symbol_of(self, path: str, definition: FunctionOutline | ClassOutline) -> Symbol:
        """The symbol of a function, method or class that is defined in the file."""
        return definition_symbol(self._modules, path, definition)


def definition_symbol(modules: Modules, path: str, definition: FunctionOutline | ClassOutline) -> Symbol:
    """The symbol of a definition."""
    kind: SymbolKind = "class"
    if isinstance(definition, FunctionOutline):
        kind = "method" if definition.class_name else "function"
    return Symbol(kind, _path(path), definition.qualname, f"{modules.name(path)}.{definition.qualname}", definition)


class _Question:
    """One question: it goes round no circle and gives up after a fixed number of steps."""

    def __init__(self, modules: Modules, outline: Callable[[str], Outline | None]) -> None:
        self._modules = modules
        self._outline = outline
        self._steps = 0
        self._depth = 0
        self._open: set[tuple[str, tuple[str, ...]]] = set()
        self._starred: set[tuple[str, str]] = set()

    def scoped(self, path: str, parts: tuple[str, ...]) -> Symbol | None:
        """A name as code at module level sees it: what the module binds, else a builtin."""
        found = self._attribute(path, parts)
        if found is not None:
            return found
        outline = self._outline(path)
        if outline is None or _binds(outline, parts[0]):
            return None
        if parts[0] in _BUILTINS:
            return _external(("builtins", *parts))
        return self._from_library_star(path, parts)

    def imported(self, path: str, dotted: str, rest: tuple[str, ...]) -> Symbol | None:
        """What an import binds, and then the attributes `rest` of it."""
        level = len(dotted) - len(dotted.lstrip("."))
        parts = tuple(dotted[level:].split(".")) if len(dotted) > level else ()
        if level:
            package = self._modules.relative(path, level)
            return None if package is None else self._inside(package, parts, rest)
        ours = False
        for module, sure in self._modules.absolute(path, parts[0]):
            found = self._inside(module, parts[1:], rest)
            if found is not None and (sure or len(parts) + len(rest) > 1):
                return found
            ours = ours or sure
        return None if ours else _external((*parts, *rest))

    def _inside(self, module: str, parts: tuple[str, ...], rest: tuple[str, ...]) -> Symbol | None:
        """What `parts` of an import lead to from a module: all but the last are modules; then its attributes."""
        for index, part in enumerate(parts[:-1]):
            child = self._modules.child(module, part)
            if child is None:
                return self._attribute(module, (*parts[index:], *rest))
            module = child
        return self._attribute(module, (*parts[-1:], *rest))

    def _attribute(self, module: str, parts: tuple[str, ...]) -> Symbol | None:
        """What `parts` lead to from a module, each being an attribute of the one before."""
        key = (module, parts)
        self._steps += 1
        if key in self._open or self._steps > _MOST_STEPS or self._depth > _DEEPEST:
            return None
        self._open.add(key)
        self._depth += 1
        found = self._bound(module, parts) if parts else self._module(module)
        self._depth -= 1
        self._open.discard(key)
        return found

    def _bound(self, module: str, parts: tuple[str, ...]) -> Symbol | None:
        outline = self._outline(module)  # None for a folder; a script may have any name
        found = None if outline is None else self._in_outline(module, outline, parts)
        if found is None:
            child = self._modules.child(module, parts[0])
            found = None if child is None else self._attribute(child, parts[1:])
        return found

    def _in_outline(self, module: str, outline: Outline, parts: tuple[str, ...]) -> Symbol | None:
        head, *rest = parts
        if head in outline.defined:
            return self._defined(module, outline, parts)
        if head in outline.imports:
            return self.imported(module, outline.imports[head], tuple(rest))
        if head in outline.assignments:
            return self._assigned(module, outline.assignments[head], parts)
        return self._from_stars(module, outline, parts) or self._lazily_imported(module, outline, parts)

    def _lazily_imported(self, module: str, outline: Outline, parts: tuple[str, ...]) -> Symbol | None:
        """A name that the `__getattr__` of a module imports when it is asked for."""
        getter = outline.defined.get("__getattr__")
        if not isinstance(getter, FunctionOutline) or parts[0] not in getter.imports:
            return None
        return self.imported(module, getter.imports[parts[0]], parts[1:])

    def _defined(self, module: str, outline: Outline, parts: tuple[str, ...]) -> Symbol | None:
        """A function or class, or what a class holds by itself (the project looks in its bases)."""
        definition = outline.defined[parts[0]]
        for part in parts[1:]:
            if not isinstance(definition, ClassOutline):
                return None
            qualname = f"{definition.qualname}.{part}"
            inner = definition.methods.get(part) or outline.definition(qualname)
            if inner is None:
                known = part in definition.attributes and part == parts[-1]
                return self._symbol("assignment", module, qualname) if known else None
            definition = inner
        return definition_symbol(self._modules, module, definition)

    def _assigned(self, module: str, assignment: Assignment, parts: tuple[str, ...]) -> Symbol | None:
        alias = None if assignment.value is None else dotted_parts(assignment.value)
        if alias is not None and alias[0] != parts[0]:
            found = self.scoped(module, (*alias, *parts[1:]))
            if found is not None:
                return found
        return None if parts[1:] else self._symbol("assignment", module, parts[0], assignment)

    def _from_stars(self, module: str, outline: Outline, parts: tuple[str, ...]) -> Symbol | None:
        for star in reversed(outline.star_imports):
            for target in self._star_modules(module, star):
                if (target, parts[0]) in self._starred:
                    continue
                self._starred.add((target, parts[0]))
                if self._exports(target, parts[0]):
                    found = self._attribute(target, parts)
                    if found is not None:
                        return found
        return None

    def _exports(self, module: str, name: str) -> bool:
        outline = self._outline(module)
        if outline is None:
            return False
        return not name.startswith("_") if outline.exports is None else name in outline.exports

    def _star_modules(self, path: str, dotted: str) -> Iterator[str]:
        """The project's module that a star import names: one or none."""
        level = len(dotted) - len(dotted.lstrip("."))
        parts = dotted[level:].split(".") if len(dotted) > level else []
        if level:
            package = self._modules.relative(path, level)
            starts = [] if package is None else [package]
        else:
            starts = [module for module, _ in self._modules.absolute(path, parts.pop(0))]
        for start in starts:
            found: str | None = start
            for part in parts:
                found = None if found is None else self._modules.child(found, part)
            if found is not None and found.endswith(".py"):
                yield found
                return

    def _from_library_star(self, path: str, parts: tuple[str, ...]) -> Symbol | None:
        """A name that nothing binds must come from a star import of a library, if there is just one library."""
        stars: dict[str, None] = {}
        seen = {path}
        waiting = [path]
        while waiting and len(seen) < _MOST_STEPS:
            module = waiting.pop()
            outline = self._outline(module)
            for star in outline.star_imports if outline else ():
                inner = [each for each in self._star_modules(module, star) if each not in seen]
                if not any(self._star_modules(module, star)):
                    stars[star] = None
                waiting += [each for each in inner if self._exports(each, parts[0])]
                seen.update(inner)
        libraries = {star.partition(".")[0] for star in stars}
        return _external((next(iter(stars)), *parts)) if len(libraries) == 1 and "" not in libraries else None

    def _module(self, path: str) -> Symbol:
        return Symbol("module", _path(path), "", self._modules.name(path))

    def _symbol(
        self,
        kind: SymbolKind,
        module: str,
        qualname: str,
        outline: FunctionOutline | ClassOutline | Assignment | None = None,
    ) -> Symbol:
        return Symbol(kind, _path(module), qualname, f"{self._modules.name(module)}.{qualname}", outline)


def _external(parts: Sequence[str]) -> Symbol:
    return Symbol("external", None, "", ".".join(parts))


def _binds(outline: Outline, name: str) -> bool:
    return name in outline.defined or name in outline.imports or name in outline.assignments
