"""Findings are taken from the cache exactly as long as what they rest on has not changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mlint.check import Looked, Part, Task, look
from mlint.config import Selectors, Settings
from mlint.facts.project import contents as contents_module
from mlint.facts.project.project import Project
from mlint.finding import Confidence
from mlint.outline import Outline
from mlint.run import Call, Results, outlines, run
from mlint.run import checker as checker_module
from mlint.source import Source
from tests.tree import EVERYTHING, write

pytestmark = pytest.mark.usefixtures("real_rules")


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are really checked."""
    paths: list[str] = []

    def counted(project: Project, source: Source, task: Task, kept: Sequence[Part] = ()) -> Looked:
        paths.append(source.path)
        return look(project, source, task, kept)

    monkeypatch.setattr(checker_module, "look", counted)
    return paths


def warm(*paths: str) -> Results:
    return run(Call(paths or (".",), layers=(EVERYTHING,), jobs=1))


def cold(*paths: str) -> Results:
    return run(Call(paths or (".",), layers=(EVERYTHING,), jobs=1, cache=False))


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new))

    return change


def written(name: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        write(root, {name: text})

    return change


def appended(name: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        with (root / name).open("a") as file:
            file.write(text)

    return change


def removed(name: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return change


# Each is made on top of those before it; behind it stand the files that have to be checked again.
CHANGES: list[tuple[Callable[[Path], None], set[str]]] = [
    (written("tools/names.py", "import torch\n"), {"tools/names.py"}),
    (replaced("tools/crop.py", "height", "rows"), {"tools/crop.py"}),
    # What a caller does decides: the model is evaluated in train mode, and then is not.
    (replaced("shop/training.py", "model.train()", "model.eval()"), {"main.py", "shop/evaluation.py"}),
    (replaced("shop/training.py", "model.eval()", "model.train()"), {"main.py", "shop/evaluation.py"}),
    (replaced("main.py", "fit(model, data)", "model = fit(model, data) and model.frozen()"), {"shop/evaluation.py"}),
    (replaced("shop/training.py", "return model", "return model.eval()"), {"shop/serving.py"}),
    # What a class inherits: dropout that acts differently, and a base that is no module any more.
    (replaced("shop/models/base.py", "nn.Dropout(0.5)", "nn.Identity()"), {"shop/serving.py", "shop/models/base.py"}),
    (replaced("shop/models/base.py", "class Base(nn.Module)", "class Base"), {"shop/models/classifier.py"}),
    (replaced("shop/models/base.py", "class Base", "class Base(nn.Module)"), {"shop/models/classifier.py"}),
    # Names: an alias, what a star brings in, a module that hides a library, a file that was not there.
    (replaced("shop/__init__.py", "import Classifier", "import Base as Classifier"), {"main.py"}),
    (replaced("shop/images.py", '"noisy"', '"brightened"'), {"main.py"}),
    (written("torch/__init__.py", "no_grad = dict\n"), {"shop/timing.py", "shop/evaluation.py", "main.py"}),
    (removed("torch"), {"shop/timing.py", "shop/evaluation.py", "main.py"}),
    (removed("shop/timing.py"), {"shop/evaluation.py"}),
    (written("shop/timing.py", "def without_gradients(function):\n    return function\n"), {"shop/evaluation.py"}),
    # Constants, and lines that move.
    (replaced("shop/settings.py", "np.float32", "np.float64"), {"shop/images.py"}),
    (replaced("shop/training.py", "import torch\n", "import torch\n\n\n# moved\n"), {"shop/serving.py"}),
    # Words: somebody new calls, or speaks of something.
    (written("late.py", "from shop.evaluation import accuracy\naccuracy(None, [])\n"), {"shop/evaluation.py"}),
    (removed("late.py"), {"shop/evaluation.py"}),
    (written("shop/models/classifier.py", "import torch\nx = (\n"), {"shop/models/classifier.py", "shop/training.py"}),
    (removed("shop/models"), {"main.py"}),
]


def test_after_any_change_the_same_is_found_as_without_a_cache(tree: Path, checks: list[str]) -> None:
    assert warm() == cold()
    assert len(warm().findings) > 8
    for number, (change, expected) in enumerate(CHANGES):
        change(tree)
        checks.clear()
        found = warm()
        again = {Path(each).as_posix() for each in checks}
        assert found == cold(), number
        assert expected <= again, number
        checks.clear()
        assert warm() == found, number
        assert checks == [], number


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (replaced("tools/crop.py", "height", "rows"), ["tools/crop.py"]),
        (
            replaced("main.py", "held_out[0]", "held_out[1]"),
            ["main.py", "shop/evaluation.py", "shop/images.py", "shop/models/classifier.py"],
        ),
        (replaced("shop/images.py", "* 1.5", "* 1.6"), ["shop/images.py"]),
        (appended("shop/models/base.py", "\n# a last word\n"), ["shop/models/base.py"]),
        (written("new.py", "import torch\n"), ["new.py"]),
    ],
)
def test_only_what_a_change_concerns_is_checked_again(
    tree: Path, checks: list[str], change: Callable[[Path], None], again: list[str]
) -> None:
    warm()
    checks.clear()
    change(tree)
    warm()
    assert sorted(checks) == again


def test_files_outside_of_the_project_count(tree: Path, checks: list[str]) -> None:
    write(tree, {"mlint.toml": 'extend-exclude = ["shop/images.py", "shop/training.py"]'})
    first = warm("shop/serving.py")
    assert [each.code for each in first.findings] == ["ML201"]
    replaced("shop/training.py", "return model", "return model.eval()")(tree)
    assert warm("shop/serving.py") == cold("shop/serving.py") != first


def test_a_part_of_the_project_forgets_for_all_of_it(tree: Path, checks: list[str]) -> None:
    warm()
    replaced("shop/training.py", "model.train()", "model.eval()")(tree)
    warm("tools")
    replaced("shop/training.py", "model.eval()", "model.train()")(tree)
    warm("tools/crop.py")
    assert warm() == cold()


def test_a_file_that_changes_under_the_run_is_not_kept(tree: Path, checks: list[str]) -> None:
    def change(done: int, count: int) -> None:
        if done == 1:
            replaced("shop/training.py", "model.train()", "model.eval()")(tree)

    run(Call((".",), layers=(EVERYTHING,), jobs=1), change)
    replaced("shop/training.py", "model.eval()", "model.train()")(tree)
    assert warm() == cold()


def test_damaged_grounds_are_rebuilt_in_silence(tree: Path, checks: list[str]) -> None:
    expected = warm()
    for junk in ("", "{", "[]", "null", '{"id": 1}', "swapped"):
        for path in (tree / ".mlint_cache").rglob("*.rests.json"):
            kept = path.read_text()
            path.write_text(kept.replace('"pieces": [', '"pieces": ["x", ') if junk == "swapped" else junk)
        (tree / "tools" / "crop.py").write_text(f"import torch\n# {junk}\n")
        assert warm() == cold()
    assert expected.files == warm().files


def test_a_ledger_without_its_grounds_still_speaks_of_its_own_state(tree: Path, checks: list[str]) -> None:
    first = warm()
    for path in (tree / ".mlint_cache").rglob("*.rests.json"):
        path.unlink()
    checks.clear()
    assert warm() == first
    assert checks == []


def test_leaves_on_which_nothing_rests_are_forgotten(tree: Path, checks: list[str]) -> None:
    def leaves() -> int:
        (path,) = (tree / ".mlint_cache").rglob("*.rests.json")
        kept = json.loads(path.read_text())["leaves"]
        every = [*map(json.loads, kept["files"].values()), *kept["others"].values()]
        return sum(len(asked) for questions in every for asked in questions.values())

    warm()
    before = leaves()
    for number in range(20):
        (tree / "tools" / "crop.py").write_text(f"import torch\ndef f{number}(): ...\n")
        warm()
    assert leaves() <= 1.1 * before


def selecting(*codes: str) -> Settings:
    return Settings("test", select=Selectors(codes, "test"))


def test_another_selection_is_taken_from_what_all_rules_said(tree: Path, checks: list[str]) -> None:
    everything = warm()
    checks.clear()
    numbers = run(Call((".",), layers=(selecting("ML3"),), jobs=1))
    assert {each.code for each in numbers.findings} == {"ML301", "ML302"}
    certain = Call((".",), layers=(Settings("test", min_confidence=Confidence.CERTAIN),), jobs=1)
    sure = run(certain)
    assert 0 < len(sure.findings) < len(everything.findings)
    assert warm() == everything
    assert checks == []
    assert sure == run(replace(certain, cache=False))


def test_a_wider_selection_lets_rules_look_again(tree: Path, checks: list[str]) -> None:
    numbers = run(Call((".",), layers=(selecting("ML3"),), jobs=1))
    looked = len(checks)
    assert warm() == cold()
    assert len(checks) == 3 * looked
    checks.clear()
    assert run(Call((".",), layers=(selecting("ML3"),), jobs=1)) == numbers
    assert checks == []


def test_after_a_change_another_selection_is_what_it_is_without_a_cache(tree: Path, checks: list[str]) -> None:
    few = Call((".",), layers=(selecting("ML2", "ML3"),), jobs=1)
    for change, _ in CHANGES:
        warm()
        run(few)
        change(tree)
        warm("tools")
        assert run(few) == run(replace(few, cache=False))


def test_comments_silence_what_was_said_before(tree: Path, checks: list[str]) -> None:
    found = warm()
    place = next(each for each in found.findings if each.code == "ML302")
    few = Call((".",), layers=(selecting("ML302", "ML001"),), jobs=1)
    assert place in run(few).findings
    lines = (tree / place.path).read_text().split("\n")
    lines[place.span.line - 1] += "  # mlint: ignore[ML302] seen"
    (tree / place.path).write_text("\n".join(lines))
    warm()
    checks.clear()
    assert place.span.line not in [each.span.line for each in run(few).findings if each.path == place.path]
    assert checks == []


def test_options_of_rules_have_an_analysis_of_their_own(tree: Path, checks: list[str]) -> None:
    warm()
    checks.clear()
    lenient = Settings("test", select=Selectors(("ALL",), "test"), rules={"tuple-returning-forward": {"max-values": 9}})
    found = run(Call((".",), layers=(lenient,), jobs=1))
    assert len(checks) == 13
    assert "ML401" not in {each.code for each in found.findings}


def test_another_selection_parses_nothing_for_outlines(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = warm()

    def refuse(source: Source) -> Outline:
        raise AssertionError(f"{source.path} is outlined again")

    monkeypatch.setattr(outlines, "read_outline", refuse)
    for kept in (tree / ".mlint_cache").rglob("*.rests.json"):
        kept.unlink()
    found = run(Call((".",), layers=(Settings("test", min_confidence=Confidence.POSSIBLE),), jobs=1))
    assert found.problems == []
    assert {each.code for each in found.findings} <= {each.code for each in expected.findings}


def test_damaged_outlines_are_made_again(tree: Path) -> None:
    expected = warm()
    for junk in (b"", b"[]", b"{}", b"null", b'[[],[],[7],{},[],null,{},"","",{}]'):
        for path in (tree / ".mlint_cache").rglob("*.json"):
            path.unlink() if "outline" not in path.name else path.write_bytes(junk)
        assert warm() == expected


def test_a_word_that_was_asked_for_is_not_looked_for_again(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warm()
    replaced("shop/images.py", "* 1.5", "* 1.6")(tree)
    monkeypatch.setattr(contents_module, "WordIndex", None)
    assert warm().problems == []


def test_what_was_done_before_an_interrupt_need_not_be_done_again(tree: Path, checks: list[str]) -> None:
    def interrupt(done: int, count: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Call((".",), layers=(EVERYTHING,), jobs=1), interrupt)
    done = set(checks)
    checks.clear()
    found, again = warm(), set(checks)
    assert len(done) == 5
    assert done.isdisjoint(again)
    assert found == cold()


def test_a_project_of_which_too_much_is_known_is_opened_anew(
    tree: Path, checks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = cold()
    opened: list[Project] = []
    renewed = Project.renewed

    def counted(project: Project) -> Project:
        opened.append(project)
        return renewed(project)

    monkeypatch.setattr(Project, "renewed", counted)
    monkeypatch.setattr(checker_module, "_MOST_KEPT", 0)
    monkeypatch.setattr(checker_module, "_FEWEST_KEPT", 0)
    assert cold() == warm() == expected
    assert len(opened) > 8
    checks.clear()
    replaced("shop/images.py", "* 1.5", "* 1.6")(tree)
    assert warm() == cold()
    assert [Path(each).as_posix() for each in checks].count("shop/images.py") == 2
    assert [Path(each).as_posix() for each in checks].count("main.py") == 1


def test_one_project_is_open_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second"):
        for file in ("test", "train"):
            write(tmp_path, {f"{name}/mlint.toml": "", f"{name}/{file}.py": "import torch\n"})
    opened: list[str] = []
    closed: list[str] = []
    open_, close = checker_module.opened, checker_module.close

    def counted(given: checker_module.ProjectFiles, overlay: dict[Path, Source]) -> Project:
        opened.append(Path(given.root).name)
        assert len(opened) == len(closed) + 1
        return open_(given, overlay)

    def noted(project: Project) -> None:
        closed.append(project.root.name)
        close(project)

    monkeypatch.setattr(checker_module, "opened", counted)
    monkeypatch.setattr(checker_module, "close", noted)
    monkeypatch.chdir(tmp_path)
    cold()
    assert opened == ["first", "second"]
    assert closed == ["first"]
