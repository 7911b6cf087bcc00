from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.copies.copied import copies_of, left_in_whole, may_be_left_whole
from mlint.facts.pairs.kinds import Kind
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.pairs.reading.shapes import Row
from mlint.facts.pairs.reading.unify import Renaming
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


class Attributes(Nothing):
    """Surroundings in which a class has all attributes."""

    def has_attribute(self, name: str) -> bool:
        return True


def method(body: str, name: str = "f") -> Row:
    return lay_out(Tree(f"def {name}(self, x, y):\n" + textwrap.indent(textwrap.dedent(body), "    ")).statements)


def left(model: str, copy: str, renaming: Renaming) -> list[tuple[str, str, bool]]:
    row = method(copy)
    found = left_in_whole(row, Scope(row, Attributes()), method(model), renaming)
    return [(each.atom.text, each.expected, each.kind is Kind.COPIED) for each in found]


@pytest.mark.parametrize(
    ("model", "copy", "renaming", "said"),
    [
        (
            "return (x - self.x_mean) / self.x_std",
            "return (y - self.y_mean) / self.x_std",
            ("x", "y"),
            ("x_std", "y_std", True),
        ),
        (
            "return x * self.x_std + self.x_mean",
            "return y * self.y_std + self.y_std",
            ("x", "y"),
            ("y_std", "y_mean", True),
        ),
        (
            "if x < self.best_loss:\n    self.best_loss = x\n    self.loss_wait = 0",
            "if y > self.best_score:\n    self.best_score = y\n    self.loss_wait = 0",
            ("loss", "score"),
            ("loss_wait", "score_wait", False),
        ),
        (
            'self.log("val/loss", x)\nself.log("val/iou", self.val_iou)',
            'self.log("val/loss", x)\nself.log("test/iou", self.test_iou)',
            ("validation", "test"),
            ("val/loss", "test/loss", True),
        ),
    ],
)
def test_one_name_of_a_copied_function_was_left(
    model: str, copy: str, renaming: Renaming, said: tuple[str, str, bool]
) -> None:
    assert left(model, copy, renaming) == [said]


@pytest.mark.parametrize(
    ("model", "copy", "renaming"),
    [
        ("return self.x_std(x)", "return self.y_std(y)", ("x", "y")),
        ("return self.x_std(x)", "return self.y_std(y) + 1", ("x", "y")),
        ('return "<unk>"', 'return "<unk>"', ("unk", "pad")),
        ('return self.evaluate(x, "val")', 'return self.evaluate(x, "test")', ("validation", "test")),
        ("self.run\nreturn self.run_id", "self.run\nreturn self.job_id", ("run", "job")),
    ],
)
def test_all_of_it_was_renamed_or_is_shared(model: str, copy: str, renaming: Renaming) -> None:
    assert left(model, copy, renaming) == []


def test_what_is_held_out_for_one_purpose_may_serve_another() -> None:
    copy = 'return self.read(x / "test.txt", "dev")'
    assert left('return self.read(x / "test.txt", "test")', copy, ("test", "dev")) == [("test.txt", "dev.txt", False)]


def test_which_functions_may_be_copies() -> None:
    names = ["encode_x", "encode_y", "decode_x", "forward"]
    assert list(copies_of("encode_y", names)) == [("encode_x", ("x", "y"))]
    assert list(copies_of("q_a", ["r_a"])) == []


def test_a_word_asks_for_one_that_is_there() -> None:
    model, around = frozenset({"x_std", "mean"}), frozenset({"x_std", "y_std"})
    assert may_be_left_whole(frozenset({"x_std"}), model, ("x", "y"), around.__contains__, frozenset())
    assert not may_be_left_whole(frozenset({"y_std"}), model, ("x", "y"), around.__contains__, frozenset())
    assert not may_be_left_whole(frozenset({"x_std"}), model, ("x", "y"), around.__contains__, frozenset({"y_std"}))
