"""What a class inherits: its bases through the modules of a project, and the methods they bring."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from mlint.facts.project.reads import Memo, Reads
from mlint.facts.project.symbols import Resolver, Symbol, dotted_parts
from mlint.outline import Assignment, ClassOutline, FunctionOutline, Outline

_LOCALS = "<locals>"
_CLASS_MAKERS = frozenset({"collections.namedtuple", "typing.NamedTuple", "typing.TypedDict"})
_MOST_BASES = 300
_EMPTY_ROOTS = ("abc", "builtins", "typing", "typing_extensions")
"""Modules whose classes bring no method that code calls by name."""


_Key = tuple[Path | None, str, int]
_BaseReader = Callable[[str, ClassOutline, str], Symbol | None]


class Classes:
    """Answers about the classes of a project; they depend on the outlines alone."""

    def __init__(self, resolver: Resolver, outline: Callable[[str], Outline | None], reads: Reads) -> None:
        self._resolver = resolver
        self._outline = outline
        self._plain: Memo[_Key, tuple[Symbol, ...]] = Memo(reads)
        self._direct: Memo[_Key, tuple[Symbol, ...]] = Memo(reads)
        self._linear: Memo[_Key, tuple[Symbol, ...]] = Memo(reads)

    def direct_bases(self, cls: Symbol) -> tuple[Symbol, ...]:
        """The bases that the class names, in order; of an external class none are known."""
        return self._direct.get(_key(cls), lambda: tuple(self._read_bases(cls, self._base_or_inherited)))

    def bases(self, cls: Symbol) -> tuple[Symbol, ...]:
        """All bases in the order in which attributes are looked up, without the class itself."""
        return self._linear.get(_key(cls), lambda: _linearized(cls, self.direct_bases))

    def method(self, cls: Symbol, name: str) -> Symbol | None:
        """The method that the class has by that name, or the function that a class attribute of that name is.

        Where no class of the project in the line defines it, the answer is that of the first external base that can, as
        an external symbol (`torch.nn.modules.Module.train`). None if the attribute is something else, a base is
        unknown, or there is nothing of that name.
        """
        found = self.member(cls, name)
        if found is not None:
            return found if found.kind in ("method", "function") else None
        line = (cls, *self.bases(cls))
        if any(each.kind == "unknown" for each in line):
            return None
        for each in line:
            if each.kind == "external" and each.name.partition(".")[0] not in _EMPTY_ROOTS:
                return Symbol("external", None, "", f"{each.name}.{name}")
        return None

    def member(self, cls: Symbol, name: str) -> Symbol | None:
        """What a class of the project holds by that name, itself or from a base: a method, a class, an attribute."""
        return self._member(cls, self.bases(cls), name)

    def _member(self, cls: Symbol, bases: tuple[Symbol, ...], name: str) -> Symbol | None:
        for each in (cls, *bases):
            if isinstance(each.outline, ClassOutline) and each.path is not None:
                found = self._own(str(each.path), each.outline, name)
                if found is not None:
                    return found
        return None

    def _own(self, path: str, cls: ClassOutline, name: str) -> Symbol | None:
        if name in cls.methods:
            return self._resolver.symbol_of(path, cls.methods[name])
        outline = self._outline(path)
        inner = outline.definition(f"{cls.qualname}.{name}") if outline else None
        if isinstance(inner, ClassOutline):
            return self._resolver.symbol_of(path, inner)
        if name not in cls.attributes:
            return None
        alias = dotted_parts(cls.attributes[name])
        if alias is not None and alias != (name,):  # `forward = _forward_impl`
            if alias[0] in cls.methods and len(alias) == 1:
                return self._resolver.symbol_of(path, cls.methods[alias[0]])
            found = self._seen_from(path, cls, alias)
            if found is not None and found.kind == "function":
                return found
        return Symbol("assignment", Path(path), f"{cls.qualname}.{name}", f"{cls.qualname}.{name}")

    def is_subclass(self, cls: Symbol, external_name: str) -> bool | None:
        """Whether the class is, or inherits from, the external class of that dotted name.

        None if that cannot be told: a base is unknown, or comes from a library whose classes may do so.
        """
        unknown = False
        for each in (cls, *self.bases(cls)):
            if each.kind == "external" and each.name == external_name:
                return True
            if each.kind == "unknown" or (each.kind == "external" and not _of_standard_library(each)):
                unknown = True
        return None if unknown else False

    def _read_bases(self, cls: Symbol, read: _BaseReader) -> Iterator[Symbol]:
        if isinstance(cls.outline, ClassOutline) and cls.path is not None:
            for text in cls.outline.bases:
                yield read(str(cls.path), cls.outline, text) or Symbol("unknown", None, "", text)

    def _base_or_inherited(self, path: str, cls: ClassOutline, text: str) -> Symbol | None:
        """A base, which may be a class that another one inherits: `Config(Parent.Config)`."""
        found = self._base(path, cls, text)
        parts = dotted_parts(text.partition("[")[0])
        if found is not None or parts is None or len(parts) == 1:
            return found
        owner = self._seen_from(path, cls, parts[:-1])
        if owner is None or owner.kind != "class":
            return None
        # The line of the owner is read plainly, so that no class waits for itself.
        inherited = self._member(owner, _linearized(owner, self._plain_bases), parts[-1])
        return inherited if inherited is not None and inherited.kind == "class" else None

    def _plain_bases(self, cls: Symbol) -> tuple[Symbol, ...]:
        return self._plain.get(_key(cls), lambda: tuple(self._read_bases(cls, self._base)))

    def _base(self, path: str, cls: ClassOutline, text: str) -> Symbol | None:
        called = text.endswith(")")
        parts = dotted_parts(text.partition("(" if called else "[")[0].strip())
        found = None if parts is None else self._seen_from(path, cls, parts)
        if found is not None and found.kind == "assignment" and not called:
            return self._base_of_value(found)
        if called:
            return found if found is not None and found.name in _CLASS_MAKERS else None
        return found if found is not None and found.kind in ("class", "external") else None

    def _base_of_value(self, symbol: Symbol) -> Symbol | None:
        """The class that an assigned name is: `Pair = namedtuple("Pair", "a b")`, `Dict = UserDict[str, int]`."""
        value = symbol.outline.value if isinstance(symbol.outline, Assignment) else None
        if value is None or symbol.path is None:
            return None
        made = value.endswith(")")
        parts = dotted_parts(value.partition("(" if made else "[")[0].strip())
        if parts is None or parts == (symbol.qualname,):
            return None
        found = self._resolver.resolve(str(symbol.path), parts)
        if found is None or (made and found.name not in _CLASS_MAKERS):
            return None
        return found if found.kind in ("class", "external") else None

    def _seen_from(self, path: str, cls: ClassOutline, parts: tuple[str, ...]) -> Symbol | None:
        """What a name in the head of a class means: in the class or functions around it, else at module level."""
        outline = self._outline(path)
        if outline is None:
            return None
        scopes = cls.qualname.split(".")[:-1]
        direct = True
        while scopes:
            is_function = scopes[-1] == _LOCALS
            if direct or is_function:
                prefix = ".".join(scopes)
                inner = outline.definition(f"{prefix}.{parts[0]}")
                if isinstance(inner, ClassOutline) and inner is not cls:
                    return self._nested(path, outline, inner, parts[1:])
            if is_function:
                scopes.pop()
                function = outline.definition(".".join(scopes))
                if isinstance(function, FunctionOutline):
                    if parts[0] in function.imports:
                        return self._resolver.resolve_import(path, function.imports[parts[0]], parts[1:])
                    if parts[0] in function.nested or any(each.name == parts[0] for each in function.parameters):
                        return None
            scopes.pop()
            direct = False
        return self._resolver.resolve(path, parts)

    def _nested(self, path: str, outline: Outline, cls: ClassOutline, rest: tuple[str, ...]) -> Symbol | None:
        for part in rest:
            inner = outline.definition(f"{cls.qualname}.{part}")
            if not isinstance(inner, ClassOutline):
                return None
            cls = inner
        return self._resolver.symbol_of(path, cls)


def _key(cls: Symbol) -> _Key:
    # Two classes of one name (in the branches of a condition) differ in their lines.
    return cls.path, cls.qualname or cls.name, getattr(cls.outline, "first_line", 0)


def _linearized(cls: Symbol, direct_bases: Callable[[Symbol], tuple[Symbol, ...]]) -> tuple[Symbol, ...]:
    """All bases, each after those that inherit from it, left before right: the order of C3 where the bases agree."""
    backwards: list[Symbol] = []
    seen = {cls}
    stack = [(cls, iter(reversed(direct_bases(cls))))]
    while stack:
        owner, bases = stack[-1]
        base = next(bases, None)
        if base is None:
            backwards.append(owner)
            stack.pop()
        elif base not in seen and len(seen) < _MOST_BASES:
            seen.add(base)
            stack.append((base, iter(reversed(direct_bases(base) if base.kind == "class" else ()))))
    return tuple(reversed(backwards[:-1]))


def _of_standard_library(symbol: Symbol) -> bool:
    return symbol.name.partition(".")[0] in sys.stdlib_module_names
