"""The command `mlint`."""

from mlint.cli.main import main

__all__ = ["main"]
