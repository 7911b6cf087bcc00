"""Of a file in which something has changed only those owners are looked at anew which rest on that."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mlint.check import Looked, Part, Task, look
from mlint.config import Selectors, Settings
from mlint.facts.around.nominal import Nominal
from mlint.facts.project.project import Project
from mlint.run import Call, Results, run
from mlint.run import checker as checker_module
from mlint.source import Source
from tests.tree import EVERYTHING

pytestmark = pytest.mark.usefixtures("real_rules")
Change = Callable[[str], str]


@pytest.fixture
def owners(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """The owners that are really looked at, with the files that they lie in."""
    found: set[tuple[str, str]] = set()

    def noted(project: Project, source: Source, task: Task, kept: Sequence[Part] = ()) -> Looked:
        looked = look(project, source, task, kept)
        found.update((Path(source.path).as_posix(), part.owner) for part in looked.parts if part not in kept)
        return looked

    monkeypatch.setattr(checker_module, "look", noted)
    return found


def warm() -> Results:
    return run(Call((".",), layers=(EVERYTHING,), jobs=1))


def cold() -> Results:
    return run(Call((".",), layers=(EVERYTHING,), jobs=1, cache=False))


def changed(path: Path, change: Change) -> None:
    before = path.read_text()
    after = change(before)
    assert after != before
    path.write_text(after)


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("shop/training.py", lambda text: text + "\n# a last word\n", {"file"}),
        ("tools/crop.py", lambda text: text.replace("axis=1", "axis=0"), {"file", "function crop"}),
        ("shop/serving.py", lambda text: text.replace("no_grad()", "enable_grad()"), None),
        ("shop/models/base.py", lambda text: text.replace("return self\n", "return self  # done\n"), None),
    ],
)
def test_a_change_concerns_the_owners_that_rest_on_it(
    tree: Path, owners: set[tuple[str, str]], name: str, change: Change, expected: set[str] | None
) -> None:
    warm()
    everything = {owner for path, owner in owners if path == name}
    owners.clear()
    changed(tree / name, change)
    found = warm()
    again = {owner for path, owner in owners if path == name}
    assert found == cold()
    assert {"file"} <= again < everything if expected is None else again == expected


def test_a_comment_elsewhere_concerns_whom_it_tells_something(tree: Path, owners: set[tuple[str, str]]) -> None:
    path = tree / "shop/scores.py"
    path.write_text(
        "import torch\n\ndef scores(model, x):\n    model.train()\n    with torch.no_grad():\n        return model(x)\n"
    )
    warm()
    for comment, expected in (("a last word", {"file"}), ("model.eval()", {"file", "function scores"})):
        owners.clear()
        changed(path, lambda text: f"{text}# {comment}\n")  # noqa: B023 - called at once
        found = warm()
        assert {owner for _, owner in owners} == expected
        assert found == cold()


def test_what_is_left_of_a_file_is_left_after_the_next_change_too(tree: Path, owners: set[tuple[str, str]]) -> None:
    warm()
    for old, new in (("* 1.5", "* 1.6"), ("* 1.6", "* 1.7"), ("* 1.7", "* 1.8")):
        changed(tree / "shop/images.py", lambda text: text.replace(old, new))  # noqa: B023 - called at once
        owners.clear()
        found = warm()
        again = {owner for _, owner in owners}
        assert {"file", "function brightened"} <= again
        assert again.isdisjoint({"function <module>", "function bytes_of"})
        assert found == cold()


def test_other_rules_than_before_look_at_all_of_a_changed_file(tree: Path, owners: set[tuple[str, str]]) -> None:
    few = Call((".",), layers=(Settings("test", select=Selectors(("ML302",), "test")),), jobs=1)
    run(few)
    changed(tree / "shop/images.py", lambda text: text + "\n# a last word\n")
    owners.clear()
    assert warm() == cold()
    assert ("shop/images.py", "function brightened") in owners


EDITS: list[tuple[str, str, str]] = [
    # Who trains: a loop that steps no more, one that does so by way of another function, in another file.
    ("shop/training.py", "optimizer.step()", "optimizer.state()"),
    ("shop/training.py", "optimizer.state()", "advance(optimizer)"),
    ("shop/training.py", "def resume(path):", "def advance(optimizer):\n    optimizer.step()\n\n\ndef resume(path):"),
    ("shop/training.py", "def fit(", "def fit_all("),
    ("main.py", "import fit\n", "import fit_all as fit\n"),
    ("shop/training.py", "model.train()", "model.eval()"),
    # Who calls: by another name, from a method, from nowhere.
    ("main.py", "accuracy(model, held_out), ", ""),
    ("shop/serving.py", "return scores,", "accuracy(model, [image])\n    return scores,"),
    ("shop/serving.py", "from shop.images", "from shop.evaluation import accuracy\nfrom shop.images"),
    ("shop/models/base.py", "self.eval()", "self.train()"),
    ("shop/models/base.py", "return self\n", "return accuracy(self, [])\n"),
    # Who switches gradients off.
    ("shop/timing.py", "with torch.no_grad():", "with torch.enable_grad():"),
    ("shop/timing.py", "def without_gradients", "def with_gradients"),
    ("shop/evaluation.py", "@without_gradients\n", ""),
    # What a class is, has and inherits, and what a name means.
    ("shop/models/classifier.py", "class Classifier(Base)", "class Classifier(Bare)"),
    ("shop/models/classifier.py", "import Base\n", "import Base as Bare\n"),
    ("shop/models/base.py", "def features(self, x):", "def features(self, x, y=None):"),
    ("shop/settings.py", "NOISE = 50.0", "NOISE = 0.0"),
    ("shop/images.py", "__all__ =", "import torch\n\n__all__ ="),
]


def test_changes_one_after_the_other_leave_what_is_found_without_a_cache(tree: Path) -> None:
    warm()
    for name, old, new in EDITS:
        changed(tree / name, lambda text: text.replace(old, new))  # noqa: B023 - called at once
        assert warm() == cold(), (name, old)


@pytest.mark.parametrize("seed", range(3))
def test_any_change_of_lines_leaves_what_is_found_without_a_cache(tree: Path, seed: int) -> None:
    chosen = random.Random(seed)
    paths = sorted(tree.rglob("*.py"))
    warm()
    for _ in range(8):
        path = chosen.choice(paths)
        lines = path.read_text().split("\n")
        at, other = chosen.randrange(len(lines)), chosen.randrange(len(lines))
        match chosen.randrange(4):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[other])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                lines.insert(at, "# a comment that stands alone")
        path.write_text("\n".join(lines))
        assert warm() == cold(), path


def test_who_trains_is_not_found_out_anew(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = warm()

    def refuse(_: Nominal) -> frozenset[str]:
        raise AssertionError("it is known who trains")

    changed(tree / "shop/evaluation.py", lambda text: text.replace("hits = 0", "hits = 1"))
    monkeypatch.setattr(Nominal, "_find_training", refuse)
    assert warm().problems == first.problems == []


def test_who_trains_is_found_out_anew_where_that_may_have_changed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warm()
    asked: list[Nominal] = []
    find = Nominal._find_training

    def noted(nominal: Nominal) -> frozenset[str]:
        asked.append(nominal)
        return find(nominal)

    monkeypatch.setattr(Nominal, "_find_training", noted)
    changed(tree / "shop/training.py", lambda text: text.replace("optimizer.step()", "optimizer.advance()"))
    found = warm()
    assert asked
    assert found == cold()


def test_derived_answers_without_grounds_are_not_believed(tree: Path) -> None:
    warm()
    (path,) = (tree / ".mlint_cache").rglob("*.rests.json")
    kept = json.loads(path.read_text())
    assert kept["grounds"]
    path.write_text(json.dumps({**kept, "grounds": []}))
    changed(tree / "shop/training.py", lambda text: text.replace("optimizer.step()", "optimizer.advance()"))
    assert warm() == cold()


def test_a_project_that_is_named_by_a_way_round(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call = Call(("../tools/..",), layers=(EVERYTHING,), jobs=1)
    monkeypatch.chdir(tree / "tools")
    run(call)
    for name, old, new in EDITS[:6]:
        changed(tree / name, lambda text: text.replace(old, new))  # noqa: B023 - called at once
        assert run(call) == run(replace(call, cache=False)), (name, old)
