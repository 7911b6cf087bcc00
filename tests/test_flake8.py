"""The flake8 plugin, in the real flake8: its findings are those of `mlint check`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples import BUGGY, CORRECT

Found = set[tuple[str, int, int, str, str]]

FILES = {
    "buggy.py": BUGGY.encode(),
    "correct.py": CORRECT.encode(),
    "package/__init__.py": b"",
    "package/umlauts.py": BUGGY.replace("    return (", '    "äöü 🙂"; return (').encode(),
    "package/windows.py": BUGGY.replace("\n", "\r\n").encode(),
    "package/with_bom.py": b"\xef\xbb\xbf" + BUGGY.encode(),
    "package/latin.py": b"# coding: latin-1\nNAME = '\xe4'\n" + BUGGY.encode(),
    "package/form_feed.py": BUGGY.replace("\n\n\n", "\n\n\f\n").encode(),
    "package/tabs.py": BUGGY.replace("    ", "\t").encode(),
    "package/silenced.py": BUGGY.replace("(np.uint8)", "(np.uint8)  # noqa: ML302").encode(),
    "package/silenced_by_mlint.py": BUGGY.replace("(np.uint8)", "(np.uint8)  # mlint: ignore[ML302] why").encode(),
    "package/no_newline.py": BUGGY.rstrip().encode(),
    "package/empty.py": b"",
}

SILENT = {"correct", "silenced", "empty", ""}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with files that are spelled in all the ways that move columns and rows."""
    (tmp_path / "pyproject.toml").write_text("[tool.mlint]\n")
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def flake8(folder: Path, *arguments: str, text: str = "") -> tuple[Found, str]:
    """The ML findings of flake8, and what it wrote to stderr."""
    form = "%(path)s\t%(row)d\t%(col)d\t%(code)s\t%(text)s"
    command = [sys.executable, "-m", "flake8", "--isolated", "--select", "ML", "--format", form, *arguments]
    done = subprocess.run(command, cwd=folder, input=text, capture_output=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return {(str(Path(path)), int(row), int(col), code, text) for path, row, col, code, text in rows}, done.stderr


def mlint(folder: Path, *arguments: str, text: str = "") -> Found:
    """The findings of `mlint check`, without those that flake8 has checks of its own for."""
    command = [sys.executable, "-m", "mlint", "check", "--no-cache", "--output-format", "json", *arguments]
    done = subprocess.run(command, cwd=folder, input=text, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode in {0, 1}, done.stderr
    return {
        (each["filename"], each["location"]["row"], each["location"]["column"], each["code"], each["message"])
        for each in json.loads(done.stdout)
        if not each["code"].startswith("ML00")
    }


def places(found: Found) -> set[tuple[str, int, int, str]]:
    return {(path, row, column, code) for path, row, column, code, _ in found}


def test_its_findings_are_those_of_the_command(project: Path) -> None:
    found, stderr = flake8(project)
    assert found == mlint(project)
    assert ("buggy.py", 7, 12, "ML302") in places(found)
    assert {path for path, *_ in found} == {
        str(Path(name)) for name in FILES if not SILENT.intersection(Path(name).stem.split("_"))
    }
    assert stderr == ""


def test_its_findings_do_not_depend_on_processes(project: Path) -> None:
    assert flake8(project, "--jobs", "1") == flake8(project, "--jobs", "2")


@pytest.mark.parametrize("name", ["buggy.py", "elsewhere.py", "package/new.py"])
def test_standard_input_has_the_name_it_is_given(project: Path, name: str) -> None:
    found, _ = flake8(project, "--stdin-display-name", name, "-", text=BUGGY)
    assert places(found) == {(str(Path(name)), 7, 12, "ML302")}
    assert found == mlint(project, "-", "--stdin-filename", name, text=BUGGY)
    assert flake8(project, "--stdin-display-name", name, "-", text=CORRECT) == (set(), "")


def test_standard_input_without_a_name(project: Path) -> None:
    assert places(flake8(project, "-", text=BUGGY)[0]) == {("stdin", 7, 12, "ML302")}


def test_flake8_selects_and_ignores(project: Path) -> None:
    assert flake8(project, "--ignore", "ML302", "buggy.py")[0] == set()
    assert flake8(project, "--select", "E,F", "buggy.py")[0] == set()
    assert len(flake8(project, "--per-file-ignores", "buggy.py:ML3", "buggy.py", "package/tabs.py")[0]) == 1


def test_flake8_can_leave_noqa_out_of_account(project: Path) -> None:
    assert flake8(project, "package/silenced.py")[0] == set()
    assert len(flake8(project, "--disable-noqa", "package/silenced.py")[0]) == 1


def test_the_configuration_of_mlint_holds(project: Path) -> None:
    (project / "package" / "mlint.toml").write_text('ignore = ["ML302"]\n')
    found, _ = flake8(project)
    assert {path for path, *_ in found} == {"buggy.py"}
    assert found == mlint(project)


def test_a_configuration_that_means_nothing_is_one_finding(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.mlint]\nselct = ["ML3"]\n')
    found, stderr = flake8(project, "--jobs", "1")
    ((_, row, column, code, message),) = found
    assert (row, column, code, stderr) == (1, 1, "ML000", "")
    assert message.startswith("nothing is checked: ")
    assert message.endswith("pyproject.toml: unknown key `selct`; did you mean `select`?")


def test_a_file_that_cannot_be_checked_is_left_to_flake8(project: Path) -> None:
    (project / "deep.py").write_text("x = " + "(" * 90 + "1" + ")" * 90 + "\n")
    (project / "broken.py").write_text("x = (\n")
    (project / "nothing.py").write_bytes(b"x = '\xff\xfe'\n")
    found, stderr = flake8(project, "deep.py", "broken.py", "nothing.py")
    assert found == set()
    assert "internal" not in stderr


def test_a_pack_that_cannot_be_loaded_is_one_finding(project: Path, tmp_path: Path) -> None:
    info = project / "bad_pack-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-pack\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mlint.rules]\nbad = bad_pack_that_is_gone\n")
    found, stderr = flake8(project, "--jobs", "1")  # `python -m` puts the folder on the path
    assert [message for *_, message in found] == [
        "nothing is checked: rule pack `bad` (bad_pack_that_is_gone) can't be imported: "
        "ModuleNotFoundError: No module named 'bad_pack_that_is_gone'"
    ]
    assert stderr == ""
