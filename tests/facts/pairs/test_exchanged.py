from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.labels.exchanged import Exchange, exchanges, may_exchange
from mlint.facts.pairs.labels.padding import paddings
from mlint.facts.pairs.labels.sides import sides_mixed
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import Row
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def row(code: str) -> Row:
    return lay_out(Tree(textwrap.dedent(code)).statements)


def exchanged(code: str, inside: str = "main", **signatures: list[str]) -> list[Exchange]:
    return list(exchanges(row(code), signatures.get, inside))


def mixed(code: str) -> list[str]:
    laid = row(f"def f(x1, x2, y2, height, width, step_h, step_w):\n    return {code}\n")
    return [f"{each.atom.text}, not {each.expected}" for each in sides_mixed(laid, Scope(laid, Nothing()))]


def padded(code: str) -> list[str]:
    called = {"pad": "torch.nn.functional.pad"}
    return [f"{each.atom.text}, not {each.expected}" for each in paddings(row(code), called.get)]


def test_two_arguments_have_the_names_of_each_others_parameters() -> None:
    (found,) = exchanged("crop(left, top)\n", crop=["top", "left"])
    assert (found.atom.text, found.expected, found.whole, found.either_way) == ("left", "top", True, False)
    (found,) = exchanged("train(net, device, test_loader)\n", train=["net", "loader", "device"])
    assert (found.atom.text, found.expected, found.whole) == ("device", "test_loader", False)


def test_a_result_may_be_named_in_the_order_of_its_arguments() -> None:
    taken = ["features_1", "features_2"]
    assert exchanged("dist_2_1 = between(features_2, features_1)\n", between=taken) == []
    assert len(exchanged("dist_1_2 = between(features_2, features_1)\n", between=taken)) == 1
    assert len(exchanged("dist = between(features_2, features_1)\n", between=taken)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "f(low, high)",
        "f(high, other)",
        "f(high, low); f(low, high)",  # symmetric
        "f(*high, low)",
        "f(low.high, low.high)",
    ],
)
def test_what_is_no_exchange(code: str) -> None:
    assert exchanged(f"{code}\n", f=["low", "high"]) == []


def test_a_function_turns_the_arguments_of_itself() -> None:
    assert exchanged("f(high, low)\n", inside="f", f=["low", "high"]) == []


@pytest.mark.parametrize(
    ("code", "label"), [("f(source, target)", ["target", "source"]), ("f(stride=size, size=stride)", [])]
)
def test_of_what_goes_either_way_it_says_so(code: str, label: list[str]) -> None:
    (found,) = exchanged(f"{code}\n", f=label)
    assert found.either_way


def test_triage_asks_the_same() -> None:
    assert may_exchange(["left", "top"], ["top", "left"])
    assert may_exchange(["net", "device", "test_loader"], ["net", "loader", "device"])
    assert not may_exchange(["top", "left"], ["top", "left"])
    assert not may_exchange(["left", "size"], ["top", "left"])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("min(x2, height)", ["height, not width"]),
        ("x2.clamp(0, height - 1)", ["height, not width"]),
        ("x2 > height", ["height, not width"]),
        ("range(0, height, step_w)", ["step_w, not step_h"]),
        ("x1.unfold(2, step_h, step_w)", ["step_w, not step_h"]),
        ("min(x2, width)", []),
        ("min(width, height)", []),
        ("x2 == height", []),
        ("range(0, height, step_h)", []),
        ("min(x2 * y2, height)", []),
    ],
)
def test_a_step_or_limit_of_the_other_side(code: str, expected: list[str]) -> None:
    assert mixed(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("pad(x, (0, pad_h, 0, pad_w))", ["pad_h, not pad_w"]),
        ("sizes = [0, pad_h, 0, pad_w]\npad(x, sizes)", ["pad_h, not pad_w"]),
        ("pad(x, pad=(0, 0, 0, h % 2, 0, w % 2))", ["h, not w"]),
        ("pad(x, (0, pad_w, 0, pad_h))", []),
        ("pad(x, (left, right, top, bottom))", []),
        ("pad(x, (0, h * w, 0, h, 0, 1))", []),
        ("other(x, (0, pad_h, 0, pad_w))", []),
    ],
)
def test_paddings_begin_with_the_last_dimension(code: str, expected: list[str]) -> None:
    assert padded(f"{code}\n") == expected


@pytest.mark.parametrize(
    ("code", "parameters", "either_way"),
    [
        ("def main(src_pts, dst_pts):\n    return f(dst_pts, src_pts, 8)\n", ["src_pts", "dst_pts"], False),
        ("def main(dim_in, dim_out):\n    return f(dim_out, dim_in, 3)\n", ["dim_in", "dim_out"], False),
        ("def main(box1, box2, n):\n    return f(box2, box1, n)\n", ["box1", "box2", "n"], False),
        # The two alone, not its own in that order, that are but counted, letters, a layer of two that lead back.
        ("def main(src_pts, dst_pts):\n    return f(dst_pts, src_pts)\n", ["src_pts", "dst_pts"], True),
        ("def main(dst_pts, src_pts):\n    return f(dst_pts, src_pts, 8)\n", ["src_pts", "dst_pts"], True),
        ("def main(a):\n    src_pts, dst_pts = a\n    return f(dst_pts, src_pts, 8)\n", ["src_pts", "dst_pts"], True),
        ("def main(box1, box2):\n    return f(box2, box1)\n", ["box1", "box2"], True),
        ("def main(x, y):\n    return f(y, x)\n", ["x", "y"], True),
        (
            "def main(dim_in, dim_out):\n    g(dim_in, dim_out)\n    return f(dim_out, dim_in)\n",
            ["dim_in", "dim_out"],
            True,
        ),
    ],
)
def test_what_a_function_hands_on_of_its_own_in_order(code: str, parameters: list[str], either_way: bool) -> None:
    (found,) = exchanged(code, f=parameters)
    assert found.either_way is either_way


def test_capital_letters_are_sides_too() -> None:
    (found,) = exchanged("draw(pose, W, H)\n", draw=["pose", "H", "W"])
    assert (found.atom.text, found.expected, found.either_way) == ("W", "H", False)


def test_the_bounds_of_a_slice_are_along_one_side() -> None:
    assert mixed("x1[y2 : x2 + 5]") == ["y2, not x2"]
    assert mixed("x1[x1:x2, 3:y2]") == []


def test_sizes_that_are_put_together_along_each_side() -> None:
    along = "height < step_h, width - step_w, "
    assert mixed(along + "width < step_h") == ["step_h, not step_w"]
    assert mixed(along + "step_w - height") == ["height, not width"]
    assert mixed("width < step_h, height < step_w") == []
    assert mixed(along + "width - height") == []
