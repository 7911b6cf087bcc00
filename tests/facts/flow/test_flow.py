from __future__ import annotations

import math
import operator
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.facts.flow.cfg import Graph, edges
from mlint.facts.flow.flow import Exhausted, backward, forward
from mlint.facts.flow.ir import Block, Branch, Jump, Leave

from .test_cfg import graphs

Names = frozenset[str]


def collect(block: Block, state: frozenset[int]) -> Mapping[int, frozenset[int]]:
    return dict.fromkeys(edges(block), state | {block.index})


def visited(blocks: list[Block]) -> dict[int, frozenset[int]]:
    return forward(blocks, frozenset(), collect, operator.or_, operator.or_, Graph(blocks).heads)


def renumbered(blocks: list[Block], order: list[int]) -> tuple[list[Block], dict[int, int]]:
    """The same graph with its blocks in another order, the entry kept, and the new index of each block."""
    new = {0: 0} | {old: place + 1 for place, old in enumerate(old for old in order if old)}
    moved = sorted((_renamed(block, new) for block in blocks), key=lambda block: block.index)
    return moved, new


def _renamed(block: Block, new: dict[int, int]) -> Block:
    end = block.end
    if isinstance(end, Jump):
        end = Jump(new[end.to])
    elif isinstance(end, Branch):
        end = Branch(None, new[end.then], new[end.orelse])
    return Block(new[block.index], end=end, handlers=tuple(new[index] for index in block.handlers))


@given(graphs(), st.data())
def test_the_fixpoint_does_not_depend_on_the_order_of_blocks(blocks: list[Block], data: st.DataObject) -> None:
    moved, new = renumbered(blocks, data.draw(st.permutations(range(len(blocks)))))
    expected = {new[index]: {new[block] for block in state} for index, state in visited(blocks).items()}
    assert visited(moved) == expected


@given(graphs())
def test_a_state_holds_what_paths_to_the_block_pass(blocks: list[Block]) -> None:
    graph = Graph(blocks)
    states = visited(blocks)
    assert states.keys() == set(graph.order)
    for index, state in states.items():
        for other in graph.order:
            passes = any(index in graph.reachable([following]) for following in graph.successors[other])
            assert (other in state) == passes


def test_an_edge_left_out_is_not_taken() -> None:
    blocks = [Block(0, end=Branch(None, 1, 2)), Block(1), Block(2)]
    states = forward(blocks, 1, lambda block, state: {2: state} if block.index == 0 else {}, max, max, frozenset())
    assert states == {0: 1, 2: 1}


def counting(block: Block, state: float) -> Mapping[int, float]:
    return dict.fromkeys(block.successors, state + (block.index == 2))


COUNTING_LOOP = [
    Block(0, end=Jump(1)),
    Block(1, end=Branch(None, 2, 3)),
    Block(2, end=Jump(1)),
    Block(3, end=Leave()),
]


def test_a_state_that_grows_without_end_is_widened_at_the_head() -> None:
    states = forward(COUNTING_LOOP, 0.0, counting, max, lambda _old, _new: math.inf, frozenset({1}))
    assert states == {0: 0, 1: math.inf, 2: math.inf, 3: math.inf}


def test_without_widening_the_budget_ends_it() -> None:
    with pytest.raises(Exhausted, match="no fixpoint after 50 block visits"):
        forward(COUNTING_LOOP, 0.0, counting, max, max, frozenset(), budget=50)


def live(block: Block, following: Mapping[int, Names]) -> Names:
    """Liveness where block n reads `x` when n is even, and defines it when n divides by 3."""
    after = frozenset[str]().union(*following.values()) if following else frozenset[str]()
    if block.index % 3 == 0:
        after = frozenset()
    return after | {"x"} if block.index % 2 == 0 else after


@given(graphs(5))
def test_liveness_is_what_enumerated_paths_say(blocks: list[Block]) -> None:
    states = backward(blocks, frozenset[str](), live)
    for index in Graph(blocks).order:
        assert bool(states[index]) == _read_on_a_path(blocks, index)


def _read_on_a_path(blocks: list[Block], start: int) -> bool:
    """Every path of up to twice the number of blocks, one after the other."""
    paths: list[tuple[int, ...]] = [(start,)]
    while paths:
        path = paths.pop()
        block = blocks[path[-1]]
        if block.index % 2 == 0:
            return True
        if block.index % 3 and len(path) <= 2 * len(blocks):
            paths.extend((*path, to) for to in edges(block) if path.count(to) < 2)
    return False
