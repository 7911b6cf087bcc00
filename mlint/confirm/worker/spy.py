"""Sees which operators act as in training while a model runs."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from torch.overrides import TorchFunctionMode

from mlint.confirm.worker.places import Place, Places, line_of

_DROPS = frozenset(
    "dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout feature_dropout rrelu".split()
)


@dataclass(frozen=True)
class Acted:
    """An operator that acted as in training, and the line of the user's that led there."""

    operator: str
    place: Place | None

    @property
    def line(self) -> str:
        """`net.py:12`; empty where no line of theirs led there."""
        return line_of(self.place)

    @property
    def row(self) -> int:
        """The number of that line; 0 if it is not theirs."""
        return self.place[1] if self.place else 0


class Spy(TorchFunctionMode):
    """Notes each operator that is told that this is training."""

    def __init__(self, places: Places) -> None:
        super().__init__()
        self.acted: list[Acted] = []
        self._places = places

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(func, "__name__", "")
        if (name in _DROPS or name in ("batch_norm", "scaled_dot_product_attention")) and _trains(func, args, kwargs):
            self.acted.append(Acted(name, self._places.here(2)))
        return func(*args, **(kwargs or {}))


def _trains(function: Any, args: Any, kwargs: Any) -> bool:
    name = function.__name__
    if name == "scaled_dot_product_attention":
        given = (kwargs or {}).get("dropout_p", args[4] if len(args) > 4 else 0.0)
        return bool(given)
    signature = _signature(function)
    if signature is None:
        return False
    try:
        bound = signature.bind(*args, **(kwargs or {}))
    except TypeError:
        return False
    bound.apply_defaults()
    given = bound.arguments
    trains = given.get("training", given.get("train", False))
    return bool(trains) and (name not in _DROPS or given.get("p", 1) != 0)


@lru_cache
def _signature(function: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except (ValueError, TypeError):
        return None
