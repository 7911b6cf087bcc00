"""Records that are made by the million."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mlint.facts.domain.records import replace, replacing


@dataclass(slots=True)
class Point:
    x: int
    y: int = 0


def test_a_record_is_copied_with_other_fields() -> None:
    point = Point(1, 2)
    assert replace(point, y=3) == Point(1, 3)
    assert replacing(Point, "y", "x")(point, 3, 4) == Point(4, 3)
    assert point == Point(1, 2)


def test_a_field_must_be_there() -> None:
    with pytest.raises(TypeError, match="Point has no field z"):
        replacing(Point, "z")
