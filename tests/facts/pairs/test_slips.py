from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.copies.columns import columns
from mlint.facts.pairs.copies.doubles import doubles
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.copies.slips import slips
from mlint.facts.pairs.copies.twins import left_in_copy, twin_of
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import Row
from mlint.facts.pairs.reading.unify import unify
from mlint.facts.syntax.tree import Tree


class Nothing:
    """Surroundings in which nothing is defined."""

    def defines(self, name: str) -> bool:
        return False

    def has_attribute(self, name: str) -> bool:
        return name.startswith("known")

    def has_method(self, name: str) -> bool:
        return False

    def has_option(self, name: str) -> bool:
        return False

    def has_text(self, text: str) -> bool:
        return False

    def is_unread_option(self, name: str) -> bool:
        return False

    def is_only_set(self, name: str) -> bool:
        return False


def row(code: str) -> Row:
    return lay_out(Tree(textwrap.dedent(code)).statements)


def found(code: str) -> list[Slip]:
    laid = row(code)
    return slips(laid, Scope(laid, Nothing()))


def test_one_name_is_left_as_it_was() -> None:
    (slip,) = found(
        """
        def f(x1, x2, y1, y2):
            cx = (x1 + x2) / 2
            cy = (y1 + x2) / 2
        """
    )
    assert (slip.atom.text, slip.expected, slip.renaming, slip.followed) == ("x2", "y2", ("x", "y"), 2)
    assert (slip.labelled, slip.partners, slip.unread, slip.same_value) == (True, True, True, False)


def test_either_sibling_can_be_the_wrong_one() -> None:
    (slip,) = found(
        """
        def f(width, height, a, b):
            new_width = a * height
            new_height = b * height
        """
    )
    assert (slip.atom.text, slip.expected) == ("height", "width")
    assert slip.suspect.start < slip.model.start


@pytest.mark.parametrize(
    "body",
    [
        "train = a(x_train, mean_train)\n    val = a(x_val, mean_train)",  # there is no mean_val
        "p = [[x1, y1], [x1, y2], [x2, y1]]",
        "w1 = g(h, w, x1)\n    w2 = g(h, w, x2)",
        "x1, x2 = x2, x1",
        "ax = g[x1]\n    ay = g[x1]\n    az = g[x1]",
    ],
)
def test_what_is_shared_on_purpose_is_no_slip(body: str) -> None:
    assert found(f"def f(x_train, x_val, mean_train, x1, x2, y1, y2, h, w, g, a):\n    {body}\n") == []


def test_an_attribute_of_self_is_expected_only_where_the_class_knows_it() -> None:
    code = """
        def f(self, one, two):
            a_one = self.{name}_one(1)
            a_two = self.{name}_one(1)
        """
    assert [slip.expected for slip in found(code.format(name="known"))] == ["known_two"]
    assert found(code.format(name="other")) == []


def test_only_the_size_of_the_shared_value_is_asked_for() -> None:
    (slip,) = found("def f(a_one, b_one, a_two, z):\n    b_one = z(len(a_one))\n    b_two = z(len(a_one))\n")
    assert slip.measured


def test_a_factor_that_is_there_twice() -> None:
    laid = row("def f(height, width, depth):\n    return depth * height * height\n")
    (double,) = doubles(laid, Scope(laid, Nothing()))
    assert (double.expected, double.unread) == ("width", True)


def test_deep_expressions_are_laid_out_without_recursion() -> None:
    laid = row("x = " + "(" * 150 + "1" + ")" * 150 + " + 1" * 300 + "\n")
    assert laid.tags[0] == "Assign"


def test_columns_of_one_side() -> None:
    laid = row(
        """
        def f(xy, width, height):
            xy[:, 0] = xy[:, 0] / width
            xy[:, 1] = xy[:, 1] / width
        """
    )
    (slip,) = columns(laid, Scope(laid, Nothing()))
    assert (slip.atom.text, slip.expected, slip.unread) == ("width", "height", True)


@pytest.mark.parametrize(
    "lines",
    [
        ["a = image.shape[0] / width", "b = image.shape[1] / width"],  # in an order of its own
        ["xy[0, 0] = xy[0, 0] / size", "xy[0, 1] = xy[0, 1] / size"],
        ["xy[:, 0] = xy[:, 0] / width", "xy[:, 2] = xy[:, 2] / width"],
    ],
)
def test_columns_that_share_a_side(lines: list[str]) -> None:
    laid = row("\n    ".join(["def f(xy, image, size, width, height):", *lines]) + "\n")
    assert list(columns(laid, Scope(laid, Nothing()))) == []


def test_a_method_keeps_a_name_of_its_twin() -> None:
    model = row("def train_epoch(self):\n    return self.run(self.known_train, 'train_loss')\n")
    copy = row("def val_epoch(self):\n    return self.run(self.known_train, 'val_loss')\n")
    (slip,) = left_in_copy(copy, Scope(copy, Nothing()), model, ("train", "val"))
    assert (slip.atom.text, slip.expected) == ("known_train", "known_val")
    right = row("def val_epoch(self):\n    return self.run(self.known_val, 'val_loss')\n")
    assert list(left_in_copy(right, Scope(right, Nothing()), model, ("train", "val"))) == []


def test_twins_have_names_that_are_a_known_pair() -> None:
    methods = {"train_epoch": 1, "fit": 2, "width": 3}
    assert [(twin.name, twin.renaming) for twin in twin_of("val_epoch", methods)] == [("train_epoch", ("train", "val"))]
    assert [twin.name for twin in twin_of("height", methods)] == ["width"]
    assert list(twin_of("fit", methods)) == []


def test_what_changes_is_told_in_the_order_of_the_text() -> None:
    laid = row("left_mean, first_loss = f(x)\nright_std, second_score = f(x)\n")
    unified = unify(laid, *laid.statements)
    assert unified is not None
    assert list(unified.renamings) == [("left", "right"), ("mean", "std"), ("first", "second"), ("loss", "score")]
