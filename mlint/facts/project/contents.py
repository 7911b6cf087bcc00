"""What was read of the files of a project: sources, outlines, and which files hold a word."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from mlint.cached import cached_property
from mlint.facts.project.files import python_files
from mlint.facts.project.index import WordIndex, words_of
from mlint.outline import Outline
from mlint.source import Source, Unreadable, read

_SOURCES_KEPT = 64


class Contents:
    """The files of a project by their absolute paths, each read when it is asked for. The arguments are `Project`'s.

    `outlined`: how many functions the outlines have that were asked for.
    """

    def __init__(
        self,
        root: Path,
        given: Sequence[Path] | Callable[[], Iterable[Path]] | None,
        overlay: Mapping[Path, Source],
        make_outline: Callable[[Source], Outline],
        sealed: bool,
    ) -> None:
        self.root = os.path.abspath(root)
        self.overlay = {os.path.abspath(path): source for path, source in overlay.items()}
        self.sealed = sealed
        self._given = given
        self._make_outline = make_outline
        self._absolute: dict[str, str] = {}
        self._sources: OrderedDict[str, Source | None] = OrderedDict()
        self._outlines: dict[str, Outline | None] = {}
        self.outlined = 0

    def key(self, path: Path) -> str:
        """The absolute path: what a file is known by."""
        text = str(path)
        found = self._absolute.get(text)
        if found is None:
            found = self._absolute[text] = os.path.abspath(text)
        return found

    def files(self) -> tuple[str, ...]:
        """All files of the project, sorted."""
        return self._files

    @cached_property
    def _files(self) -> tuple[str, ...]:
        if self._given is None:
            found = python_files(self.root)
        else:
            given = self._given() if callable(self._given) else self._given
            found = [self.key(path) for path in given]
        return tuple(sorted({*found, *self.overlay}))

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """The same as paths."""
        return tuple(Path(path) for path in self._files)

    def source(self, path: str) -> Source | None:
        """The source of a file, of the project or not; None when it is unreadable."""
        if path in self.overlay or self.sealed:
            return self.overlay.get(path)
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

    def outline(self, path: str) -> Outline | None:
        """The outline of a file, of the project or not; None when it is unreadable or not Python."""
        if path not in self._outlines:
            source = self.source(path)
            try:
                found = None if source is None else self._make_outline(source)
            except Unreadable:
                found = None
            self._outlines[path] = found
            self.outlined += 0 if found is None else len(found.functions)
        return self._outlines[path]

    @cached_property
    def words(self) -> WordIndex:
        """Which files of the project hold a word, by their places in `files`."""
        return WordIndex(words_of(self._bytes(path)) for path in self._files)

    def _bytes(self, path: str) -> bytes:
        if path in self.overlay:
            return self.overlay[path].text.encode()
        if self.sealed:
            return b""
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError:  # unreadable: it holds no word, as it has no outline
            return b""
