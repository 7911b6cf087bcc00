"""What answers rest on is known exactly, however they were shared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.check import Part, Task, check_file, look
from mlint.config import Layers, Selectors, Settings
from mlint.facts.project.project import Project
from mlint.facts.project.reads import Leaf, Memo, Reads, numbers
from mlint.finding import Confidence
from mlint.select import select
from mlint.source import read
from mlint.tool.rules import known
from tests.tree import write

A, B, C = (Leaf("word", "", name) for name in "abc")


def note(reads: Reads, leaf: Leaf) -> str:
    reads.note(leaf, lambda: leaf.asked.upper())
    return leaf.asked


def told(reads: Reads, *asked: Leaf) -> list[tuple[Leaf, str]]:
    _, node = reads.of(lambda: [note(reads, leaf) for leaf in asked])
    return reads.told(node)


def test_work_rests_on_what_was_read_meanwhile() -> None:
    reads = Reads()
    assert told(reads, A, B) == [(A, "A"), (B, "B")]
    assert told(reads, B) == [(B, "B")]
    assert told(reads) == []


def test_whoever_is_given_a_kept_answer_rests_on_what_it_rests_on() -> None:
    reads = Reads()
    memo: Memo[str, str] = Memo(reads)
    inner: Memo[str, str] = Memo(reads)

    def ask() -> str:
        note(reads, C)
        return memo.get("x", lambda: note(reads, A) + inner.get("y", lambda: note(reads, B)))

    for _ in range(2):
        value, node = reads.of(ask)
        assert value == "ab"
        assert {leaf for leaf, _ in reads.told(node)} == {A, B, C}
    _, node = reads.of(lambda: inner.get("y", str))
    assert reads.told(node) == [(B, "B")]


def test_what_fails_is_not_kept_and_has_been_read_all_the_same() -> None:
    reads = Reads()
    memo: Memo[str, str] = Memo(reads)

    def fail() -> str:
        note(reads, A)
        raise ValueError("no")

    def ask() -> None:
        with pytest.raises(ValueError, match="no"):
            memo.get("x", fail)

    for _ in range(2):
        _, node = reads.of(ask)
        assert reads.told(node) == [(A, "A")]
    assert memo.get("x", lambda: "now") == "now"


def test_what_is_read_for_an_answer_to_a_leaf_is_told_by_the_leaf() -> None:
    reads = Reads()
    _, node = reads.of(lambda: reads.note(A, lambda: note(reads, B)))
    assert reads.told(node) == [(A, "b")]


DERIVED = Leaf("training", "", "fit")


def test_whoever_asks_a_derived_question_rests_on_its_answer_alone() -> None:
    reads = Reads()

    def ask() -> str:
        return reads.derive(DERIVED, lambda: note(reads, A) + note(reads, B))

    for number in range(2):
        answer, node = reads.of(ask)
        assert answer == "ab"
        assert reads.told(node) == [(DERIVED, "ab")]
        # What it rests on is told once.
        assert reads.grounds(node) == ([((DERIVED,), ((A, "A"), (B, "B")))] if number == 0 else [])


def test_an_answer_that_is_known_is_not_worked_out() -> None:
    reads = Reads({DERIVED: "known"})
    answer, node = reads.of(lambda: reads.derive(DERIVED, lambda: note(reads, A)))
    assert answer == "known"
    assert reads.told(node) == [(DERIVED, "known")]
    assert reads.grounds(node) == []


def test_what_lasts_is_found_once_and_rests_on_the_same_where_the_project_is_opened_anew() -> None:
    reads = Reads()
    found = [reads.lasting("x", lambda: note(reads, A) + note(reads, B)) for _ in range(2)]
    fresh = reads.renewed()
    note(fresh, C)
    value, node = fresh.of(lambda: fresh.lasting("x", lambda: note(fresh, C)))
    assert (value, *found) == ("ab", "ab", "ab")
    assert fresh.told(node) == [(A, "A"), (B, "B")]


@given(st.sets(st.integers(0, 500)))
def test_numbers_of_bits(found: set[int]) -> None:
    assert numbers(sum(1 << each for each in found)) == sorted(found)


def test_a_file_rests_on_the_same_whatever_was_checked_before(tmp_path: Path) -> None:
    """An answer that is kept somewhere else than in a `Memo` loses its leaves for all who come later."""
    root = write(tmp_path)
    settings = Settings("test", select=Selectors(("ALL",), "test"))
    rules = select(known(), Layers((settings,)), str(root))
    task = Task(rules, known(), Confidence.POSSIBLE)

    def grounds(project: Project, path: Path) -> dict[Leaf, str]:
        _, node = project.reads.of(lambda: check_file(project, read(str(path)), task))
        return dict(project.reads.told(node))

    paths = sorted(root.rglob("*.py"))
    for order in (paths, paths[::-1]):
        project = Project(root)
        together = {path: grounds(project, path) for path in order}
        for path in paths:
            assert together[path] == grounds(Project(root), path), path


def test_an_owner_rests_on_the_same_of_its_file_whatever_was_looked_at_before(tmp_path: Path) -> None:
    """What an owner is told by another that keeps it to itself would lose its leaves."""
    root = write(tmp_path)
    settings = Settings("test", select=Selectors(("ALL",), "test"))
    task = Task(select(known(), Layers((settings,)), str(root)), known(), Confidence.POSSIBLE)
    for path in sorted(root.rglob("*.py")):
        source = read(str(path))
        together = look(Project(root), source, task).parts
        assert together[0].owner == "file"
        for part in together:
            others = [Part(each.owner) for each in together if each != part]
            alone = next(each for each in look(Project(root), source, task, others).parts if each.owner == part.owner)
            assert set(alone.rests) == set(part.rests), (path, part.owner)
            assert alone.findings == part.findings


def test_kinds_of_leaves_are_all_met(tmp_path: Path) -> None:
    project = Project(write(tmp_path))

    def ask() -> Iterator[object]:
        main = tmp_path / "main.py"
        yield project.outline(main)
        yield project.resolve(main, "Classifier")
        yield project.resolve(main, "torch")
        yield list(project.functions_with("model"))
        yield project.files

    _, node = project.reads.of(lambda: list(ask()))
    kinds = {leaf.kind for leaf, _ in project.reads.told(node)}
    assert kinds == {"file", "names", "definition", "functions", "exists", "folder", "word", "package", "files"}
