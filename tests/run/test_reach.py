"""What belongs to a project that nothing marks, and which configuration errors count."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlint.config import ConfigError
from mlint.facts.project.files import Home, home_of
from mlint.run import Call, Results, run
from mlint.store import FOLDER

ANSWER = "import torch\nthe_answer = 42\n"
QUESTION = "import torch\nquestion = 1\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def go(*paths: str, cache: bool = False) -> Results:
    return run(Call(paths, jobs=1, cache=cache))


def answers(found: Results, path: str) -> list[str]:
    return [each.message for each in found.findings if each.path == path and each.code == "XY105"]


CROWDED = {
    "a.py": f"import lib.inner\n{QUESTION}",
    "beside.py": ANSWER,
    "lib/inner.py": f"import deeper\n{ANSWER}",
    "lib/other.py": ANSWER,
    "deeper/__init__.py": ANSWER,
    "strange/b.py": ANSWER,
    "strange/more/c.py": ANSWER,
    "package/__init__.py": "",
    "package/p.py": f"import lib\n{QUESTION}",
    "package/sub/__init__.py": ANSWER,
}


def test_imports_say_how_far_an_unmarked_project_reaches(folder: Path) -> None:
    write(folder, CROWDED)
    assert answers(go("a.py"), "a.py") == ["the answer is in 4 files"]
    assert answers(go("package/p.py"), "package/p.py") == ["the answer is in 5 files"]
    write(folder, {"pyproject.toml": ""})
    assert answers(go("a.py"), "a.py") == ["the answer is in 7 files"]


@pytest.mark.parametrize("cache", [False, True])
def test_what_is_named_does_not_matter(folder: Path, cache: bool) -> None:
    write(folder, CROWDED)
    whole = go(".", cache=cache).findings
    for name in CROWDED:
        assert go(name, cache=cache).findings == [each for each in whole if each.path == name]
    assert go(".", cache=cache).findings == whole
    assert (folder / FOLDER).exists() is cache


def test_installed_packages_stand_alone(folder: Path) -> None:
    write(folder, {f"site-packages/{name}": text for name, text in CROWDED.items()})
    found = go("site-packages/package/p.py")
    assert answers(found, "site-packages/package/p.py") == ["the answer is in 2 files"]


def test_what_is_excluded_is_not_reached(folder: Path) -> None:
    write(folder, {"a.py": f"import lib\n{QUESTION}", "lib/b.py": ANSWER, ".gitignore": "lib/"})
    assert answers(go("a.py"), "a.py") == ["the answer is in 0 files"]


def test_a_configuration_of_its_own_marks_what_nothing_else_marks(folder: Path) -> None:
    write(folder, {"mlint.toml": "", "sub/a.py": QUESTION})
    assert home_of(folder / "sub" / "a.py") == Home(str(folder))
    write(folder, {"sub/pyproject.toml": ""})
    assert home_of(folder / "sub" / "a.py") == Home(str(folder / "sub"))
    assert home_of(folder / "b.py") == Home(str(folder))


@pytest.mark.parametrize("marker", ["pyproject.toml", "nothing"])
@pytest.mark.parametrize("wrong", ["selct = []", 'select = ["XY999"]', 'select = "'])
def test_a_configuration_counts_where_files_are_checked_by_it(folder: Path, marker: str, wrong: str) -> None:
    files = {marker: "", "a.py": f"import sub.b\n{QUESTION}", "sub/b.py": ANSWER, "sub/deep/c.py": ANSWER}
    write(folder, {**files, "sub/mlint.toml": wrong})
    assert answers(go("a.py"), "a.py") == ["the answer is in 2 files"]
    for path in (".", "sub/b.py", "sub/deep"):
        with pytest.raises(ConfigError):
            go(path)


def test_facts_are_stated_for_a_whole_project(folder: Path) -> None:
    facts = '[facts."own.load"]\ndtype = "uint8"'
    write(folder, {"pyproject.toml": "", "a.py": QUESTION, "sub/b.py": QUESTION, "mlint.toml": facts})
    go(".")
    write(folder, {"sub/mlint.toml": facts.replace("uint8", "int8")})
    go("a.py")
    with pytest.raises(ConfigError, match=r"sub/mlint.toml: facts: they hold for a whole project: write them beside"):
        go("sub/b.py")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_read_once(folder: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"import torch\nbad = 1\n")
    os.close(writer)
    found = go(f"/dev/fd/{reader}", cache=True)
    os.close(reader)
    assert [(each.code, each.span.line) for each in found.findings] == [("XY101", 2)]
    assert found.warnings == []
    assert found.sources(f"/dev/fd/{reader}") == ["import torch", "bad = 1", ""]


def test_a_file_that_is_utf_16_is_not_passed_over(folder: Path) -> None:
    (folder / "a.py").write_bytes("import torch\n".encode("utf-16"))
    found = go(".")
    assert [each.message for each in found.problems] == [
        "is UTF-16 or UTF-32, which Python does not read; save it as UTF-8"
    ]
