"""The settings that hold for a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TypeVar

from mlint.config.patterns import Pattern, Patterns
from mlint.finding import Confidence

T = TypeVar("T")

DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mlint_cache",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)


@dataclass(frozen=True)
class Selectors:
    """Codes, prefixes, names or `ALL`, and where they were written: `--select`, or a file and a key."""

    values: tuple[str, ...]
    origin: str


@dataclass(frozen=True)
class PerFile:
    """Rules that are ignored in the files that a pattern matches."""

    pattern: Pattern
    selectors: Selectors


@dataclass(frozen=True)
class Settings:
    """What one configuration file, or the command line, sets. None: it says nothing of it. Picklable.

    `origin` is the file (or "command line"); `rules` holds the options by rule name, `facts` the table of user facts
    as it was read, `confirm` by `pkg.module:Class` how a class is made and what it is given (`--confirm`).
    """

    origin: str = ""
    select: Selectors | None = None
    ignore: Selectors | None = None
    extend_select: Selectors | None = None
    per_file_ignores: tuple[PerFile, ...] | None = None
    exclude: tuple[Pattern, ...] | None = None
    extend_exclude: tuple[Pattern, ...] | None = None
    force_exclude: bool | None = None
    respect_gitignore: bool | None = None
    output_format: str | None = None
    min_confidence: Confidence | None = None
    rules: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    confirm: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True)
class Layers:
    """Settings on top of one another, the lowest first: a configuration file, then the command line. Picklable."""

    layers: tuple[Settings, ...]

    @property
    def min_confidence(self) -> Confidence:
        return self._topmost("min_confidence", Confidence.LIKELY)

    @property
    def output_format(self) -> str | None:
        return self._topmost("output_format", None)

    @property
    def respect_gitignore(self) -> bool:
        return self._topmost("respect_gitignore", True)

    @property
    def force_exclude(self) -> bool:
        """Whether files that are named are left out too when they are excluded."""
        return self._topmost("force_exclude", False)

    @property
    def per_file_ignores(self) -> tuple[PerFile, ...]:
        return self._topmost("per_file_ignores", ())

    @cached_property
    def excluded(self) -> Patterns:
        """What `exclude` comes to, for asking."""
        return Patterns(self.exclude)

    @property
    def exclude(self) -> tuple[Pattern, ...]:
        """What `exclude` says (or the default), and what each layer adds."""
        default = _default_exclude()
        added = [pattern for each in self.layers for pattern in each.extend_exclude or ()]
        return (*self._topmost("exclude", default), *added)

    @property
    def rules(self) -> dict[str, dict[str, Option]]:
        """The options by rule name, each with where it was set."""
        found: dict[str, dict[str, Option]] = {}
        for each in self.layers:
            for rule, options in each.rules.items():
                values = {name: Option(value, each.origin) for name, value in options.items()}
                found.setdefault(rule, {}).update(values)
        return found

    @property
    def facts(self) -> dict[str, object]:
        return {name: value for each in self.layers for name, value in each.facts.items()}

    @property
    def confirm(self) -> dict[str, Mapping[str, object]]:
        return {name: given for each in self.layers for name, given in each.confirm.items()}

    def _topmost(self, name: str, default: T) -> T:
        said: list[T] = [value for each in self.layers if (value := getattr(each, name)) is not None]
        return said[-1] if said else default


@cache
def _default_exclude() -> tuple[Pattern, ...]:
    return tuple(Pattern(each, os.curdir) for each in DEFAULT_EXCLUDE)


@dataclass(frozen=True)
class Option:
    """The value of a rule's option as it was written, and in which file."""

    value: object
    origin: str
