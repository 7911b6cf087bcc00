from __future__ import annotations

import ast

import pytest

from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.shapes import Atom
from mlint.facts.pairs.reading.standing import Standing
from mlint.facts.syntax.code import cut
from mlint.facts.syntax.tree import Tree


def atoms_of(code: str, before: int = 0) -> list[tuple[Atom, str]]:
    """The atoms of code with what stands at their places, so many lines down the file."""
    tree = Tree(code)
    row = lay_out(tree.statements)
    lines = ["#"] * before + code.split("\n")
    standing = Standing(row, lines, before - tree.above)
    return [(atom, cut(standing.span(atom), lines)) for atom in row.atoms if atom is not None]


@pytest.mark.parametrize("before", [0, 7])
@pytest.mark.parametrize(
    "code",
    [
        "x = self.größe.breite + y\n",
        "f(a, key = b, *c, **d)\n",
        "def f(a: int, *b, c: str = d):\n    return a\n",
        "class Größe(Base): x = 1\n",
        "try:\n    f()\nexcept (A, B) as error: g(error)\n",
        "x = (\n    a # b\n    .b\n)\n",
        "with open(x) as y, z:\n    y.read()\n",
        "x = lambda a, b: a[b, 1:c].d\n",
    ],
)
def test_every_name_stands_where_it_is_written(code: str, before: int) -> None:
    for atom, text in atoms_of(code, before):
        assert text == atom.text


def test_an_indented_slice_counts_the_lines_of_its_file() -> None:
    assert [text for _, text in atoms_of("    def f(self):\n        return self.x\n", before=3)] == [
        "f",
        "self",
        "self",
        "x",
    ]


@pytest.mark.parametrize(
    "code",
    [
        "print(f'größe {a.b} {c[d]:{e}} {f(g=h)!r}')\n",
        "print(f'''\n  {a}\n  {  b.c}\n''' f'{d}' 'e' f'{x:.2f}')\n",
        "print(  # f'{no}'\n    f'{a}'  # {no}\n    f'{b}')\n",
        "print(f'{a} {f(x, f\"{  b} {c}\")}')\n",
    ],
)
def test_names_in_a_formatted_text_stand_where_they_are_written(code: str) -> None:
    for atom, text in atoms_of(code):
        if not isinstance(atom.node, ast.Constant):
            assert text == atom.text


def test_the_texts_in_a_formatted_text_stand_where_that_stands() -> None:
    assert {atom.text: text for atom, text in atoms_of("x = f'loss {y}'\n")}["loss "] == "f'loss {y}'"
