from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.labels.claims import claims
from mlint.facts.pairs.labels.mixup import Mixup
from mlint.facts.pairs.labels.mixups import mixups
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree


class Nothing:
    """Surroundings in which nothing is defined."""

    def defines(self, name: str) -> bool:
        return False

    def has_attribute(self, name: str) -> bool:
        return False

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


def found(code: str, **signatures: list[str]) -> list[Mixup]:
    laid = lay_out(Tree(textwrap.dedent(code)).statements)
    return mixups(laid, Scope(laid, Nothing()), list(claims(laid, signatures.get)))


def test_the_other_role_where_the_right_one_is_in_scope() -> None:
    (mixup,) = found("def f(make, train_set, val_set):\n    val_loader = make(train_set)\n")
    assert (mixup.atom.text, mixup.expected, mixup.said.family) == ("train_set", "val_set", "split")
    assert (mixup.unread, mixup.partners, mixup.crossed) == (True, True, None)
    assert found("def f(make, train_set):\n    val_loader = make(train_set)\n") == []


def test_of_an_exchange_the_first_half_is_told_with_the_other() -> None:
    (mixup,) = found("def f(g, width, height):\n    g(width=height, height=width)\n")
    assert mixup.expected == "width"
    assert mixup.crossed is not None
    assert mixup.crossed.label == "height"
    assert (mixup.measures, mixup.sole, mixup.own) == (True, True, True)


@pytest.mark.parametrize(
    "body",
    [
        "height = width * ratio",  # one from the other
        "val = split(train_set, val_set)",  # both are in it
        "g(width=width)",
        "train_val = g(train_set)",  # says both
    ],
)
def test_what_is_computed_of_both_or_says_both_is_none(body: str) -> None:
    assert found(f"def f(g, width, height, ratio, split, train_set, val_set):\n    {body}\n") == []


def test_a_call_that_is_also_made_the_right_way_round_means_both() -> None:
    code = "def f(source, target):\n    return apart(source, target) + apart(target, source)\n"
    assert found(code, apart=["source", "target"]) == []
    assert found("def f(source, target):\n    return apart(target, source)\n", apart=["source", "target"])[0].directed


def test_a_matrix_is_transposed_on_purpose() -> None:
    (mixup,) = found("def f(make, row, col):\n    return make(row=col, col=row)\n")
    assert mixup.transposed
    (mixup,) = found("def f(make, width, height):\n    return make(width=height, height=width)\n")
    assert not mixup.transposed


def test_what_one_set_leaves_is_for_the_other() -> None:
    (mixup,) = found(
        "def f(split, train_part, test_part):\n    split(test_size=1 - train_part)\n    return test_part\n"
    )
    assert (mixup.left_over, mixup.computed) == (True, True)
