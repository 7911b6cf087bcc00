"""The project around a file: its modules, what names mean in them, and who uses a word."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mlint.facts.project.classes import Classes
from mlint.facts.project.contents import Contents
from mlint.facts.project.files import root_of
from mlint.facts.project.leaves import answer, digest_of, has_line, holding, lengths_of
from mlint.facts.project.modules import Modules
from mlint.facts.project.reads import Leaf, Memo, Reads
from mlint.facts.project.recent import Recent
from mlint.facts.project.symbols import Resolver, Symbol, dotted_parts
from mlint.facts.syntax.code import has_text
from mlint.facts.syntax.never_read import options_of, unread_attributes, unread_options
from mlint.outline import Assignment, ClassOutline, FunctionOutline, Outline
from mlint.outline import outline as read_outline
from mlint.source import Source

_MOST_NAMES = 1000
Head = Callable[[FunctionOutline], bool]
Definition = FunctionOutline | ClassOutline
_LINES_KEPT = 5_000
"""Of so many lines the trees are kept, some 4 KB each."""


class Project:
    """The files of a project, read as they are asked for.

    `files` are those that belong to it, or a function that finds them when they are needed (all Python files under
    `root` if None): the questions who holds a word and who
    inherits are answered from them. Names are followed wherever modules lie on disk. `overlay` holds sources that take
    the place of a file (standard input). `outlines` makes the outline of a source: a cache can stand in.
    `user_facts` are entries for the library tables, as `[tool.mlint.facts]` holds them. `holders` says of some words
    already which files hold them. `sealed`: there are no files but those of `overlay`, whatever lies on the disk.
    What is answered never depends on what was asked before, nor on the other files that are checked in the run.
    `reads` notes what of the project it depends on; `Unnoted` where nobody will ask.
    """

    def __init__(
        self,
        root: Path,
        files: Sequence[Path] | Callable[[], Iterable[Path]] | None = None,
        overlay: Mapping[Path, Source] | None = None,
        outlines: Callable[[Source], Outline] = read_outline,
        user_facts: Mapping[str, object] | None = None,
        holders: Mapping[str, Sequence[str]] | None = None,
        sealed: bool = False,
        reads: Reads | None = None,
    ) -> None:
        self._contents = Contents(root, files, overlay or {}, outlines, sealed)
        self._open(user_facts, holders or {}, reads or Reads())

    def _open(
        self, user_facts: Mapping[str, object] | None, holders: Mapping[str, Sequence[str]], reads: Reads
    ) -> None:
        contents = self._contents
        self.root = Path(contents.root)
        self.user_facts = user_facts
        self._known_holders = holders
        self.reads = reads
        self._resolved: Memo[tuple[str, str], Symbol | None] = Memo(reads)
        self._meant: Memo[tuple[str, str], Symbol | None] = Memo(reads)
        self._lengths: dict[str, Mapping[str, int]] = {}
        self._modules = Modules(contents.root, contents.files, contents.overlay, reads, contents.sealed)
        self._resolver = Resolver(self._modules, self._named_in)
        self._classes = Classes(self._resolver, self._named_in, reads)
        self.recent = Recent(_LINES_KEPT)

    def renewed(self) -> Project:
        """The same project, of which nothing is worked out yet: what was read of its files is shared."""
        fresh = type(self).__new__(type(self))
        fresh._contents = self._contents
        fresh._open(self.user_facts, self._known_holders, self.reads.renewed())
        return fresh

    @property
    def outlined(self) -> int:
        """Of how many functions the outlines are known."""
        return self._contents.outlined

    @staticmethod
    def root_of(path: Path) -> Path:
        """The root of the project that a file or folder belongs to."""
        return root_of(path)

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of the project, sorted."""
        self.reads.note(Leaf("files", ""), lambda: digest_of(self._contents.files()))
        return self._contents.paths

    # --- files ------------------------------------------------------------------------------------------------------

    def source(self, path: Path) -> Source | None:
        """The source of a file, of the project or not; None when it is unreadable."""
        self._rest_on("file", self._key(path))
        return self._contents.source(self._key(path))

    def outline(self, path: Path) -> Outline | None:
        """The outline of a file, of the project or not; None when it is unreadable or not Python."""
        self._rest_on("file", self._key(path))
        return self._contents.outline(self._key(path))

    def imports(self, path: Path) -> Mapping[str, str]:
        """What a file imports at module level, as its outline tells it."""
        outline = self._named_in(self._key(path))
        return {} if outline is None else outline.imports

    def assignment(self, path: Path, name: str) -> Assignment | None:
        """What a file assigns to a name at module level, if that is all that the name can stand for there."""
        outline = self._named_in(self._key(path))
        return None if outline is None or outline.star_imports else outline.assignments.get(name)

    def definition(self, path: Path, qualname: str) -> Definition | None:
        """The function, method or class of that qualified name. What comes of it rests on no more of the file."""
        self.rest_on_definition(path, qualname)
        outline = self._contents.outline(self._key(path))
        return None if outline is None else outline.definition(qualname)

    def named_in(self, path: Path) -> Outline | None:
        """The outline of a file, for what names mean in it: what comes of it rests on no more of the file."""
        return self._named_in(self._key(path))

    def options(self, path: Path) -> frozenset[str]:
        """The names that the options of the command line in a file give: `--max-lr` gives `max_lr`."""
        self._rest_on("options", self._key(path))
        source = self._contents.source(self._key(path))
        return frozenset() if source is None else options_of(source.text)

    def words_of(self, path: Path, words: Iterable[str]) -> frozenset[str]:
        """Those of the words that a file holds, anywhere in its text."""
        asked = sorted(words)
        self._rest_on("words", self._key(path), " ".join(asked))
        outline = self._contents.outline(self._key(path))
        return frozenset(word for word in asked if outline is not None and word in outline.words)

    def has_line(self, path: Path, pattern: str) -> bool:
        """Whether a pattern is found in one of the lines of a file."""
        self._rest_on("line", self._key(path), pattern)
        source = self._contents.source(self._key(path))
        return source is not None and has_line(source, pattern)

    def has_text(self, path: Path, text: str) -> bool:
        """Whether a file has a text as a literal by itself, such as a key."""
        self._rest_on("literal", self._key(path), text)
        source = self._contents.source(self._key(path))
        return source is not None and has_text(source.text, text)

    def unread(self, path: Path, *, options: bool) -> frozenset[str]:
        """The attributes that a file sets and that nothing in it reads, or such `options` of its command line."""
        self._rest_on("unasked" if options else "unread", self._key(path))
        source = self._contents.source(self._key(path))
        find = unread_options if options else unread_attributes
        return frozenset() if source is None else find(source.text)

    def lengths(self, path: Path) -> Mapping[str, int]:
        """How many lines the functions of a module have; not those of its methods."""
        key = self._key(path)
        self._rest_on("lengths", key)
        if key not in self._lengths:
            outline = self._contents.outline(key)
            self._lengths[key] = {} if outline is None else dict(lengths_of(outline))
        return self._lengths[key]

    def rest_on_text(self, path: Path, qualname: str) -> None:
        """As `rest_on_definition`, comments and all."""
        self._rest_on("text", self._key(path), qualname)

    def rest_on_definition(self, path: Path, qualname: str) -> None:
        """Note that what is being worked out rests on a definition, or on the statements of a module (`<module>`)."""
        self._rest_on("definition", self._key(path), qualname)

    def peek(self, path: Path) -> tuple[Source, Outline] | None:
        """A file, for one who has noted what of it he rests on."""
        source, outline = self._contents.source(self._key(path)), self._contents.outline(self._key(path))
        return None if source is None or outline is None else (source, outline)

    def module_name(self, path: Path) -> str:
        """The dotted name of a file as the project imports it."""
        return self._modules.name(self._key(path))

    def _key(self, path: Path) -> str:
        return self._contents.key(path)

    def _rest_on(self, kind: str, path: str, asked: str = "") -> None:
        if self.reads.notes:
            self.reads.note(Leaf(kind, path, asked), lambda: self._answer(kind, path, asked))

    def _answer(self, kind: str, path: str, asked: str) -> str:
        outline = None if kind == "file" else self._contents.outline(path)
        return answer(kind, asked, self._contents.source(path), outline)

    def _named_in(self, path: str) -> Outline | None:
        """The outline of a module, for what names mean in it."""
        self._rest_on("names", path)
        return self._contents.outline(path)

    # --- names ------------------------------------------------------------------------------------------------------

    def resolve(self, path: Path, dotted: str) -> Symbol | None:
        """What a dotted name means at module level in the file; None when that is unknown.

        Imports, re-exports, star imports and aliases are followed; what a class inherits is found in its bases.
        """
        key = (self._key(path), dotted)
        return self._resolved.get(key, lambda: self._told(self.meant(path, dotted)))

    def meant(self, path: Path, dotted: str) -> Symbol | None:
        """As `resolve`, for which symbol it is: what comes of it rests on nothing that this holds."""
        key = (self._key(path), dotted)
        return self._meant.get(key, lambda: self._resolve(*key))

    def meant_by_import(self, path: Path, dotted: str) -> Symbol | None:
        """As `resolve_import`, for which symbol it is."""
        return self._resolver.resolve_import(self._key(path), dotted)

    def meant_method(self, cls: Symbol, name: str) -> Symbol | None:
        """As `method`, for which one it is."""
        return self._classes.method(cls, name)

    def resolve_import(self, path: Path, dotted: str) -> Symbol | None:
        """What an import in the file binds, `dotted` being spelled as in `FunctionOutline.imports`."""
        return self._told(self._resolver.resolve_import(self._key(path), dotted))

    def symbol(self, path: Path, definition: Definition) -> Symbol:
        """The symbol of a function, method or class that is defined in the file."""
        return self._resolver.symbol_of(self._key(path), definition)

    def _told(self, symbol: Symbol | None) -> Symbol | None:
        """The symbol, which comes with its outline."""
        if symbol is not None and symbol.path is not None and isinstance(symbol.outline, Definition):
            self._rest_on("definition", str(symbol.path), symbol.qualname)
        return symbol

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
        found = self._classes.bases(cls)
        for each in found:
            self._told(each)
        return found

    def method(self, cls: Symbol, name: str) -> Symbol | None:
        """The method that a class has by that name, from its own body or a base; external if only a library has it."""
        return self._told(self._classes.method(cls, name))

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
        for each in found:
            self._told(each)
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
            for number in self._holders(waiting.pop()):
                path = self._contents.files()[number]
                outline = self._named_in(path)
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
        return tuple(self._contents.paths[number] for number in self._files_with(words))

    def functions_with(self, *words: str, head: Head | None = None) -> Iterator[tuple[Path, FunctionOutline]]:
        """The functions and methods of the project on whose lines all the words occur, by file and line.

        `head`: only those whose name, class, decorators and nested functions are such (it may look at nothing else):
        what comes of it then does not rest on the text of the others.
        """
        for number in self._files_with(words):
            path = self._contents.paths[number]
            yield from ((path, each) for each in self.functions_of(path, *words, head=head))

    def functions_of(self, path: Path, *words: str, head: Head | None = None) -> Iterator[FunctionOutline]:
        """The functions and methods of a file on whose lines all the words occur; `head` as in `functions_with`."""
        self._rest_on("functions", self._key(path), " ".join(words))
        outline = self._contents.outline(self._key(path))
        for each in holding(outline, words) if outline is not None else ():
            if head is None or head(each):
                self.rest_on_definition(path, each.qualname)
                yield each

    def heads(self, path: Path) -> tuple[FunctionOutline, ...]:
        """All functions and methods of a file, for their heads, as in `heads_with_any`."""
        self._rest_on("functions", self._key(path))
        outline = self._contents.outline(self._key(path))
        return outline.functions if outline is not None else ()

    def heads_with_any(self, path: Path, words: Iterable[str]) -> list[FunctionOutline]:
        """The functions and methods of a file on whose lines one of the words occurs, in order.

        What comes of it rests on their heads alone (see `functions_with`): note what else is looked at.
        """
        outline = self._contents.outline(self._key(path))
        found: dict[int, FunctionOutline] = {}
        for word in sorted(words):
            self._rest_on("functions", self._key(path), word)
            found.update((id(each), each) for each in (holding(outline, [word]) if outline is not None else ()))
        return sorted(found.values(), key=lambda each: each.first_line)

    def says(self, path: Path, words: Iterable[str]) -> bool:
        """Whether one of the words occurs in the code of a file outside of its functions and classes."""
        found = False
        for word in sorted(words):
            self._rest_on("functions", self._key(path), word)
            outline = self._contents.outline(self._key(path))
            found |= outline is not None and word in outline.module_words
        return found

    def modules_with(self, *words: str) -> Iterator[Path]:
        """The files of the project in whose code outside of functions and classes all the words occur, sorted."""
        for number in self._files_with(words):
            path = self._contents.files()[number]
            outline = self._contents.outline(path)
            self._rest_on("functions", path, " ".join(words))
            if outline is not None and outline.module_words.issuperset(words):
                yield self._contents.paths[number]

    def _files_with(self, words: Sequence[str]) -> list[int]:
        """The numbers of the files in which all the words occur."""
        if not words:
            return list(range(len(self.files)))
        found = sorted(set(self._holders(words[0])).intersection(*(self._holders(word) for word in words[1:])))
        if all(word.isascii() for word in words):
            return found
        outlines = ((number, self.outline(self._contents.paths[number])) for number in found)
        return [number for number, outline in outlines if outline and outline.words.issuperset(words)]

    def _holders(self, word: str) -> Sequence[int]:
        files = self._contents.files()
        if word in self._known_holders:
            found: Sequence[int] = [bisect_left(files, path) for path in self._known_holders[word]]
        else:
            found = self._contents.words.holders(word)
        self.reads.note(Leaf("word", "", word), lambda: "\n".join(files[number] for number in found))
        return found


def _aliases(outline: Outline, names: Mapping[str, None]) -> list[str]:
    """Names, not yet known, that a module gives to something that goes by one of `names`."""
    targets = dict(outline.imports)
    targets.update((name, each.value) for name, each in outline.assignments.items() if each.value is not None)
    return [
        name
        for name, target in targets.items()
        if name not in names and target.rpartition(".")[2] in names and dotted_parts(target.lstrip("."))
    ]
