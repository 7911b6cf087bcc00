"""Imports torch and does a little of everything once, so that a fork finds it done."""

from __future__ import annotations

import warnings


def warm() -> str:
    """The version of torch that is now imported. The process stays at one thread and off the GPU."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlint.confirm.worker import devices, tracing, trial, weights  # noqa: F401 - what the children need is imported once, here

        model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).eval()
        with torch.no_grad():
            model(torch.zeros(1, 3, 8, 8))
        devices.fake_device()
    return str(torch.__version__)
