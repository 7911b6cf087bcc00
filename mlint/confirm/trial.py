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
    lines: frozenset[int]
    """The lines of the finding's file that were run."""

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


class Moved(Protocol):
    """A tensor that was moved to a device, or made there (then `source` is empty)."""

    @property
    def operator(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def row(self) -> int:
        """The line of the finding's project where."""
        ...


class OnDevice(Protocol):
    """What a run on a second device came to."""

    device: str
    """Which: a GPU by its name, or in words the fake one."""
    error: str | None
    error_row: int

    @property
    def moves(self) -> Sequence[Moved]:
        """The moves and makings, in order."""
        ...


class Model(Protocol):
    """A model that was built, with inputs that it runs with."""

    name: str
    made: str
    """The call that made it, with the arguments that are guesses."""

    @property
    def flags(self) -> tuple[str, ...]:
        """The parameters of forward that are true or false by default."""
        ...

    def run(self, mode: str, seed: int = 0, **flags: bool) -> Run:
        """Call a copy in mode `train` or `eval`, without gradients. Raises Inconclusive if the call fails."""
        ...

    def run_on_device(self, mode: str = "eval") -> OnDevice:
        """Call a copy with its parameters, its buffers and its inputs on a second device: a GPU, or a fake one."""
        ...


class Seen(Protocol):
    """One value of a watched expression."""

    dtype: str
    low: float
    high: float
    finite: bool
    value: Any
    """Its numbers, as an array of float64."""

    @property
    def is_whole(self) -> bool:
        """Whether the dtype holds whole numbers only."""
        ...


class Applied(Protocol):
    """One execution of a watched call."""

    receiver: str
    """What it was called on, in words."""
    result: str
    changed: bool
    """Whether what it was called on was changed."""
    returned_itself: bool
    is_module: bool


class Call(Protocol):
    """One call of the function that the finding is in."""

    shown: str
    """What it was given, in words."""
    guessed: tuple[str, ...]
    """The parameters whose numbers nothing tells."""
    result: Any
    error: str | None

    @property
    def seen(self) -> Sequence[Seen]:
        """What the watched expression was."""
        ...

    @property
    def returned(self) -> Sequence[Seen]:
        """The numbers in what was returned, each array for itself."""
        ...

    @property
    def applied(self) -> Sequence[Applied]:
        """What the watched call did."""
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

    def own_model(self) -> Model:
        """A model of the class that the finding is in."""
        ...

    def calls(
        self,
        images: str = "bytes",
        *,
        watch: ast.expr | None = None,
        apply: ast.Call | None = None,
        replace: tuple[ast.stmt, ast.stmt] | None = None,
        vary: bool = False,
    ) -> Sequence[Call]:
        """Run the function that the finding is in, with several arguments; a method of a module by running the module.

        `images` are the numbers in images: "bytes", "unit" (0 to 1), "bytes as floats" or "constant" (all numbers the
        same). `watch` is an expression whose values are noted, `apply` a call that is looked at, `replace` a statement
        and what stands in its place. `vary`: with other numbers than the defaults, too.
        """
        ...
