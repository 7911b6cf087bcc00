"""The project around the files of a run: what belongs to it, and the state that its findings rest on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from mlint.config import ConfigError, Layers
from mlint.facts.project.files import Home
from mlint.run.checker import ProjectFiles
from mlint.run.reach import reached
from mlint.run.triage import Content, Surroundings, surroundings
from mlint.run.walk import LayersOf, walk
from mlint.source import Unreadable, read_bytes
from mlint.store import Store, digest, tool_digest

_MOST_ENTRIES = 400_000
"""A root without a project file may be a home folder or a data set: the walk, breadth first, ends here."""


def cached_in(home: Home, paths: Iterable[str]) -> str:
    """The folder for the cache of a project, in a call for the paths.

    Where nothing marks a project each folder is one: they share the cache of the folder that the call names.
    """
    if home.marked:
        return home.root
    named = (os.path.abspath(path) for path in paths if os.path.isdir(path))
    return next((folder for folder in named if Path(home.root).is_relative_to(folder)), home.root)


class CheckedProject:
    """A project in which something is checked; `store` is its cache, if there is to be one.

    What it says is the same whichever of its files a call names.
    """

    def __init__(
        self, home: Home, layers_of: LayersOf, store: Store | None = None, seen: dict[str, Content] | None = None
    ) -> None:
        """`seen`: what is known of files without a store; folders that nothing marks are projects that share them."""
        self.home = home
        self._seen = seen if seen is not None else {}
        self.root = home.root
        self.store = store
        self._layers_of = layers_of
        self._stamps: dict[str, str] = {}

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Its Python files: those of them that a call for its root would find. Raises ConfigError."""
        if self.home.marked:
            return tuple(sorted(walk([self.root], self._layers_around, _MOST_ENTRIES).files))
        return reached(self.home, self._layers_around, self._imports, _MOST_ENTRIES)

    def _layers_around(self, folder: str) -> Layers:
        """Settings that mean nothing count where files are checked by them: elsewhere those above take their place."""
        try:
            return self._layers_of(folder)
        except ConfigError:
            if folder == self.root:
                raise
            return self._layers_around(os.path.dirname(folder))

    def _imports(self, path: str) -> tuple[str, ...]:
        content = self._looked_through(path)
        return content.imports if content is not None else ()

    def _looked_through(self, path: str) -> Content | None:
        try:
            return self.content(path)
        except Unreadable:
            return None

    @cached_property
    def surroundings(self) -> Surroundings | None:
        """What its files tell of one another; None where no file imports a library."""
        return surroundings(self.root, self.files, self._looked_through)

    @cached_property
    def shared(self) -> ProjectFiles:
        """What the analysis of any of its files is told."""
        outlines = (self.store.root, self.made_by) if self.store is not None else None
        facts = self._layers_of(self.root).facts
        return ProjectFiles(self.root, self.files, facts, outlines, noted=self.store is not None)

    def require_facts(self, layers: Iterable[Layers]) -> None:
        """Raise ConfigError if the facts of the project mean nothing, or the settings of its files state others."""
        facts = self.shared.user_facts
        for each in layers:
            if each.facts and each.facts != facts:
                origin = next(one.origin for one in reversed(each.layers) if one.facts)
                raise ConfigError(f"{origin}: facts: they hold for a whole project: write them beside {self.root}")
        if not facts:
            return
        from mlint.facts.tables.entries import TableError
        from mlint.facts.tables.tables import Tables

        try:
            Tables(facts)
        except TableError as error:
            origin = next(each.origin for each in self._layers_of(self.root).layers if each.facts)
            raise ConfigError(f"{origin}: {error}") from error

    @cached_property
    def state(self) -> str:
        """The digest of its files, their names and contents."""
        return self._state()

    def _state(self) -> str:
        if self.store is None:
            return ""
        contents = [part for path in self.files for part in (path, self._digest(path))]
        return digest(*contents)

    @cached_property
    def made_by(self) -> str:
        """The digest of what makes its findings: mlint, its rules and tables, the project's own facts, Python."""
        if self.store is None:
            return ""
        return digest(tool_digest(self.store), sys.version, repr(self._layers_of(self.root).facts))

    def has_moved(self) -> bool:
        """Whether any of its files has another content than when the run began."""
        return self._state() != self.state

    # --- what lies outside ------------------------------------------------------------------------------------------

    def stamp(self, path: str) -> str:
        """What changes when the content of a file does, or when it joins or leaves the project; found once a run."""
        if path not in self._stamps:
            self._stamps[path] = f"{'' if path in self._members else 'outside: '}{self._digest(path)}"
        return self._stamps[path]

    @cached_property
    def _members(self) -> frozenset[str]:
        return frozenset(self.files)

    def outside_of(self, places: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
        """What its state does not tell of the places that leaves are about, each with what is asked: `exists`,
        `folder` or `content`."""
        return [(kind, path, self._outside(kind, path)) for kind, path in places if path not in self._members]

    def holds_outside(self, noted: Iterable[tuple[str, str, str]]) -> bool:
        """Whether what was noted still holds."""
        return all(self._outside(kind, path) == said for kind, path, said in noted)

    def _outside(self, kind: str, path: str) -> str:
        if kind == "content":
            return self._digest(path)
        return str(os.path.isfile(path) if kind == "exists" else os.path.isdir(path))

    # --- contents ---------------------------------------------------------------------------------------------------

    def content(self, path: str) -> Content:
        """What there is to know of a file before it is decoded. Raises Unreadable."""
        if self.store is not None:
            try:
                return Content.from_note(self.store.note(path, lambda: Content.of(read_bytes(path)).note()))
            except (OSError, ValueError, TypeError):
                pass  # it is not there, or the note is damaged: look again
            return Content.of(read_bytes(path))
        if path not in self._seen:
            self._seen[path] = Content.of(read_bytes(path))
        return self._seen[path]

    def _digest(self, path: str) -> str:
        try:
            return self.content(path).digest
        except Unreadable as error:
            return error.message
