from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.labels.guarded import filled_in_its_place, used_in_its_place
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def filled(second: str) -> list[str]:
    code = (
        f"def f(make, ids=None, row_ids=None, _ids=None):\n    if ids is None:\n        ids = make(1)\n    {second}\n"
    )
    row = lay_out(Tree(code).statements)
    return [f"{each.atom.text}, not {each.expected}" for each in filled_in_its_place(row)]


def used(code: str) -> list[str]:
    row = lay_out(Tree(textwrap.dedent(code)).statements)
    return [f"{each.atom.text}, not {each.expected}" for each in used_in_its_place(row, Scope(row, Nothing()))]


def test_another_is_filled_than_was_asked_for() -> None:
    assert filled("if row_ids is None:\n        ids = make(2)") == ["ids, not row_ids"]
    assert filled("if row_ids is not None:\n        ids = make(2)") == ["ids, not row_ids"]


@pytest.mark.parametrize(
    "second",
    [
        "if row_ids is not None:\n        ids = ids - row_ids",
        "if row_ids is not None:\n        ids = row_ids.make()",
        "if _ids is None:\n        ids = None",
        "if row_ids is None:\n        row_ids = make(2)",
        "if make is None:\n        ids = 2",
    ],
)
def test_what_is_asked_for_is_used_or_reset(second: str) -> None:
    assert filled(second) == []


def test_what_is_only_asked_for() -> None:
    body = "    for x in {}:\n            make(x)\n"
    head = "def f(make, data, val_data=None):\n    if val_data is not None:\n    "
    assert used(head + body.format("data")) == ["data, not val_data"]
    assert used(head + body.format("val_data")) == []
