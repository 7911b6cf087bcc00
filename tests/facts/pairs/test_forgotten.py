from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.copies.forgotten import names_a_file
from mlint.facts.pairs.copies.slip import Slip
from mlint.facts.pairs.copies.slips import slips
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def found(code: str) -> list[Slip]:
    laid = lay_out(Tree(textwrap.dedent(code)).statements)
    return slips(laid, Scope(laid, Nothing()))


@pytest.mark.parametrize(
    ("second", "guards"),
    [
        ("p = top_p if top_k > 0 else None", True),
        ("p = top_p if top_k > 0 else 1", False),
        ("p = top_p if len(top_k) > 0 else None", False),
    ],
)
def test_a_value_is_taken_under_the_test_of_the_other(second: str, guards: bool) -> None:
    first = second.replace("p =", "k =").replace("top_p", "top_k").replace("else 1", "else None")
    assert any(slip.guards for slip in found(f"def f(top_k, top_p):\n    {first}\n    {second}\n")) == guards


def test_what_is_made_anew_of_the_other() -> None:
    (slip,) = found("def f(g, q, k):\n    q = g(q)\n    k = g(q)\n    return q, k\n")
    assert (slip.expected, slip.anew, slip.renews) == ("k", True, True)
    assert not any(slip.renews for slip in found("def f(n, start, end):\n    start = n + start\n    end = n + start\n"))


def test_what_is_put_into_the_list_of_the_other() -> None:
    code = "def f(train, val, train_all, val_all):\n    train_all.append(train)\n    train_all.append(val)\n"
    (slip,) = found(code)
    assert (slip.expected, slip.collects) == ("val_all", True)
    assert not any(slip.collects for slip in found(code.replace("append", "check")))


def test_an_attribute_by_its_label_or_by_many_others() -> None:
    (slip,) = found("def f(a, box):\n    a['x'] = box.x\n    a['y'] = box.x\n")
    assert (slip.expected, slip.named) == ("y", True)
    assert found("def f(a, one, two):\n    a['x'] = one.x\n    a['y'] = two.x\n") == []
    code = "def f(g, c):\n    left = g(c.k_left, c.r_left, c.p_left, c.d_left)\n    right = "
    (slip,) = found(code + "g(c.k_right, c.r_right, c.p_right, c.d_left)\n")
    assert slip.expected == "d_right"
    assert found(code + "g(c.k_right, c.r_right, c.p_left, c.d_left)\n") == []


def test_a_third_sibling_of_the_models_kind_says_nothing_of_the_suspect() -> None:
    code = """
        def f(g, h, x, x_test):
            return {"train_a": g(x_train), "test_a": g(x_train), "train_b": h(x_train), "test_b": h(x_test)}
        """
    (slip,) = found(code)
    assert (slip.expected, slip.seconded) == ("x_test", True)


@pytest.mark.parametrize(
    ("text", "file"), [("'train.csv'", True), ("'train'", False), ("'a. sentence of train'", False), ("1.5", False)]
)
def test_which_texts_name_files(text: str, file: bool) -> None:
    (atom,) = [
        atom for atom in lay_out(Tree(f"f({text})\n").statements).atoms[1:] if atom is not None and atom.text != "f"
    ]
    assert names_a_file(atom) == file
