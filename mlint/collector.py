"""Python's cyclic garbage collector, which takes a third of a run and finds next to nothing.

Trees, values and states hold no cycles: what is let go of is freed at once. But the collector looks at all that is
kept whenever enough is added to it, again and again.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector, if it is on."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settle() -> None:
    """Have the collector never look again at what is alive now.

    For processes of our own, while it is off: else turning it on again makes it go through all that a file left. What
    is part of a cycle by now is kept until the process ends: some hundred objects a thousand lines.
    """
    gc.freeze()


def emptied(thing: object) -> None:
    """Take all attributes from an object, so that what goes round in circles through it is freed without the collector.

    One by one: with `vars(thing).clear()` Python 3.13.0 dies now and then.
    """
    for name in list(vars(thing)):
        delattr(thing, name)
