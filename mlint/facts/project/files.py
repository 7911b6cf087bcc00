"""Which files a project consists of, where nobody says so: its root, and the Python files under it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_MARKERS = ("pyproject.toml", "setup.cfg", "setup.py", ".git")
_LAST_MARKERS = ("mlint.toml",)
"""One inside of a project only says how some of its files are checked."""
_EXCLUDED = frozenset(
    {
        "__pycache__",
        "__pypackages__",
        "_build",
        "build",
        "buck-out",
        "dist",
        "env",
        "node_modules",
        "site-packages",
        "venv",
        "wandb",
    }
)
_MOST_ENTRIES = 400_000
_MOST_FILES = 20_000
"""A root without a marker may be a home folder or a data set: the walk, breadth first, ends here."""


@dataclass(frozen=True)
class Home:
    """Where the project of a file lies.

    `marked`: something there says that it is a project, and all that lies below belongs to it. Elsewhere only what lies
    beside the file does, and in the topmost `package` around it, and what these import: the folder may be a home folder
    or `/tmp`.
    """

    root: str
    marked: bool = True
    package: str = ""


def home_of(path: Path) -> Home:
    """The home of the project that a file or folder belongs to.

    It is the nearest folder upwards with a project file or a repository, else the nearest one with an mlint.toml; else
    the parent of the topmost package around the file (an installed package); else the folder itself.
    """
    path = Path(os.path.abspath(path))
    # By `os.path`: pathlib raises where a folder may not be looked into.
    folder = path if os.path.isdir(path) else path.parent
    for markers in (_MARKERS, _LAST_MARKERS):
        for candidate in (folder, *folder.parents):
            if any(os.path.exists(candidate / marker) for marker in markers):
                return Home(str(candidate))
    package = ""
    while folder != folder.parent and os.path.isfile(folder / "__init__.py"):
        folder, package = folder.parent, folder.name
    return Home(str(folder), marked=False, package=package)


def home_below(folder: str, above: Home | None) -> Home:
    """The home of a folder, quickly where that of the folder above it is known."""
    if above is not None and above.marked:
        names = (*_MARKERS, *_LAST_MARKERS)
        if not any(os.path.exists(os.path.join(folder, name)) for name in names):
            return above
    return home_of(Path(folder))


def root_of(path: Path) -> Path:
    """The folder of the project that a file or folder belongs to."""
    return Path(home_of(path).root)


def python_files(root: str) -> list[str]:
    """The Python files under a folder, sorted, without those of hidden, generated and installed folders."""
    found: list[str] = []
    level = [root]
    budget = _MOST_ENTRIES
    while level and budget > 0 and len(found) < _MOST_FILES:
        following: list[str] = []
        for folder in level:
            names = _entries(folder)
            budget -= len(names)
            for entry in names:
                if _is_folder(entry):
                    if not (entry.name.startswith(".") or entry.name in _EXCLUDED or entry.name.endswith(".egg-info")):
                        following.append(entry.path)
                elif entry.name.endswith(".py") and _is_file(entry):
                    found.append(entry.path)
        level = following
    return sorted(found[:_MOST_FILES])


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:  # unreadable or gone: it holds nothing that can be known
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    # A dangling link is none; nor is a pipe, the reading of which would not end.
    try:
        return entry.is_file()
    except OSError:
        return False
