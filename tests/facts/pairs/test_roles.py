from __future__ import annotations

from mlint.facts.pairs.names.roles import Role, counterparts, implied, is_reversible, known_pair, reverses, roles


def test_partners_are_known_both_ways() -> None:
    assert known_pair("width", "height")
    assert known_pair("height", "width")
    assert not known_pair("width", "y")


def test_one_spelling_of_an_axis_asks_for_the_others_and_numbers_ask_for_nothing() -> None:
    assert ("width", "height") in implied("x", "y")
    assert ("h", "w") in implied("height", "width")
    assert implied("1", "2") == ()


def test_words_say_roles() -> None:
    assert roles(["scale", "x"]) == {Role("axis", 0): "x"}
    assert counterparts("height", Role("axis", 0)) == ("width",)
    assert roles(["pred"]) == {}
    assert roles(["pred"], parameters=True) == {Role("answer", 0): "pred"}


def test_a_flip_exchanges_sides_but_not_sets() -> None:
    assert reverses(["RandomFlip"])
    assert not reverses(["Resize"])
    assert is_reversible("axis")
    assert not is_reversible("split")
