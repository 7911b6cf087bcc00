from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlint.facts.flow.cfg import Graph, edges
from mlint.facts.flow.ir import Block, Branch, ForEach, Jump, Leave, Loop


def straight(*ends: Jump | Branch | ForEach | Leave) -> list[Block]:
    return [Block(index, end=end) for index, end in enumerate(ends)]


@st.composite
def graphs(draw: st.DrawFn, size: int = 7) -> list[Block]:
    """Any graph of up to `size` blocks: jumps, branches, ends and handlers, loops that nothing declares."""
    count = draw(st.integers(1, size))
    anywhere = st.integers(0, count - 1)
    ends = st.one_of(
        st.builds(Leave, st.booleans()),
        st.builds(Jump, anywhere),
        st.builds(Branch, st.none(), anywhere, anywhere),
    )
    handlers = st.one_of(st.just(()), st.tuples(anywhere))
    return [Block(index, end=draw(ends), handlers=draw(handlers)) for index in range(count)]


def test_edges_name_each_block_once_and_handlers_last() -> None:
    assert edges(Block(0, end=Branch(None, 2, 2), handlers=(1, 2))) == (2, 1)


def test_order_puts_the_body_of_a_loop_before_what_follows_it() -> None:
    blocks = straight(Jump(1), ForEach(0, 3, 2), Leave(), Jump(1))
    assert Graph(blocks).order == (0, 1, 3, 2)


def test_order_leaves_out_what_cannot_be_reached() -> None:
    graph = Graph(straight(Jump(2), Jump(2), Leave()))
    assert graph.order == (0, 2)
    assert graph.predecessors[2] == (0,)


def test_heads_are_where_control_comes_back() -> None:
    assert Graph(straight(Jump(1), Branch(None, 2, 3), Jump(1), Leave())).heads == {1}


def test_dominator_of_a_join_is_the_branch() -> None:
    graph = Graph(straight(Branch(None, 1, 2), Jump(3), Jump(3), Leave()))
    assert graph.dominator == {0: 0, 1: 0, 2: 0, 3: 0}
    assert graph.dominates(0, 3)
    assert not graph.dominates(1, 3)
    assert graph.dominates(3, 3)


def test_reachable_stops_at_what_it_avoids() -> None:
    graph = Graph(straight(Branch(None, 1, 2), Jump(3), Leave(), Leave()))
    assert graph.reachable([0], avoiding={1}) == {0, 2}
    assert graph.reachable([1], avoiding={1}) == frozenset()


def test_members_of_a_loop_include_its_inner_loops() -> None:
    blocks = straight(Jump(1), ForEach(0, 2, 4), ForEach(0, 3, 1), Jump(2), Leave())
    for index, loops in ((1, (0,)), (2, (0, 1)), (3, (0, 1))):
        blocks[index].loops = loops
    graph = Graph(blocks, [Loop("for", 1, 4, 0), Loop("for", 2, 1, 0)])
    assert graph.members(0) == {1, 2, 3}
    assert graph.members(1) == {2, 3}


@given(graphs())
def test_dominance_is_what_removal_of_a_block_cuts_off(blocks: list[Block]) -> None:
    graph = Graph(blocks)
    for block in graph.order:
        cut = set(graph.order) - graph.reachable([0], avoiding={block})
        assert {other for other in graph.order if graph.dominates(block, other)} == cut


@given(graphs(12))
def test_order_holds_exactly_what_is_reachable(blocks: list[Block]) -> None:
    graph = Graph(blocks)
    assert len(graph.order) == len(set(graph.order))
    assert set(graph.order) == graph.reachable([0])


def test_a_long_chain_needs_no_recursion() -> None:
    count = 20_000
    blocks = [Block(index, end=Jump(index + 1)) for index in range(count)] + [Block(count)]
    assert Graph(blocks).order[-1] == count
