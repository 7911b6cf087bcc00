"""What a probe is given: the finding, and the code that it is about, ready to be run.

These are the interfaces; `mlint.confirm.worker` makes the things behind them, and is the only one to know torch.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from mlint.finding import Finding

Node = TypeVar("Node", bound=ast.AST)


class Acted(Protocol):
    """An operator that acted as in training (dropout, batch norm), and the line (`net.py:12`) where."""

    @property
    def operator(self) -> str: ...
    @property
    def line(self) -> str: ...


class Run(Protocol):
    """One call of a model: what it returned, and what it changed."""

    output: Any
    changed: tuple[str, ...]
    """The entries of the state dict that the call changed."""
    acted: Sequence[Acted]

    @property
    def structure(self) -> str:
        """What was returned, in words: `tensor`, `tuple of 2 (tensor, None)`."""
        ...

    @property
    def count(self) -> int | None:
        """How many values were returned by position: 1 for a tensor, 0 for None; None for a dict or an object."""
        ...

    def difference(self, other: Any) -> str | None:
        """How the results differ, in words; None if they are the same up to rounding."""
        ...


class Model(Protocol):
    """A model that was built, with inputs that it runs with."""

    name: str
    made: str
    """The call that made it, with the arguments that are guesses."""

    def run(self, mode: str, seed: int = 0) -> Run:
        """Call a copy in mode `train` or `eval`, without gradients. Raises Inconclusive if the call fails."""
        ...


class Trial(Protocol):
    """The trial of one finding. Its methods raise `Inconclusive` where they can't do what they are asked."""

    finding: Finding
    """What is tried; its paths are absolute."""

    def node(self, *kinds: type[Node]) -> Node:
        """The node of one of these kinds that the finding is at."""
        ...

    def model(self) -> Model:
        """The model that the finding speaks of: the one that its place of making, its name or its class leads to."""
        ...
