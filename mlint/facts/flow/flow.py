"""Dataflow over a control-flow graph, generic in the state: forward with widening, and backward."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

from mlint.facts.flow.cfg import Graph
from mlint.facts.flow.ir import Block

S = TypeVar("S")

VISITS_A_BLOCK = 32
"""How often a block may be visited, on the average, before an analysis is given up."""

_JOINED_VISITS = 2


class Exhausted(Exception):  # noqa: N818  (not an error: the caller goes on with what is unknown)
    """The analysis has not ended within its budget of block visits; nothing is known of its states."""


class _Worklist:
    """Blocks to visit, the first in reverse postorder next, each at most once; counts what it hands out."""

    def __init__(self, places: Mapping[int, int], budget: int) -> None:
        self._places = places
        self._heap: list[tuple[int, int]] = []
        self._queued: set[int] = set()
        self._budget = self._left = budget

    def add(self, block: int) -> None:
        if block not in self._queued:
            self._queued.add(block)
            heapq.heappush(self._heap, (self._places[block], block))

    def __bool__(self) -> bool:
        return bool(self._heap)

    def pop(self) -> int:
        if not self._left:
            raise Exhausted(f"no fixpoint after {self._budget} block visits")
        self._left -= 1
        _, block = heapq.heappop(self._heap)
        self._queued.discard(block)
        return block


def forward(
    blocks: Sequence[Block],
    entry: S,
    step: Callable[[Block, S], Mapping[int, S]],
    join: Callable[[S, S], S],
    widen: Callable[[S, S], S],
    heads: AbstractSet[int],
    *,
    budget: int | None = None,
    places: Mapping[int, int] | None = None,
) -> dict[int, S]:
    """The state at the beginning of each block that control may reach.

    `entry` is the state at block 0. `step` gives, for a block and the state at its beginning, the state on each edge
    out of it, by the block the edge goes to: handlers included, infeasible edges left out. From the third state that
    comes to a block of `heads` on, the state there is `widen(old, join(old, new))`. States are compared by `==`.
    `places`: the place of each block in reverse postorder, where that is known already.
    Raises Exhausted after `budget` visits of blocks (by default `VISITS_A_BLOCK` for each block).
    """
    places = Graph(blocks).position if places is None else places
    states: dict[int, S] = {0: entry}
    arrivals: dict[int, int] = {}
    worklist = _Worklist(places, VISITS_A_BLOCK * len(blocks) if budget is None else budget)
    worklist.add(0)
    while worklist:
        index = worklist.pop()
        for to, state in step(blocks[index], states[index]).items():
            if to in states:
                old = states[to]
                state = join(old, state)
                if to in heads and arrivals.get(to, 0) >= _JOINED_VISITS:
                    state = widen(old, state)
                if state == old:
                    continue
            arrivals[to] = arrivals.get(to, 0) + 1
            states[to] = state
            worklist.add(to)
    return states


def backward(
    blocks: Sequence[Block],
    bottom: S,
    step: Callable[[Block, Mapping[int, S]], S],
    *,
    budget: int | None = None,
) -> dict[int, S]:
    """The state at the beginning of each reachable block, computed against the direction of control.

    `step` gives the state at the beginning of a block from the states at the beginnings of the blocks that follow it,
    handlers included, by their index; `bottom` stands for those not known yet. States must only grow, and are compared
    by `==`. Raises Exhausted like `forward`.
    """
    graph = Graph(blocks)
    states = dict.fromkeys(graph.order, bottom)
    places = {index: -place for index, place in graph.position.items()}
    worklist = _Worklist(places, VISITS_A_BLOCK * len(blocks) if budget is None else budget)
    for index in graph.order:
        worklist.add(index)
    while worklist:
        index = worklist.pop()
        state = step(blocks[index], {to: states[to] for to in graph.successors[index]})
        if state != states[index]:
            states[index] = state
            for before in graph.predecessors[index]:
                worklist.add(before)
    return states
