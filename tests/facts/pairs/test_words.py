from __future__ import annotations

import pytest

from mlint.facts.pairs.names.words import changed, replaced, split


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("train_loader2", ("train", "loader", "2")),
        ("valLoader", ("val", "loader")),
        ("WIDTH", ("width",)),
        ("xmin", ("x", "min")),
        ("dx", ("d", "x")),
        ("xy", ("xy",)),
        ("conv1x1", ("conv", "1x1")),
        ("val/acc", ("val", "acc")),
        ("", ()),
    ],
)
def test_names_have_words(name: str, words: tuple[str, ...]) -> None:
    assert split(name) == words


def test_the_words_that_differ() -> None:
    assert changed("train_loss", "val_loss") == (("train", "val"),)
    assert changed("fx", "fy") == (("x", "y"),)
    assert changed("a_b", "c_d") == (("a", "c"), ("b", "d"))
    assert changed("loss", "val_loss") == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("crop_height", "height", "width", "crop_width"),
        ("HEIGHT", "height", "width", "WIDTH"),
        ("valLoader", "loader", "set", "valSet"),
        ("dx", "x", "y", "dy"),
        ("loss", "train", "val", "loss"),
    ],
)
def test_a_word_is_replaced_in_its_own_case(name: str, old: str, new: str, expected: str) -> None:
    assert replaced(name, old, new) == expected
