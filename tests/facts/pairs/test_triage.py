from __future__ import annotations

from collections.abc import Sequence

import pytest

from mlint.facts.pairs.copies.triage import has_twins
from mlint.facts.pairs.labels.two_roles import has_two_roles
from mlint.facts.pairs.reading.script import Line, Script, opened, without_tables


def nothing(name: str) -> bool:
    return False


class Functions:
    """The functions of these names; what each takes and gives are the same names."""

    def __init__(self, **names: Sequence[str]) -> None:
        self._names = names

    def called(self, dotted: str) -> Sequence[str] | None:
        return self._names.get(dotted)

    def gives(self, dotted: str) -> Sequence[str] | None:
        return self._names.get(dotted)


def twins(*lines: str) -> bool:
    return has_twins(Script(lines), nothing)


def two_roles(*lines: str, name: str = "main", **functions: Sequence[str]) -> bool:
    return has_two_roles(Script(lines), name, nothing, Functions(**functions))


@pytest.mark.parametrize(
    "lines",
    [
        ["height, width = shape", "fx = width", "fy = width"],
        ["sigma1, sigma2 = both", "ks1 = size(sigma1)", "ks2 = size(sigma1)"],
        ["y2 = 1", "box = f(x1 + x2, y1 + x2)"],
        ["height, width = shape", "area = depth * height * height"],
        ["keys = [", "'x_min', 'y_min', 'x_max', 'x_max']"],
        ["val, size = 1, 2", "a_train = f(", "    train, size)", "a_val = f(train,", "    size)"],
    ],
)
def test_a_word_stays_that_another_asks_to_change(lines: list[str]) -> None:
    assert twins(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["loss = f(x)", "count = g(y, z)"],
        ["a = first", "b = second"],
        ["area = side * side"],
        ["fx = width", "fy = width"],  # there is no height
        ["def f(x1: Tensor, x2: Tensor, tensor: int):", "    return x1"],
        ["height = 1", "# fx = width", "# fy = width"],
        ["M = M if M.ndim == 3 else M.flat(0)"],
    ],
)
def test_lines_without_a_sign_of_a_slip(lines: list[str]) -> None:
    assert not twins(*lines)


def test_names_outside_of_the_lines_can_be_meant() -> None:
    assert has_twins(Script(["fx = self.width", "fy = self.width"]), lambda name: name == "height")


def test_a_statement_says_one_role_and_uses_another() -> None:
    assert two_roles("val_set = 1", "val_loader = DataLoader(", "    train_set,", ")")
    assert two_roles("val_acc = 1", 'log("val/acc", train_acc)')
    assert two_roles("height = width = 1", "f(width=height)")
    assert two_roles("val_set = 1", "return self.load(self.train_set)", name="val_dataloader")
    assert not two_roles("val_set = 1", "train_loader = DataLoader(train_set)")
    assert not two_roles("val_loader = DataLoader(train_set)")
    assert not two_roles("height = 1", "width = 2", "print(width, height)")


def test_arguments_that_are_exchanged_are_told_by_the_parameters() -> None:
    assert two_roles("crop(height, width)", crop=("width", "height"))
    assert not two_roles("crop(width, height)", crop=("width", "height"))
    assert not two_roles("other(height, width)", crop=("width", "height"))
    assert two_roles("train(net, device, test_loader)", train=("net", "loader", "device"))
    assert not two_roles("train(net, test_loader, device)", train=("net", "loader", "device"))


def test_items_in_another_order_than_they_are_given() -> None:
    assert two_roles("w, h = size(image)", size=("h", "w"))
    assert not two_roles("h, w = size(image)", size=("h", "w"))


def test_comments_and_texts_over_lines_are_no_code() -> None:
    script = Script(["x = 1  # a [", '"""', "a = b", '"""', "y = f(", '    "#", z)'])
    assert [line.text for line in script.statements] == ["x = 1", '""', 'y = f( "#", z)']
    assert [line.text for line in script.fragments] == ["y = f(", '"#", z)']


def test_a_line_has_words_and_signs() -> None:
    one, other = Line.of("y2 = f(x_1,"), Line.of("3.5)")
    assert one.words == ("y2", "f", "x_1")
    assert (one.signs, opened(one.signs)) == ("=(,", 1)
    assert Line.joined([one, other]) == Line("y2 = f(x_1, 3.5)", ("y2", "f", "x_1", "3", "5"), "=(,.)")


def test_long_tables_of_a_module_are_left_out_and_what_stands_around_them_stays() -> None:
    rows = [f'    "row_{number}": settings(width=1, height=1),' for number in range(70)]
    table = ["TABLE = {", *rows, "}"]
    before, after = ["width = 1", "height = 2"], ["if width:", "    print(height)"]
    assert without_tables([*before, *table, *after]) == [*before, *after]
    assert without_tables([*before, table[0], *rows[:3], "}", *after]) == [*before, table[0], *rows[:3], "}", *after]
    block = ["for each in TABLE:", *("    print(each)" for _ in range(70))]
    assert without_tables(block) == block
