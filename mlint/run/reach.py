"""What belongs to a project that nothing marks: the files in its folder, and what they import from there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from mlint.facts.project.files import Home
from mlint.run.walk import LayersOf, walk

_INSTALLED = frozenset({"site-packages", "dist-packages"})


def reached(
    home: Home, layers_of: LayersOf, imports_of: Callable[[str], Iterable[str]], budget: int
) -> tuple[str, ...]:
    """The files, sorted: those in the folder, those of the package, and of folders that any of them imports by name.

    What installed packages import from one another is left out. `budget`: how many entries of a folder are looked at.
    Raises ConfigError.
    """
    beside = walk([home.root], layers_of, budget, deep=False)
    folders = {os.path.basename(path): path for path in beside.folders}
    found = set(beside.files)
    new, names = set(found), {home.package}
    while new or names:
        if os.path.basename(home.root) not in _INSTALLED:
            names.update(name for path in new for name in imports_of(path))
        reached = [folders.pop(name) for name in sorted(names.intersection(folders))]
        new, names = set(walk(reached, layers_of, budget).files), set()
        found |= new
    return tuple(sorted(found))
