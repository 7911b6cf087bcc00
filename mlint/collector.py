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
    """Collect what came since the last call, and look at what is left of it never again.

    For processes of our own: what is alive now and becomes part of a cycle later is kept until the process ends.
    """
    gc.collect()
    gc.freeze()
