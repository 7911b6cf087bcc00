from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlint.config import Configurations, Layers, Settings, inline
from mlint.run.walk import Walk, walk


def tree(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def walked(*paths: Path | str, command_line: Settings | None = None, budget: int | None = None) -> Walk:
    configurations = Configurations()
    layers = command_line or Settings()
    return walk([str(path) for path in paths], lambda folder: Layers((configurations.of(folder), layers)), budget)


def names(found: Walk, folder: Path) -> list[str]:
    return sorted(Path(each).relative_to(folder).as_posix() for each in found.files)


def test_python_files_are_found_and_the_usual_folders_left_out(tmp_path: Path) -> None:
    tree(
        tmp_path, dict.fromkeys(["a.py", "b/c.py", "b/d.pyi", "b/e.txt", ".venv/f.py", "dist/g.py", "b/.tox/h.py"], "")
    )
    assert names(walked(tmp_path), tmp_path) == ["a.py", "b/c.py"]


def test_paths_are_shown_as_they_were_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path = tree(tmp_path / "work", {"a/b.py": "", "c.py": ""})
    monkeypatch.chdir(tmp_path)
    shown = [
        [each.path for each in walked(*paths).files.values()] for paths in ((".",), ("a/",), ("./c.py",), ("../",))
    ]
    assert shown[:3] == [["c.py", "a/b.py"], ["a/b.py"], ["./c.py"]]
    assert shown[3] == ["../work/c.py", "../work/a/b.py"]
    assert [each.path for each in walked(tmp_path / "a").files.values()] == [str(tmp_path / "a" / "b.py")]


def test_a_file_is_found_once_and_counts_as_named_if_it_is(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": ""})
    [found] = walked(tmp_path, tmp_path / "a.py", tmp_path / "." / "a.py").files.values()
    assert found.named


def test_a_file_that_is_named_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    tree(tmp_path, {"script": "", ".venv/a.py": "", "stub.pyi": "", ".gitignore": "*"})
    assert len(walked(tmp_path / "script", tmp_path / ".venv" / "a.py", tmp_path / "stub.pyi").files) == 3


def test_unless_exclude_is_forced(tmp_path: Path) -> None:
    tree(tmp_path, {"old/sub/a.py": "", "b.py": ""})
    forced = inline('force-exclude = true\nextend-exclude = ["old"]', str(tmp_path))
    found = walked(tmp_path / "old" / "sub" / "a.py", tmp_path / "b.py", command_line=forced)
    assert names(found, tmp_path) == ["b.py"]


def test_excludes_are_those_of_the_nearest_configuration(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "mlint.toml": 'extend-exclude = ["gen_*.py", "a/old"]',
            "gen_1.py": "",
            "a/old/b.py": "",
            "a/c.py": "",
            "sub/mlint.toml": "",
            "sub/gen_2.py": "",
        },
    )
    assert names(walked(tmp_path), tmp_path) == ["a/c.py", "sub/gen_2.py"]


def test_a_budget_ends_the_walk_near_the_top(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": "", "b/c.py": "", "b/d/e.py": ""})
    assert names(walked(tmp_path, budget=2), tmp_path) == ["a.py"]


# --- what cannot be followed ----------------------------------------------------------------------------------------


def test_a_missing_path_is_a_problem_and_the_rest_is_walked(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": ""})
    found = walked(tmp_path / "nope", tmp_path)
    assert [(each.path, each.message) for each in found.problems] == [
        (str(tmp_path / "nope"), "no such file or folder")
    ]
    assert names(found, tmp_path) == ["a.py"]


def test_links_that_lead_nowhere_are_problems(tmp_path: Path) -> None:
    (tmp_path / "gone.py").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    (tmp_path / "data").symlink_to(tmp_path / "nothing")
    for found in (walked(tmp_path), walked(tmp_path / "gone.py", tmp_path / "loop.py")):
        assert [Path(each.path).name for each in found.problems] == ["gone.py", "loop.py"]
        assert {each.message for each in found.problems} == {"is a link that leads nowhere"}


def test_links_to_files_are_followed_and_links_to_folders_are_not(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": "", "sub/b.py": ""})
    (tmp_path / "c.py").symlink_to(tmp_path / "a.py")
    (tmp_path / "d").symlink_to(tmp_path / "sub")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    assert names(walked(tmp_path), tmp_path) == ["a.py", "c.py", "sub/b.py"]


def test_a_pipe_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    assert walked(tmp_path).files == {}


def test_a_folder_that_cannot_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, {"a.py": "", "locked/b.py": ""})
    scandir = os.scandir

    def guarded(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)  # permissions do not stop the superuser
    found = walked(tmp_path)
    assert [each.message for each in found.problems] == ["this folder cannot be read: Permission denied"]
    assert names(found, tmp_path) == ["a.py"]


def test_notebooks_are_counted_in_folders_and_a_problem_when_named(tmp_path: Path) -> None:
    tree(tmp_path, {"a.ipynb": "{}", "b/c.ipynb": "{}"})
    assert walked(tmp_path).notebooks == 2
    found = walked(tmp_path / "a.ipynb")
    assert [each.message for each in found.problems] == ["is a notebook, and notebooks are not read yet"]


# --- .gitignore -----------------------------------------------------------------------------------------------------


def test_every_gitignore_counts_and_the_nearest_decides(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            ".git/HEAD": "",
            ".gitignore": "# comment\n\n*_gen.py\n/top.py\nbuilt/\n!keep_gen.py\n",
            "a_gen.py": "",
            "keep_gen.py": "",
            "top.py": "",
            "sub/top.py": "",
            "sub/.gitignore": "!a_gen.py\nkeep_gen.py\n",
            "sub/a_gen.py": "",
            "sub/keep_gen.py": "",
            "sub/built/.gitignore": "!*",
            "sub/built/x.py": "",
        },
    )
    assert names(walked(tmp_path), tmp_path) == ["keep_gen.py", "sub/a_gen.py", "sub/top.py"]
    assert names(walked(tmp_path / "sub"), tmp_path) == ["sub/a_gen.py", "sub/top.py"]
    everything = walked(tmp_path, command_line=inline("respect-gitignore = false", "."))
    assert len(everything.files) == 7


def test_a_gitignore_above_the_repository_is_not_ours(tmp_path: Path) -> None:
    tree(tmp_path, {".gitignore": "*", "repo/.git/HEAD": "", "repo/a.py": "", "loose/a.py": ""})
    assert names(walked(tmp_path / "repo", tmp_path / "loose"), tmp_path) == ["loose/a.py", "repo/a.py"]


def test_a_repository_inside_another_begins_afresh(tmp_path: Path) -> None:
    tree(tmp_path, {".git/HEAD": "", ".gitignore": "*_gen.py", "inner/.git/HEAD": "", "inner/a_gen.py": ""})
    assert names(walked(tmp_path), tmp_path) == ["inner/a_gen.py"]


def test_a_slash_in_a_set_parts_nothing(tmp_path: Path) -> None:
    tree(tmp_path, {".git/HEAD": "", ".gitignore": "[a/[b].py\n", "a.py": "", "c.py": "", "d/a.py": ""})
    assert names(walked(tmp_path), tmp_path) == ["c.py", "d/a.py"]


def test_a_pattern_that_git_does_not_understand_is_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, {".git/HEAD": "", ".gitignore": "!\n/\n\\\na.py\n", "a.py": "", "b.py": ""})
    assert names(walked(tmp_path), tmp_path) == ["b.py"]


PARTS = st.sampled_from(
    ["a", "b", "*", "**", "a*", "?", "[ab]", "[!a]", "[]b]", "a.py", "*.py", "\\a", "\\*", "a ", "#a", "[a", "b]"]
)
PATTERN = st.builds(
    lambda negated, rooted, parts, folder: "!" * negated + "/" * rooted + "/".join(parts) + "/" * folder,
    st.booleans(),
    st.booleans(),
    st.lists(PARTS, min_size=1, max_size=3),
    st.booleans(),
)


@settings(max_examples=25, deadline=None)
@given(top=st.lists(PATTERN, max_size=3), inner=st.lists(PATTERN, max_size=2))
def test_git_agrees(tmp_path_factory: pytest.TempPathFactory, top: list[str], inner: list[str]) -> None:
    folder = tmp_path_factory.mktemp("repository")
    tree(folder, dict.fromkeys(["a.py", "b.py", "a/a.py", "a/b.py", "a/b/a.py", "b/a.py", "ab/a/b.py"], ""))
    tree(folder, {".gitignore": "\n".join(top), "a/.gitignore": "\n".join(inner)})
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    listed = subprocess.run(
        ["git", "-C", str(folder), "ls-files", "--others", "--exclude-standard", "*.py"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert names(walked(folder), folder) == sorted(listed.stdout.split())


def test_a_file_in_a_folder_that_is_locked_may_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: object) -> os.stat_result:
        raise PermissionError(path)

    monkeypatch.setattr(os, "lstat", denied)
    found = walk([str(tmp_path / "a.py")], lambda folder: Layers(()))
    assert [problem.message for problem in found.problems] == ["permission to read it is denied"]
