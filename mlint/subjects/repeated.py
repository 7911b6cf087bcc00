"""Places in a loop: what decides whether a turn comes there, and what stays the same from turn to turn."""

from __future__ import annotations

from collections.abc import Set

from mlint.facts.flow import guards, ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.paths import Path


class Repeated:
    """A block of a function, and the innermost loop around it, comprehensions aside."""

    def __init__(self, accesses: Accesses, block: ir.Block) -> None:
        self._accesses = accesses
        self._block = block

    @property
    def loop(self) -> ir.Loop | None:
        """That loop."""
        loops = [self._accesses.function.loops[index] for index in self._block.loops]
        return next((each for each in reversed(loops) if each.kind != "comprehension"), None)

    def _inside(self, loop: ir.Loop) -> Set[int]:
        return self._accesses.graph.members(self._accesses.function.loops.index(loop))

    @property
    def is_on_every_turn(self) -> bool:
        """Whether no condition inside the loop decides whether a turn comes there."""
        loop = self.loop
        if loop is None:
            return False
        inside, places = self._inside(loop), self._accesses.temporaries.places
        asked = guards.conditions(self._accesses, self._block.index)
        return not any(places[each].block in inside and places[each].block != loop.head for each in asked)

    def is_bound_outside(self, path: Path, stored: int) -> bool:
        """Whether what the path begins with was bound before the loop, and is bound in it to `stored` at most."""
        loop = self.loop
        if loop is None:
            return False
        inside = self._inside(loop)
        writes = [each for each in self._accesses.events if self._accesses.temporaries.written(each.instruction)]
        roots = [each for each in writes if each.place.block in inside and each.path[0] == path[0]]
        own = [each for each in roots if getattr(each.instruction, "value", None) == stored]
        return len(roots) == len(own)
