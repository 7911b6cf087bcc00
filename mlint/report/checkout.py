"""Paths as a hosting service knows them: relative to the checkout that it shows findings in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from mlint.run import Results

VARIABLES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where GitHub and GitLab say which folder they checked out. The project may be a folder in it."""


def checkout(run: Results, environ: Mapping[str, str] = os.environ) -> Path:
    """The absolute folder that a service would relate paths to: its checkout if the project lies in it, else the root
    of the project."""
    root = _absolute(run.root)
    for folder in (_absolute(Path(environ[name])) for name in VARIABLES if environ.get(name)):
        if root.is_relative_to(folder):
            return folder
    return root


def inside(run: Results, path: str, folder: Path) -> str | None:
    """A checked file's path relative to an absolute folder, with slashes; None if it lies elsewhere.

    What was not read from a file (standard input) keeps its name.
    """
    absolute = _absolute(Path(path))
    if absolute.is_relative_to(folder):
        return absolute.relative_to(folder).as_posix()
    return Path(path).as_posix() if path in run.texts else None


def relative(run: Results, path: str, folder: Path) -> str:
    """As `inside`, but a path elsewhere stays as the user named it."""
    return inside(run, path, folder) or Path(path).as_posix()


def uri_path(path: str) -> str:
    """A path with slashes as the path of a URI; bytes that are not UTF-8 come out as they are on disk."""
    return quote(path, safe="/", errors="surrogateescape")


def _absolute(path: Path) -> Path:
    """Absolute, without `..`, links kept: the user's own spelling decides what lies in what."""
    return Path(os.path.abspath(path))
