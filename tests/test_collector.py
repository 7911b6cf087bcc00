from __future__ import annotations

import gc
import weakref

from mlint.collector import emptied, uncollected


class Thing:
    def __init__(self) -> None:
        self.me = self
        self.number = 1


def test_what_goes_round_in_circles_is_freed_without_the_collector() -> None:
    with uncollected():
        thing = Thing()
        emptied(thing)
        assert vars(thing) == {}
        left = weakref.ref(thing)
        del thing
        assert left() is None
    assert gc.isenabled()
