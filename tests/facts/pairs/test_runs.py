from __future__ import annotations

import textwrap

from mlint.facts.pairs.copies.slips import slips
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.runs import runs
from mlint.facts.pairs.reading.scope import Scope
from mlint.facts.syntax.tree import Tree
from tests.facts.pairs.test_mixups import Nothing

_COPY = """
opt_a.zero_grad()
loss_a.backward(retain)
opt_a.step(1)
opt_b.zero_grad()
loss_b.backward(retain)
opt_{}.step(1)
"""


def test_statements_that_are_repeated_together_are_siblings() -> None:
    row = lay_out(Tree(textwrap.dedent(_COPY.format("b"))).statements)
    (group,) = runs(row)
    assert [row.texts(part)[0] for part in group.parts] == ["opt_a", "opt_b"]


def test_statements_of_one_shape_alone_are_no_run() -> None:
    assert list(runs(lay_out(Tree("a = 1\nb = 2\nc = 3\nd = 4\n").statements))) == []
    assert list(runs(lay_out(Tree("a = f(1)\nb.c()\nd = f(2)\n").statements))) == []


def test_one_name_of_the_copy_was_not_renamed() -> None:
    code = textwrap.dedent(_COPY.format("a"))
    row = lay_out(Tree("def f(opt_a, opt_b, loss_a, loss_b, retain):\n" + textwrap.indent(code, "    ")).statements)
    (slip,) = slips(row, Scope(row, Nothing()))
    assert (slip.atom.text, slip.expected, slip.followed) == ("opt_a", "opt_b", 2)
