"""Paths as the hosting services want them."""

from __future__ import annotations

from pathlib import Path

from mlint.report.checkout import checkout, inside, relative, uri_path
from mlint.run import Results


def test_the_root_of_the_project_where_no_service_says_more(tmp_path: Path) -> None:
    assert checkout(Results(root=tmp_path), {}) == tmp_path
    assert checkout(Results(root=tmp_path), {"CI_PROJECT_DIR": ""}) == tmp_path


def test_the_checkout_that_holds_the_project(tmp_path: Path) -> None:
    run = Results(root=tmp_path / "a")
    assert checkout(run, {"GITHUB_WORKSPACE": str(tmp_path)}) == tmp_path
    assert checkout(run, {"CI_PROJECT_DIR": str(tmp_path)}) == tmp_path
    assert checkout(run, {"GITHUB_WORKSPACE": str(tmp_path / "b")}) == tmp_path / "a"


def test_files_in_and_outside_a_folder(tmp_path: Path) -> None:
    run = Results(root=tmp_path, texts={"<stdin>": ""})
    assert inside(run, str(tmp_path / "b" / ".." / "c.py"), tmp_path) == "c.py"
    assert inside(run, str(tmp_path.parent / "c.py"), tmp_path) is None
    assert inside(run, "<stdin>", tmp_path) == "<stdin>"
    assert relative(run, str(tmp_path.parent / "c.py"), tmp_path) == (tmp_path.parent / "c.py").as_posix()


def test_uris() -> None:
    assert uri_path("a b/ä.py") == "a%20b/%C3%A4.py"
