"""What is passed for a part that nobody describes: a module, or a namespace of options."""

from __future__ import annotations

from typing import Any

from torch import nn

from mlint.confirm.worker.names import NOTHING, is_bag, is_module, named, sounding


def by_name(name: str) -> Any:
    """A value for a parameter or an option that is called like that; NOTHING where the name says nothing."""
    known = named(name)
    if known is not NOTHING:
        return list(known) if isinstance(known, tuple) else known
    if is_bag(name):
        return Bag()
    known = sounding(name)
    return StandIn() if known is NOTHING and is_module(name) else known


class StandIn(nn.Module):
    """Stands in for a module that is passed in: what was built with one is like the real thing only in part."""

    def forward(self, x: Any = None, *rest: Any, **others: Any) -> Any:
        """What came in."""
        return x

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            known = named(name)
            known = sounding(name) if known is NOTHING else known
            if name.startswith("_") or known is NOTHING or known is None:
                raise
            return list(known) if isinstance(known, tuple) else known


def stands_in(model: Any) -> bool:
    """Whether a part of the model is a stand-in."""
    return any(isinstance(each, StandIn) for each in model.modules())


class Bag:
    """Stands in for a namespace of options: each attribute has a value by its name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        known = by_name(name)
        value = None if known is NOTHING else known
        setattr(self, name, value)
        return value

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def get(self, name: str, default: object = None) -> Any:
        """As of a dict."""
        return default if default is not None else getattr(self, name)

    def __repr__(self) -> str:
        return "options guessed by name"
