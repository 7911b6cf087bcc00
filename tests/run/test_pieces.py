from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.run.pieces import Pieces


@given(st.lists(st.sets(st.integers(0, 5000)), max_size=5))
def test_numbers_come_back(sets: list[set[int]]) -> None:
    wanted = [sum(1 << bit for bit in bits) for bits in sets]
    pieces = Pieces()
    cut = [pieces.cut(number) for number in wanted]
    kept = Pieces(json.loads(json.dumps(pieces.texts)))
    assert [kept.number(places) for places in cut] == wanted


def test_what_is_alike_stands_there_once() -> None:
    pieces = Pieces()
    common = (1 << 4000) - 1
    assert len(pieces.cut(common << 1024)) == len(pieces.cut(common << 1024 | 1))
    before = len(pieces.texts)
    pieces.cut(common << 1024 | 2)
    assert len(pieces.texts) == before + 1


def test_a_piece_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        Pieces(["ff"]).number([1])
