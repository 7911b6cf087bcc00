"""Which attributes may hold a tensor or a container that is made where they are stored."""

from __future__ import annotations

import ast

import pytest

from mlint.facts.syntax.stores import ANYTHING, GLOBAL, attribute_stores, returned_origins


def function(text: str) -> ast.FunctionDef:
    (found,) = ast.parse(text).body
    assert isinstance(found, ast.FunctionDef)
    return found


def stores(body: str) -> dict[str, set[str]]:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    found = attribute_stores(function(f"def __init__(self, dim, size=(1, 2)):\n{lines}"))
    return {each.name: set(each.origins) for each in found}


@pytest.mark.parametrize(
    "body",
    [
        "self.dim = dim * 2",
        "self.flag = dim > 1 and not size",
        "half = dim // 2\nself.half = half",
        "dim = dim or 4\nself.dim = dim",
        "self.name = f'{dim}'",
        "self.shape = (dim, size[0])",
        "self.width = int(len(size))",
        "self.first = self.blocks[0].width",
        "for each in range(dim):\n    self.last = each",
        "other.weights = torch.ones(3)",
        "self.config = dict(dim=dim)",
        "self.info = []\nfor each in size:\n    self.info.append(dict(dim=each))",
        "self.info = info = {}\ninfo['dim'] = dim",
        "self.size = tuple(repeat(dim, 2))",
        "self.info = []\nself.info += [dict(dim=dim)]",
        "self.count = dim * self.weight[0].numel()",
        "def parse(each):\n    return tuple(each)\nself.parse = parse",
    ],
)
def test_numbers_flags_texts_and_what_is_passed_in_are_left_out(body: str) -> None:
    assert stores(body) == {}


@pytest.mark.parametrize(
    ("body", "origins"),
    [
        ("self.mean = torch.zeros(dim)", {"torch.zeros"}),
        ("mean = torch.zeros(dim) / 2\nself.mean = mean", {"torch.zeros"}),
        ("self.mean = torch.zeros(dim).view(1, -1)", {".view"}),
        ("self.layers = []", {ANYTHING}),
        ("self.layers = [nn.Linear(dim, dim) for _ in range(3)]", {ANYTHING}),
        ("self.layers = {'a': make(dim)}", {ANYTHING}),
        ("self.table = TABLE", {GLOBAL + "TABLE"}),
        ("self.scale = nn.Parameter(torch.ones(1)) if dim else None", {"nn.Parameter"}),
        ("self.a, self.mean = dim, torch.eye(dim)", {"torch.eye"}),
        ("self.layers += [nn.ReLU()]", {ANYTHING}),
        ("self.layers = []\nself.layers.append(nn.Linear(dim, dim))", {ANYTHING}),
        ("self.layers = {}\nself.layers['a'][0] = nn.Linear(dim, dim)", {ANYTHING}),
        ("self.layers = []\nself.layers += [nn.Linear(dim, dim)]", {ANYTHING}),
        ("layers = list(nn.ReLU() for _ in size)\nself.layers = layers", {ANYTHING}),
    ],
)
def test_what_may_be_made_here_has_an_origin(body: str, origins: set[str]) -> None:
    (found,) = stores(body).values()
    assert found == origins


def test_a_function_without_an_object_of_its_own_stores_nothing() -> None:
    assert list(attribute_stores(function("def f():\n    self.x = g()"))) == []


def test_what_a_function_returns_has_origins_too() -> None:
    assert returned_origins(function("def f(x):\n    return x > 1")) == frozenset()
    assert returned_origins(function("def f(x):\n    y = torch.rand(3)\n    return y")) == {"torch.rand"}
