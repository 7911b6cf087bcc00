from __future__ import annotations

from mlint.facts.pairs.copies.twins import left_in_copy
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def left(train: str, val: str) -> list[str]:
    model, row = (lay_out(Tree(each).statements) for each in (train, val))
    found = left_in_copy(row, Scope(row, Nothing()), model, ("train", "val"))
    return [f"{each.atom.text}, not {each.expected}" for each in found]


def test_a_text_of_the_copy_was_left() -> None:
    train = "def train_step(self, x):\n    self.log('train_loss', x)\n"
    assert left(train, "def val_step(self, x):\n    self.log('train_loss', x)\n") == ["train_loss, not val_loss"]
    assert left(train, "def val_step(self, x):\n    self.log('val_loss', x)\n") == []


def test_a_text_that_stands_there_for_itself_is_no_copy_though_other_names_follow() -> None:
    train = "def train(self, x):\n    self.add(x, 'train')\n    self.run.train(self)\n"
    both = "def val(self, x, y):\n    self.add(x, 'train')\n    self.add(y, 'val')\n    self.run.val(self)\n"
    assert left(train, both) == []
