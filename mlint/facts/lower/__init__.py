"""Lowering: from libcst's tree of a slice to the intermediate representation."""

from mlint.facts.lower.functions import Lowered, lower

__all__ = ["Lowered", "lower"]
