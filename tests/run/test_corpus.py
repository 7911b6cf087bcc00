from __future__ import annotations

from typing import Any

import pytest

from mlint.config import ConfigError, Layers, Selectors, Settings
from mlint.run.corpus import Counts, Said, Scan, check_rows
from tests.tree import EVERYTHING, FILES, dedented

LAYERS = Layers((EVERYTHING,))
pytestmark = pytest.mark.usefixtures("real_rules")


def go(rows: list[tuple[Any, Any, Any]], layers: Layers = LAYERS, jobs: int | None = 1) -> tuple[list[Said], Counts]:
    counts = Counts()
    numbered = [(number, *row) for number, row in enumerate(rows, start=100)]
    return check_rows(numbered, Scan(layers, jobs), counts), counts


def places(said: list[Said]) -> list[tuple[str, str, int, str]]:
    return [(each["repo"], each["path"], each["line"], each["code"]) for each in said]


def test_each_repository_is_a_project_of_its_own() -> None:
    shop = [("shop", path, dedented(text)) for path, text in FILES.items()]
    alone = [("alone", path, text) for _, path, text in shop if path == "shop/evaluation.py"]
    said, counts = go([*shop, *alone])
    codes = {each["path"]: each["code"] for each in said if each["repo"] == "shop"}
    assert codes["shop/evaluation.py"] == "ML201"
    assert [each for each in said if each["repo"] == "alone" and each["code"] == "ML201" and each["because"]] == []
    assert (counts.files, counts.problems) == (14, 0)
    assert counts.nothing == 1
    assert counts.findings == len(said)
    rows = [each["row"] for each in said]
    assert rows == sorted(rows)
    assert go([*shop, *alone], jobs=2)[0] == said


def test_places_in_other_files_are_told_by_their_paths() -> None:
    said, _ = go([("shop", path, dedented(text)) for path, text in FILES.items()])
    (evaluation,) = [each for each in said if each["path"] == "shop/evaluation.py"]
    assert any(step.startswith("shop/training.py:11: ") for step in evaluation["because"])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("r", "a.py", None), "there is no content"),
        (("r", "a.py", 7), "the content is no text, but int"),
        (("r", None, "x = 1"), "there is no path"),
        (("r", "/", "x = 1"), "there is no path"),
        (("r", "../a.py", "x = 1"), "the path leads out of the repository"),
        (("r", "a/../../b.py", "x = 1"), "the path leads out of the repository"),
        ((5, "a.py", "x = 1"), "the repository is no text, but int"),
        (("r", "./first.py", "x = 1"), "row 100 holds a file of the same path"),
    ],
)
def test_a_bad_row_is_a_result(row: tuple[Any, Any, Any], message: str) -> None:
    said, counts = go([("r", "first.py", "import torch\n"), row])
    assert [(each["row"], each["message"], each["code"]) for each in said] == [(101, message, None)]
    assert (counts.files, counts.problems) == (1, 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("import torch\nx = (\n", "syntax error"),
        (b"import torch\n'\xe9'\n", "is not utf-8"),
        ("import torch\n\0", "contains null bytes"),
        ("import torch\n'\ud800'\n", "is not utf-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_result(content: str | bytes, message: str) -> None:
    said, counts = go([("r", "a.py", content)])
    assert [(each["path"], each["code"]) for each in said] == [("a.py", None)]
    assert said[0]["message"].startswith(message)
    assert (counts.files, counts.problems) == (0, 1)


def test_what_is_no_python_has_nothing_to_check() -> None:
    assert go([("r", "README.md", "torch"), (None, "/deep/b.py", "import os\n")])[1] == Counts(nothing=2)


def test_settings_that_mean_nothing_are_an_error() -> None:
    with pytest.raises(ConfigError, match="no rule is called `XY9`"):
        go([], Layers((Settings(select=Selectors(("XY9",), "--select")),)))
