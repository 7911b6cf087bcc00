"""The shape of a control-flow graph: order, predecessors, dominators, loops, and what is reachable past what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set

from mlint.cached import cached_property
from mlint.facts.flow.ir import Block, Loop, Store


def edges(block: Block) -> tuple[int, ...]:
    """Every block where control may go on from this one, handlers last, each once."""
    return tuple(dict.fromkeys((*block.successors, *block.handlers)))


def postorder(start: int, following: Callable[[int], Iterable[int]]) -> list[int]:
    """What is reachable from `start`, each after all that follows it (cycles aside), start last.

    What follows is visited last first, so that in the reverse a loop's body stands before what comes after the loop,
    and a handler after the code that it guards.
    """
    order: list[int] = []
    seen = {start}
    stack = [(start, iter(reversed(tuple(following(start)))))]
    while stack:
        node, rest = stack[-1]
        child = next((other for other in rest if other not in seen), None)
        if child is None:
            order.append(node)
            stack.pop()
        else:
            seen.add(child)
            stack.append((child, iter(reversed(tuple(following(child))))))
    return order


class Graph:
    """The blocks of a function, block 0 being the entry, and what follows from their edges, computed when asked for.

    `blocks[i].index` must be `i`.
    """

    def __init__(self, blocks: Sequence[Block], loops: Sequence[Loop] = ()) -> None:
        self.blocks = blocks
        self.loops = loops

    @cached_property
    def successors(self) -> tuple[tuple[int, ...], ...]:
        """By block: where control may go on, handlers included."""
        return tuple(edges(block) for block in self.blocks)

    @cached_property
    def predecessors(self) -> tuple[tuple[int, ...], ...]:
        """By block: the reachable blocks from which control may come."""
        found: list[list[int]] = [[] for _ in self.blocks]
        for index in self.order:
            for following in self.successors[index]:
                found[following].append(index)
        return tuple(map(tuple, found))

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The reachable blocks in reverse postorder: each before what follows it, the way back in loops aside."""
        return tuple(reversed(postorder(0, self.successors.__getitem__))) if self.blocks else ()

    @cached_property
    def position(self) -> dict[int, int]:
        """By reachable block: its place in `order`."""
        return {index: place for place, index in enumerate(self.order)}

    @cached_property
    def heads(self) -> frozenset[int]:
        """The blocks that control may come back to: the targets of the edges that go back in `order`."""
        place = self.position
        return frozenset(to for index in self.order for to in self.successors[index] if place[to] <= place[index])

    @cached_property
    def dominator(self) -> dict[int, int]:
        """By reachable block: the nearest other block that lies on every path to it; the entry has itself."""
        found = {0: 0}
        changed = True
        while changed:
            changed = False
            for index in self.order[1:]:
                known = [before for before in self.predecessors[index] if before in found]
                nearest = known[0]
                for before in known[1:]:
                    nearest = self._meet(found, nearest, before)
                changed |= found.get(index) != nearest
                found[index] = nearest
        return found

    def _meet(self, found: dict[int, int], left: int, right: int) -> int:
        while left != right:
            if self.position[left] > self.position[right]:
                left = found[left]
            else:
                right = found[right]
        return left

    def dominates(self, block: int, other: int) -> bool:
        """Whether every path from the entry to `other` passes `block`; both must be reachable."""
        while self.position[other] > self.position[block]:
            other = self.dominator[other]
        return other == block

    def members(self, loop: int) -> frozenset[int]:
        """The blocks of a loop, given by its index: its head and all that is repeated."""
        return self._members[loop]

    @cached_property
    def _members(self) -> tuple[frozenset[int], ...]:
        return tuple(
            frozenset(block.index for block in self.blocks if index in block.loops) for index in range(len(self.loops))
        )

    def reachable(self, starts: Iterable[int], avoiding: Set[int] = frozenset()) -> frozenset[int]:
        """The blocks that control may come to from `starts`, these included, without entering one of `avoiding`."""
        seen: set[int] = set()
        stack = [start for start in starts if start not in avoiding]
        while stack:
            index = stack.pop()
            if index not in seen:
                seen.add(index)
                stack.extend(to for to in self.successors[index] if to not in avoiding)
        return frozenset(seen)


def stored_inside(blocks: Iterable[Block], loop: int) -> frozenset[str]:
    """The variables that are assigned in a loop, given by its index."""
    return frozenset(
        instruction.name
        for block in blocks
        if loop in block.loops
        for instruction in block.instructions
        if isinstance(instruction, Store)
    )
