"""What numbers count along, followed back to where they were measured."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlint.facts.domain.values import UNKNOWN
from mlint.facts.flow import ir
from mlint.facts.flow.accesses import Accesses
from mlint.facts.layout.along import PLAIN, Along, Mark, Side, either, measured, plus, times
from mlint.facts.layout.measures import Measures
from mlint.facts.layout.sides import side_said
from mlint.facts.layout.triage import may_cross
from mlint.facts.project.project import Project
from mlint.facts.project.units import Unit

HEIGHT = measured(Side.HEIGHT, "image", 1, 1)
WIDTH = measured(Side.WIDTH, "image", 1, 1)


def returned(tmp_path: Path, body: str) -> Along | None:
    """What the number counts along that `def f(x, y, s): <body>` returns."""
    path = tmp_path / "m.py"
    path.write_text("def f(x, y, s):\n" + "".join(f"    {line}\n" for line in body.splitlines()), encoding="utf-8")
    project = Project(tmp_path)
    outline = project.outline(path)
    assert outline is not None
    accesses = Accesses(Unit(project, path, outline.functions[0]).lowered.function)
    given = [each for each in accesses.temporaries.definitions.values() if isinstance(each, ir.Return)]
    assert given[-1].value is not None
    return Measures(accesses, lambda _: UNKNOWN).along(given[-1].value)


def mark(tmp_path: Path, body: str) -> Mark | None:
    found = returned(tmp_path, body)
    return None if found is None else found.mark


@pytest.mark.parametrize(
    ("body", "axis"),
    [
        ("return x.shape[1]", 1),
        ("return x.shape[-2]", -2),
        ("return x.size(3)", 3),
        ("return x.size()[0]", 0),
        ("h, w = x.shape[:2]\nreturn w", 1),
        ("b, c, h, w = x.shape\nreturn h", 2),
        ("h, w = x.shape[-2:]\nreturn h", -2),
        ("h, w = x.shape[2:]\nreturn w", 3),
        ("h, w = x.shape[:-1]\nreturn w", 1),
        ("w, h = x.shape[:2][::-1]\nreturn h", 0),
        ("w, h = x.shape[1::-1]\nreturn h", 0),
        ("w, h = reversed(x.shape[:2])\nreturn w", 1),
        ("shape = x.shape\nreturn shape[1]", 1),
        ("size = x.shape[:2]\nreturn size[0]", 0),
        ("a = x.shape[0]\nb = int(a * s) + 1\nreturn max(b, 32)", 0),
        ("a, b = round(x.shape[0] / 2), 7\nreturn a", 0),
        ("h, w = x.shape[:2]\nreturn s * h / w", 0),
        ("h, w = x.shape[:2]\nk = s / max(h, w)\nreturn int(w * k)", 1),
        ("for i in range(x.shape[0]):\n    y = i\nreturn y", 0),
        ("return np.random.randint(0, x.shape[1] - s)", 1),
        ("h = x.shape[0]\nif s:\n    h = h // 2\nreturn h", 0),
        ("h = x.shape[0]\nwhile s:\n    h = h // 2\nreturn h", 0),
        ("h, w = np.array(x.shape[:2]) // 2\nreturn w", 1),
    ],
)
def test_it_is_followed(tmp_path: Path, body: str, axis: int) -> None:
    assert mark(tmp_path, body) == axis


@pytest.mark.parametrize(
    "body",
    [
        "return s",
        "return len(x)",
        "return x.shape[s]",
        "return x.shape[0] * x.shape[1]",
        "return x.shape[0] / y.shape[0]",
        "return x.shape[0] + x.shape[1]",
        "return max(x.shape[0], x.shape[1])",
        "return s / x.shape[0]",
        "if s:\n    a = x.shape[0]\nelse:\n    a = x.shape[1]\nreturn a",
        "return unknown(x.shape[0])",
        "a, b = x.shape[:s]\nreturn a",
        "a = b = x\nreturn a",
    ],
)
def test_what_counts_along_nothing_or_several_things_is_not_told(tmp_path: Path, body: str) -> None:
    assert mark(tmp_path, body) is None


def test_the_names_on_the_way_are_kept(tmp_path: Path) -> None:
    found = returned(tmp_path, "h, w = x.shape[:2]\nnew = h * s\nreturn int(new)")
    assert found is not None
    assert [name.text for name in found.names] == ["h", "new"]
    assert found.of == "x"


def test_a_height_for_a_height_is_a_ratio() -> None:
    assert times(HEIGHT, HEIGHT, divided=True) == PLAIN
    ratio = times(HEIGHT, WIDTH, divided=True)
    assert ratio is not None
    back = times(WIDTH, ratio)
    assert back is not None
    assert back.mark is Side.HEIGHT


def test_the_larger_of_two_sides_is_a_plain_size() -> None:
    assert either(HEIGHT, WIDTH) == PLAIN
    assert plus(HEIGHT, WIDTH) is None
    assert plus(HEIGHT, PLAIN) == HEIGHT


numbers = st.sampled_from([PLAIN, HEIGHT, WIDTH, measured(0, "x", 1, 1), measured(1, "x", 1, 1), None])


@given(numbers, numbers)
def test_orders_of_operands_do_not_matter(one: Along | None, other: Along | None) -> None:
    for operation in (times, plus, either):
        left, right = operation(one, other), operation(other, one)
        assert (None if left is None else left.powers) == (None if right is None else right.powers)


@given(numbers, numbers)
def test_what_is_multiplied_and_divided_is_as_before(one: Along | None, other: Along | None) -> None:
    back = times(times(one, other), other, divided=True)
    assert back is None or one is None or back.powers == one.powers


@pytest.mark.parametrize(
    ("name", "side"),
    [("new_w", Side.WIDTH), ("imgHeight", Side.HEIGHT), ("n_cols", Side.WIDTH), ("x", Side.WIDTH), ("size", None)],
)
def test_names_say_sides(name: str, side: Side | None) -> None:
    assert side_said(name) is side


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("return cv2.resize(m, x.shape[:2])", True),
        ("return x[:w, :x.shape[0]]", True),
        ("return dict(width=x.shape[0], height=x.shape[1])", True),
        ("return {'w': x.shape[0], 'h': x.shape[1]}", True),
        ("return x[:, 0] + x.shape[0]", False),
        ("return y[i, j] + x.shape[0]", False),
        ("return cv2.resize(m, (w, h))", False),
        ("return cv2.resize(m, size_of(x))", True),
        ("return np.zeros((x.shape[1], 3))", True),
        ("h, w = x.shape[:2]\nreturn cut(x, w // 2, h // 2)", True),
        ("h, w = x.shape[:2]\nreturn cut(x, w * h)", False),
        ("cv2.circle(x, p, 3)\nreturn x[i, j]", True),
        ("cv2.circle(x, p, 3)\nreturn x[i]", False),
    ],
)
def test_the_text_tells_what_is_not_looked_at(text: str, may: bool) -> None:
    words = frozenset(text.replace(".", " ").replace("(", " ").split())
    assert may_cross(text, words) is may
