from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from mlint.check import Looked, Part, Task, look
from mlint.config import ConfigError, Selectors, Settings
from mlint.facts.project.project import Project
from mlint.finding import Finding
from mlint.run import Call, Results, run
from mlint.run import checker as checker_module
from mlint.run import jobs as jobs_module
from mlint.run.engine import Progress
from mlint.source import Source

FILES = {
    "pyproject.toml": "",
    "a.py": "import torch\nbad = 1\nquestion = 2\n",
    "b.py": "import torch\nthe_answer = 42\n",
    "sub/c.py": "import a\nbad = 1\n",
    "sub/plain.py": "import os\nbad = 1\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def go(
    *paths: str, progress: Progress | None = None, jobs: int | None = 1, cache: bool = False, **more: object
) -> Results:
    return run(Call(paths or (".",), jobs=jobs, cache=cache, **more), progress)  # type: ignore[arg-type]


def places(found: Results) -> list[tuple[str, int, str]]:
    return [(each.path, each.span.line, each.code) for each in found.findings]


def test_a_folder_is_checked(project: Path) -> None:
    found = go()
    assert places(found) == [("a.py", 2, "XY101"), ("a.py", 3, "XY105"), ("sub/c.py", 2, "XY101")]
    assert (found.files, found.nothing, found.failed, found.problems) == (3, 1, 0, [])
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_file_that_is_named_is_checked_whatever_it_holds(project: Path) -> None:
    found = go("sub/plain.py", ".")
    assert ("sub/plain.py", 2, "XY101") in places(found)
    assert found.nothing == 0


def test_the_answer_does_not_depend_on_what_else_is_named(project: Path) -> None:
    whole = go().findings
    for name in ("a.py", "b.py", "sub/c.py"):
        assert go(name).findings == [each for each in whole if each.path == name]


def test_related_files_are_shown_from_here(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [step.path for each in go("a.py").findings for step in each.related] == ["b.py"]
    monkeypatch.chdir(project / "sub")
    assert [step.path for each in go("../a.py").findings for step in each.related] == [str(project / "b.py")]


def test_what_is_excluded_is_no_part_of_the_project(project: Path) -> None:
    write(project, {"mlint.toml": 'extend-exclude = ["b.py"]'})
    assert [each.message for each in go("a.py").findings if each.code == "XY105"] == ["the answer is in 0 files"]


@pytest.mark.parametrize("paths", [(".",), ("sub", "b.py", "a.py"), ("a.py", "sub", ".")])
def test_processes_and_order_change_nothing(project: Path, paths: tuple[str, ...]) -> None:
    write(project, {f"more{number}.py": "import torch\nbad = 1\n" * number for number in range(9)})
    alone = go(*paths)
    assert go(*reversed(paths), jobs=3) == alone


def test_results_are_the_same_twice(project: Path) -> None:
    assert go() == go()


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_each_problem_is_one_line_and_the_rest_is_checked(project: Path) -> None:
    write(project, {"broken.py": "import torch\nx = (\n", "n.ipynb": "{}"})
    (project / "latin.py").write_bytes(b"import torch\n'\xe9'\n")
    (project / "null.py").write_bytes(b"import torch\n\0")
    (project / "gone.py").symlink_to("nothing")
    found = go(".", "nope", "n.ipynb")
    assert [(each.path, each.message.split(":")[0]) for each in found.problems] == [
        ("broken.py", "syntax error"),
        ("gone.py", "is a link that leads nowhere"),
        ("latin.py", "is not utf-8"),
        ("n.ipynb", "is a notebook, and notebooks are not read yet"),
        ("nope", "no such file or folder"),
        ("null.py", "contains null bytes"),
    ]
    assert (found.files, found.failed, len(found.findings)) == (3, 6, 3)


def test_a_folder_that_may_not_be_looked_into_costs_its_files_only(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, {"listed/d.py": "import torch\nbad = 1\n"})  # its names can be read, what they name can't
    stat = os.stat
    inside = f"{project / 'listed'}{os.sep}"

    def refused(path: object, *more: object, **named: object) -> os.stat_result:
        if isinstance(path, (str, Path)) and str(path).startswith(inside):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "stat", refused)
    assert {each.path for each in go().findings} >= {"a.py", "sub/c.py"}


def test_a_rule_that_raises_leaves_the_file_checked(project: Path) -> None:
    write(project, {"explode.py": "import torch\ndef explode(): ...\nbad = 1\n"})
    found = go("explode.py")
    assert [each.rule for each in found.problems] == ["XY104"]
    assert (found.files, found.failed, len(found.findings)) == (1, 0, 1)


def test_a_process_that_dies_costs_its_file_only(project: Path) -> None:
    write(project, {"die.py": "import torch\ndef die(): ...\n"})
    found = go(jobs=2)
    [problem] = found.problems
    assert problem.path == "die.py"
    assert "the process that checked this file died" in problem.message
    assert found.findings == go("a.py", "b.py", "sub").findings


def test_an_interrupt_leaves_no_process_behind(project: Path) -> None:
    def interrupt(done: int, count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(jobs=2, progress=interrupt)
    assert multiprocessing.active_children() == []


def test_settings_that_mean_nothing_are_an_error_even_with_nothing_to_check(project: Path) -> None:
    unknown = Settings(select=Selectors(("XY999",), "--select"))
    for path in (".", "sub/plain.py"):
        with pytest.raises(ConfigError, match="--select: no rule is called `XY999`"):
            go(path, layers=(unknown,))
    (project / "empty").mkdir()
    with pytest.raises(ConfigError):
        go("empty", layers=(unknown,))


def test_progress_is_told(project: Path) -> None:
    told: list[tuple[int, int]] = []
    go(progress=lambda done, count: told.append((done, count)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_small_work_is_not_worth_processes(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "_in_processes", None)
    assert go(jobs=None).files == 3


# --- standard input -------------------------------------------------------------------------------------------------


def test_standard_input_takes_the_place_of_a_file(project: Path) -> None:
    found = go(stdin=("a.py", b"question = the_answer = bad\n"))
    assert places(found) == [("a.py", 1, "XY105"), ("a.py", 1, "XY101")]
    assert found.findings[0].message == "the answer is in 2 files"
    assert found.sources("a.py") == ["question = the_answer = bad", ""]


def test_standard_input_needs_no_name(project: Path) -> None:
    assert places(go(stdin=("-", b"bad\n"))) == [("-", 1, "XY101")]
    [problem] = go(stdin=("-", b"\xff")).problems
    assert problem.message.startswith("is not utf-8")


# --- the cache ------------------------------------------------------------------------------------------------------


class Checks:
    """Counts the files that are really checked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[str] = []

        def counted(project: Project, source: Source, task: Task, kept: Sequence[Part] = ()) -> Looked:
            self.paths.append(source.path)
            return look(project, source, task, kept)

        monkeypatch.setattr(checker_module, "look", counted)

    def taken(self) -> list[str]:
        paths, self.paths = sorted(self.paths), []
        return paths


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    return Checks(monkeypatch)


def cached(*paths: str, **more: object) -> list[Finding]:
    return go(*paths, cache=True, **more).findings  # type: ignore[arg-type]


def test_what_has_not_changed_is_not_checked_again(project: Path, checks: Checks) -> None:
    first = go(cache=True)
    assert len(checks.taken()) == 3
    assert go(cache=True) == first
    assert cached("a.py") == [each for each in first.findings if each.path == "a.py"]
    assert checks.taken() == []
    assert first == go()


def test_findings_are_called_as_the_file_is_called_now(project: Path, checks: Checks) -> None:
    cached()
    checks.taken()
    assert {each.path for each in cached(str(project / "a.py"))} == {str(project / "a.py")}
    assert checks.taken() == []


def test_a_change_anywhere_in_the_project_counts(project: Path, checks: Checks) -> None:
    cached()
    write(project, {"b.py": "nothing = 1\n"})
    assert [each.message for each in cached("a.py") if each.code == "XY105"] == ["the answer is in 0 files"]
    write(project, {"new.py": "the_answer = 1\n"})
    assert [each.message for each in cached("a.py") if each.code == "XY105"] == ["the answer is in 1 files"]


def test_settings_and_facts_count(project: Path, checks: Checks) -> None:
    cached()
    checks.taken()
    assert len(cached("a.py", layers=(Settings(ignore=Selectors(("XY101",), "--ignore")),))) == 1
    assert checks.taken() == []  # what the rules said is known
    write(project, {"mlint.toml": "[facts]\nmy_function = {}"})
    cached("a.py")
    assert checks.taken() == ["a.py"]


def test_a_day_counts_where_a_comment_names_one(project: Path, checks: Checks) -> None:
    write(project, {"a.py": "import torch\nbad = 1  # mlint: ignore[XY101] until=2026-06-01\n"})
    assert [each.code for each in cached(today=date(2026, 6, 1))] == ["XY101"]
    checks.taken()
    assert sorted(each.code for each in cached(today=date(2026, 6, 2))) == ["ML002", "XY101", "XY101"]
    assert checks.taken() == []


def test_problems_are_kept_unless_a_rule_failed(project: Path, checks: Checks) -> None:
    write(project, {"broken.py": "import torch\nx = (\n", "explode.py": "import torch\ndef explode(): ...\n"})
    first = go(cache=True)
    checks.taken()
    assert go(cache=True) == first
    assert checks.taken() == ["explode.py"]


def test_damage_is_repaired_in_silence(project: Path, checks: Checks) -> None:
    first = go(cache=True)
    for junk in (b"", b"{", b"[]", b'{"key": 1}', b"null", b"\xff", b"[" * 100_000):
        for path in (project / ".mlint_cache").rglob("*.json"):
            path.write_bytes(junk)
        assert go(cache=True) == first
    for path in (project / ".mlint_cache").rglob("*.json"):
        path.write_text(path.read_text().replace('"findings": [[', '"findings": [[1, '))
    assert go(cache=True) == first


def test_a_cache_that_cannot_be_written_is_one_warning(project: Path) -> None:
    (project / ".mlint_cache").write_text("in the way")
    found = go(cache=True)
    assert len(found.findings) == 3
    [warning] = found.warnings
    assert warning.startswith(f"nothing is cached: {project / '.mlint_cache'} cannot be written")


def test_folders_that_nothing_marks_share_the_cache_of_the_one_that_is_named(project: Path, checks: Checks) -> None:
    (project / "pyproject.toml").unlink()
    write(project, {"sub/deep/d.py": "import torch\nbad = 1\n"})
    go(cache=True)
    assert [each.parent for each in project.rglob(".mlint_cache")] == [project]
    checks.taken()
    go("sub", cache=True)
    assert sorted(each.parent for each in project.rglob(".mlint_cache")) == [project, project / "sub"]
    checks.taken()
    go(cache=True)
    assert checks.taken() == []


def test_the_folder_says_what_it_is(project: Path) -> None:
    go(cache=True)
    folder = project / ".mlint_cache"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert "*" in (folder / ".gitignore").read_text().split("\n")
    assert not [path for path in folder.rglob("*") if path.name.startswith(".") and path.name != ".gitignore"]


def test_without_cache_nothing_is_written(project: Path) -> None:
    before = sorted(os.listdir(project))
    go()
    assert sorted(os.listdir(project)) == before
