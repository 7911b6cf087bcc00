"""The states that a run hangs on: the mode of a model, its numbers, and where random numbers begin."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


def switched(model: Any, training: bool) -> Any:
    """The model in a mode; where `train` is something else than torch's, part by part."""
    try:
        model.train(training)
    except TypeError:
        for each in model.modules():
            each.training = training
    return model


def stir(model: Any) -> None:
    """Give parameters that are one number throughout, such as a last layer of zeros, numbers as training would."""
    with torch.no_grad():
        for parameter in model.parameters():
            lazy = isinstance(parameter, torch.nn.parameter.UninitializedParameter)
            if lazy or not parameter.is_floating_point() or parameter.numel() < 2:
                continue
            if bool((parameter == parameter.flatten()[0]).all()):
                noise = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1))
                parameter += (0.1 * noise).to(parameter)


@contextmanager
def seeded(seed: int = 0) -> Iterator[None]:
    """Random numbers begin anew; warnings go nowhere."""
    torch.manual_seed(seed)
    random.seed(seed)
    try:
        import numpy
    except ImportError:
        pass
    else:
        numpy.random.seed(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
