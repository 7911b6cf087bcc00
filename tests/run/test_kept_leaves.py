from __future__ import annotations

import json

import pytest

from mlint.facts.project.reads import Leaf
from mlint.run.kept_leaves import UNSURE, KeptLeaves

NAMES, DEFINITION = Leaf("names", "/a.py"), Leaf("definition", "/a.py", "f")
THERE, WORD = Leaf("exists", "/a.py"), Leaf("word", "", "fit")


def noted(*leaves: Leaf) -> KeptLeaves:
    kept = KeptLeaves()
    for leaf in leaves:
        kept.note(leaf, leaf.kind)
    return kept


def test_a_leaf_keeps_its_number_and_answer() -> None:
    kept = noted(NAMES, DEFINITION)
    assert kept.note(DEFINITION, "definition") == kept.number(DEFINITION) == 1
    again = KeptLeaves.from_json(json.loads(json.dumps(kept.as_json())))
    assert again.number(DEFINITION) == 1
    assert again.answer(DEFINITION) == "definition"
    assert again.note(WORD, "") == 2


def test_of_two_answers_neither_is_believed() -> None:
    kept = noted(NAMES)
    kept.note(NAMES, "another")
    assert kept.answer(NAMES) == UNSURE
    assert kept.unsure == {NAMES}
    assert KeptLeaves.from_json(json.loads(json.dumps(kept.as_json()))).unsure == {NAMES}


def test_which_there_are() -> None:
    kept = noted(NAMES, DEFINITION, THERE, WORD)
    assert dict(kept.of_kind("word")) == {WORD: "word"}
    assert dict(kept.of_kind("exists")) == {THERE: "exists"}
    assert dict(kept.in_file("/a.py")) == {NAMES: "names", DEFINITION: "definition"}
    assert dict(kept.in_file("/b.py")) == {}
    assert set(kept.numbers("/a.py").values()) == {NAMES, DEFINITION, THERE}
    assert set(kept.places()) == {("content", "/a.py"), ("exists", "/a.py")}
    assert kept.files == {"/a.py"}


def test_what_is_not_needed_is_forgotten() -> None:
    words = [Leaf("word", "", f"word{number}") for number in range(9)]
    kept = noted(NAMES, *words)
    needed = 1 << kept.number(words[7])
    assert [kept.has_grown, kept.tidied(needed), kept.has_grown] == [True, {8: 0}, False]
    assert kept.number(words[7]) == 0
    with pytest.raises(KeyError):
        kept.number(NAMES)
    assert kept.note(NAMES, "names") == 1
