"""Inputs as the configuration says: specs, or a function that makes them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from mlint.confirm.probe import Inconclusive
from mlint.confirm.specs import is_factory, parsed
from mlint.confirm.worker.inputs import Inputs, shown_values, tensor


def inputs_from(given: Any) -> Inputs:
    """The inputs that the value of `inputs` stands for. Raises Inconclusive."""
    if isinstance(given, str):
        if is_factory(given):
            return _from_factory(given)
        given = [given]
    if isinstance(given, Mapping):
        made = {name: tensor(parsed(text), seed) for seed, (name, text) in enumerate(given.items())}
        return Inputs((), made, "as configured", shown_values(made.values()))
    listed = tuple(tensor(parsed(text), seed) for seed, text in enumerate(given))
    return Inputs(listed, {}, "as configured", shown_values(listed))


def _from_factory(name: str) -> Inputs:
    home, _, function = name.partition(":")
    try:
        made = getattr(importlib.import_module(home), function)()
    except Exception as error:
        raise Inconclusive(f"the factory {name} raises {type(error).__name__}: {error}") from error
    if isinstance(made, Mapping):
        return Inputs((), dict(made), f"from {name}", shown_values(made.values()))
    given = tuple(made) if isinstance(made, (tuple, list)) else (made,)
    return Inputs(given, {}, f"from {name}", shown_values(given))
