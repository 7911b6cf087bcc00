from __future__ import annotations

import textwrap

from mlint.facts.pairs.labels.claims import claims
from mlint.facts.pairs.labels.mixup import Mixup
from mlint.facts.pairs.labels.unread import left_unread, may_wait
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing


def found(code: str) -> list[Mixup]:
    laid = lay_out(Tree(textwrap.dedent(code)).statements)
    return list(left_unread(laid, Scope(laid, Nothing()), list(claims(laid, lambda dotted: None))))


def test_what_was_made_for_it_and_is_not_read() -> None:
    (mixup,) = found(
        """
        def f(join, up):
            cat1 = join(1)
            up1 = up(cat1)
            cat2 = join(up1)
            up2 = up(cat1)
            return up2
        """
    )
    assert (mixup.atom.text, mixup.expected, mixup.unread) == ("cat1", "cat2", True)


def test_what_is_read_further_down_or_in_the_next_turn_is_not_left() -> None:
    assert (
        found("def f(make, n):\n    max_len = n\n    min_len = n\n    make(min_size=max_len)\n    return min_len\n")
        == []
    )
    turns = """
        def f(make, n):
            max_len = min_len = n
            for _ in range(n):
                make(min_len)
                min_len = n.min()
                make(min_size=max_len)
        """
    assert found(turns) == []


def test_what_is_unpacked_or_a_parameter_may_be_left() -> None:
    assert found("def f(make, n):\n    max_len, min_len = n\n    make(min_size=max_len)\n") == []
    assert found("def f(make, max_len, min_len):\n    make(min_size=max_len)\n") == []


def test_the_cheap_question_asks_for_idle_names_alone() -> None:
    idle = {"min_len"}.__contains__
    assert may_wait("min_size", ["max_len"], idle)
    assert not may_wait("min_size", ["max_size"], idle)
    assert not may_wait("size", ["max_len"], idle)
