"""Where modules lie: from a dotted name to a file, as Python would search, and from a file to its name."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator

from mlint.facts.project.leaves import digest_of
from mlint.facts.project.reads import Leaf, Memo, Reads


class Modules:
    """The modules of one project.

    A module is named by the absolute path of its file, a package by that of its `__init__.py`, a package without one by
    that of its folder. `files` gives the files of the project, and is asked only where the folders around a file do
    not hold what it imports. `virtual` are files that need not be on disk; `sealed`: nothing on the disk counts.
    """

    def __init__(
        self,
        root: str,
        files: Callable[[], Iterable[str]],
        virtual: Iterable[str],
        reads: Reads,
        sealed: bool = False,
    ) -> None:
        self._root = root
        self._source = os.path.join(root, "src")
        self._files = files
        self._virtual = frozenset(virtual)
        self._virtual_folders = frozenset(folder for path in self._virtual for folder in _above(path))
        self._reads = reads
        self._sealed = sealed
        self._is_file: dict[str, bool] = {}
        self._paths: Memo[str, tuple[str, ...]] = Memo(reads)
        self._names: Memo[str, str] = Memo(reads)
        self._packages: dict[str, list[str]] | None = None

    def child(self, module: str, name: str) -> str | None:
        """The module `name` inside a package; None where there is none, or the module is no package."""
        if module.endswith(".py"):
            folder, base = os.path.split(module)
            return self.inside(folder, name) if base == "__init__.py" else None
        return self.inside(module, name)

    def inside(self, folder: str, name: str) -> str | None:
        """The module `name` in a folder."""
        path = os.path.join(folder, name)
        for candidate in (os.path.join(path, "__init__.py"), f"{path}.py"):
            if self._exists(candidate):
                return candidate
        return path if self._is_folder(path) else None

    def relative(self, path: str, level: int) -> str | None:
        """The package that `level` dots mean in a file: as a module; None above the root of the file system."""
        folder = os.path.dirname(path)
        for _ in range(level - 1):
            above = os.path.dirname(folder)
            if above == folder:
                return None
            folder = above
        init = os.path.join(folder, "__init__.py")
        return init if self._exists(init) else folder

    def absolute(self, path: str, name: str) -> Iterator[tuple[str, bool]]:
        """The modules that the first part of an absolute import can mean in a file, the likeliest first.

        With each comes whether Python would surely find it: a module or package in the folder that is on the path when
        the file is run or imported, or in the root of the project. What is not sure may just be named like a library.
        """
        folder = os.path.dirname(path)
        first, *others = self._search_path(folder)
        usual = (first, self._root, self._source)
        for each in (first, *others):
            found = self.inside(each, name)
            # A script named like a library imports the library.
            if found is not None and (found != path or path.endswith("__init__.py")):
                yield found, each in usual and found.endswith(".py")
        if name not in sys.stdlib_module_names:
            # A script inside of a package finds what lies beside it when it is run.
            beside = self.inside(folder, name) if folder not in (first, *others) else None
            if beside is not None and beside != path:
                yield beside, False
            # Where the project itself puts a folder on the path, such as `rules/` or `lib/`.
            for other in sorted(self._holding(name), key=lambda each: (-_shared(each, folder), each)):
                yield os.path.join(other, name, "__init__.py"), False

    def name(self, path: str) -> str:
        """The dotted name of a module as the project imports it."""
        return self._names.get(path, lambda: self._name(path))

    def _name(self, path: str) -> str:
        folder, base = os.path.split(path)
        top = self._above_packages(folder) or self._source_root(folder)
        inner = os.path.relpath(folder, top)
        parts = [] if inner == os.curdir else inner.split(os.sep)
        return ".".join(parts if base == "__init__.py" else [*parts, base.removesuffix(".py")])

    def _search_path(self, folder: str) -> tuple[str, ...]:
        """The folders that can hold top-level modules for files in `folder`."""
        return self._paths.get(folder, lambda: tuple(dict.fromkeys(self._searched(folder))))

    def _searched(self, folder: str) -> Iterator[str]:
        start = self._above_packages(folder) or folder
        yield start
        if self._within(start):
            while start != self._root:
                start = os.path.dirname(start)
                yield start
        yield self._root
        yield self._source

    def _above_packages(self, folder: str) -> str | None:
        """The folder that holds the topmost package around `folder`; None where there is no package around it."""
        top = None
        # An `__init__.py` in the root itself makes no package of a checkout.
        while folder not in (self._root, os.path.dirname(folder)) and (
            self._within(folder) or self._is_package(folder)
        ):
            above = os.path.dirname(folder)
            if self._is_package(folder):
                top = above
            folder = above
        return top

    def _source_root(self, folder: str) -> str:
        if not self._within(folder):
            return folder
        return self._source if folder == self._source or folder.startswith(self._source + os.sep) else self._root

    def _holding(self, name: str) -> list[str]:
        """The folders that hold a package of that name which lies in no other package."""
        found = self._top_packages().get(name, [])
        self._reads.note(Leaf("package", "", name), lambda: digest_of(found))
        return found

    def _top_packages(self) -> dict[str, list[str]]:
        """For each name the folders that hold a package of that name which lies in no other package."""
        if self._packages is None:
            found, _ = self._reads.of(lambda: top_packages(self._files(), self._is_package))
            self._packages = found
        return self._packages

    def _within(self, folder: str) -> bool:
        return folder == self._root or folder.startswith(self._root.rstrip(os.sep) + os.sep)

    def _is_package(self, folder: str) -> bool:
        return self._exists(os.path.join(folder, "__init__.py"))

    def _exists(self, path: str) -> bool:
        found = self._is_file.get(path)
        if found is None:
            found = self._is_file[path] = path in self._virtual or (not self._sealed and os.path.isfile(path))
        self._note("exists", path, found)
        return found

    def _is_folder(self, path: str) -> bool:
        found = path in self._virtual_folders or (not self._sealed and os.path.isdir(path))
        self._note("folder", path, found)
        return found

    def _note(self, kind: str, path: str, found: bool) -> None:
        if self._reads.notes:
            self._reads.note(Leaf(kind, path), lambda: str(found))


def top_packages(files: Iterable[str], is_package: Callable[[str], bool]) -> dict[str, list[str]]:
    """For each name the folders that hold a package of that name which lies in no other package."""
    packages: dict[str, list[str]] = {}
    for path in files:
        folder, base = os.path.split(path)
        above, name = os.path.split(folder)
        if base == "__init__.py" and not is_package(above):
            packages.setdefault(name, []).append(above)
    return packages


def _above(path: str) -> Iterator[str]:
    folder = os.path.dirname(path)
    while folder != os.path.dirname(folder):
        yield folder
        folder = os.path.dirname(folder)


def _shared(one: str, other: str) -> int:
    """How many folders two paths have in common."""
    return len(os.path.commonpath((one, other)).split(os.sep))
