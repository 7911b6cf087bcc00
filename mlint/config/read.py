"""Finds configuration files and reads them, strictly: what means nothing is an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from mlint.config.errors import ConfigError, nearest
from mlint.config.patterns import Pattern
from mlint.config.settings import PerFile, Selectors, Settings
from mlint.finding import Confidence

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Table: TypeAlias = Mapping[str, Any]
FORMATS = ("full", "concise", "json", "json-lines", "github", "gitlab", "junit", "sarif")


class Configurations:
    """Finds the settings for files. Each folder is looked at once."""

    def __init__(self, fixed: Settings | None = None) -> None:
        """`fixed` holds for every file, whatever lies beside it (`--config`, `--isolated`)."""
        self._fixed = fixed
        self._found: dict[str, Settings] = {}

    def of(self, folder: str) -> Settings:
        """The settings for files in the (absolute) folder. Raises ConfigError."""
        if self._fixed is not None:
            return self._fixed
        if folder not in self._found:
            self._found[folder] = self._nearest(folder)
        return self._found[folder]

    def _nearest(self, folder: str) -> Settings:
        for name in ("mlint.toml", "pyproject.toml"):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and (settings := load(path, optional=True)):
                return settings
        parent = os.path.dirname(folder)
        return Settings() if parent == folder else self.of(parent)


def load(path: str, *, optional: bool = False) -> Settings | None:
    """Read pyproject.toml or a file of mlint's own; raise ConfigError if it cannot be read or means nothing.

    `optional`: None for a pyproject.toml without `[tool.mlint]`, instead of empty settings.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    is_pyproject = os.path.basename(path) == "pyproject.toml"
    if is_pyproject and b"mlint" not in data:  # another tool's syntax error is not ours to report
        return None if optional else Settings(origin=path)
    table = _parsed(path, data)
    if is_pyproject:
        tools = table.get("tool", {})
        if "mlint" not in tools:
            return None if optional else Settings(origin=path)
        table = tools["mlint"]
    return settings(table, path, os.path.dirname(os.path.abspath(path)))


def inline(text: str, base: str) -> Settings:
    """Read one `key = value`, given as `--config` on the command line. Raises ConfigError."""
    try:
        table = _parsed("--config", text.encode())
    except ConfigError as error:  # most likely the shell took the quotes
        raise ConfigError(f"{error}; write it as in --config 'select = [\"ML3\"]'") from error
    return settings(table, "--config", base)


def _parsed(origin: str, data: bytes) -> Table:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{origin}: is not valid TOML: {error}") from error


# --- one reader per kind of value -----------------------------------------------------------------------------------


class _Key:
    """Where a value stands, for the message when it is wrong, and the folder that its patterns start from."""

    def __init__(self, origin: str, name: str, base: str) -> None:
        self.place, self.base = f"{origin}: {name}", base

    def wrong(self, value: object, wanted: str) -> ConfigError:
        return ConfigError(f"{self.place}: is {_shown(value)}, must be {wanted}")

    def inside(self, name: str) -> _Key:
        return _Key(self.place, name, self.base)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _strings(value: object, key: _Key) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise key.wrong(value, "a list of strings")
    return tuple(value)


def _selectors(value: object, key: _Key) -> Selectors:
    return Selectors(_strings(value, key), key.place)


def _patterns(value: object, key: _Key) -> tuple[Pattern, ...]:
    return tuple(_pattern(each, key) for each in _strings(value, key))


def _pattern(text: str, key: _Key) -> Pattern:
    try:
        return Pattern(text, key.base)
    except ValueError as error:
        raise ConfigError(f"{key.place}: `{text}` is not a pattern: {error}") from error


def _per_file(value: object, key: _Key) -> tuple[PerFile, ...]:
    return tuple(
        PerFile(_pattern(glob, key), _selectors(codes, key.inside(f'"{glob}"')))
        for glob, codes in _table(value, key).items()
    )


def _flag(value: object, key: _Key) -> bool:
    if not isinstance(value, bool):
        raise key.wrong(value, "true or false")
    return value


def _choice(names: tuple[str, ...], value: object, key: _Key) -> str:
    if value not in names:
        raise key.wrong(value, f"one of {', '.join(names)}{nearest(str(value), names)}")
    return str(value)


def _confidence(value: object, key: _Key) -> Confidence:
    return Confidence[_choice(("possible", "likely", "certain"), value, key).upper()]


def _table(value: object, key: _Key) -> Table:
    if not isinstance(value, dict):
        raise key.wrong(value, "a table")
    return value


def _rules(value: object, key: _Key) -> dict[str, Table]:
    return {name: _table(options, key.inside(name)) for name, options in _table(value, key).items()}


def _confirm(value: object, key: _Key) -> dict[str, Table]:
    return {target: _target(given, key.inside(f'"{target}"')) for target, given in _table(value, key).items()}


def _target(value: object, key: _Key) -> Table:
    """How a class is made, and what it is given: `args`, `kwargs` and `inputs`."""
    table = _table(value, key)
    for name, given in table.items():
        place = key.inside(name)
        if name not in _TARGET:
            raise ConfigError(f"{key.place}: unknown key `{name}`{nearest(name, _TARGET)}")
        if not isinstance(given, _TARGET[name]):
            raise place.wrong(given, " or ".join(_TOML_TYPES[each] for each in _TARGET[name]))
    return table


_TARGET: dict[str, tuple[type, ...]] = {"args": (list,), "kwargs": (dict,), "inputs": (list, dict, str)}
_TOML_TYPES: dict[type, str] = {list: "a list", dict: "a table", str: "a string"}

_READERS: dict[str, Callable[[object, _Key], object]] = {
    "select": _selectors,
    "ignore": _selectors,
    "extend-select": _selectors,
    "per-file-ignores": _per_file,
    "exclude": _patterns,
    "extend-exclude": _patterns,
    "force-exclude": _flag,
    "respect-gitignore": _flag,
    "output-format": partial(_choice, FORMATS),
    "min-confidence": _confidence,
    "rules": _rules,
    "facts": _table,
    "confirm": _confirm,
}


def settings(table: object, origin: str, base: str) -> Settings:
    """The settings in the table that was read; raise ConfigError for the first key or value that means nothing."""
    found: dict[str, Any] = {}
    for name, value in _table(table, _Key(origin, "[tool.mlint]", base)).items():
        if name not in _READERS:
            raise ConfigError(f"{origin}: unknown key `{name}`{_hint(name, value)}")
        found[name.replace("-", "_")] = _READERS[name](value, _Key(origin, name, base))
    return Settings(origin=origin, **found)


def _hint(name: str, value: object) -> str:
    if name == "mlint" or (name == "tool" and isinstance(value, dict) and "mlint" in value):
        return f"; keys stand at the top of this file, not in [{'tool.' * (name == 'tool')}mlint]"
    return nearest(name, _READERS) or f"; there are {', '.join(_READERS)}"
