"""Paths to results: which files, in which processes, with which settings."""

from mlint.run.engine import Call, run
from mlint.run.results import KnownRules, Results

__all__ = ["Call", "KnownRules", "Results", "run"]
