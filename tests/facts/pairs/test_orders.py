from __future__ import annotations

import pytest

from mlint.facts.pairs.names.orders import displaced, returned, unpacked


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (("w", "h"), ("h", "w"), (0, 1)),
        (("width", "height"), ("h", "w"), (0, 1)),
        (("x_min", "x_max", "y_min", "y_max"), ("x1", "y1", "x2", "y2"), (1, 2)),
        (("x_min", "x_max", "y_min", "y_max"), ("x1", "y1", "_", "_"), (1, 2)),
        (("train_loss", "val_loss"), ("val_loss", "train_loss"), (0, 1)),
        (("loss", "score"), ("score", "loss"), (0, 1)),
    ],
)
def test_items_in_each_others_place(ours: list[str], theirs: list[str], expected: tuple[int, int]) -> None:
    assert displaced(ours, theirs) == expected


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("h", "w"), ("h", "w")),
        (("rows", "cols"), ("height", "width")),
        (("x", "y"), ("height", "width")),  # a place is no size
        (("loss", "score"), ("total", "metric")),
        (("h", "w"), ("h", "w", "c")),
        (("h", "h"), ("w", "h")),
    ],
)
def test_items_in_their_place_or_of_which_nothing_is_known(ours: list[str], theirs: list[str]) -> None:
    assert displaced(ours, theirs) is None


def test_what_a_function_returns_by_position() -> None:
    assert returned(["def f():", "    return self.h, (w)"]) is None
    assert returned(["def f():", "    return self.h, w  # both"]) == ("h", "w")
    assert returned(["def f():", "    return h, w", "    return w, h"]) is None
    assert returned(["def f():", "    def g():", "        return h, w"]) is None
    assert returned(["def f():", "    pass"]) is None


def test_how_a_function_takes_a_parameter_apart() -> None:
    lines = ["def f(box, size):", "    x1, y1, _, _ = box", "    h, w = size[:2]"]
    assert unpacked(lines, "box") == ("x1", "y1", "_", "_")
    assert unpacked(lines, "size") is None
