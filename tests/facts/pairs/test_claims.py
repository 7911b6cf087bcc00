from __future__ import annotations

import textwrap

import pytest

from mlint.facts.pairs.labels.claims import Claim, claims
from mlint.facts.pairs.reading.rows import lay_out
from mlint.facts.pairs.reading.shapes import Row
from mlint.facts.syntax.tree import Tree


def row(code: str) -> Row:
    return lay_out(Tree(textwrap.dedent(code)).statements)


def claimed(code: str, **signatures: list[str]) -> list[tuple[str, str, str]]:
    laid = row(code)

    def names(claim: Claim) -> str:
        return " ".join(atom.text for atom in laid.atoms_of(claim.value))

    return [(claim.how, claim.label, names(claim)) for claim in claims(laid, signatures.get)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("width = a + b\n", [("target", "width", "a b")]),
        ("self.width = a\n", [("target", "width", "a")]),
        ("left, right = a, b\n", [("target", "right", "b"), ("target", "left", "a")]),
        ("cx, cy = to_int([h, w])\n", [("target", "cy", "w"), ("target", "cx", "h")]),
        ("left, right = pair\n", []),
        ("sizes['width'] = a\n", [("key", "width", "a")]),
        ("sizes[width] = a\n", []),
        ("sizes = {'width': a, key: b}\n", [("target", "sizes", "width a key b"), ("key", "width", "a")]),
        ("width: int = a\n", [("target", "width", "a")]),
        ("width: int\n", []),
    ],
)
def test_what_is_bound_says_what_the_value_is_for(code: str, expected: list[tuple[str, str, str]]) -> None:
    assert claimed(code) == expected


def test_keywords_say_it_unless_the_caller_makes_them_up() -> None:
    assert claimed("resize(width=a)\n") == [("keyword", "width", "a")]
    assert claimed("rearrange(x, '(w h) -> w h', w=a)\n") == []


def test_a_text_beside_a_value_and_one_before_it_in_a_formatted_text() -> None:
    assert claimed("log('val/loss', loss)\n") == [("text", "val/loss", "loss")]
    assert claimed("f'size {size}, step {step}'\n") == [("text", "size ", "size"), ("text", " step ", "step")]


def test_positions_are_told_by_the_parameters_of_a_known_function() -> None:
    assert claimed("crop(a, b)\n", crop=["left", "right"]) == [("parameter", "left", "a"), ("parameter", "right", "b")]
    assert claimed("crop(a, b)\n") == []
    assert claimed("crop(*both, b)\n", crop=["left", "right"]) == []


def test_a_function_named_for_a_role_returns_it_but_not_what_is_nested() -> None:
    code = """
        def val_loader(self):
            def make():
                return one
            return two
        """
    assert claimed(code) == [("function", "val_loader", "two")]
