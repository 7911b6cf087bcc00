"""Which files the paths of a call mean: folders are walked, honouring .gitignore and `exclude`."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from mlint.config import Layers
from mlint.finding import Problem
from mlint.run.ignored import Ignored

NOTEBOOKS_LATER = "is a notebook, and notebooks are not read yet"
LayersOf = Callable[[str], Layers]


@dataclass(frozen=True)
class Found:
    """A file to be checked. `path` is for people (as the call named it), `named`: it was named itself."""

    path: str
    absolute: str
    named: bool


@dataclass
class Walk:
    """What was found: files (each once, those named first), what could not be followed, and notebooks in folders.

    `folders`: those that were left alone.
    """

    files: dict[str, Found] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notebooks: int = 0
    folders: list[str] = field(default_factory=list)

    def add(self, found: Found) -> None:
        before = self.files.get(found.absolute)
        if before is None or (found.named and not before.named):
            self.files[found.absolute] = found


def walk(paths: Iterable[str], layers_of: LayersOf, budget: int | None = None, *, deep: bool = True) -> Walk:
    """Follow each path: a file is taken as it is, a folder is walked. Raises ConfigError.

    `layers_of` gives the settings for an absolute folder. `budget`: how many entries are looked at, breadth first.
    `deep=False` leaves folders in folders alone.
    """
    result = Walk()
    for path in paths:
        if os.path.isdir(path):
            _Folders(result, layers_of, budget, deep).walk(path)
        else:
            _take(path, layers_of, result)
    return result


def _take(path: str, layers_of: LayersOf, result: Walk) -> None:
    absolute = os.path.abspath(path)
    if not os.path.lexists(path):
        result.problems.append(Problem(path, _why_absent(path)))
    elif not os.path.exists(path):
        result.problems.append(Problem(path, "is a link that leads nowhere"))
    elif _forced_out(absolute, layers_of(os.path.dirname(absolute))):
        return
    elif path.endswith(".ipynb"):
        result.problems.append(Problem(path, NOTEBOOKS_LATER))
    else:
        result.add(Found(path, absolute, named=True))


def _why_absent(path: str) -> str:
    try:
        os.lstat(path)
    except PermissionError:  # to look into a folder above it
        return "permission to read it is denied"
    except OSError:
        pass
    return "no such file or folder"


def _forced_out(absolute: str, layers: Layers) -> bool:
    return layers.force_exclude and is_excluded(absolute, layers)


def is_excluded(absolute: str, layers: Layers) -> bool:
    """Whether `exclude` leaves out the file or a folder that it lies in."""
    while (parent := os.path.dirname(absolute)) != absolute:
        if layers.excluded.match(absolute):
            return True
        absolute = parent
    return False


class _Folders:
    """Walks one folder named in the call, breadth first."""

    def __init__(self, result: Walk, layers_of: LayersOf, budget: int | None, deep: bool) -> None:
        self._deep = deep
        self._result = result
        self._layers_of = layers_of
        self._budget = budget if budget is not None else 1 << 62
        self._waiting: deque[tuple[str, str, Ignored]] = deque()

    def walk(self, path: str) -> None:
        absolute = os.path.abspath(path)
        self._waiting.append((path, absolute, Ignored.around(absolute)))
        while self._waiting and self._budget > 0:
            shown, folder, ignored = self._waiting.popleft()
            self._look_into(shown, folder, ignored)

    def _look_into(self, shown: str, folder: str, ignored: Ignored) -> None:
        layers = self._layers_of(folder)
        excluded = layers.excluded
        entries = list(self._entries(shown))
        self._budget -= len(entries)
        for entry in entries:
            path = os.path.join(folder, entry.name)
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not entry.name.endswith((".py", ".ipynb")):
                continue
            if excluded.match(path) or (layers.respect_gitignore and ignored.matches(path, is_folder)):
                continue
            display = os.path.normpath(os.path.join(shown, entry.name))
            if is_folder and not self._deep:
                self._result.folders.append(path)
            elif is_folder:
                self._waiting.append((display, path, ignored.inside(path)))
            else:
                self._file(entry, display, path)

    def _file(self, entry: os.DirEntry[str], display: str, path: str) -> None:
        if entry.name.endswith(".ipynb"):
            self._result.notebooks += 1
        elif _is_file(entry):
            self._result.add(Found(display, path, named=False))
        elif entry.is_symlink() and not os.path.exists(path):
            self._result.problems.append(Problem(display, "is a link that leads nowhere"))

    def _entries(self, shown: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(shown) as entries:
                yield from sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            message = f"this folder cannot be read: {error.strerror or error}"
            self._result.problems.append(Problem(shown, message))


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a loop of links
        return False
