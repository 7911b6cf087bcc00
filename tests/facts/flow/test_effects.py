"""Which calls do nothing but give a value, what the uses of a variable show, and what a value was before."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.flow.chains import links
from mlint.facts.flow.effects import is_pure, may_be_pure
from mlint.facts.placement.shown import Shown, shown
from mlint.facts.project.project import Project
from mlint.source import read
from mlint.subjects import File, Function

IMPORTS = "import cv2\nimport numpy as np\nimport torch\nimport torch.nn.functional as F\n\n\n"


def function(folder: Path, body: str, parameters: str = "x: torch.Tensor, a: np.ndarray, y") -> Function:
    """The function `f` with this body."""
    path = folder / "a.py"
    path.write_text(IMPORTS + f"def f({parameters}):\n" + "".join(f"    {line}\n" for line in body.split("\n")))
    return next(each for each in File(Project(folder), read(str(path))).functions if each.name == "f")


@pytest.mark.parametrize(
    "code",
    ["x.clamp(0, 1)", "F.dropout(x, 0.5)", "a.astype('uint8')", "np.append(a, 1)", "x.sort()", "torch.relu(x)"],
)
def test_calls_that_only_give_a_value(tmp_path: Path, code: str) -> None:
    found = function(tmp_path, code).facts.calls
    assert [is_pure(fact) for fact in found.values()] == [True]


@pytest.mark.parametrize(
    "code",
    [
        "x.clamp_(0, 1)",
        "F.relu(x, inplace=True)",
        "F.relu(x, True)",
        "torch.relu(x, out=x)",
        "np.add.at(a, 0, 1)",
        "torch.manual_seed(0)",
        "torch.randn(3)",
        "a.sort()",
        "x.backward()",
        "cv2.resize(a, (3, 3), a)",
        "cv2.accumulateWeighted(a, a, 0.5)",
        "y.whatever()",
    ],
)
def test_calls_that_do_something(tmp_path: Path, code: str) -> None:
    found = function(tmp_path, code).facts.calls
    assert [is_pure(fact) for fact in found.values()] == [False]


def test_the_names_of_pure_calls_know_both_spellings() -> None:
    assert all(map(may_be_pure, ("clamp", "dropout", "astype", "resize", "convert")))
    assert not any(map(may_be_pure, ("backward", "manual_seed", "rand", "no_such_name")))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("y.shape", Shown.TENSOR),
        ("y * 2", Shown.TENSOR),
        ("y[:, 0]", Shown.TENSOR),
        ("F.relu(y)", Shown.TENSOR),
        ("y.eval()", Shown.MODULE),
        ("y(x)", Shown.MODULE),
        ("y.keys()", Shown.OBJECT),
        ("y['a']", Shown.OBJECT),
        ("y.config", Shown.OBJECT),
        ("model(y)", Shown.DATA),
        ("y = 3\ny * 2", None),
        ("print(y)", None),
    ],
)
def test_what_other_uses_show(tmp_path: Path, body: str, expected: Shown | None) -> None:
    found = function(tmp_path, f"y.to(x)\n{body}")
    accesses = Accesses(found.ir)
    first = next(each for each in found.instructions.values() if isinstance(each, ir.Load) and each.name == "y")
    assert shown(accesses, first.target, found.facts.calls) is expected


def _before(found: Function) -> list[str]:
    last = max(temporary for temporary, op in found.instructions.items() if isinstance(op, ir.Return))
    returned = found.instructions[last]
    assert isinstance(returned, ir.Return)
    assert returned.value is not None
    return [found.code(each.temporary) for each in links(Accesses(found.ir), found.facts, returned.value)]


def test_a_chain_goes_back_through_names_views_and_numbers(tmp_path: Path) -> None:
    found = function(tmp_path, "m = torch.ones(3)\nm = 2 * m[None].float()\nreturn m")
    assert _before(found)[-1] == "torch.ones(3)"


@pytest.mark.parametrize(
    "body",
    [
        "m = torch.ones(3)\nm[0] = 2\nreturn m",
        "m = torch.ones(3)\nprint(m)\nreturn m",
        "m = torch.ones(3)\nif y:\n    m = x\nreturn m",
        "m = torch.ones(3) * x\nreturn m",
    ],
)
def test_a_chain_ends_where_the_value_was_used_or_changed_otherwise(tmp_path: Path, body: str) -> None:
    assert "torch.ones(3)" not in _before(function(tmp_path, body))
