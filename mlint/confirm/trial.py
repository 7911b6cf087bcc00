"""What a probe is given: the finding, and the code that it is about, ready to be run.

These are the interfaces; `mlint.confirm.worker` makes the things behind them, and is the only one to know torch.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from typing import Any, Protocol, TypeVar

from mlint.finding import Finding

Node = TypeVar("Node", bound=ast.AST)


class Acted(Protocol):
    """An operator that acted as in training (dropout, batch norm), and the line (`net.py:12`) where."""

    @property
    def operator(self) -> str: ...
    @property
    def line(self) -> str: ...
    @property
    def row(self) -> int:
        """The number of that line; 0 if it is not the user's."""
        ...


class Operator(Protocol):
    """One operator of a traced graph."""

    @property
    def name(self) -> str:
        """As torch names it: `dropout`, `to`, `zeros`."""
        ...

    @property
    def acts_as_in_training(self) -> bool:
        """Whether it drops values at random, or uses the statistics of this batch."""
        ...

    @property
    def device(self) -> str:
        """The device that it is told; empty where it is told none."""
        ...

    @property
    def line(self) -> str:
        """`net.py:12`; empty where no line of the user's led there."""
        ...

    @property
    def row(self) -> int: ...


class Constant(Protocol):
    """A tensor in a traced graph that is neither a parameter nor a buffer."""

    @property
    def name(self) -> str:
        """The attribute of the model that holds it; empty where none does."""
        ...

    @property
    def line(self) -> str:
        """Where it is used first."""
        ...


class Graph(Protocol):
    """A model as it was traced."""

    @property
    def tracer(self) -> str:
        """By what: `jit` or `export`."""
        ...

    @property
    def operators(self) -> Sequence[Operator]: ...
    @property
    def acted(self) -> Sequence[Operator]:
        """The operators that act as in training."""
        ...

    @property
    def unused(self) -> Sequence[str]:
        """The inputs that nothing uses, by the parameters of forward."""
        ...

    @property
    def constants(self) -> Sequence[Constant]: ...


class Held(Protocol):
    """What an attribute of a model holds, and how much of it torch knows of."""

    @property
    def weights(self) -> int:
        """How many parameters and buffers there are in it."""
        ...

    @property
    def missing(self) -> int:
        """How many of them the model does not list as its own."""
        ...

    @property
    def modules(self) -> int: ...
    @property
    def switches(self) -> bool:
        """Whether a module in it acts otherwise in train mode, and `eval()` does not reach it."""
        ...

    @property
    def alone(self) -> bool:
        """Whether it is a list of one."""
        ...


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
    operator: str
    """What raised the error: `add`, `conv2d`."""

    @property
    def devices_differ(self) -> bool:
        """Whether there is an error, and it says that tensors of two devices met."""
        ...

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

    def run_on_device(self, mode: str = "eval", along: Collection[str] = ()) -> OnDevice:
        """Call a copy with its parameters, its buffers and its inputs on a second device: a GPU, or a fake one.

        `along` are plain attributes whose tensors are moved, too.
        """
        ...

    def graph(self, mode: str) -> Graph:
        """The traced graph in a mode. Raises Inconclusive where the model can't be traced: do without it then."""
        ...

    @property
    def plain(self) -> Sequence[str]:
        """The attributes of the model and its parts that hold tensors of which torch does not know: `mean`, `a.b`."""
        ...

    def is_registered(self, name: str) -> bool:
        """Whether an attribute of the model is a parameter, a buffer or a module of its own."""
        ...

    def held(self, name: str) -> Held | None:
        """What an attribute of the model holds; None if there is no module and no parameter in it."""
        ...

    @property
    def parameters(self) -> Sequence[str]:
        """The names of the parameters that the model lists as its own."""
        ...

    def learning(self, mode: str) -> Collection[str]:
        """The names of the parameters that get a gradient in a mode. Raises Inconclusive."""
        ...

    def numbers(self, name: str) -> Sequence[Any]:
        """The numbers in the tensors of a plain attribute, as arrays; empty where it holds none."""
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


class Pair(Protocol):
    """What came of running code as it is, and with the other thing of the two in one's place."""

    unused: bool
    """Whether the thing that was asked for changes nothing as the code is, whatever it is, and does in its place."""
    breaks: str
    """What is raised where the two are not alike, and is not with the other in its place; empty for nothing."""
    same: bool
    """Whether both gave the same, in every call."""
    calls: int
    shown: str


class Trial(Protocol):
    """The trial of one finding. Its methods raise `Inconclusive` where they can't do what they are asked."""

    finding: Finding
    """What is tried; its paths are absolute."""

    def node(self, *kinds: type[Node]) -> Node:
        """The node of one of these kinds that the finding is at."""
        ...

    def attribute(self) -> str:
        """The name of the attribute of `self` that is assigned where the finding is at."""
        ...

    def model(self) -> Model:
        """The model that the finding speaks of: the one that its place of making, its name or its class leads to."""
        ...

    def own_model(self, *, seed: int = 0, dropping: bool = False) -> Model:
        """A model of the class that the finding is in.

        `seed` is that of the random numbers while it is made; `dropping`: with rates of dropout that are 0 by default
        set to another number.
        """
        ...

    def pair(self) -> Pair:
        """Run the code as it is, and with the name in it that the finding asks for."""
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
