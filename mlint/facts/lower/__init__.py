"""Lowering: from the tree of a slice to the intermediate representation."""

from mlint.facts.lower.functions import Lowered, lower, nodes
from mlint.facts.lower.places import Places

__all__ = ["Lowered", "Places", "lower", "nodes"]
