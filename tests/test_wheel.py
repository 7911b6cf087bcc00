"""The wheel: built from a source distribution, installed in an empty environment, run far from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.examples import BUGGY, CORRECT

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, expect: int = 0) -> str:
    """What the command prints; it must end with the expected exit code."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is made of the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel, what it needs, flake8, and nothing else."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    run(programs / "python", "-m", "pip", "install", "--quiet", f"{wheel}[flake8]", cwd=folder.parent)
    return programs


def test_it_holds_the_linter_the_rules_with_their_pages_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"mlint", "mlint_rules"}
    assert {"mlint/py.typed", "mlint_rules/py.typed"} <= names
    pages = {str(page.relative_to(ROOT / "rules").as_posix()) for page in (ROOT / "rules").rglob("*.md")}
    data = {
        page.relative_to(ROOT).as_posix() for page in (ROOT / "mlint").rglob("*") if page.suffix in {".toml", ".md"}
    }
    assert pages | data <= names


def test_it_finds_a_mistake(scripts: Path, tmp_path: Path) -> None:
    (tmp_path / "buggy.py").write_text(BUGGY)
    found = json.loads(run(scripts / "mlint", "check", "--output-format", "json", cwd=tmp_path, expect=1))
    assert [finding["code"] for finding in found] == ["ML302"]


def test_it_passes_the_correct_twin(scripts: Path, tmp_path: Path) -> None:
    (tmp_path / "correct.py").write_text(CORRECT)
    run(scripts / "mlint", "check", cwd=tmp_path)


def test_it_is_a_flake8_plugin(scripts: Path, tmp_path: Path) -> None:
    (tmp_path / "buggy.py").write_text(BUGGY)
    assert "ML302" in run(scripts / "flake8", "--select", "ML", cwd=tmp_path, expect=1)


def test_its_pages_can_be_read(scripts: Path, tmp_path: Path) -> None:
    assert "ML302" in run(scripts / "mlint", "explain", "unclipped-uint8-cast", cwd=tmp_path)
    assert run(scripts / "python", "-m", "mlint", "--version", cwd=tmp_path).startswith("mlint ")
