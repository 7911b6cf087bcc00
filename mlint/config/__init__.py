"""The configuration: `[tool.mlint]` in pyproject.toml, or mlint.toml; the nearest one to a file holds for it."""

from mlint.config.errors import ConfigError, nearest
from mlint.config.patterns import Pattern
from mlint.config.read import Configurations, inline, load
from mlint.config.settings import DEFAULT_EXCLUDE, Layers, Option, PerFile, Selectors, Settings

__all__ = [
    "DEFAULT_EXCLUDE",
    "ConfigError",
    "Configurations",
    "Layers",
    "Option",
    "Pattern",
    "PerFile",
    "Selectors",
    "Settings",
    "inline",
    "load",
    "nearest",
]
