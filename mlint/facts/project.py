"""The project around a file: its modules, what names mean in them, and who uses a word."""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mlint.facts.classes import Classes
from mlint.facts.files import python_files, root_of
from mlint.facts.index import WordIndex, words_of
from mlint.facts.modules import Modules
from mlint.facts.recent import Recent
from mlint.facts.symbols import Resolver, Symbol, dotted_parts
from mlint.outline import ClassOutline, FunctionOutline, Outline
from mlint.outline import outline as read_outline
from mlint.source import Source, Unreadable, read

_SOURCES_KEPT = 256
_MOST_NAMES = 1000
_LINES_KEPT = 5_000
"""Of so many lines the trees are kept, some 4 KB each."""


class Project:
    """The files of a project, read as they are asked for.

    `files` are those that belong to it, or a function that finds them when they are needed (all Python files under
    `root` if None): the questions who holds a word and who
    inherits are answered from them. Names are followed wherever modules lie on disk. `overlay` holds sources that take
    the place of a file (standard input). `outlines` makes the outline of a source: a cache can stand in.
    `user_facts` are entries for the library tables, as `[tool.mlint.facts]` holds them.
    What is answered never depends on what was asked before, nor on the other files that are checked in the run.
    """

    def __init__(
        self,
        root: Path,
        files: Sequence[Path] | Callable[[], Iterable[Path]] | None = None,
        overlay: Mapping[Path, Source] | None = None,
        outlines: Callable[[Source], Outline] = read_outline,
        user_facts: Mapping[str, object] | None = None,
    ) -> None:
        self.user_facts = user_facts
        self.root = Path(os.path.abspath(root))
        self._given = files
        self._overlay = {os.path.abspath(path): source for path, source in (overlay or {}).items()}
        self._make_outline = outlines
        self._files: tuple[str, ...] | None = None
        self._paths: tuple[Path, ...] | None = None
        self._index: WordIndex | None = None
        self._sources: OrderedDict[str, Source | None] = OrderedDict()
        self._outlines: dict[str, Outline | None] = {}
        self.recent = Recent(_LINES_KEPT)
        self._resolved: dict[tuple[str, str], Symbol | None] = {}
        self._modules = Modules(str(self.root), self._all_files, self._overlay)
        self._resolver = Resolver(self._modules, self._outline)
        self._classes = Classes(self._resolver, self._outline)

    @staticmethod
    def root_of(path: Path) -> Path:
        """The root of the project that a file or folder belongs to."""
        return root_of(path)

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of the project, sorted."""
        if self._paths is None:
            self._paths = tuple(Path(path) for path in self._all_files())
        return self._paths

    # --- files ------------------------------------------------------------------------------------------------------

    def source(self, path: Path) -> Source | None:
        """The source of a file, of the project or not; None when it is unreadable."""
        return self._source(os.path.abspath(path))

    def outline(self, path: Path) -> Outline | None:
        """The outline of a file, of the project or not; None when it is unreadable or not Python."""
        return self._outline(os.path.abspath(path))

    def module_name(self, path: Path) -> str:
        """The dotted name of a file as the project imports it."""
        return self._modules.name(os.path.abspath(path))

    def _all_files(self) -> tuple[str, ...]:
        if self._files is None:
            if self._given is None:
                found = python_files(str(self.root))
            else:
                given = self._given() if callable(self._given) else self._given
                found = [os.path.abspath(path) for path in given]
            self._files = tuple(sorted({*found, *self._overlay}))
        return self._files

    def _source(self, path: str) -> Source | None:
        if path in self._overlay:
            return self._overlay[path]
        if path in self._sources:
            self._sources.move_to_end(path)
            return self._sources[path]
        try:
            source = read(path)
        except Unreadable:
            source = None
        self._sources[path] = source
        if len(self._sources) > _SOURCES_KEPT:
            self._sources.popitem(last=False)
        return source

    def _outline(self, path: str) -> Outline | None:
        if path not in self._outlines:
            source = self._source(path)
            try:
                self._outlines[path] = None if source is None else self._make_outline(source)
            except Unreadable:
                self._outlines[path] = None
        return self._outlines[path]

    # --- names ------------------------------------------------------------------------------------------------------

    def resolve(self, path: Path, dotted: str) -> Symbol | None:
        """What a dotted name means at module level in the file; None when that is unknown.

        Imports, re-exports, star imports and aliases are followed; what a class inherits is found in its bases.
        """
        key = (os.path.abspath(path), dotted)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(*key)
        return self._resolved[key]

    def resolve_import(self, path: Path, dotted: str) -> Symbol | None:
        """What an import in the file binds, `dotted` being spelled as in `FunctionOutline.imports`."""
        return self._resolver.resolve_import(os.path.abspath(path), dotted)

    def symbol(self, path: Path, definition: FunctionOutline | ClassOutline) -> Symbol:
        """The symbol of a function, method or class that is defined in the file."""
        return self._resolver.symbol_of(os.path.abspath(path), definition)

    def _resolve(self, path: str, dotted: str) -> Symbol | None:
        parts = dotted_parts(dotted)
        if parts is None:
            return None
        found = self._resolver.resolve(path, parts)
        if found is None and len(parts) > 1:
            owner = self._resolver.resolve(path, parts[:-1])
            if owner is not None and owner.kind == "class":
                return self._classes.member(owner, parts[-1]) or self._classes.method(owner, parts[-1])
        return found

    # --- classes ----------------------------------------------------------------------------------------------------

    def bases(self, cls: Symbol) -> tuple[Symbol, ...]:
        """All bases of a class in the order in which attributes are looked up, without the class itself.

        Classes of the project, external ones by their names, and `unknown` symbols for what cannot be resolved.
        """
        return self._classes.bases(cls)

    def method(self, cls: Symbol, name: str) -> Symbol | None:
        """The method that a class has by that name, from its own body or a base; external if only a library has it."""
        return self._classes.method(cls, name)

    def is_subclass(self, cls: Symbol, external_name: str) -> bool | None:
        """Whether a class is or inherits from the external class of that dotted name; None when that is unknown."""
        return self._classes.is_subclass(cls, external_name)

    def subclasses(self, symbol: Symbol) -> tuple[Symbol, ...]:
        """The classes of the project that inherit from a class of it or from an external one, at any distance."""
        found: dict[Symbol, None] = {}
        waiting = deque([symbol])
        while waiting:
            for each in self._direct_subclasses(waiting.popleft()):
                if each not in found and each != symbol:
                    found[each] = None
                    waiting.append(each)
        return tuple(sorted(found, key=lambda each: (each.path, each.qualname)))

    def _direct_subclasses(self, symbol: Symbol) -> Iterator[Symbol]:
        for path, outline in self._naming(symbol.name.rpartition(".")[2]):
            for cls in outline.classes:
                if cls.bases:
                    candidate = self._resolver.symbol_of(path, cls)
                    if symbol in self._classes.direct_bases(candidate):
                        yield candidate

    def _naming(self, name: str) -> Iterator[tuple[str, Outline]]:
        """The files that may speak of what is defined by that name: by the name itself or by an alias of it."""
        seen: set[str] = set()
        names = {name: None}
        waiting = [name]
        while waiting and len(names) < _MOST_NAMES:
            for number in self._words().holders(waiting.pop()):
                path = self._all_files()[number]
                outline = self._outline(path)
                if outline is None:
                    continue
                if path not in seen:
                    seen.add(path)
                    yield path, outline
                for alias in _aliases(outline, names):
                    names[alias] = None
                    waiting.append(alias)

    # --- words ------------------------------------------------------------------------------------------------------

    def files_with(self, *words: str) -> tuple[Path, ...]:
        """The files of the project in whose text all the words occur, sorted."""
        return tuple(self.files[number] for number in self._files_with(words))

    def functions_with(self, *words: str) -> Iterator[tuple[Path, FunctionOutline]]:
        """The functions and methods of the project on whose lines all the words occur, by file and line."""
        for number in self._files_with(words):
            outline = self._outline(self._all_files()[number])
            for function in outline.functions if outline else ():
                if function.words.issuperset(words):
                    yield self.files[number], function

    def modules_with(self, *words: str) -> Iterator[Path]:
        """The files of the project in whose code outside of functions and classes all the words occur, sorted."""
        for number in self._files_with(words):
            outline = self._outline(self._all_files()[number])
            if outline is not None and outline.module_words.issuperset(words):
                yield self.files[number]

    def _files_with(self, words: Sequence[str]) -> list[int]:
        """The numbers of the files in which all the words occur."""
        files = self._all_files()
        if not words:
            return list(range(len(files)))
        index = self._words()
        found = sorted(set(index.holders(words[0])).intersection(*(index.holders(word) for word in words[1:])))
        if all(word.isascii() for word in words):
            return found
        outlines = ((number, self._outline(files[number])) for number in found)
        return [number for number, outline in outlines if outline and outline.words.issuperset(words)]

    def _words(self) -> WordIndex:
        if self._index is None:
            self._index = WordIndex(words_of(self._bytes(path)) for path in self._all_files())
        return self._index

    def _bytes(self, path: str) -> bytes:
        if path in self._overlay:
            return self._overlay[path].text.encode()
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError:  # unreadable: it holds no word, as it has no outline
            return b""


def _aliases(outline: Outline, names: Mapping[str, None]) -> list[str]:
    """Names, not yet known, that a module gives to something that goes by one of `names`."""
    targets = dict(outline.imports)
    targets.update((name, each.value) for name, each in outline.assignments.items() if each.value is not None)
    return [
        name
        for name, target in targets.items()
        if name not in names and target.rpartition(".")[2] in names and dotted_parts(target.lstrip("."))
    ]
