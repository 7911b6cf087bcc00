"""What a traced graph tells: its operators with the user's lines, the inputs that nothing uses, the constants in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlint.confirm.worker.places import Place, Places, line_of

Frames = Sequence[Place]
"""The places that led to an operator, the innermost first."""

_TRAINS = {
    "rrelu": "training",
    "batch_norm": "training",
    "instance_norm": "use_input_stats",
    "scaled_dot_product_attention": "dropout_p",
}
_RATES = ("p", "dropout")


@dataclass(frozen=True)
class Operator:
    """One operator of the graph: its name (`dropout`), where it stands, and its arguments that are no tensors."""

    name: str
    place: Place | None
    arguments: Mapping[str, Any]

    @property
    def acts_as_in_training(self) -> bool:
        """Whether it drops values at random, or uses the statistics of this batch."""
        if self.name in _TRAINS:
            return bool(self.arguments.get(_TRAINS[self.name]))
        drops = all(self.arguments.get(rate) != 0 for rate in _RATES)
        return bool(self.arguments.get("train")) and drops

    @property
    def device(self) -> str:
        """The device that it is told; empty where it is told none."""
        return str(self.arguments.get("device") or "")

    @property
    def row(self) -> int:
        """The line; 0 if it is not the user's."""
        return self.place[1] if self.place else 0

    @property
    def line(self) -> str:
        """`net.py:12`; empty where no line of the user's led there."""
        return line_of(self.place)


@dataclass(frozen=True)
class Constant:
    """A tensor that the graph holds, which is neither a parameter nor a buffer; where it is used first.

    `name` is the attribute of the model that holds it; empty where none does.
    """

    pointer: int
    place: Place | None
    name: str = ""

    @property
    def line(self) -> str:
        """`net.py:12`; empty where no line of the user's led there."""
        return line_of(self.place)


@dataclass(frozen=True)
class Graph:
    """A model as it was traced, and by what."""

    tracer: str
    operators: tuple[Operator, ...]
    unused: tuple[str, ...]
    constants: tuple[Constant, ...]

    @property
    def acted(self) -> tuple[Operator, ...]:
        """The operators that act as in training."""
        return tuple(each for each in self.operators if each.acts_as_in_training)


def place_of(frames: Frames, places: Places) -> Place | None:
    """The innermost of the places that is the user's."""
    return next((place for place in frames if places.is_ours(place[0])), None)
