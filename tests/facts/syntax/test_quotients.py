"""What is divided by what."""

from __future__ import annotations

import ast

import pytest

from mlint.facts.syntax.quotients import aliases, divided, held, spelled


def _nodes(code: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "self.sum / self.n",
        "np.divide(self.sum, self.n)",
        "torch.div(self.sum, self.n)",
        "self.sum.div_(self.n)",
        "safe_div(self.sum, self.n)",
    ],
)
def test_a_division_has_two_sides(code: str) -> None:
    (pair,) = filter(None, map(divided, _nodes(code)))
    assert [spelled(side) for side in pair] == ["self.sum", "self.n"]


def test_what_is_divided_in_place() -> None:
    (pair,) = filter(None, map(divided, _nodes("self.sum /= n")))
    assert [spelled(side) for side in pair] == ["self.sum", "n"]


@pytest.mark.parametrize("code", ["self.sum * self.n", "f(self.sum, self.n)", "self.sum // self.n"])
def test_anything_else_is_no_division(code: str) -> None:
    assert not any(map(divided, _nodes(code)))


def test_names_stand_for_attributes() -> None:
    known = aliases(_nodes("total, n = self.total, self.n\nlast = self.last\nfor k, v in self.sums.items(): pass"))
    assert known == {"total": {"self.total"}, "n": {"self.n"}, "last": {"self.last"}, "v": {"self.sums"}}


def test_what_is_computed_is_no_alias() -> None:
    assert aliases(_nodes("total = self.total + 1\nn = count\nfor v in self.values: pass")) == {}


def test_what_a_side_holds() -> None:
    side = ast.parse("max(total, 1)", mode="eval").body
    assert held(side, {"total": frozenset({"self.total"})}) == {"max", "total", "self.total"}


def test_items_are_spelled_with_their_keys() -> None:
    assert spelled(ast.parse("self.sums['loss']", mode="eval").body) == "self.sums['loss']"
    assert spelled(ast.parse("f(x)", mode="eval").body) == ""
