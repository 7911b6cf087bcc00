from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Access, Accesses, Event
from mlint.facts.flow.cfg import edges
from mlint.facts.flow.paths import Path, Place, Temporaries
from mlint.facts.lower import lower
from mlint.facts.syntax.tree import Tree

from .test_cfg import graphs

TOTAL = ("total",)


def accesses(code: str) -> Accesses:
    return Accesses(lower(Tree(textwrap.dedent(code))).function)


def writes(found: Accesses, path: Path = TOTAL) -> list[Event]:
    return sorted(found.all(path, Access.WRITE), key=lambda event: event.target)


def readers(found: Accesses, events: list[Event]) -> list[str]:
    """What reads: the kind of the first user of each read, in the order of the text."""
    events = sorted(events, key=lambda event: event.target)
    return [type(found.temporaries.users[event.target][0]).__name__ for event in events]


def test_paths_go_through_attributes_and_constant_items() -> None:
    found = accesses(
        """
        def f(self):
            self.stats["loss"] = 1
            self.history[0].value += 2
        """
    )
    written = [event.path for event in found.events if event.access is Access.WRITE]
    assert written == [("self", ".stats", "['loss']"), ("self", ".history", "[0]", ".value")]


def test_an_item_of_unknown_index_is_a_change_of_the_whole() -> None:
    found = accesses("def f(total, i):\n    total[i] = 1\n")
    assert writes(found) == []
    assert len(found.all(TOTAL, Access.CHANGE)) == 1


def test_what_leads_to_a_longer_path_is_no_read_of_the_shorter() -> None:
    found = accesses("def f(self):\n    return self.total\n")
    assert [event.path for event in found.events] == [("self", ".total")]


def test_a_method_reads_the_object_it_is_called_on() -> None:
    found = accesses("def f(self):\n    self.total = 0\n    self.report()\n")
    (write,) = writes(found, ("self", ".total"))
    assert len(found.reached_by(write, ("self", ".total"))) == 1


def test_a_write_of_the_object_ends_what_its_attribute_held() -> None:
    found = accesses("def f(a, b):\n    a.total = 1\n    a = b\n    return a.total\n")
    first, second = writes(found, ("a", ".total"))
    assert found.reached_by(first, ("a", ".total")) == []
    assert len(found.reached_by(second, ("a", ".total"))) == 1


LOOP = """
def f(batches):
    total = 0
    for batch in batches:
        total = batch.sum()
        print(total)
    return total
"""


def test_a_write_reaches_reads_of_its_own_turn_and_after_the_loop() -> None:
    found = accesses(LOOP)
    zero, store = writes(found)
    assert readers(found, found.reached_by(store, TOTAL)) == ["Call", "Return"]
    assert readers(found, found.reached_by(zero, TOTAL)) == ["Return"]


def test_within_a_loop_the_value_of_the_turn_before_is_dead() -> None:
    found = accesses(LOOP)
    head = Place(found.function.loops[0].head, 0)
    assert found.is_live(head, TOTAL)
    assert not found.is_live(head, TOTAL, within=found.graph.members(0))


def test_an_augmented_assignment_reads_the_turn_before() -> None:
    found = accesses(LOOP.replace("total = batch", "total += batch"))
    assert found.is_live(Place(found.function.loops[0].head, 0), TOTAL, within=found.graph.members(0))


def test_reaching_writes_join_at_the_end_of_a_loop() -> None:
    found = accesses(LOOP)
    (read,) = (event for event in found.all(TOTAL, Access.READ) if readers(found, [event]) == ["Return"])
    assert sorted(event.target for event in found.reaching(read.place, TOTAL)) == [
        event.target for event in writes(found)
    ]


def test_an_exception_may_come_before_or_after_a_write() -> None:
    found = accesses(
        """
        def f(batch):
            total = 0
            try:
                total = batch.sum()
                batch.check()
            except ValueError:
                print(total)
        """
    )
    (read,) = found.all(TOTAL, Access.READ)
    assert len(found.reaching(read.place, TOTAL)) == 2
    assert all(found.reached_by(write, TOTAL) == [read] for write in writes(found))


def test_nested_functions_capture_variables() -> None:
    found = accesses("def f():\n    total = 0\n    other = 1\n    return lambda: total + (lambda: total)()\n")
    assert found.is_captured(TOTAL)
    assert not found.is_captured(("other",))


@st.composite
def programs(draw: st.DrawFn) -> ir.FunctionIR:
    """Any small graph whose blocks read and write `total` and `total.part` in any order."""
    blocks = draw(graphs(5))
    number = 0
    for block in blocks:
        for what in draw(st.lists(st.sampled_from(["read", "write", "part", "item"]), max_size=2)):
            block.instructions.append(ir.Load(number, "total"))
            number += 1
            if what == "write":
                block.instructions[-1] = ir.Store(number - 1, "total", number - 1)
            elif what == "part":
                block.instructions.append(ir.Attribute(number, number - 1, "part"))
            elif what == "item":
                block.instructions.append(ir.StoreAttribute(number, number - 1, "part", number - 1))
            number += 1
    return ir.FunctionIR("f", (), blocks, [], [], frozenset({"total"}), frozenset(), number)


@given(programs(), st.sampled_from([TOTAL, ("total", ".part")]))
def test_reads_are_what_enumerated_paths_find(function: ir.FunctionIR, path: Path) -> None:
    found = Accesses(function)
    for index in found.graph.order:
        reads = {event.target for event in found.reads_from([Place(index, 0)], path)}
        assert reads == _reads_on_paths(found, index, path)


def _reads_on_paths(found: Accesses, start: int, path: Path) -> set[int]:
    """The reads on every path of blocks from `start` that meets no block three times, up to the first write."""
    reads: set[int] = set()
    pending: list[tuple[int, ...]] = [(start,)]
    while pending:
        passed = pending.pop()
        block = found.function.blocks[passed[-1]]
        ended = False
        for event in found.of(path).get(block.index, []):
            ended = ended or event.access is Access.WRITE
            if not ended and event.access is Access.READ:
                reads.add(event.target)
        ways = block.handlers if ended else edges(block)
        pending.extend((*passed, to) for to in ways if passed.count(to) < 2)
    return reads


@given(programs(), st.sampled_from([TOTAL, ("total", ".part")]))
def test_a_write_reaches_a_read_exactly_where_the_read_is_reached(function: ir.FunctionIR, path: Path) -> None:
    found = Accesses(function)
    reads, made = found.all(path, Access.READ), found.all(path, Access.WRITE)
    forward = {(write.target, read.target) for write in made for read in found.reached_by(write, path)}
    backward = {(write.target, read.target) for read in reads for write in found.reaching(read.place, path)}
    assert forward == backward


def test_temporaries_know_their_users() -> None:
    function = lower(Tree("def f(a):\n    return {a: a + a}\n")).function
    temporaries = Temporaries(function)
    loads = [made for made in temporaries.definitions.values() if isinstance(made, ir.Load)]
    assert [len(temporaries.users[made.target]) for made in loads] == [1, 1, 1]
